/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SCALING_TEXT_H
#define HARNESS_SCALING_TEXT_H

#include <stdio.h>

struct scaling;
struct scaling_point;
struct view;

/* Prints what the workers of one panel bring: speed-up, efficiency and serial
 * fraction at the most workers that the cores can carry, then which law fits,
 * or why none does. Nothing for charts that are not about scaling. Returns 0 or
 * -ENOMEM. */
int scaling_print(FILE *out, const struct view *view, unsigned panel);

/* The point that a sentence about a series is told by: the one with the most
 * workers that the cores can carry; for work that waits, and where none is so
 * small, with the most. NULL: none has a speed-up. */
const struct scaling_point *scaling_at_cores(const struct view *view,
                                             const struct scaling *scaling);

/* "peak at 44", "serial 3.1 %": the fitted law in a label; "" without one. */
void scaling_write_law(FILE *out, const struct scaling *scaling);

/* What each worker does, in one sentence: the headline of the chart of
 * efficiency. The caller frees it; NULL: no memory. */
char *scaling_headline(const struct view *view, unsigned panel);

#endif
