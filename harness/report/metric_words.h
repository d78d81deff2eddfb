/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_METRIC_WORDS_H
#define HARNESS_METRIC_WORDS_H

#include "harness/report/view.h"

/* How people read a quantity: its name without the end that is its unit, and
 * the unit it is told in. "latency_p50_ns" is a "latency p50" in ms,
 * "requests_per_s" are "requests" per second. */

enum { METRIC_TITLE = 80 };

struct metric_words {
    char name[METRIC_TITLE]; /* "latency p50" */
    const char *unit;        /* "ms"; "": a number or a share */
    double scale;            /* from the quantity to that unit */
};

struct metric_words metric_words(const char *name);

/* "latency p50, ms", for the head of a column or an axis. */
void metric_write_title(const struct metric_words *words,
                        char text[METRIC_TITLE]);

/* What the tables and findings of points say that are compared by it. */
struct metric_aspect {
    struct aspect aspect;
    char title[METRIC_TITLE];
};

/* NULL: no memory; the caller frees. */
struct metric_aspect *metric_aspect_new(const char *name);

#endif
