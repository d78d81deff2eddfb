/* SPDX-License-Identifier: MIT */
/*
 * What is shown, in which order and in which units, and the bounds beyond which
 * a figure is a mistake and not a discovery.
 */
#include "harness/report/view.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/report/metric_words.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/latency.h"
#include "harness/session/scaling.h"
#include "harness/session/session.h"

static const struct aspect run_time = {
    .first = {"run time, ms", "ms", 1e-6, false},
    .beside = {"CPU", "ms", 1e-6, false},
    .less = "faster",
    .more = "slower",
    .speed = true,
};

static const struct aspect startup = {
    .first = {"a task, us", "us", 1e-3, true},
    .beside = {"process, ms", "ms", 1e-6, false},
    .less = "cheaper",
    .more = "dearer",
};

static const struct aspect memory = {
    .first = {"a task, KiB", "KiB", 1.0 / 1024, true},
    .beside = {"kernel", "KiB", 1.0 / 1024, true},
    .less = "less",
    .more = "more",
};

static const struct aspect tail = {
    .first = {"p99, ms", "ms", 1e-6, false},
    .beside = {"service", "ms", 1e-6, false},
    .less = "faster",
    .more = "slower",
    .speed = true,
};

static const struct aspect middle = {
    .first = {"median, ms", "ms", 1e-6, false},
    .beside = {"service", "ms", 1e-6, false},
    .less = "faster",
    .more = "slower",
    .speed = true,
};

static const struct aspect *const aspects[CHART_MAX] = {
    [CHART_MODELS] = &run_time,       [CHART_SCALING] = &run_time,
    [CHART_CONCURRENCY] = &run_time,  [CHART_STARTUP] = &startup,
    [CHART_MEMORY] = &memory,         [CHART_LATENCY] = &tail,
    [CHART_BYTES_PER_TASK] = &memory,
};

const struct point *view_point(const struct view *view,
                               const struct estimate *row)
{
    return &view->session->points[row->point];
}

double view_value(const struct view *view, const struct estimate *row,
                  const struct column *column, double quantity)
{
    uint64_t ntasks = view_point(view, row)->configuration.ntasks;
    double value = quantity * column->scale;
    return column->per_task ? value / (double)ntasks : value;
}

bool view_is_baseline(const struct view *view, const struct estimate *row)
{
    return view_point(view, row)->baseline;
}

bool view_is_hole(const struct estimate *row)
{
    return row->location.n == 0;
}

const char *view_reason(const struct view *view, const struct estimate *row)
{
    const char *reason = view_point(view, row)->refused;
    if (reason == NULL && row->zero)
        return "a run of it has a value of 0, and to 0 there is no ratio";
    if (reason == NULL && view->metric != NULL && row->beside.n > 0)
        return "its runs do not have this metric";
    for (size_t i = 0; i < view->session->nruns && reason == NULL; i++) {
        const struct run *run = &view->session->runs[i];
        if (run->point == row->point)
            reason = run->error;
    }
    return reason != NULL ? reason : "not measured";
}

static bool same_group(const struct view *view, const struct estimate *a,
                       const struct estimate *b)
{
    const struct point *p = view_point(view, a), *q = view_point(view, b);
    return p->panel == q->panel && p->x == q->x;
}

size_t view_group_end(const struct view *view, size_t first)
{
    size_t end = first + 1;
    while (end < view->nrows &&
           same_group(view, &view->rows[first], &view->rows[end]))
        end++;
    return end;
}

/* Where nothing can be compared, the times themselves give the order. */
static double sort_key(const struct view *view, const struct estimate *row)
{
    if (view_is_hole(row))
        return INFINITY;
    if (row->compared)
        return row->joint.ratio;
    return view_is_baseline(view, row) ? 1 : row->location.median;
}

static int by_position(const void *left, const void *right, void *context)
{
    const struct view *view = context;
    const struct estimate *a = left, *b = right;
    const struct point *p = view_point(view, a), *q = view_point(view, b);
    double key_a = sort_key(view, a), key_b = sort_key(view, b);

    if (p->panel != q->panel)
        return p->panel < q->panel ? -1 : 1;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    if (key_a < key_b || key_a > key_b)
        return key_a < key_b ? -1 : 1;
    return a->point < b->point ? -1 : a->point > b->point;
}

static int choose_aspect(struct view *view)
{
    const struct quantity *quantity =
        estimate_quantity(view->session, view->number);

    view->aspect = aspects[view->experiment->chart];
    if (quantity == &quantity_latency_p50)
        view->aspect = &middle;
    else if (view->aspect == NULL)
        view->aspect = &run_time;
    if (quantity != &view->experiment->compared)
        return 0;
    view->metric = metric_aspect_new(quantity->name);
    if (view->metric == NULL)
        return -ENOMEM;
    view->aspect = &view->metric->aspect;
    return 0;
}

int view_init(struct view *ret, const struct session *session,
              unsigned experiment)
{
    struct view view = {
        .session = session,
        .number = experiment,
        .experiment = session->experiments[experiment],
    };
    size_t n;
    int err = estimate_experiment(session, experiment, &view.rows, &n);
    if (err != 0)
        return err;
    err = scaling_experiment(session, experiment, &view.scalings,
                             &view.nscalings);
    if (err != 0) {
        free(view.rows);
        return err;
    }
    err = choose_aspect(&view);
    if (err != 0) {
        view_fini(&view);
        return err;
    }
    for (size_t i = 0; i < n; i++) {
        if (!session->points[view.rows[i].point].twin)
            view.rows[view.nrows++] = view.rows[i];
    }
    qsort_r(view.rows, view.nrows, sizeof(*view.rows), by_position, &view);
    *ret = view;
    return 0;
}

void view_fini(struct view *view)
{
    free(view->rows);
    free(view->metric);
    scaling_free(view->scalings, view->nscalings);
    *view = (struct view){0};
}

const struct estimate *view_baseline(const struct view *view,
                                     const struct estimate *row)
{
    for (size_t i = 0; i < view->nrows; i++) {
        if (view->rows[i].point == row->baseline && row->baseline != row->point)
            return &view->rows[i];
    }
    return NULL;
}

const struct workload *view_workload(const struct view *view, unsigned panel)
{
    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        if (point->panel == panel)
            return point->configuration.workload;
    }
    return NULL;
}

void view_write_workload(FILE *out, const struct view *view, unsigned panel)
{
    const struct configuration *first = NULL;
    char count[WORDS_NUMBER];
    bool equal = true;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        if (point->panel != panel)
            continue;
        if (first == NULL)
            first = &point->configuration;
        equal = equal && point->configuration.ntasks == first->ntasks;
    }
    if (first == NULL)
        return;
    fputs(first->workload->name, out);
    if (equal)
        fprintf(out, ", %s task%s", words_count(first->ntasks, count),
                first->ntasks == 1 ? "" : "s");
}

unsigned view_cores(const struct session *session)
{
    return bound_cores(session);
}

/* The median of what a row is compared with; NaN: it has no figures. */
static double baseline_ns(const struct view *view, const struct estimate *row)
{
    const struct estimate *baseline = view_baseline(view, row);

    return baseline == NULL || view_is_hole(baseline)
               ? NAN
               : baseline->location.median;
}

struct bound view_bound(const struct view *view, const struct estimate *row)
{
    return bound_of(view->session, row->point, row->baseline,
                    baseline_ns(view, row));
}

double view_ideal_ns(const struct view *view, const struct estimate *row)
{
    const struct point *point = view_point(view, row);
    double longest_ns = (double)point->longest_wait_ns;

    if (point->x == 0 || view->experiment->sweep == SWEEP_WORKERS)
        return longest_ns;
    return fmax(longest_ns, (double)point->sum_wait_ns / (double)point->x);
}

static bool is_judged(const struct view *view, const struct estimate *row,
                      enum bound_verdict verdict)
{
    struct bound bound = view_bound(view, row);

    return !view_is_hole(row) &&
           bound_judge(&bound, row, baseline_ns(view, row)) == verdict;
}

bool view_is_impossible(const struct view *view, const struct estimate *row)
{
    return is_judged(view, row, BOUND_BROKEN);
}

bool view_is_doubtful(const struct view *view, const struct estimate *row)
{
    return is_judged(view, row, BOUND_UNSURE);
}
