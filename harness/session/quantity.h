/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_QUANTITY_H
#define HARNESS_QUANTITY_H

#include <stdbool.h>

struct run;

/*
 * One value of a run, by a name that holds its unit as in result.json:
 * "run_ns". What a workload or a trace tells of a run, its metrics, are
 * quantities as well; they are known by their names alone.
 */
struct quantity {
    const char *name;
    double (*of)(const struct run *run); /* NULL: the metric of this name */
};

/* NaN: the run does not have it. */
double quantity_of(const struct quantity *quantity, const struct run *run);

/* A number among the metrics of a run; NaN: there is none. */
double quantity_metric(const struct run *run, const char *name);

/* What the name stands for in an experiment: a field of every run (run_ns,
 * cpu_ns, voluntary_switches, involuntary_switches), or else a metric. The
 * result borrows the name. */
struct quantity quantity_named(const char *name);

/* Can this be a name? It begins with a small letter, and goes on with those,
 * digits and underscores. */
bool quantity_is_name(const char *text);

extern const struct quantity quantity_run;  /* run_ns */
extern const struct quantity quantity_cpu;  /* cpu_ns: user and system */
extern const struct quantity quantity_life; /* life_ns: from open to closed */
extern const struct quantity quantity_process; /* process_ns: from outside, by
                                                hyperfine if it was there */
extern const struct quantity quantity_memory; /* waiting_bytes: user + kernel */
extern const struct quantity quantity_user;   /* waiting_pss_bytes */
extern const struct quantity quantity_kernel; /* waiting_kernel_bytes */
extern const struct quantity quantity_voluntary;   /* voluntary_switches */
extern const struct quantity quantity_involuntary; /* involuntary_switches */

#endif
