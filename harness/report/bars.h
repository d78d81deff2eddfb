/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_BARS_H
#define HARNESS_BARS_H

#include <stdio.h>

struct view;

/* Draws one panel in characters, for a machine without gnuplot: a bar from zero
 * for each median of what is compared, and its number. */
void bars_print(FILE *out, const struct view *view, unsigned panel);

#endif
