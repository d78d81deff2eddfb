/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DEMO_GIL_H
#define HARNESS_DEMO_GIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/session/runner.h"
#include "harness/session/session.h"
#include "harness/stats/rng.h"

/*
 * `heddle demo gil`: a tour in four stops, a minute in all. A stop asks,
 * measures a few configurations some times in shuffled blocks, draws one chart
 * and says one thing that is true of what was measured today. So few runs make
 * no intervals: a median stands with the smallest and the largest.
 */

/* What is run: two tasks of computing, or an echo server. */
enum tour_point {
    GIL_ONE,       /* one after the other */
    GIL_FREE,      /* two threads, no lock */
    GIL_NEW,       /* two threads under the lock since 3.2 */
    GIL_OLD,       /* under the one before */
    GIL_ECHO,      /* the server by itself, under the new lock */
    GIL_ECHO_FREE, /* beside a thread that computes, no lock */
    GIL_ECHO_NEW,
    GIL_ECHO_OLD,
    GIL_POINTS
};

/* What is taken from a run. */
enum tour_quantity {
    GIL_WALL_MS,
    GIL_CPU_MS,
    GIL_REQUESTS_PER_S,
    GIL_LATENCY_MS,
    GIL_ONE_WAIT,  /* share of the requests that waited about one interval */
    GIL_TWO_WAITS, /* about two */
    GIL_SWITCHES,
    GIL_QUANTITIES
};

enum { GIL_REPEATS_MAX = 5, GIL_ROWS_MAX = 4, GIL_TIMEOUT_S = 60 };

/* A row of a chart: what stands at the left and at the right of it. */
struct tour_row {
    const char *label;
    const char *model; /* whose colour it has */
    enum tour_point points[2];
};

struct tour_axis {
    const char *title;
    const char *unit;
    enum tour_quantity quantity;
    bool logarithmic;
};

struct tour;

struct tour_stop {
    const char *name; /* of its chart */
    const char *question;
    unsigned nrepeats;
    unsigned nrows;
    struct tour_row rows[GIL_ROWS_MAX];
    struct tour_axis axes[2];
    const char *subtitle;
    /* Writes what was found, for the headline, and what to make of it. */
    void (*tell)(const struct tour *tour, char *headline, size_t room,
                 const char **moral);
};

struct tour {
    struct session session; /* its points: enum tour_point, no twins */
    struct runner runner;
    struct rng rng;
    bool quick;        /* a run each, and a short one */
    unsigned nrepeats; /* of the newest stop */
    /* Of the newest runs of each point; NaN: it has no such quantity. */
    double values[GIL_POINTS][GIL_QUANTITIES][GIL_REPEATS_MAX];
    unsigned nvalues[GIL_POINTS];
};

struct tour_spread {
    double low, median, high; /* NaN: not measured */
};

/* ---- demo_gil_measure.c: 0; -errno after a complaint; -EINTR without ---- */

/* Adds the points to the session. */
int tour_add_points(struct tour *tour);

/* Measures all points of a stop, tour->nrepeats times each, in blocks whose
 * order is drawn. */
int tour_measure(struct tour *tour, const struct tour_stop *stop);

struct tour_spread tour_spread(const struct tour *tour, enum tour_point point,
                               enum tour_quantity quantity);

/* ---- demo_gil_turns.c: exit statuses, after a complaint if not EXIT_WELL ----
 */

/* Runs two tasks under the GIL in this process, and draws their lanes. */
int tour_watch_turns(bool quick);

/* Draws a timeline of two such tasks into plots/. */
int tour_draw_turns(struct tour *tour);

/* ---- demo_gil_tell.c ---- */

/* Prints the stop as bars, with the numbers. */
void tour_print_bars(const struct tour *tour, const struct tour_stop *stop);

/* Writes what a chart of kind "pairs" is drawn from into `folder`/data, which
 * it makes. Returns 0 or -errno. */
int tour_write_files(const struct tour *tour, const struct tour_stop *stop,
                     const char *folder, const char *headline);

/* ---- demo_gil_verdicts.c ---- */

void tour_tell_cores(const struct tour *tour, char *headline, size_t room,
                     const char **moral);
void tour_tell_turns(const struct tour *tour, char *headline, size_t room,
                     const char **moral);
void tour_tell_convoy(const struct tour *tour, char *headline, size_t room,
                      const char **moral);
void tour_tell_trade(const struct tour *tour, char *headline, size_t room,
                     const char **moral);

#endif
