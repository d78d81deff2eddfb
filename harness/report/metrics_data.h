/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_METRICS_DATA_H
#define HARNESS_METRICS_DATA_H

#include <stdbool.h>
#include <stdio.h>

struct view;

/* Does the experiment have data/NAME-metrics.tsv: has it metrics, or a chart
 * that is drawn from that file? */
bool metrics_are_told(const struct view *view);

/*
 * Fills data/NAME-metrics.tsv: a row for each point and each of run_ns, cpu_ns,
 * voluntary_switches, involuntary_switches and the experiment's metrics, in the
 * order of the experiment. Panels count from 1; x is "?" for what no sweep
 * touches; the estimate is the median with its interval, in the unit that the
 * metric's name says; n counts blocks with a good run that has it, 0 if there
 * are none. Returns 0 or -ENOMEM.
 */
int metrics_fill(FILE *out, const struct view *view);

/*
 * Writes what charts of metrics read besides: NPANELS and PANELi_TITLE; SERIES,
 * MODELi and LABELi; AXIS, what x counts, "" without a sweep; BASELINE; and of
 * the first metric (what is compared, if there is none) METRIC, its name as in
 * the rows, METRIC_TITLE, for an axis, and METRIC_SCALE, by which values are
 * multiplied to have the unit that the title names. Returns 0 or -ENOMEM.
 */
int metrics_write_text(FILE *out, const struct view *view);

#endif
