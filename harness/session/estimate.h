/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ESTIMATE_H
#define HARNESS_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/session/quantity.h"
#include "harness/stats/stats.h"

struct run;
struct session;

/*
 * The way from runs to claims, the same for the stopping rule, the result file,
 * the tables and the charts. A session holds the runs of complete blocks only;
 * of these a point has the values of its good runs, and two points are compared
 * in the blocks in which both have one.
 */

/* The level of every interval we print, and of every family's error. Intervals
 * of ratios are computed at looks_claim_level, so that this much is left. */
#define ESTIMATE_LEVEL 0.95

/* What the points of an experiment are compared by, and what is shown beside
 * it: run and CPU time; for the chart "startup" life and process, for "memory"
 * memory and kernel, for "latency" latency and service, both at p99, or at the
 * median where the requests are too few. */
const struct quantity *estimate_quantity(const struct session *session,
                                         unsigned experiment);
const struct quantity *estimate_quantity_beside(const struct session *session,
                                                unsigned experiment);

/* A verdict as files say it: "faster", "slower"; of metrics, where the reader
 * knows which is the better, "lower", "higher"; "same"; "cannot tell". */
const char *estimate_verdict(const struct session *session, unsigned experiment,
                             enum stats_verdict verdict);

/* Does the verdict say that something got worse, by more than limit_ratio?
 * Fewer per second are worse, and of everything else it is more. */
bool estimate_is_worse(const struct session *session, unsigned experiment,
                       enum stats_verdict verdict, double ratio,
                       double limit_ratio);

/* ---- The values of one point ---- */

struct sample {
    size_t n;
    double *values;   /* in the order of blocks, one a block */
    unsigned *blocks; /* where each comes from; ascending */
};

/* Takes the sample of a point; n may be 0. Returns 0 or -ENOMEM; the caller
 * ends it with sample_fini. */
int sample_init(struct sample *ret, const struct session *session,
                unsigned point, const struct quantity *quantity);
void sample_fini(struct sample *sample);

/* stats_compare over the blocks that both samples have. Returns 0; -ENODATA if
 * there are none; or an error of stats_compare. */
int sample_compare(const struct sample *a, const struct sample *b, double level,
                   struct stats_ratio *ret);

/* ---- An experiment ---- */

struct estimate {
    unsigned point;
    struct stats_location location; /* n = 0: no good run */
    struct stats_location beside;   /* n = 0: no run has it */
    size_t nbad;                    /* runs that did not end well */
    /* A good run has a value of 0 or less, or none that is finite: there are
     * no ratios to such a value, so n = 0 above. */
    bool zero, beside_zero;
    unsigned baseline; /* estimate_baseline of the point */

    /* Whether that is another point, and both have values in some block; if
     * not, all below is unset. */
    bool compared;
    struct stats_ratio ratio; /* to the baseline, by itself */
    /* With the interval that Holm's test of the family asks for. */
    struct stats_ratio joint;
    bool alone; /* too few blocks for a family of this size: joint and verdict
                   hold for this point by itself */
    double p_adjusted; /* Holm; to claim a difference, it must not be above
                          1 - looks_claim_level */
    enum stats_verdict verdict; /* of joint */
    size_t more_blocks;         /* until the verdict is settled, 0: it is */
};

/* Estimates every point of an experiment, in the order of session.points.
 * One family: the points of one panel at one x, without the twin; against
 * another program, all of ours in the session. The twin is compared by itself,
 * and its interval is the noise floor. Returns 0 or
 * -errno; the caller frees *ret. */
int estimate_experiment(const struct session *session, unsigned experiment,
                        struct estimate **ret, size_t *nret);

/* The point that `point` is compared with: the baseline of its panel at its x,
 * or else of its panel; against another program, the same there. For the
 * baseline itself, and where there is none: the point. */
unsigned estimate_baseline(const struct session *session, unsigned point);

/* The twin whose interval reaches farthest from 1, over all experiments (those
 * of tails and metrics only if there is nothing else): what differences in this
 * session may be no differences. Returns 0; -ENODATA if no twin was compared;
 * or -errno. */
int estimate_noise(const struct session *session, struct estimate *ret);

#endif
