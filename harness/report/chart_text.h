/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CHART_TEXT_H
#define HARNESS_CHART_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct estimate;
struct view;

/* One line of a chart of concurrency or scaling: a label, wherever it occurs.
 */
struct series {
    const char *label, *model;
};

/* The series of a view in the order of the experiment, without what the others
 * are compared with if the chart is about speed-up. Returns how many it wrote
 * into ret, which has room for view->nrows. */
size_t chart_series(const struct view *view, struct series *ret);

/* Does this row belong to the panel, and has the chart a place for it? */
bool chart_shows(const struct view *view, const struct estimate *row,
                 unsigned panel);

/* The row has figures that may be drawn. */
bool chart_has_figures(const struct view *view, const struct estimate *row);

/* Writes a text as a cell of TSV: no tabs, no line breaks. */
void chart_write_cell(FILE *out, const char *text);

/* Writes "NAME = 'text'" for gnuplot, whatever the text holds. */
void chart_assign(FILE *out, const char *name, const char *text);
/* Writes a tab, and the number; "?" for NaN. */
void chart_write_number(FILE *out, double value);

/* Writes a text as the inside of a gnuplot string in single quotes. */
void chart_write_quoted(FILE *out, const char *text);

/* Writes what every chart begins with: KIND, TITLE, SUBTITLE, CAPTION, CORES.
 */
void chart_write_head(FILE *out, const struct view *view, const char *kind,
                      const char *title);

/* Writes BASELINE, the label of what others are compared with. */
void chart_write_baseline(FILE *out, const struct view *view);

/* Writes SERIES, MODELi and LABELi. Returns 0 or -ENOMEM. */
int chart_write_series(FILE *out, const struct view *view);

/* The short claim at the end of a row: "1.94x as fast", "baseline". */
void chart_write_claim(FILE *out, const struct view *view,
                       const struct estimate *row);

/* Writes NAME.gp. Returns 0 or -ENOMEM. */
int chart_write_text(FILE *out, const struct view *view);

#endif
