/* SPDX-License-Identifier: MIT */
/*
 * Figures that several charts and headlines of the GIL share, so that a picture
 * and the sentence above it cannot differ. Rates are made run by run, before
 * any median is taken.
 */
#include "harness/report/gil_figures.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/workload.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/metrics.h"
#include "harness/session/session.h"

const struct gil_figure gil_nothing = {NAN, NAN, NAN, NAN, NAN};

/* ---- Rates of a run ---- */

static double per_second(double count, uint64_t ns)
{
    return ns > 0 ? count * (double)NS_PER_S / (double)ns : NAN;
}

static double switches_per_s(const struct run *run)
{
    uint64_t count = run->voluntary_switches + run->involuntary_switches;

    return per_second((double)count,
                      run->startup_ns + run->run_ns + run->shutdown_ns);
}

static double handovers_per_s(const struct run *run)
{
    double traced = quantity_metric(run, "handovers_per_s");

    return isnan(traced)
               ? per_second(quantity_metric(run, "gil_switches"), run->run_ns)
               : traced;
}

static double update_ns(const struct run *run)
{
    return (double)run->run_ns / quantity_metric(run, "counter_expected");
}

const struct quantity gil_switches = {"switches_per_s", switches_per_s};
const struct quantity gil_handovers = {"handovers_per_s", handovers_per_s};
const struct quantity gil_update = {"update_ns", update_ns};

/* ---- Figures of a row ---- */

int gil_measure(const struct view *view, const struct estimate *row,
                const struct quantity *quantity, double scale,
                struct gil_figure *ret)
{
    struct stats_location l;
    int err = metrics_locate(view->session, row->point, quantity, &l);

    *ret = gil_nothing;
    if (err == 0 && l.n > 0)
        *ret =
            (struct gil_figure){scale * l.median, scale * l.low, scale * l.high,
                                scale * l.min, scale * l.max};
    return err;
}

struct gil_figure gil_speedup(const struct view *view,
                              const struct estimate *row)
{
    const struct estimate *baseline = view_baseline(view, row);

    if (!row->compared || baseline == NULL || view_is_hole(row) ||
        view_is_impossible(view, row))
        return gil_nothing;
    double alone = baseline->location.median;
    return (struct gil_figure){1 / row->joint.ratio, 1 / row->joint.high,
                               1 / row->joint.low, alone / row->location.max,
                               alone / row->location.min};
}

int gil_speed(const struct view *view, const struct estimate *row,
              struct gil_figure *ret)
{
    static const struct quantity speed = {"cpu_steps_per_s", NULL};
    const char *label = view_point(view, row)->label;
    struct gil_figure whole = gil_nothing;
    int err = 0;

    for (size_t i = 0; i < view->nrows && isnan(whole.value); i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        if (gil_axes(view, point->panel) == 1 &&
            strcmp(point->label, label) == 0)
            err = gil_measure(view, &view->rows[i], &speed, 1, &whole);
        if (err != 0)
            return err;
    }
    return gil_measure(view, row, &speed, 100 / whole.value, ret);
}

uint64_t gil_cpu_tasks(const struct point *point)
{
    const struct configuration *c = &point->configuration;
    uint64_t nechoes = 0;

    for (size_t i = 0; i < c->workload->nparameters; i++)
        if (strcmp(c->workload->parameters[i].name, "echo_tasks") == 0)
            nechoes = c->workload_values[i].number;
    return c->ntasks - nechoes;
}

/* In some runs the echo task outruns the CPU tasks' wake-up for long, and most
 * of its requests wait for nobody. Such runs are counted, and not mixed with
 * the others: a mean of both would be what no run ever shows. */
struct waits {
    size_t n[2];               /* runs; the second: escaped */
    double sums[2][GIL_WAITS]; /* of their shares */
};

static void add_waits(struct waits *waits, const struct run *run)
{
    static const char *const names[GIL_WAITS] = {
        "waits_0_share", "waits_1_share", "waits_2_share", "waits_3_share",
        "waits_4_share"};
    double shares[GIL_WAITS];

    for (size_t i = 0; i < GIL_WAITS; i++) {
        shares[i] = quantity_metric(run, names[i]);
        if (isnan(shares[i]))
            return;
    }
    bool escaped = shares[0] > 0.5;
    waits->n[escaped]++;
    for (size_t i = 0; i < GIL_WAITS; i++)
        waits->sums[escaped][i] += shares[i];
}

static struct waits waits_of(const struct session *session, unsigned point)
{
    struct waits waits = {0};

    for (size_t i = 0; i < session->nruns; i++)
        if (session->runs[i].point == point &&
            session->runs[i].status == RUN_OK)
            add_waits(&waits, &session->runs[i]);
    return waits;
}

bool gil_waits(const struct view *view, const struct estimate *row,
               double ret[GIL_WAITS], size_t *nescaped, size_t *n)
{
    struct waits waits = waits_of(view->session, row->point);
    bool usual = waits.n[1] > waits.n[0]; /* what most runs are like */

    *nescaped = waits.n[1];
    *n = waits.n[0] + waits.n[1];
    for (size_t i = 0; i < GIL_WAITS; i++)
        ret[i] = *n > 0 ? waits.sums[usual][i] / (double)waits.n[usual] : NAN;
    return *n > 0;
}

bool gil_is_below(const struct gil_figure *a, const struct gil_figure *b)
{
    return a->high < b->low;
}

/* ---- Rows ---- */

const struct estimate *gil_row(const struct view *view, unsigned point)
{
    for (size_t i = 0; i < view->nrows; i++)
        if (view->rows[i].point == point)
            return &view->rows[i];
    return NULL;
}

const struct estimate *gil_find(const struct view *view, unsigned axes,
                                const char *label, uint64_t x)
{
    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct point *point = &view->session->points[i];
        const struct estimate *row = gil_row(view, i);
        if (row != NULL && gil_axes(view, point->panel) == axes &&
            strcmp(point->label, label) == 0 &&
            (point->x == x ||
             !experiment_sweeps(view->experiment, &point->configuration)))
            return row;
    }
    return NULL;
}

/* ---- Axes ---- */

static int length_of(const char *title)
{
    const char *comma = strstr(title, ", ");

    return (int)(comma != NULL ? (size_t)(comma - title) : strlen(title));
}

static bool share_axes(const char *a, const char *b)
{
    return length_of(a) == length_of(b) &&
           strncmp(a, b, (size_t)length_of(a)) == 0;
}

/* The first panel with these axes. */
static unsigned opener_of(const struct view *view, unsigned panel)
{
    char *const *titles = view->experiment->panel_titles;
    unsigned first = 0;

    while (!share_axes(titles[first], titles[panel]))
        first++;
    return first;
}

unsigned gil_axes(const struct view *view, unsigned panel)
{
    unsigned first = opener_of(view, panel), naxes = 0;

    for (unsigned p = 0; p < first; p++)
        naxes += opener_of(view, p) == p;
    return naxes;
}

int gil_title(const struct view *view, unsigned axes, const char **title)
{
    for (unsigned p = 0; p < view->experiment->npanels; p++) {
        if (gil_axes(view, p) != axes)
            continue;
        *title = view->experiment->panel_titles[p];
        return length_of(*title);
    }
    *title = "";
    return 0;
}

unsigned gil_naxes(const struct view *view)
{
    unsigned naxes = 0;

    for (unsigned p = 0; p < view->experiment->npanels; p++)
        naxes += opener_of(view, p) == p;
    return naxes;
}
