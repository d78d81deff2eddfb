/* SPDX-License-Identifier: MIT */
/*
 * Every estimate of an experiment as one long table, a row for each figure: the
 * shape that any tool can filter, so that a new picture needs no new code here.
 */
#include "harness/report/metrics_data.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/model.h"
#include "harness/report/chart_text.h"
#include "harness/report/metric_words.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/metrics.h"
#include "harness/session/session.h"

bool metrics_are_told(const struct view *view)
{
    return view->experiment->nmetrics > 0 ||
           chart_of_metrics(view->experiment->chart);
}

/* ---- Rows ---- */

static void write_point(FILE *out, const struct view *view,
                        const struct point *point)
{
    fprintf(out, "%u\t", point->panel + 1);
    if (experiment_sweeps(view->experiment, &point->configuration))
        fprintf(out, "%" PRIu64 "\t", point->x);
    else
        fputs("?\t", out);
    fprintf(out, "%s\t", point->configuration.model->name);
    chart_write_cell(out, point->label);
    fprintf(out, "\t%u", point->configuration.workers);
}

static int write_row(FILE *out, const struct view *view, unsigned number,
                     const struct quantity *quantity)
{
    struct stats_location l;
    int err = metrics_locate(view->session, number, quantity, &l);

    if (err != 0)
        return err;
    const double figures[] = {l.median, l.low, l.high, l.min, l.max};
    write_point(out, view, &view->session->points[number]);
    fprintf(out, "\t%s", quantity->name);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        chart_write_number(out, l.n > 0 ? figures[i] : NAN);
    fprintf(out, "\t%zu\n", l.n);
    return 0;
}

static int write_rows(FILE *out, const struct view *view, unsigned number)
{
    static const struct quantity *const always[] = {
        &quantity_run, &quantity_cpu, &quantity_voluntary,
        &quantity_involuntary, NULL};
    const struct experiment *experiment = view->experiment;
    int err = 0;

    for (size_t i = 0; always[i] != NULL && err == 0; i++)
        err = write_row(out, view, number, always[i]);
    for (size_t i = 0; i < experiment->nmetrics && err == 0; i++)
        /* What has a function is one of those. */
        if (experiment->metrics[i].of == NULL)
            err = write_row(out, view, number, &experiment->metrics[i]);
    return err;
}

int metrics_fill(FILE *out, const struct view *view)
{
    int err = 0;

    fputs("# panel\tx\tmodel\tlabel\tworkers\tmetric\testimate\tlow\thigh\tmin"
          "\tmax\tn\n",
          out);
    for (unsigned i = 0; i < view->session->npoints && err == 0; i++) {
        const struct point *point = &view->session->points[i];
        if (point->experiment == view->number && !point->twin)
            err = write_rows(out, view, i);
    }
    return err;
}

/* ---- What the chart says ---- */

static const char *axis_of(const struct experiment *experiment)
{
    static const char *const axes[SWEEP_MAX] = {
        [SWEEP_NONE] = "",
        [SWEEP_WORKERS] = "workers (threads or processes)",
        [SWEEP_TASKS] = "tasks",
        [SWEEP_INFLIGHT] = "tasks in flight",
        [SWEEP_RATE] = "requests per second",
    };
    return experiment->sweep == SWEEP_SETTING ? experiment->swept[0]
                                              : axes[experiment->sweep];
}

static void write_panels(FILE *out, const struct experiment *experiment)
{
    char name[32];

    fprintf(out, "NPANELS = %zu\n", experiment->npanels);
    for (size_t i = 0; i < experiment->npanels; i++) {
        snprintf(name, sizeof name, "PANEL%zu_TITLE", i + 1);
        chart_assign(out, name, experiment->panel_titles[i]);
    }
}

int metrics_write_text(FILE *out, const struct view *view)
{
    const struct experiment *experiment = view->experiment;
    const char *name =
        experiment->nmetrics > 0
            ? experiment->metrics[0].name
            : estimate_quantity(view->session, view->number)->name;
    struct metric_words words = metric_words(name);
    char title[METRIC_TITLE];

    metric_write_title(&words, title);
    write_panels(out, experiment);
    chart_assign(out, "AXIS", axis_of(experiment));
    chart_write_baseline(out, view);
    chart_assign(out, "METRIC", name);
    chart_assign(out, "METRIC_TITLE", title);
    fprintf(out, "METRIC_SCALE = %.9g\n", words.scale);
    return chart_write_series(out, view);
}
