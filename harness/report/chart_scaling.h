/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CHART_SCALING_H
#define HARNESS_CHART_SCALING_H

#include <stdio.h>

struct view;

/* What charts of scaling have beside the others: of the first panel, with one
 * gnuplot index a series, in the order of chart_series. Each returns 0 or
 * -errno. */

/* NAME.tsv: speed-ups. A refused one is a line of "?" with its bound. */
int chart_fill_scaling(FILE *out, const struct view *view);

/* NAME.bound.tsv: the highest bound of all models, by workers. */
int chart_fill_bound(FILE *out, const struct view *view);

/* NAME-efficiency.tsv: efficiency and serial fraction. */
int chart_fill_efficiency(FILE *out, const struct view *view);

/* What NAME.gp says of WHOLE_CORES, those that as many workers need not share
 * (0: work that waits), and of fitted laws: FITi, a label ("": none), and below
 * it FITi_UNIT, the speed-up of one worker, FITi_SIGMA, FITi_KAPPA, and
 * FITi_MOST, the workers up to which it was fitted. */
int chart_write_laws(FILE *out, const struct view *view);

/* NAME-efficiency.gp: all of it. */
int chart_write_efficiency(FILE *out, const struct view *view);

#endif
