/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_NOISE_H
#define HARNESS_NOISE_H

#include <stddef.h>
#include <stdint.h>

#include "harness/figures.h"

/*
 * What happened around one run: a look at the machine's counters just before
 * and one just after. A look reads files that stay open, 15 to 30 us here; it
 * knows nothing of the run and does not touch it.
 */

/* Names in JSON: noise_names. Those of the first group are as they were just
 * before the run, the others are differences over it. */
enum noise_figure {
    NOISE_CALIBRATION_NS,   /* a short round of the fixed loop (machine.h) */
    NOISE_RUNNABLE_THREADS, /* that ran or could, without ourselves */

    NOISE_STEAL_TICKS, /* of all CPUs: the hypervisor ran others meanwhile. A
                          tick is mostly 10 ms, see sysconf(3) _SC_CLK_TCK */
    NOISE_BUSY_TICKS,  /* of all CPUs: not idle; what was stolen included */
    NOISE_IDLE_TICKS,
    /* Somebody (some) or everybody (full) of this machine waited for it, see
     * the kernel's Documentation/accounting/psi.rst */
    NOISE_CPU_SOME_US,
    NOISE_CPU_FULL_US,
    NOISE_IO_SOME_US,
    NOISE_IO_FULL_US,
    NOISE_MEMORY_SOME_US,
    NOISE_MEMORY_FULL_US,
    NOISE_QUOTA_PERIODS,  /* our control group, or one above, stood still */
    NOISE_QUOTA_US,       /* for so long, its threads added up */
    NOISE_HEAT_THROTTLES, /* a processor became slower since it was too hot */
    NOISE_SUSPENDED_NS,   /* CLOCK_BOOTTIME gained on CLOCK_MONOTONIC */
    NOISE_CLOCK_STEP_NS,  /* CLOCK_REALTIME did, or lost: the clock was set */
    NOISE_FIGURES
};
extern const char *const noise_names[NOISE_FIGURES];

/* FIGURE_UNKNOWN: this machine does not count it. */
struct noise {
    int64_t figures[NOISE_FIGURES];
};

struct noise_source; /* an open file */

struct noise_reader {
    struct noise_source *sources;
    size_t nsources;
};

/* Opens what there is below `root` (small_file.h). A machine that has none of
 * it is no error: its figures are unknown then. Returns 0 or -ENOMEM. */
int noise_open(struct noise_reader *ret, const char *root);
void noise_close(struct noise_reader *reader);

/* One look; differences of two are for noise_between. The calibration is the
 * caller's to add. */
struct noise noise_look(const struct noise_reader *reader);

struct noise noise_between(const struct noise *before,
                           const struct noise *after);

/* The share of all CPU time, idle or not, that was stolen: 0 to 1; 0 if not a
 * tick went by. */
double noise_steal_ratio(const struct noise *noise);

/* How often a CPU quota was used up; 0 where there is none to count. */
uint64_t noise_quota_periods(const struct noise *noise);

/*
 * Why a block may be measured again: named before anything was measured, and
 * seen in counters alone, never in the times that came out.
 */
enum noise_cause {
    NOISE_SUSPENDED, /* by 1 ms or more */
    NOISE_CLOCK_SET, /* by 1 ms or more; a machine that was moved shows this */
    NOISE_HOT,       /* a processor throttled itself */
    NOISE_QUOTA,     /* a CPU quota stopped us */
    NOISE_STOLEN,    /* surely more than a tenth of the busy CPU time; ticks are
                        coarse, so it takes two to be sure of one */
    NOISE_CAUSES
};
extern const char *const noise_cause_names[NOISE_CAUSES]; /* in JSON */
extern const char *const noise_cause_words[NOISE_CAUSES]; /* for people */

/* The first that applies; NOISE_CAUSES: none does. */
enum noise_cause noise_find_cause(const struct noise *noise);

#endif
