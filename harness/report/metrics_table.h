/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_METRICS_TABLE_H
#define HARNESS_METRICS_TABLE_H

#include <stdio.h>

struct view;

/* Prints the experiment's metrics in one panel, a line a point: medians with
 * their intervals, in as many tables as it takes to stay narrow; and names
 * metrics that no run has. Nothing without metrics, or where all of them are in
 * the main table. Returns 0 or -ENOMEM. */
int metrics_table_print(FILE *out, const struct view *view, unsigned panel);

#endif
