/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_GIL_DATA_H
#define HARNESS_GIL_DATA_H

#include <stdio.h>

struct view;

/* The figures of the charts of the GIL, for scripts/charts/gil-*.gp, whose
 * first lines say what each file holds. All return 0 or -ENOMEM. */

/* Lines, one gnuplot index a series: of the first, second and third axes. */
int gil_fill_1(FILE *out, const struct view *view);
int gil_fill_2(FILE *out, const struct view *view);
int gil_fill_3(FILE *out, const struct view *view);

/* Of gil-interval: the 90th percentile. */
int gil_fill_p90(FILE *out, const struct view *view);

/* Of gil-share: what is expected, on the first and the second axes. */
int gil_fill_curves_1(FILE *out, const struct view *view);
int gil_fill_curves_2(FILE *out, const struct view *view);

/* Of gil-waits: the shares. Of gil-tradeoff: the points. */
int gil_fill_waits(FILE *out, const struct view *view);
int gil_fill_points(FILE *out, const struct view *view);

/* Of gil-rules and gil-lost: medians, and the runs behind them. */
int gil_fill_rows(FILE *out, const struct view *view);
int gil_fill_runs(FILE *out, const struct view *view);

/* What DATA.gp says of these charts. */
int gil_write_text(FILE *out, const struct view *view);

#endif
