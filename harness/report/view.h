/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_VIEW_H
#define HARNESS_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "harness/session/bound.h"
#include "harness/session/estimate.h"

struct experiment;
struct metric_aspect;
struct point;
struct scaling;
struct session;

/*
 * An experiment as it is shown: its estimates in the order in which they are
 * read, the units they are told in, and what of them is not believed. Tables,
 * findings, bars and charts all start from here.
 */

/* A column of figures. */
struct column {
    const char *title; /* with its unit, if the column before has another */
    const char *unit;
    double scale;  /* from the unit of the quantity to this one */
    bool per_task; /* divided by the number of tasks */
};

/* What the charts of one kind show. */
struct aspect {
    struct column first;     /* what is compared */
    struct column beside;    /* what is shown beside it */
    const char *less, *more; /* "faster" and "slower", or other words */
    bool speed; /* a ratio below 1 is told as its inverse, "2x as fast" */
    bool equal; /* neither is the better */
};

struct view {
    const struct session *session;
    unsigned number; /* of the experiment in the session */
    const struct experiment *experiment;
    const struct aspect *aspect;
    struct metric_aspect *metric; /* of which it is part; NULL: of none */
    size_t nrows;
    /* Without twins; by panel, by x, by ratio, the smallest first, holes last.
     * What shares panel and x is a group. */
    struct estimate *rows;
    /* Of a chart of scaling: its models; otherwise none. */
    size_t nscalings;
    struct scaling *scalings;
};

/* Returns 0 or -errno; end with view_fini. It borrows from the session. */
int view_init(struct view *ret, const struct session *session,
              unsigned experiment);
void view_fini(struct view *view);

const struct point *view_point(const struct view *view,
                               const struct estimate *row);

/* A quantity of this row, in the unit of the column. */
double view_value(const struct view *view, const struct estimate *row,
                  const struct column *column, double quantity);

/* The index behind the last row of the group that begins with row `first`. */
size_t view_group_end(const struct view *view, size_t first);

/* Other points are compared with it. */
bool view_is_baseline(const struct view *view, const struct estimate *row);

/* The row of the baseline of this row; NULL: it has none but itself. */
const struct estimate *view_baseline(const struct view *view,
                                     const struct estimate *row);

/* It has no figures at all; view_reason tells why, in words. */
bool view_is_hole(const struct estimate *row);
const char *view_reason(const struct view *view, const struct estimate *row);

/* The workload of a panel; NULL: there is no such panel. */
const struct workload *view_workload(const struct view *view, unsigned panel);

/* "primes, 64 tasks": what this panel does; the number only if all agree. */
void view_write_workload(FILE *out, const struct view *view, unsigned panel);

/* The cores that the session could use; 1 if that is not known. */
unsigned view_cores(const struct session *session);

/* What the row cannot beat (harness/session/bound.h). */
struct bound view_bound(const struct view *view, const struct estimate *row);

/* What the waits alone would take with view_point(row)->x tasks in flight, in
 * ns: no less than the longest, and no less than their share of all; 0: there
 * are no waits. Without a sweep all are in flight. */
double view_ideal_ns(const struct view *view, const struct estimate *row);

/* Is it beyond its bound, with its whole interval? Then something was measured
 * wrongly, and its ratio is not shown. */
bool view_is_impossible(const struct view *view, const struct estimate *row);

/* Is it beyond its bound, but perhaps by noise? Then this is said beside it. */
bool view_is_doubtful(const struct view *view, const struct estimate *row);

#endif
