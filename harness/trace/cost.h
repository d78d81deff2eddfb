/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_COST_H
#define HARNESS_COST_H

#include <stddef.h>
#include <stdint.h>

struct complaint;
struct job_plan;
struct reference;

/* What tracing costs: runs with it and without, each in a process of its own,
 * in turns. */
struct trace_cost {
    size_t npairs;
    double *off_ns, *on_ns; /* run times, sorted */
    double event_ns;        /* of one event, by itself */
};

/* Measures `npairs` of each; every run is checked. Returns 0, -EPROTO if one
 * did wrong work, or another -errno, with a complaint; end with cost_fini. */
int cost_measure(const struct job_plan *plan, uint64_t trace_events,
                 const struct reference *expected, size_t npairs,
                 struct trace_cost *ret, struct complaint *complaint);
void cost_fini(struct trace_cost *cost);

#endif
