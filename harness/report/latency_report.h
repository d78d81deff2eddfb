/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_LATENCY_REPORT_H
#define HARNESS_LATENCY_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct cast;
struct estimate;
struct view;

/* What the chart of latencies has beside what all charts have: percentiles at
 * one load, and marks for what is not believed. */

/* The load whose percentiles are shown: the largest x of the panel at which
 * some row is not spoilt, or else the largest. */
uint64_t latency_focus(const struct view *view, unsigned panel);

/* Writes that load in words: "3000 requests per second and 8 workers". */
void latency_write_focus(FILE *out, const struct view *view, unsigned panel);

/* Is the row spoilt (harness/session/latency.h)? Never in other charts. */
bool latency_is_spoilt(const struct view *view, const struct estimate *row);

/* "overloaded" or "little", the graver; NULL: the row is not spoilt. */
const char *latency_row_mark(const struct view *view,
                             const struct estimate *row);

/* Prints the percentiles of latency and service at the focus, and why rows are
 * marked. Returns 0 or -ENOMEM. */
int latency_table_print(FILE *out, const struct view *view, unsigned panel);

/* Write NAME.percentiles.tsv and NAME.load.tsv, an index of gnuplot a series.
 * Return 0 or -errno. */
int latency_fill_percentiles(FILE *out, const struct view *view);
int latency_fill_load(FILE *out, const struct view *view);

/* Writes what of NAME.gp is only about latencies. */
void latency_write_text(FILE *out, const struct view *view);

/* A finding rule (finding_rules.h): how long does whoever asks wait? Named are
 * the rows whose interval overlaps the best one's, with the longest end of
 * these; then who is overloaded, or else hides most of the wait, with what the
 * service time alone would have said. */
void finding_latency(FILE *out, struct cast *cast);

#endif
