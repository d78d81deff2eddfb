/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_COST_DATA_H
#define HARNESS_COST_DATA_H

#include <stdio.h>

struct view;

/* The figures of the chart "costs", for scripts/charts/costs.gp, whose first
 * lines say what the file holds: a row for each primitive, the cheapest first;
 * one across two cores stands in the row of its pair on one. Rows of other
 * workloads stand by themselves. Returns 0 or -ENOMEM. */
int cost_fill_rows(FILE *out, const struct view *view);

/* What DATA.gp says of it besides: NROWS, and the names of the groups. */
void cost_write_text(FILE *out, const struct view *view);

#endif
