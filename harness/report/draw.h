/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DRAW_H
#define HARNESS_DRAW_H

#include <stdbool.h>

/* Is there a gnuplot to draw with? */
bool draw_has_gnuplot(void);

/* Draws the charts of the session in `folder` into plots/ by running the script
 * scripts/draw, which writes a line for each to the descriptor `out`. Returns
 * 0; -ENOENT if there is no such script; -EIO if a chart could not be drawn; or
 * -errno. */
int draw_session(const char *folder, int out);

#endif
