/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ACROSS_H
#define HARNESS_ACROSS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/stats/stats.h"

struct estimate;
struct session;
struct view;

/*
 * What has become of each configuration from session A to session B. Two
 * questions of each: its time in B over its time in A; and its ratio to its
 * baseline in B over that in A, from which the machine's mood has gone, since
 * both parts of a ratio come from one block.
 *
 * Runs of two sessions have no blocks in common, so these are comparisons of
 * independent samples (stats_compare_apart), and weaker than those within a
 * session: whatever else changed between the sessions is in them. Intervals are
 * therefore widened, on the scale of logarithms, by what is known of that:
 *
 *   - by sqrt((1 + r1) / (1 - r1)) about the ratio, if the runs of a session
 *     resemble their neighbours (r1 > 0.2; as in stats_locate);
 *   - by the gap of the calibrations (times only), on both sides;
 *   - by as far as the A/A twin of its baseline reaches from 1, in whichever
 *     session that is farther, on both sides.
 *
 * What is assumed: that nothing that these do not see differed between the
 * sessions. No statistics can make up for it; `heddle bench --against` can.
 */

struct across_claim {
    bool
        asked; /* both sessions have values for it; if not, the rest is unset */
    /* B over A. The level is that of Holm's test in the family of all rows of
     * the comparison, the interval widened; NaN: too few blocks, or no twin
     * with an interval. p is as if nothing but the program had changed. */
    struct stats_ratio ratio;
    double p_adjusted;
    double drift_ratio; /* the first of the three, at least 1 */
    double floor_ratio; /* the others together; NaN: no twin */
    enum stats_verdict verdict;
};

/* Why a row has no claims. */
enum across_hole { ACROSS_NONE, ACROSS_A, ACROSS_B, ACROSS_IMPOSSIBLE };

struct across_row {
    const struct view *view_a, *view_b; /* its experiment in each session */
    const struct estimate *a, *b;       /* the same configuration in each */
    enum across_hole hole; /* not measured in A (or not there), not in B, or
                              beyond its bound in one of them */
    struct across_claim time, relative;
};

struct across {
    const struct session *a, *b;
    bool is_relative; /* `relative` decides, not `time` */
    double gap_ratio; /* of the calibrations, B over A; NaN: unknown */
    size_t nviews;
    struct view *views_a, *views_b; /* of the experiments in common */
    size_t nrows;
    struct across_row *rows; /* without twins; in the order of A's tables */
};

/* Compares what both sessions have. They are comparable (comparable.h), and
 * outlive the result. Returns 0 or -errno; end with across_fini. */
int across_init(struct across *ret, const struct session *a,
                const struct session *b, bool is_relative);
void across_fini(struct across *across);

/* The claim that decides about a row. */
const struct across_claim *across_decides(const struct across *across,
                                          const struct across_row *row);

/* Slower, surely, and by more than the limit (0.05: 5 %). */
bool across_is_regression(const struct across *across,
                          const struct across_row *row, double limit);

#endif
