/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_FINDING_RULES_H
#define HARNESS_FINDING_RULES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct estimate;
struct view;

/* The rows of one group that have figures we believe, the quickest first. */
struct cast {
    const struct view *view;
    struct estimate *rows;
    size_t nrows;
    const char **holes; /* the names of those that have none */
    size_t nholes;
    const char **names; /* room for as many names as needed */
    size_t nnames;
    uint64_t x;
};

/* Each writes one sentence about a cast that is not empty and has intervals,
 * without its capital letter and its full stop. */

/* Who is faster than the baseline? */
void finding_fastest(FILE *out, struct cast *cast);

/* Who uses several cores, or overlaps its waits? */
void finding_models(FILE *out, struct cast *cast);

/* Who gains from more workers? */
void finding_scaling(FILE *out, struct cast *cast);

/* Who loses little with everything in flight? */
void finding_concurrency(FILE *out, struct cast *cast);

/* What does a task cost? "an empty task under ", " costs". */
void finding_cost(FILE *out, struct cast *cast, const char *head,
                  const char *verb);

/* What do primitives cost, each in units of a smaller one? */
void finding_costs(FILE *out, struct cast *cast);

/* How far apart are the models in the metric that they are compared by? */
void finding_metric(FILE *out, struct cast *cast);

#endif
