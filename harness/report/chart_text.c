/* SPDX-License-Identifier: MIT */
/*
 * What a chart says: headline, subtitle, caption, and the same figures as a
 * paragraph for those who cannot see them. Strings stand in single quotes, in
 * which gnuplot neither expands nor runs anything.
 */
#include "harness/report/chart_text.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/machine/machine.h"
#include "harness/report/chart_scaling.h"
#include "harness/report/cost_data.h"
#include "harness/report/finding.h"
#include "harness/report/finding_gil.h"
#include "harness/report/gil_data.h"
#include "harness/report/latency_report.h"
#include "harness/report/metrics_data.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/scaling.h"
#include "harness/session/session.h"

bool chart_has_figures(const struct view *view, const struct estimate *row)
{
    return !view_is_hole(row) && !view_is_impossible(view, row);
}

static bool is_about_speedup(enum chart chart)
{
    return chart == CHART_SCALING || chart == CHART_GIL_WORKERS ||
           chart == CHART_GIL_SHARE || chart == CHART_GIL_TRADEOFF;
}

bool chart_shows(const struct view *view, const struct estimate *row,
                 unsigned panel)
{
    const struct point *point = view_point(view, row);
    /* The baseline is 1 by definition where speed-up is drawn. */
    return point->panel == panel &&
           (!is_about_speedup(view->experiment->chart) || !point->baseline);
}

static bool is_listed(const struct series *series, size_t n, const char *label)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(series[i].label, label) == 0)
            return true;
    }
    return false;
}

static bool is_shown(const struct view *view, unsigned number)
{
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        if (row->point == number)
            return chart_shows(view, row, view_point(view, row)->panel);
    }
    return false; /* a twin */
}

size_t chart_series(const struct view *view, struct series *ret)
{
    size_t n = 0;
    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct point *point = &view->session->points[i];
        if (point->experiment != view->number || !is_shown(view, i) ||
            is_listed(ret, n, point->label))
            continue;
        ret[n++] = (struct series){.label = point->label,
                                   .model = point->configuration.model->name};
    }
    return n;
}

void chart_write_number(FILE *out, double value)
{
    if (isnan(value))
        fputs("\t?", out);
    else
        fprintf(out, "\t%.9g", value);
}

void chart_write_cell(FILE *out, const char *text)
{
    for (; *text != '\0'; text++)
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
}

/* Small differences as a percentage: "1.00x as long" would say nothing. */
static void write_ratio(FILE *out, const struct view *view, double ratio)
{
    char number[WORDS_NUMBER];

    if (ratio < 1.1 && ratio > 1 / 1.1)
        fprintf(out, "%.1f %% %s", fabs(ratio - 1) * 100,
                ratio < 1 ? view->aspect->less : view->aspect->more);
    else if (view->aspect->speed && ratio < 1)
        fprintf(out, "%s× as fast", words_number(1 / ratio, number));
    else
        fprintf(out, "%s× as %s", words_number(ratio, number),
                view->aspect->speed ? "long" : "much");
}

void chart_write_claim(FILE *out, const struct view *view,
                       const struct estimate *row)
{
    char number[WORDS_NUMBER];

    if (view_is_hole(row)) {
        chart_write_cell(out, view_reason(view, row));
    } else if (view_is_impossible(view, row)) {
        fprintf(out, "refused: below the least, %s ms",
                words_number(view_bound(view, row).least_ns * 1e-6, number));
    } else if (latency_row_mark(view, row) != NULL) {
        fputs(latency_row_mark(view, row), out);
    } else if (view_is_baseline(view, row)) {
        fputs("baseline", out);
    } else if (!row->compared) {
        fputs("not compared", out);
    } else if (row->verdict == STATS_FASTER || row->verdict == STATS_SLOWER) {
        write_ratio(out, view, row->joint.ratio);
    } else if (row->verdict == STATS_SAME) {
        fputs("same within 2 %", out);
    } else {
        fprintf(out, "cannot tell: %zu more block%s", row->more_blocks,
                row->more_blocks == 1 ? "" : "s");
    }
}

/* ---- Assignments ---- */

void chart_write_quoted(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputc('\'', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
}

static void end_text(FILE *out)
{
    fputs("'\n", out);
}

void chart_assign(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = '", name);
    chart_write_quoted(out, text);
    end_text(out);
}

static void assign_numbered(FILE *out, const char *name, size_t number,
                            const char *text)
{
    fprintf(out, "%s%zu = '", name, number);
    chart_write_quoted(out, text);
    end_text(out);
}

static const char *marks_of(enum chart chart)
{
    static const char *const marks[CHART_MAX] = {
        [CHART_MODELS] = "dots = runs, bar = median, box = 95 % interval",
        [CHART_SCALING] = "ribbon = 95 % interval",
        [CHART_CONCURRENCY] = "ribbon = 95 % interval",
        [CHART_STARTUP] = "dots = runs, bar = median, box = 95 % interval",
        [CHART_MEMORY] = "mark = median, box = 95 % interval",
        [CHART_LATENCY] = "ribbon = 95 % interval, hollow = not believed",
        [CHART_GIL_WORKERS] = "ribbon = 95 % interval",
        [CHART_GIL_INTERVAL] = "median, ribbon = 95 % interval",
        [CHART_GIL_WAITS] = "escaped = most did not wait: apart",
        [CHART_GIL_SHARE] = "ribbon = 95 % interval",
        [CHART_GIL_RULES] = "dots = runs, bar = median, box = 95 % interval",
        [CHART_GIL_LOST] = "dots = runs, bar = median, box = 95 % interval",
        [CHART_GIL_SWITCHES] = "median, ribbon = 95 % interval",
        [CHART_COSTS] = "mark = median, bar = 95 % interval",
        [CHART_BYTES_PER_TASK] = "ribbon = 95 % interval",
    };
    return marks[chart] != NULL ? marks[chart] : "bar = 95 % interval";
}

static void write_subtitle(FILE *out, const struct view *view)
{
    unsigned ncores = scaling_cores(view->session);
    bool alone = false;

    for (size_t i = 0; i < view->nrows; i++)
        alone |= view->rows[i].alone;
    fputs("SUBTITLE = '", out);
    /* Panels beside each other may differ in it, and have titles. */
    if (view->experiment->npanels < 2 ||
        !chart_of_metrics(view->experiment->chart)) {
        view_write_workload(out, view, 0);
        fputs(" · ", out);
    }
    fprintf(
        out, "%u core%s · %u block%s%s · %s", ncores, ncores == 1 ? "" : "s",
        view->experiment->nblocks, view->experiment->nblocks == 1 ? "" : "s",
        alone ? ", each row by itself" : "", marks_of(view->experiment->chart));
    if (view->session->grade.letter != '\0')
        fprintf(out, " · noise grade %c", view->session->grade.letter);
    end_text(out);
}

static void write_caption(FILE *out, const struct view *view)
{
    char machine[128];

    machine_name(view->session->environment, machine, sizeof(machine));
    fputs("CAPTION = '", out);
    chart_write_quoted(out, machine);
    /* The day of "2026-01-31T12:00:00Z". */
    fprintf(out, " · %.10s · seed %" PRIu64, view->session->started_utc,
            view->session->seed);
    end_text(out);
}

static void write_figures(FILE *out, const struct view *view,
                          const struct estimate *row)
{
    const struct column *first = &view->aspect->first;
    const struct stats_location *l = &row->location;
    const struct point *point = view_point(view, row);
    char interval[WORDS_INTERVAL], count[WORDS_NUMBER];

    chart_write_quoted(out, point->label);
    if (point->x > 0)
        fprintf(out, " at %s", words_count(point->x, count));
    fputs(": ", out);
    if (chart_has_figures(view, row)) {
        words_interval(view_value(view, row, first, l->median),
                       view_value(view, row, first, l->low),
                       view_value(view, row, first, l->high), interval);
        fprintf(out, "%s%s%s, ", interval, *first->unit != '\0' ? " " : "",
                first->unit);
    }
}

static int write_description(FILE *out, const struct view *view,
                             const char *finding)
{
    fputs("DESC = '", out);
    chart_write_quoted(out, view->experiment->question);
    fputc(' ', out);
    chart_write_quoted(out, finding);
    fputs(". Median and 95 % interval: ", out);
    for (size_t i = 0; i < view->nrows; i++) {
        char *claim = NULL;
        size_t length;
        FILE *words = open_memstream(&claim, &length);
        if (words == NULL)
            return -ENOMEM;
        chart_write_claim(words, view, &view->rows[i]);
        if (fclose(words) != 0) {
            free(claim);
            return -ENOMEM;
        }
        write_figures(out, view, &view->rows[i]);
        chart_write_quoted(out, claim);
        fputs(i + 1 < view->nrows ? "; " : ".", out);
        free(claim);
    }
    end_text(out);
    return 0;
}

/* ---- What single kinds have ---- */

static void write_bound(FILE *out, size_t number, double bound_ns,
                        const char *label)
{
    fprintf(out, "BOUND%zu_MS = %.9g\n", number, bound_ns * 1e-6);
    fprintf(out, "BOUND%zu_LABEL = '%s'\n", number, label);
}

/* The best that can be made of the tasks, named by what sets it. */
static void write_best(FILE *out, size_t number, const struct view *view,
                       const struct bound *best, unsigned point)
{
    fprintf(out, "BOUND%zu_MS = %.9g\n", number, best->least_ns * 1e-6);
    fprintf(out, "BOUND%zu_LABEL = '", number);
    bound_write_reason(out, view->session, best, point);
    fputs(best->reason == BOUND_CORES ? ", no overhead'\n" : "'\n", out);
}

/* Work of the CPU lies between one core and the best that can be made of it;
 * waits lie between the longest and all of them one after the other. */
/* The sum of all waits bounds those who wait for one thing at a time. Where
 * nobody does, it would only push the others into a corner of the picture. */
static bool one_waits_alone(const struct view *view)
{
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct point *point = view_point(view, row);
        if (chart_shows(view, row, 0) &&
            point->configuration.model->knobs == MODEL_ALONE)
            return true;
    }
    return false;
}

static void write_bounds(FILE *out, const struct view *view)
{
    bool alone = one_waits_alone(view);
    size_t n = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct point *point = view_point(view, row);
        const struct configuration *c = &point->configuration;
        if (!chart_shows(view, row, 0) || !point->baseline)
            continue;
        struct bound best = bound_of_best(view->session, row->point, row->point,
                                          row->location.median);
        if (best.least_ns > 0)
            write_best(out, ++n, view, &best, row->point);
        if (c->workload->kind != WORKLOAD_CPU && point->longest_wait_ns > 0) {
            if (alone)
                write_bound(out, ++n, (double)point->sum_wait_ns, "all waits");
        } else if (c->model->knobs == MODEL_ALONE && !view_is_hole(row)) {
            write_bound(out, ++n, row->location.median, "one core");
        }
        break;
    }
    fprintf(out, "NBOUNDS = %zu\n", n);
}

static void write_row_count(FILE *out, const struct view *view)
{
    size_t n = 0;
    for (size_t i = 0; i < view->nrows; i++)
        n += chart_shows(view, &view->rows[i], 0);
    fprintf(out, "NROWS = %zu\n", n);
}

int chart_write_series(FILE *out, const struct view *view)
{
    struct series *series = calloc(view->nrows + 1, sizeof(*series));
    if (series == NULL)
        return -ENOMEM;
    size_t n = chart_series(view, series);
    fprintf(out, "SERIES = %zu\n", n);
    for (size_t i = 0; i < n; i++) {
        assign_numbered(out, "MODEL", i + 1, series[i].model);
        assign_numbered(out, "LABEL", i + 1, series[i].label);
    }
    free(series);
    return 0;
}

static void write_panels(FILE *out, const struct view *view)
{
    size_t nholes = 0;
    for (unsigned p = 0; p < chart_panels_max(view->experiment->chart); p++) {
        const char *title = p < view->experiment->npanels
                                ? view->experiment->panel_titles[p]
                                : "";
        fprintf(out, "PANEL%u_TITLE = '", p + 1);
        chart_write_quoted(out, title);
        end_text(out);
    }
    for (size_t i = 0; i < view->nrows; i++)
        nholes += !chart_has_figures(view, &view->rows[i]);
    fprintf(out, "NHOLES = %zu\n", nholes);
}

void chart_write_baseline(FILE *out, const struct view *view)
{
    for (size_t i = 0; i < view->nrows; i++) {
        if (view_is_baseline(view, &view->rows[i])) {
            chart_assign(out, "BASELINE",
                         view_point(view, &view->rows[i])->label);
            return;
        }
    }
}

static int write_kind(FILE *out, const struct view *view)
{
    switch (view->experiment->chart) {
    case CHART_MODELS:
        write_bounds(out, view);
        break;
    case CHART_SCALING: {
        chart_write_baseline(out, view);
        int err = chart_write_laws(out, view);
        return err == 0 ? chart_write_series(out, view) : err;
    }
    case CHART_CONCURRENCY:
    case CHART_BYTES_PER_TASK:
        write_panels(out, view);
        return chart_write_series(out, view);
    case CHART_COSTS:
        cost_write_text(out, view);
        return 0;
    case CHART_LATENCY:
        latency_write_text(out, view);
        return chart_write_series(out, view);
    default:
        break;
    }
    if (finding_is_of_gil(view))
        return gil_write_text(out, view);
    if (chart_of_metrics(view->experiment->chart))
        return metrics_write_text(out, view);
    write_row_count(out, view);
    return 0;
}

void chart_write_head(FILE *out, const struct view *view, const char *kind,
                      const char *title)
{
    chart_assign(out, "KIND", kind);
    chart_assign(out, "TITLE", title);
    write_subtitle(out, view);
    write_caption(out, view);
    fprintf(out, "CORES = %u\n", view_cores(view->session));
}

int chart_write_text(FILE *out, const struct view *view)
{
    char *finding =
        finding_is_of_gil(view) ? finding_gil(view) : finding_text(view, 0);
    if (finding == NULL)
        return -ENOMEM;
    chart_write_head(out, view, chart_names[view->experiment->chart], finding);
    int err = write_kind(out, view);
    if (err == 0)
        err = write_description(out, view, finding);
    free(finding);
    return err;
}
