/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_GIL_FIGURES_H
#define HARNESS_GIL_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/session/quantity.h"

struct estimate;
struct point;
struct view;

/* What the charts of the GIL draw, and what their headlines compare. NaN stands
 * for what was not measured. */
struct gil_figure {
    double value, low, high; /* the median and its interval */
    double least, most;      /* of all runs */
};

extern const struct gil_figure gil_nothing;

/* Of runs: context switches per second of its whole life; hand-overs of the
 * lock per second, from a trace or else from the lock's own count; and the time
 * that an update of a common counter took. */
extern const struct quantity gil_switches;  /* switches_per_s */
extern const struct quantity gil_handovers; /* handovers_per_s */
extern const struct quantity gil_update;    /* update_ns */

/* A quantity of a row's point, times scale. Returns 0 or -ENOMEM. */
int gil_measure(const struct view *view, const struct estimate *row,
                const struct quantity *quantity, double scale,
                struct gil_figure *ret);

/* The row's speed-up over its baseline: the interval is that of the ratio,
 * least and most are those of its runs against the baseline's median. */
struct gil_figure gil_speedup(const struct view *view,
                              const struct estimate *row);

/* How fast the CPU tasks of a convoy compute, in percent of their speed without
 * the echo tasks: that of the row with this label on the second axes. Returns 0
 * or -ENOMEM. */
int gil_speed(const struct view *view, const struct estimate *row,
              struct gil_figure *ret);

/* Requests of a convoy by what they wait: nothing, one switch interval, two,
 * three, four or more. Means of the shares, over those runs that are like most:
 * in *nescaped of *n most requests wait for nobody, and these are not mixed
 * with the others. False: no run has them, and all shares are NaN. */
enum { GIL_WAITS = 5 };
bool gil_waits(const struct view *view, const struct estimate *row,
               double ret[GIL_WAITS], size_t *nescaped, size_t *n);

/* How many tasks of a convoy compute. */
uint64_t gil_cpu_tasks(const struct point *point);

/* Are both known, with intervals that do not meet, a below b? */
bool gil_is_below(const struct gil_figure *a, const struct gil_figure *b);

/* The row of a point of the session; NULL: a twin, or of other experiments. */
const struct estimate *gil_row(const struct view *view, unsigned point);

/* The first row in the order of the experiment with this label and x on these
 * axes; NULL: there is none. Rows that the sweep passes over have every x. */
const struct estimate *gil_find(const struct view *view, unsigned axes,
                                const char *label, uint64_t x);

/* Panels whose titles agree up to a comma share their axes: "CPU-bound" and
 * "CPU-bound, CPython". The number of a panel's axes, from 0; and their title,
 * up to the comma, for printf's "%.*s". */
unsigned gil_axes(const struct view *view, unsigned panel);
int gil_title(const struct view *view, unsigned axes, const char **title);
unsigned gil_naxes(const struct view *view);

#endif
