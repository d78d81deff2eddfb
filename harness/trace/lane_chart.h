/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_LANE_CHART_H
#define HARNESS_LANE_CHART_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/trace.h"

struct configuration;
struct lane;
struct window;

/*
 * A chart of lanes that is being written: what it says (gp) and what it shows
 * (tsv), in a folder of its own that exists only until it is drawn. Drawn by
 * scripts/charts/KIND.gp with lanes.gp.
 */
enum { LANE_CHART_PATH = 4096 };

struct lane_chart {
    char folder[LANE_CHART_PATH];
    char data[LANE_CHART_PATH + 8]; /* the files' names without their ends */
    FILE *gp, *tsv;
    uint64_t zero_ns; /* times are told from here on ... */
    double unit_ns;   /* ... in units of so many ns */
    bool seen[TRACE_STATES];
};

/* Begins one. Whatever this returns, 0 or -errno, lane_chart_close ends it. */
int lane_chart_open(uint64_t zero_ns, double unit_ns, struct lane_chart *ret);

/* Writes title, subtitle (what was run, and the note), caption. Returns 0 or
 * -errno. */
int lane_chart_head(struct lane_chart *chart, const struct configuration *c,
                    const char *kind, const char *title, const char *note);

/* Writes the states of a lane within the window; `row` counts from 1. */
void lane_chart_lane(struct lane_chart *chart, const struct lane *lane,
                     unsigned row, const struct window *window);

/* Draws it into `path`, if `result`, what came of writing it, is 0; takes the
 * files away. Returns 0 or -errno. */
int lane_chart_close(struct lane_chart *chart, const struct window *window,
                     int result, const char *path);

#endif
