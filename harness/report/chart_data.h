/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CHART_DATA_H
#define HARNESS_CHART_DATA_H

struct view;

/*
 * Writes what scripts/charts/ draws of an experiment called NAME into the
 * session's folder: data/NAME.gp (what the chart says, as assignments of
 * gnuplot) and data/NAME*.tsv (what it shows, with a header that names columns
 * and units; "?" for what is missing). Equal sessions make equal bytes. Files
 * are written beside their place and moved there when they are complete.
 * A kind with one panel shows the first. Returns 0 or -errno.
 */
int chart_data_write(const struct view *view);

#endif
