/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SCALING_H
#define HARNESS_SCALING_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/session/bound.h"
#include "harness/stats/stats.h"

struct session;

/*
 * How one model of one panel scales with its workers: what the result file, the
 * tables and the charts of the kind "scaling" say alike. Speed-ups are over the
 * baseline; the laws have the model's own run with one worker as their unit.
 */

enum {
    SCALING_BLOCKS = 6, /* the fewest for an interval at 95 % */
    SCALING_COUNTS = 6, /* the fewest worker counts for a fit, one included */
    SCALING_REASON = 160,
};

/* What is not known is NaN, and the reason beside it is no longer "". */
struct scaling_point {
    unsigned point; /* index into session.points */
    unsigned workers;
    struct stats_interval speedup;
    struct stats_interval efficiency; /* speed-up over workers */
    struct stats_interval serial;     /* Karp and Flatt's fraction */
    char no_speedup[SCALING_REASON];
    char no_interval[SCALING_REASON];
    char no_efficiency[SCALING_REASON];
    char no_serial[SCALING_REASON];
    struct bound bound;
    enum bound_verdict verdict; /* BOUND_BROKEN: the speed-up is refused */
};

struct scaling {
    unsigned experiment, panel;
    const char *label, *model; /* the session's */
    size_t npoints;
    struct scaling_point *points; /* by workers, ascending */

    /* The laws, fitted up to so many workers, no more than physical cores. Each
     * holds where the reason against it is "". Amdahl's needs enough worker
     * counts and blocks; Gunther's also an interval of kappa above 0, and a
     * peak that is at most twice as far as was measured. */
    struct stats_scaling fit;
    unsigned most_workers;
    char no_amdahl[SCALING_REASON];
    char no_usl[SCALING_REASON];
};

/* All models of an experiment whose workers are swept, in the order of the
 * session's points; none for other experiments. Returns 0 or -errno; end with
 * scaling_free. */
int scaling_experiment(const struct session *session, unsigned experiment,
                       struct scaling **ret, size_t *nret);
void scaling_free(struct scaling *scalings, size_t n);

/* The cores that as many workers need not share: the physical ones that the
 * session could use, or all usable ones if no more is known. */
unsigned scaling_cores(const struct session *session);

#endif
