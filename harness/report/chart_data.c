/* SPDX-License-Identifier: MIT */
/*
 * The figures of a chart as tab-separated text, so that a student can open them
 * in anything, and so that gnuplot only has to draw. A table says which files
 * each kind of chart has and who fills them.
 */
#include "harness/report/chart_data.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/model.h"
#include "harness/report/chart_scaling.h"
#include "harness/report/chart_text.h"
#include "harness/report/cost_data.h"
#include "harness/report/gil_data.h"
#include "harness/report/latency_report.h"
#include "harness/report/metrics_data.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

static void write_location(FILE *out, const struct view *view,
                           const struct estimate *row,
                           const struct column *column,
                           const struct stats_location *l)
{
    const double values[] = {l->median, l->low, l->high};
    for (size_t i = 0; i < 3; i++)
        chart_write_number(
            out, l->n == 0 ? NAN : view_value(view, row, column, values[i]));
}

static void write_row_head(FILE *out, const struct view *view,
                           const struct estimate *row, size_t number)
{
    const struct point *point = view_point(view, row);
    fprintf(out, "%zu\t%s\t", number, point->configuration.model->name);
    chart_write_cell(out, point->label);
    if (point->x > 0)
        fprintf(out, ", %" PRIu64, point->x);
}

/* ---- models and startup ---- */

static int fill_rows(FILE *out, const struct view *view)
{
    bool startup = view->experiment->chart == CHART_STARTUP;
    size_t number = 0;

    fputs(startup ? "# row\tmodel\tlabel\ttask_us\ttask_low_us\ttask_high_us"
                    "\tprocess_ms\tprocess_low_ms\tprocess_high_ms\tnote\n"
                  : "# row\tmodel\tlabel\twall_ms\twall_low_ms\twall_high_ms"
                    "\tcpu_ms\tcpu_low_ms\tcpu_high_ms\tnote\n",
          out);
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        if (!chart_shows(view, row, 0))
            continue;
        write_row_head(out, view, row, ++number);
        if (chart_has_figures(view, row)) {
            write_location(out, view, row, &view->aspect->first,
                           &row->location);
            write_location(out, view, row, &view->aspect->beside, &row->beside);
        } else {
            fputs("\t?\t?\t?\t?\t?\t?", out);
        }
        fputc('\t', out);
        chart_write_claim(out, view, row);
        fputc('\n', out);
    }
    return 0;
}

static void write_runs(FILE *out, const struct view *view,
                       const struct estimate *row, size_t number,
                       const struct sample *first, const struct sample *beside)
{
    const char *model = view_point(view, row)->configuration.model->name;

    for (size_t i = 0, k = 0; i < first->n; i++) {
        while (k < beside->n && beside->blocks[k] < first->blocks[i])
            k++;
        bool both = k < beside->n && beside->blocks[k] == first->blocks[i];
        fprintf(out, "%zu\t%s", number, model);
        chart_write_number(
            out, view_value(view, row, &view->aspect->first, first->values[i]));
        chart_write_number(out,
                           both ? view_value(view, row, &view->aspect->beside,
                                             beside->values[k])
                                : NAN);
        fprintf(out, "\t%u\n", first->blocks[i]);
    }
}

static int fill_runs_of(FILE *out, const struct view *view,
                        const struct estimate *row, size_t number)
{
    struct sample first, beside;
    int err = sample_init(&first, view->session, row->point,
                          estimate_quantity(view->session, view->number));
    if (err != 0)
        return err;
    err = sample_init(&beside, view->session, row->point,
                      estimate_quantity_beside(view->session, view->number));
    if (err == 0) {
        write_runs(out, view, row, number, &first, &beside);
        sample_fini(&beside);
    }
    sample_fini(&first);
    return err;
}

static int fill_runs(FILE *out, const struct view *view)
{
    bool startup = view->experiment->chart == CHART_STARTUP;
    size_t number = 0;
    int err = 0;

    fputs(startup ? "# row\tmodel\tus_per_task\tprocess_ms\tblock\n"
                  : "# row\tmodel\twall_ms\tcpu_ms\tblock\n",
          out);
    for (size_t i = 0; i < view->nrows && err == 0; i++) {
        const struct estimate *row = &view->rows[i];
        if (!chart_shows(view, row, 0))
            continue;
        number++;
        if (chart_has_figures(view, row))
            err = fill_runs_of(out, view, row, number);
    }
    return err;
}

/* ---- memory ---- */

/* In whole bytes: none is none, and not the one that estimates add. */
static void write_bytes(FILE *out, const struct view *view,
                        const struct estimate *row,
                        const struct stats_location *l)
{
    double ntasks = (double)view_point(view, row)->configuration.ntasks;
    const double values[] = {l->median, l->low, l->high};
    for (size_t i = 0; i < 3; i++)
        chart_write_number(out, l->n == 0 ? NAN : round(values[i] / ntasks));
}

static int fill_memory(FILE *out, const struct view *view)
{
    size_t number = 0;

    fputs("# row\tmodel\tlabel\tuser_bytes\tuser_low\tuser_high"
          "\tkernel_bytes\tkernel_low\tkernel_high\treason\n",
          out);
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        struct sample sample;
        struct stats_location user = {0};
        if (!chart_shows(view, row, 0))
            continue;
        int err =
            sample_init(&sample, view->session, row->point, &quantity_user);
        if (err != 0)
            return err;
        if (sample.n > 0)
            err = stats_locate(sample.values, sample.n, ESTIMATE_LEVEL, &user);
        sample_fini(&sample);
        if (err != 0 && err != -EINVAL)
            return err;
        write_row_head(out, view, row, ++number);
        write_bytes(out, view, row, &user);
        write_bytes(out, view, row, &row->beside);
        fputc('\t', out);
        chart_write_cell(out, view_is_hole(row) ? view_reason(view, row) : "?");
        fputc('\n', out);
    }
    return 0;
}

/* ---- concurrency ---- */

static void write_factor(FILE *out, const struct view *view,
                         const struct estimate *row)
{
    double ideal_ns = view_ideal_ns(view, row);
    if (ideal_ns <= 0)
        return;
    fprintf(out, "%" PRIu64, view_point(view, row)->x);
    chart_write_number(out, row->location.median / ideal_ns);
    chart_write_number(out, row->location.low / ideal_ns);
    chart_write_number(out, row->location.high / ideal_ns);
    fputc('\n', out);
}

enum { ANY_PANEL = EXPERIMENT_PANELS_MAX };

/* One index of gnuplot per series: two blank lines between, and one line of "?"
 * where there is nothing. */
static int fill_series(FILE *out, const struct view *view, unsigned panel,
                       void (*write)(FILE *, const struct view *,
                                     const struct estimate *))
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
            if ((panel == ANY_PANEL || view_point(view, row)->panel == panel) &&
                strcmp(view_point(view, row)->label, series[s].label) == 0 &&
                chart_has_figures(view, row))
                write(out, view, row);
        }
        if (ftell(out) == before)
            fputs("?\t?\t?\t?\n", out);
    }
    free(series);
    return 0;
}

static int fill_panel_1(FILE *out, const struct view *view)
{
    fputs("# inflight\tfactor\tlow\thigh\n", out);
    return fill_series(out, view, 0, write_factor);
}

static int fill_panel_2(FILE *out, const struct view *view)
{
    fputs("# inflight\tfactor\tlow\thigh\n", out);
    return fill_series(out, view, 1, write_factor);
}

static void write_bytes_per_task(FILE *out, const struct view *view,
                                 const struct estimate *row)
{
    fprintf(out, "%" PRIu64, view_point(view, row)->x);
    write_bytes(out, view, row, &row->location);
    fputc('\n', out);
}

/* Panels only tell which models are asked to bear the most. */
static int fill_bytes(FILE *out, const struct view *view)
{
    fputs("# tasks\tbytes_per_task\tlow\thigh\n", out);
    return fill_series(out, view, ANY_PANEL, write_bytes_per_task);
}

static int fill_holes(FILE *out, const struct view *view)
{
    fputs("# panel\tinflight\tmodel\treason\n", out);
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct point *point = view_point(view, row);
        if (chart_has_figures(view, row))
            continue;
        fprintf(out, "%u\t%" PRIu64 "\t%s\t", point->panel + 1, point->x,
                point->configuration.model->name);
        chart_write_claim(out, view, row);
        fputc('\n', out);
    }
    return 0;
}

/* ---- Files ---- */

enum { FILES_MAX = 4 };

struct file {
    const char *suffix; /* NULL: no more */
    int (*fill)(FILE *out, const struct view *view);
};

static const struct file files[CHART_MAX][FILES_MAX] = {
    [CHART_MODELS] = {{".rows.tsv", fill_rows}, {".runs.tsv", fill_runs}},
    [CHART_SCALING] = {{".tsv", chart_fill_scaling},
                       {".bound.tsv", chart_fill_bound},
                       {"-efficiency.tsv", chart_fill_efficiency},
                       {"-efficiency.gp", chart_write_efficiency}},
    [CHART_CONCURRENCY] = {{".1.tsv", fill_panel_1},
                           {".2.tsv", fill_panel_2},
                           {".holes.tsv", fill_holes}},
    [CHART_STARTUP] = {{".rows.tsv", fill_rows}, {".runs.tsv", fill_runs}},
    [CHART_MEMORY] = {{".rows.tsv", fill_memory}},
    [CHART_LATENCY] = {{".percentiles.tsv", latency_fill_percentiles},
                       {".load.tsv", latency_fill_load}},
    [CHART_GIL_WORKERS] = {{".1.tsv", gil_fill_1}, {".2.tsv", gil_fill_2}},
    [CHART_GIL_INTERVAL] = {{".1.tsv", gil_fill_1},
                            {".2.tsv", gil_fill_2},
                            {".3.tsv", gil_fill_3},
                            {".p90.tsv", gil_fill_p90}},
    [CHART_GIL_WAITS] = {{".rows.tsv", gil_fill_waits}},
    [CHART_GIL_SHARE] = {{".1.tsv", gil_fill_1},
                         {".2.tsv", gil_fill_2},
                         {".1.curves.tsv", gil_fill_curves_1},
                         {".2.curves.tsv", gil_fill_curves_2}},
    [CHART_GIL_TRADEOFF] = {{".points.tsv", gil_fill_points}},
    [CHART_GIL_RULES] = {{".rows.tsv", gil_fill_rows},
                         {".runs.tsv", gil_fill_runs}},
    [CHART_GIL_LOST] = {{".rows.tsv", gil_fill_rows},
                        {".runs.tsv", gil_fill_runs}},
    [CHART_GIL_SWITCHES] = {{".1.tsv", gil_fill_1}},
    [CHART_COSTS] = {{".rows.tsv", cost_fill_rows}},
    [CHART_BYTES_PER_TASK] = {{".1.tsv", fill_bytes},
                              {".holes.tsv", fill_holes}},
};

static const struct file metrics = {"-metrics.tsv", metrics_fill};
static const struct file text = {".gp", chart_write_text};

static int fill_and_close(FILE *out, const struct file *file,
                          const struct view *view)
{
    int err = file->fill(out, view);
    bool bad = ferror(out) != 0;

    errno = 0;
    bad = fclose(out) != 0 || bad;
    if (err == 0 && bad)
        err = errno != 0 ? -errno : -EIO;
    return err;
}

static int write_file(const struct view *view, const struct file *file)
{
    char *path, *part;
    int err = -ENOMEM;

    if (asprintf(&path, "%s/data/%s%s", view->session->folder,
                 view->experiment->name, file->suffix) < 0)
        return -ENOMEM;
    if (asprintf(&part, "%s.part", path) < 0)
        goto free_path;
    FILE *out = fopen(part, "we");
    err = out == NULL ? -errno : fill_and_close(out, file, view);
    if (err == 0 && rename(part, path) < 0)
        err = -errno;
    if (err != 0 && out != NULL)
        remove(part);
    free(part);
free_path:
    free(path);
    return err;
}

int chart_data_write(const struct view *view)
{
    const struct file *of = files[view->experiment->chart];
    char *folder;
    int err = 0;

    if (asprintf(&folder, "%s/data", view->session->folder) < 0)
        return -ENOMEM;
    if (mkdir(folder, 0777) < 0 && errno != EEXIST)
        err = -errno;
    free(folder);
    for (size_t i = 0; i < FILES_MAX && of[i].suffix != NULL && err == 0; i++)
        err = write_file(view, &of[i]);
    if (err == 0 && metrics_are_told(view))
        err = write_file(view, &metrics);
    /* Last, because it is what makes a chart: scripts/draw looks for it. */
    return err == 0 ? write_file(view, &text) : err;
}
