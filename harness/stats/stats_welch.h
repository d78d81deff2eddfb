/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_STATS_WELCH_H
#define HARNESS_STATS_WELCH_H

#include <stddef.h>

/*
 * The usual test of two heaps of times, so that it can be watched being wrong:
 * `heddle demo aa` shows what it claims. No verdict of ours comes from it,
 * since it takes all times for independent draws from two distributions, which
 * times taken one after the other on a machine that drifts are not.
 */
struct stats_welch {
    double ratio;     /* mean of a / mean of b */
    double low, high; /* its interval */
    double p;         /* two-sided, for "equal means" */
};

/*
 * Welch's t-test ("The generalization of Student's problem when several
 * different population variances are involved", Biometrika 34, 1947), with the
 * degrees of freedom of Satterthwaite (Biometrics Bulletin 2, 1946). The
 * interval is that of the difference of the means, over the mean of b, which is
 * taken as known: it leaves 1 where p < 1 - level.
 *
 * Times and levels are those of harness/stats/stats.h, na and nb at least 2.
 * Returns 0 or -EINVAL.
 */
int stats_welch(const double *a, size_t na, const double *b, size_t nb,
                double level, struct stats_welch *ret);

#endif
