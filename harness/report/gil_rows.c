/* SPDX-License-Identifier: MIT */
/*
 * The charts of the GIL that have a row, or a point, for each configuration:
 * waits, the plane of old against new, the rules, lost updates. Rows stand in
 * the order of the experiment's file, because that order is the argument.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "harness/report/chart_text.h"
#include "harness/report/gil_data.h"
#include "harness/report/gil_figures.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

/* Calls write for every row in the order of the experiment, with its number
 * from 1. */
static int each_row(FILE *out, const struct view *view,
                    int (*write)(FILE *out, const struct view *view,
                                 const struct estimate *row, size_t number))
{
    size_t number = 0;
    int err = 0;

    for (unsigned i = 0; i < view->session->npoints && err == 0; i++) {
        const struct estimate *row = gil_row(view, i);
        if (row != NULL)
            err = write(out, view, row, ++number);
    }
    return err;
}

static void write_head(FILE *out, const struct point *point, size_t number)
{
    fprintf(out, "%zu\t%s\t", number, point->configuration.model->name);
    chart_write_cell(out, point->label);
}

static void write_three(FILE *out, const struct gil_figure *f)
{
    chart_write_number(out, f->value);
    chart_write_number(out, f->low);
    chart_write_number(out, f->high);
}

/* ---- Waits ---- */

static int write_waits(FILE *out, const struct view *view,
                       const struct estimate *row, size_t number)
{
    const struct point *point = view_point(view, row);
    uint64_t ncpu = gil_cpu_tasks(point);
    double shares[GIL_WAITS];
    size_t nescaped, n;

    gil_waits(view, row, shares, &nescaped, &n);
    write_head(out, point, number);
    if (nescaped > 0)
        fprintf(out, ", %zu of %zu runs escaped", nescaped, n);
    for (size_t i = 0; i < GIL_WAITS; i++)
        chart_write_number(out, shares[i]);
    fprintf(out, "\t%" PRIu64 " CPU thread%s\t", ncpu, ncpu == 1 ? "" : "s");
    chart_write_cell(out, view_is_hole(row) ? view_reason(view, row)
                                            : "no requests");
    fputc('\n', out);
    return 0;
}

int gil_fill_waits(FILE *out, const struct view *view)
{
    fputs("# row\tmodel\tlabel\twaits_0\twaits_1\twaits_2\twaits_3\twaits_4"
          "\tbeside\treason\n",
          out);
    return each_row(out, view, write_waits);
}

/* ---- Old against new ---- */

static const struct quantity requests = {"requests_per_s", NULL};

static int write_point(FILE *out, const struct view *view,
                       const struct series *series)
{
    const struct estimate *computing = gil_find(view, 0, series->label, 0);
    const struct estimate *answering = gil_find(view, 1, series->label, 0);
    struct gil_figure x = gil_nothing, y = gil_nothing;
    int err = 0;

    if (answering != NULL)
        err = gil_measure(view, answering, &requests, 1, &y);
    if (err != 0)
        return err;
    if (computing != NULL)
        x = gil_speedup(view, computing);
    fprintf(out, "%s\t", series->model);
    chart_write_cell(out, series->label);
    write_three(out, &x);
    write_three(out, &y);
    fputc('\n', out);
    return 0;
}

int gil_fill_points(FILE *out, const struct view *view)
{
    struct series *series = calloc(view->nrows + 1, sizeof(*series));
    int err = 0;

    if (series == NULL)
        return -ENOMEM;
    size_t n = chart_series(view, series);
    fputs("# model\tlabel\tspeedup\tlow\thigh\trequests_per_s\tlow\thigh\n",
          out);
    for (size_t i = 0; i < n && err == 0; i++)
        err = write_point(out, view, &series[i]);
    free(series);
    return err;
}

/* ---- Rules and lost updates ---- */

/* Two quantities beside each other, and a third in words. */
struct pair {
    const struct quantity *first, *beside, *remarked;
    double first_scale, beside_scale;
};

static const struct pair *pair_of(const struct view *view)
{
    static const struct quantity half = {"latency_p50_ns", NULL};
    static const struct quantity tail = {"latency_p99_ns", NULL};
    static const struct quantity share = {"lost_share", NULL};
    static const struct pair rules = {&gil_handovers, &half, &tail, 1, 1e-6};
    static const struct pair lost = {&share, &gil_update, &share, 100, 1};

    return view->experiment->chart == CHART_GIL_RULES ? &rules : &lost;
}

static void write_remark(FILE *out, const struct view *view,
                         const struct gil_figure *f)
{
    char number[WORDS_NUMBER];

    if (isnan(f->value))
        fputs("?", out);
    else if (view->experiment->chart == CHART_GIL_RULES)
        fprintf(out, "p99 %s ms", words_number(f->value * 1e-6, number));
    else if (f->most == 0)
        fputs("none lost", out);
    else
        fprintf(out, "%s %% lost", words_number(f->value * 100, number));
}

static int write_row(FILE *out, const struct view *view,
                     const struct estimate *row, size_t number)
{
    const struct pair *pair = pair_of(view);
    struct gil_figure first, beside, remarked;
    int err = gil_measure(view, row, pair->first, pair->first_scale, &first);

    if (err == 0)
        err = gil_measure(view, row, pair->beside, pair->beside_scale, &beside);
    if (err == 0)
        err = gil_measure(view, row, pair->remarked, 1, &remarked);
    if (err != 0)
        return err;
    write_head(out, view_point(view, row), number);
    write_three(out, &first);
    write_three(out, &beside);
    fputc('\t', out);
    if (view_is_hole(row))
        chart_write_cell(out, view_reason(view, row));
    else
        write_remark(out, view, &remarked);
    fputc('\n', out);
    return 0;
}

int gil_fill_rows(FILE *out, const struct view *view)
{
    bool rules = view->experiment->chart == CHART_GIL_RULES;

    fprintf(out, "# row\tmodel\tlabel\t%s\tlow\thigh\t%s\tlow\thigh\tnote\n",
            rules ? "handovers_per_s" : "lost_percent",
            rules ? "latency_p50_ms" : "update_ns");
    return each_row(out, view, write_row);
}

static int write_runs(FILE *out, const struct view *view,
                      const struct estimate *row, size_t number)
{
    const struct pair *pair = pair_of(view);
    const struct session *session = view->session;
    const char *model = view_point(view, row)->configuration.model->name;

    for (size_t i = 0; i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        if (run->point != row->point || run->status != RUN_OK)
            continue;
        fprintf(out, "%zu\t%s", number, model);
        chart_write_number(out,
                           pair->first_scale * quantity_of(pair->first, run));
        chart_write_number(out,
                           pair->beside_scale * quantity_of(pair->beside, run));
        fprintf(out, "\t%u\n", run->block);
    }
    return 0;
}

int gil_fill_runs(FILE *out, const struct view *view)
{
    bool rules = view->experiment->chart == CHART_GIL_RULES;

    fprintf(out, "# row\tmodel\t%s\t%s\tblock\n",
            rules ? "handovers_per_s" : "lost_percent",
            rules ? "latency_p50_ms" : "update_ns");
    return each_row(out, view, write_runs);
}
