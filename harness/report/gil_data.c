/* SPDX-License-Identifier: MIT */
/*
 * The charts of the GIL whose x is swept, as lines: what is drawn on which axes
 * is one small function a chart. The rest of the file writes them down.
 */
#include "harness/report/gil_data.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/report/chart_text.h"
#include "harness/report/gil_figures.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"
#include "harness/stats/queueing.h"

/* ---- What is drawn ---- */

static const struct quantity half = {"latency_p50_ns", NULL};
static const struct quantity most = {"latency_p90_ns", NULL};

typedef int drawn(const struct view *view, const struct estimate *row,
                  struct gil_figure *ret);

static int figure_speedup(const struct view *view, const struct estimate *row,
                          struct gil_figure *ret)
{
    *ret = gil_speedup(view, row);
    return 0;
}

static int figure_half_ms(const struct view *view, const struct estimate *row,
                          struct gil_figure *ret)
{
    return gil_measure(view, row, &half, 1e-6, ret);
}

static int figure_most_ms(const struct view *view, const struct estimate *row,
                          struct gil_figure *ret)
{
    return gil_measure(view, row, &most, 1e-6, ret);
}

static int figure_switches(const struct view *view, const struct estimate *row,
                           struct gil_figure *ret)
{
    return gil_measure(view, row, &gil_switches, 1, ret);
}

/* The figure on the axes of a chart, and which axes of the experiment its rows
 * are of. */
static drawn *figure_on(const struct view *view, unsigned axes,
                        unsigned *source)
{
    static drawn *const interval[] = {figure_half_ms, gil_speed,
                                      figure_switches};

    *source = axes;
    switch (view->experiment->chart) {
    case CHART_GIL_INTERVAL:
        *source = 0;
        return interval[axes];
    case CHART_GIL_SWITCHES:
        return figure_switches;
    default:
        return figure_speedup;
    }
}

/* ---- Lines ---- */

static double scaled_x(const struct view *view, uint64_t x)
{
    /* Switch intervals are set in us and drawn in ms, as latencies are. */
    return view->experiment->chart == CHART_GIL_INTERVAL ? (double)x * 1e-3
                                                         : (double)x;
}

static void write_figure(FILE *out, double x, const struct gil_figure *f,
                         bool flat)
{
    const double numbers[] = {f->value, f->low, f->high, f->least, f->most};

    if (isnan(f->value))
        return;
    fprintf(out, "%.9g", x);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        chart_write_number(out, numbers[i]);
    fprintf(out, "\t%d\n", flat);
}

/* What the sweep passes over is as long as all the rest. */
static void write_flat(FILE *out, const struct view *view,
                       const struct gil_figure *f)
{
    uint64_t least = UINT64_MAX, greatest = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        if (!experiment_sweeps(view->experiment, &point->configuration))
            continue;
        least = point->x < least ? point->x : least;
        greatest = point->x > greatest ? point->x : greatest;
    }
    if (least < greatest)
        write_figure(out, scaled_x(view, least), f, true);
    write_figure(out, scaled_x(view, greatest), f, true);
}

static int write_line(FILE *out, const struct view *view,
                      const struct series *series, unsigned source, drawn *draw)
{
    long before = ftell(out);

    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct point *point = &view->session->points[i];
        const struct estimate *row = gil_row(view, i);
        struct gil_figure f;
        if (row == NULL || gil_axes(view, point->panel) != source ||
            strcmp(point->label, series->label) != 0)
            continue;
        int err = draw(view, row, &f);
        if (err != 0)
            return err;
        if (experiment_sweeps(view->experiment, &point->configuration))
            write_figure(out, scaled_x(view, point->x), &f, false);
        else
            write_flat(out, view, &f);
    }
    if (ftell(out) == before)
        fputs("?\t?\t?\t?\t?\t?\t?\n", out);
    return 0;
}

static int write_lines(FILE *out, const struct view *view, unsigned source,
                       drawn *draw)
{
    struct series *series = calloc(view->nrows + 1, sizeof(*series));
    int err = 0;

    if (series == NULL)
        return -ENOMEM;
    size_t n = chart_series(view, series);
    fputs("# x\ty\tlow\thigh\tleast\tmost\tflat\n", out);
    for (size_t s = 0; s < n && err == 0; s++) {
        fputs(s > 0 ? "\n\n" : "", out);
        err = write_line(out, view, &series[s], source, draw);
    }
    free(series);
    return err;
}

static int fill_axes(FILE *out, const struct view *view, unsigned axes)
{
    unsigned source;
    drawn *draw = figure_on(view, axes, &source);

    return write_lines(out, view, source, draw);
}

int gil_fill_1(FILE *out, const struct view *view)
{
    return fill_axes(out, view, 0);
}

int gil_fill_2(FILE *out, const struct view *view)
{
    return fill_axes(out, view, 1);
}

int gil_fill_3(FILE *out, const struct view *view)
{
    return fill_axes(out, view, 2);
}

int gil_fill_p90(FILE *out, const struct view *view)
{
    return write_lines(out, view, 0, figure_most_ms);
}

/* ---- Curves ---- */

/* The threads of the panels on these axes; 0: there are no such axes. */
static unsigned threads_on(const struct view *view, unsigned axes)
{
    unsigned nthreads = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        if (gil_axes(view, point->panel) == axes &&
            point->configuration.workers > nthreads)
            nthreads = point->configuration.workers;
    }
    return nthreads;
}

static int fill_curves(FILE *out, const struct view *view, unsigned axes)
{
    static double (*const curves[])(double, unsigned) = {
        queueing_amdahl, queueing_speedup, queueing_bound};
    unsigned nthreads = threads_on(view, axes);

    fputs("# percent\tspeedup\n", out);
    for (size_t c = 0; c < sizeof curves / sizeof *curves; c++) {
        fputs(c > 0 ? "\n\n" : "", out);
        for (unsigned percent = 0; percent <= 100 && nthreads > 0; percent++)
            fprintf(out, "%u\t%.6g\n", percent,
                    curves[c](percent / 100.0, nthreads));
    }
    return 0;
}

int gil_fill_curves_1(FILE *out, const struct view *view)
{
    return fill_curves(out, view, 0);
}

int gil_fill_curves_2(FILE *out, const struct view *view)
{
    return fill_curves(out, view, 1);
}

/* ---- What the chart says ---- */

/* How many cores bound the work on these axes; 0: none, or not these threads.
 */
static unsigned bounding_cores(const struct view *view, unsigned axes)
{
    unsigned ncores = view_cores(view->session);

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        if (gil_axes(view, point->panel) == axes &&
            point->configuration.workload->kind == WORKLOAD_CPU)
            return view->experiment->sweep == SWEEP_WORKERS ||
                           threads_on(view, axes) > ncores
                       ? ncores
                       : 0;
    }
    return 0;
}

int gil_write_text(FILE *out, const struct view *view)
{
    unsigned naxes = gil_naxes(view);

    /* All three are of the first axes; the second are the CPU thread alone. */
    fprintf(out, "PANELS = %u\n",
            view->experiment->chart == CHART_GIL_INTERVAL ? 3 : naxes);
    for (unsigned a = 0; a < naxes; a++) {
        const char *title;
        int length = gil_title(view, a, &title);
        fprintf(out, "PANEL%u_TITLE = '", a + 1);
        for (int i = 0; i < length; i++)
            chart_write_quoted(out, (char[]){title[i], '\0'});
        fprintf(out, "'\nPANEL%u_CORES = %u\n", a + 1, bounding_cores(view, a));
    }
    return chart_write_series(out, view);
}
