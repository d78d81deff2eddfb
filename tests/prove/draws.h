/* SPDX-License-Identifier: MIT */
#ifndef PROVE_DRAWS_H
#define PROVE_DRAWS_H

#include "tests/prove/checks.h"

/*
 * The draws of checks (struct check): each adds one case to the tallies, in the
 * order that stands here.
 */

/* For each of these numbers of runs of one model: the interval holds the true
 * median. Between two of its own runs there are scene->nmodels others. */
extern const size_t draw_sizes[FIGURES_MAX];
void draw_median(const struct scene *scene, uint64_t seed,
                 struct tally tallies[FIGURES_MAX]);

/* Equal models: a difference is claimed; "the same"; blocks. */
void draw_equal(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX]);

/* A slower model: it is found; it is called faster; blocks. */
void draw_found(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX]);

/* A slower model: the interval holds the true ratio; it is found. */
void draw_ratio(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX]);

/* Several equal models: any claim of a difference; any, had each been judged
 * alone; blocks. */
void draw_family(const struct scene *scene, uint64_t seed,
                 struct tally tallies[FIGURES_MAX]);

/* A model outside the band of "the same": it is called the same; it is found.
 */
void draw_band(const struct scene *scene, uint64_t seed,
               struct tally tallies[FIGURES_MAX]);

/* Whether the blocks of the scene cannot tell; of these, whether as many more
 * as they ask for can, whether they ask for more than 190 (which are not
 * tried), and how many they ask for otherwise. */
void draw_forecast(const struct scene *scene, uint64_t seed,
                   struct tally tallies[FIGURES_MAX]);

/* Equal models: Welch's test of 30 and 30 runs claims a difference; their means
 * are 5 % apart; the test after each pair does. */
void draw_naive(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX]);

#endif
