/* SPDX-License-Identifier: MIT */
/*
 * The figures of a chart of latencies, for gnuplot. Series stand in the order
 * of all charts; a point that is not believed says so in its last column.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/chart_text.h"
#include "harness/report/latency_report.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/latency.h"
#include "harness/session/session.h"

bool latency_is_spoilt(const struct view *view, const struct estimate *row)
{
    return latency_row_mark(view, row) != NULL;
}

static unsigned flags_of(const struct view *view, const struct estimate *row)
{
    struct latency_estimate estimate;

    if (view->experiment->chart != CHART_LATENCY ||
        latency_estimate(view->session, row->point, &estimate) != 0)
        return 0;
    return estimate.flags;
}

const char *latency_row_mark(const struct view *view,
                             const struct estimate *row)
{
    unsigned flags = flags_of(view, row);

    for (unsigned i = 0; i < LATENCY_FLAGS; i++)
        if (flags & LATENCY_SPOILT & 1U << i)
            return latency_flag_names[i];
    return NULL;
}

uint64_t latency_focus(const struct view *view, unsigned panel)
{
    uint64_t largest = 0, borne = 0;
    bool any = false;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct point *point = view_point(view, row);
        if (point->panel != panel || view_is_hole(row))
            continue;
        largest = point->x > largest ? point->x : largest;
        if (latency_is_spoilt(view, row))
            continue;
        borne = point->x > borne ? point->x : borne;
        any = true;
    }
    return any ? borne : largest;
}

static const char *standing(const struct latency_estimate *estimate)
{
    return estimate->flags & LATENCY_SPOILT ? "flagged" : "valid";
}

static void write_ms(FILE *out, double ns)
{
    if (isnan(ns))
        fputs("\t?", out);
    else
        fprintf(out, "\t%.9g", ns * 1e-6);
}

static void write_location(FILE *out, const struct stats_location *l)
{
    write_ms(out, l->median);
    write_ms(out, l->low);
    write_ms(out, l->high);
}

static void write_percentiles(FILE *out, const struct view *view,
                              const struct estimate *row)
{
    struct latency_estimate e;

    if (latency_estimate(view->session, row->point, &e) != 0)
        return;
    for (size_t i = 0; i < e.npercentiles; i++) {
        const struct latency_location *l = &e.percentiles[i];
        fprintf(out, "%.9g\t%.9g",
                (double)LATENCY_WHOLE / (LATENCY_WHOLE - l->share),
                100.0 * l->share / LATENCY_WHOLE);
        write_location(out, &l->latency);
        write_location(out, &l->service);
        fprintf(out, "\t%s\n", standing(&e));
    }
}

static void write_step(FILE *out, uint64_t x, const struct latency_estimate *e)
{
    const struct latency_location *median = latency_at(e, 50000);
    const struct latency_location *chosen =
        latency_at(e, latency_main_share(e->nrequests));

    if (median == NULL || chosen == NULL)
        return;
    fprintf(out, "%" PRIu64, x);
    write_location(out, &chosen->latency);
    write_location(out, &median->latency);
    fprintf(out, "\t%s\n", standing(e));
}

/* What a sweep does not touch (x is 0) is the same at both its ends. */
static void write_load(FILE *out, const struct view *view,
                       const struct estimate *row)
{
    uint64_t x = view_point(view, row)->x, least = UINT64_MAX, most = 0;
    struct latency_estimate e;

    if (latency_estimate(view->session, row->point, &e) != 0)
        return;
    if (x > 0) {
        write_step(out, x, &e);
        return;
    }
    for (size_t i = 0; i < view->nrows; i++) {
        x = view_point(view, &view->rows[i])->x;
        least = x > 0 && x < least ? x : least;
        most = x > most ? x : most;
    }
    if (most > 0)
        write_step(out, least, &e);
    if (most > least)
        write_step(out, most, &e);
}

/* `x`: only rows with this one, or with none; 0: all. */
static int
fill(FILE *out, const struct view *view, uint64_t x, const char *nothing,
     void (*write)(FILE *, const struct view *, const struct estimate *))
{
    struct series *series = calloc(view->nrows + 1, sizeof(*series));
    if (series == NULL)
        return -ENOMEM;
    size_t nseries = chart_series(view, series);
    for (size_t s = 0; s < nseries; s++) {
        fputs(s > 0 ? "\n\n" : "", out);
        long before = ftell(out);
        for (size_t i = 0; i < view->nrows; i++) {
            const struct estimate *row = &view->rows[i];
            const struct point *point = view_point(view, row);
            if (point->panel == 0 &&
                (x == 0 || point->x == 0 || point->x == x) &&
                strcmp(point->label, series[s].label) == 0)
                write(out, view, row);
        }
        if (ftell(out) == before)
            fputs(nothing, out);
    }
    free(series);
    return 0;
}

int latency_fill_percentiles(FILE *out, const struct view *view)
{
    fputs("# requests_per_slower_one\tpercent\tlatency_ms\tlow_ms\thigh_ms"
          "\tservice_ms\tservice_low_ms\tservice_high_ms\tstanding\n",
          out);
    return fill(out, view, latency_focus(view, 0),
                "?\t?\t?\t?\t?\t?\t?\t?\t?\n", write_percentiles);
}

int latency_fill_load(FILE *out, const struct view *view)
{
    fprintf(out,
            "# %s\tp_ms\tlow_ms\thigh_ms\tmedian_ms\tmedian_low_ms"
            "\tmedian_high_ms\tstanding\n",
            sweep_names[view->experiment->sweep]);
    return fill(out, view, 0, "?\t?\t?\t?\t?\t?\t?\t?\n", write_load);
}

void latency_write_focus(FILE *out, const struct view *view, unsigned panel)
{
    static const char *const swept[SWEEP_MAX] = {
        [SWEEP_WORKERS] = "workers",
        [SWEEP_TASKS] = "requests",
        [SWEEP_INFLIGHT] = "in flight",
    };
    const char *what = swept[view->experiment->sweep];
    uint64_t focus = latency_focus(view, panel);
    char count[WORDS_NUMBER];

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        const struct configuration *c = &point->configuration;
        if (point->panel != panel || point->x != focus)
            continue;
        uint64_t rate_per_s =
            arrivals_of(c->workload, c->workload_values).rate_per_s;
        fprintf(out, "%s requests per second", words_count(rate_per_s, count));
        break;
    }
    if (what != NULL && focus > 0)
        fprintf(out, " and %s %s", words_count(focus, count), what);
}

void latency_write_text(FILE *out, const struct view *view)
{
    static const char *const axes[SWEEP_MAX] = {
        [SWEEP_NONE] = "",
        [SWEEP_WORKERS] = "workers (threads or processes)",
        [SWEEP_TASKS] = "requests in a run",
        [SWEEP_INFLIGHT] = "requests in flight at most",
        [SWEEP_RATE] = "requests per second",
    };
    fprintf(out, "AXIS = '%s'\n", axes[view->experiment->sweep]);
    fputs("AT = 'at ", out);
    latency_write_focus(out, view, 0);
    fputs("'\n", out);
    fprintf(out, "SHARE = '%s'\n",
            estimate_quantity(view->session, view->number) ==
                    &quantity_latency_p50
                ? "median"
                : "p99");
}
