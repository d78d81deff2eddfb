/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SLICES_H
#define HARNESS_SLICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history;
struct job;

/*
 * The turns that workers take under one GIL. A slice goes from one hand-over to
 * the next: from where a worker takes the lock that another had before, to
 * where again another takes it. Slices therefore hold what a hand-over costs.
 */
struct slices {
    bool one_lock; /* there was a GIL, and all had the same */
    size_t n;
    double *sorted_ns;
    double handovers_per_s;
};

enum { SLICE_QUANTILES = 5 };
extern const double slice_shares[SLICE_QUANTILES]; /* 0.05, 0.25, ... */

/* Finds them. Returns 0 or -ENOMEM; end with slices_fini. */
int slices_find(const struct history *history, struct slices *ret);
void slices_fini(struct slices *slices);

/* Notes what a trace tells as metrics of the job: trace_events, trace_lost, and
 * under one GIL slices, handovers_per_s and, if there are any, slice_p5_ns to
 * slice_p95_ns. Returns 0 or -ENOMEM. */
int slices_report(struct job *job, const struct history *history);

#endif
