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

/* Draws the one chart whose data are `data`.gp and its tables into `file`, SVG
 * or PNG by its end, dark if it ends with -dark.svg or -dark.png. Returns as
 * draw_session does. */
int draw_picture(const char *data, const char *file);

#endif
