/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_BOUND_H
#define HARNESS_BOUND_H

#include <stdint.h>
#include <stdio.h>

struct configuration;
struct estimate;
struct session;

/*
 * What no model can beat (Brent, "The parallel evaluation of general arithmetic
 * expressions", JACM 21, 1974): a run on p workers lasts at least T1 / p, and
 * at least as long as its longest chain, which for independent tasks is the
 * longest task. A speed-up beyond its bound is a mistake and no discovery.
 */

/* What sets the bound. */
enum bound_reason {
    BOUND_NONE,         /* nothing is known */
    BOUND_CORES,        /* those the session could use: hardware threads too */
    BOUND_WORKERS,      /* fewer than cores */
    BOUND_TASKS,        /* fewer than workers */
    BOUND_LONGEST_TASK, /* it cannot be divided */
    BOUND_ROUNDS,       /* some worker gets the tasks that are left over */
    BOUND_LONGEST_WAIT,
    BOUND_WAITS, /* all of them, so many at a time */
    BOUND_MAX
};
extern const char *const bound_reason_names[BOUND_MAX];

struct bound {
    enum bound_reason reason;
    double least_ns;      /* no run is shorter; 0: nothing is known */
    double speedup_ratio; /* the baseline's time over least_ns; NaN: no
                             baseline, or nothing is known */
};

/*
 * The bound of a point whose baseline, another point or itself, has a median
 * of baseline_ns (NaN: none). Bounds of computing need a baseline of one
 * worker, whose time is T1, and tell nothing of a baseline itself; the share of
 * T1 that one task takes is that of its steps, less the last, which may be
 * short. Waits need no baseline. Only for experiments about run time.
 */
struct bound bound_of(const struct session *session, unsigned point,
                      unsigned baseline, double baseline_ns);

/* The same for the best that could be made of this point's tasks: with a worker
 * for each core, or everything in flight. */
struct bound bound_of_best(const struct session *session, unsigned point,
                           unsigned baseline, double baseline_ns);

enum bound_verdict {
    BOUND_KEPT,
    BOUND_UNSURE, /* beyond it, but its interval is not, or there is none */
    BOUND_BROKEN, /* with its whole interval */
};

/* Whether an estimate with figures keeps to its bound, both within
 * STATS_SAME_RATIO. The ratio to the baseline, taken within blocks, is the
 * better witness where there is one. */
enum bound_verdict bound_judge(const struct bound *bound,
                               const struct estimate *estimate,
                               double baseline_ns);

/* "2 cores", "the longest of 3 tasks": what sets it, for a sentence. */
void bound_write_reason(FILE *out, const struct session *session,
                        const struct bound *bound, unsigned point);

/* "below 125 ms, the least time for 2 cores". */
void bound_write_least(FILE *out, const struct session *session,
                       const struct bound *bound, unsigned point);

/* What may be behind an estimate beyond this bound: "a baseline that ...". */
void bound_write_suspects(FILE *out, const struct session *session,
                          const struct bound *bound);

/* The cores that the session could use, each hardware thread counted; 1 if that
 * is not known. */
unsigned bound_cores(const struct session *session);

/* The same, with the threads of one core counted once; 0: not known. */
unsigned bound_physical_cores(const struct session *session);

/* How many tasks can wait at the same time. */
uint64_t bound_waiters(const struct configuration *configuration);

#endif
