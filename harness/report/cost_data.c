/* SPDX-License-Identifier: MIT */
/*
 * Primitives on one axis: who stands in which row, and in which order. What a
 * primitive is called and how it is timed comes from the workload's own table.
 */
#include "harness/report/cost_data.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "benches/workloads/costs.h"
#include "core/workload.h"
#include "harness/report/chart_text.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

/* NULL: of another workload. Its first parameter is the primitive's name. */
static const struct cost_primitive *primitive_of(const struct view *view,
                                                 const struct estimate *row)
{
    const struct configuration *c = &view_point(view, row)->configuration;

    return strcmp(c->workload->name, "cost") == 0
               ? cost_find(c->workload_values[0].text)
               : NULL;
}

static const struct estimate *row_of(const struct view *view,
                                     const struct cost_primitive *primitive)
{
    for (size_t i = 0; primitive != NULL && i < view->nrows; i++)
        if (primitive_of(view, &view->rows[i]) == primitive)
            return &view->rows[i];
    return NULL;
}

/* What stands in one row; either may be missing, not both. */
struct pair {
    const struct estimate *one, *across;
};

static double height(const struct pair *pair)
{
    const struct estimate *first = pair->one != NULL ? pair->one : pair->across;

    assert(first != NULL);
    if (view_is_hole(first) && pair->across != NULL)
        first = pair->across;
    return view_is_hole(first) ? INFINITY : first->location.median;
}

static int by_height(const void *left, const void *right)
{
    double a = height(left), b = height(right);

    return a < b ? -1 : a > b;
}

/* Returns how many there are. */
static size_t gather(const struct view *view, struct pair *pairs)
{
    size_t n = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct cost_primitive *primitive = primitive_of(view, row);
        bool across = primitive != NULL && primitive->across;
        if (!across)
            pairs[n++].one = row;
        else if (row_of(view, cost_on_one_core(primitive)) == NULL)
            pairs[n++].across = row;
    }
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct cost_primitive *primitive = primitive_of(view, row);
        if (primitive == NULL || !primitive->across)
            continue;
        for (size_t k = 0; k < n; k++)
            if (pairs[k].one != NULL &&
                pairs[k].one == row_of(view, cost_on_one_core(primitive)))
                pairs[k].across = row;
    }
    qsort(pairs, n, sizeof *pairs, by_height);
    return n;
}

static void write_figure(FILE *out, const struct view *view,
                         const struct estimate *row)
{
    const struct column *column = &view->aspect->first;
    bool known = row != NULL && !view_is_hole(row);
    const double values[] = {known ? row->location.median : NAN,
                             known ? row->location.low : NAN,
                             known ? row->location.high : NAN};

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        chart_write_number(out, known ? view_value(view, row, column, values[i])
                                      : NAN);
}

/* Only what is missing: "" where there is nothing to explain. */
static void write_reason(FILE *out, const struct view *view,
                         const struct pair *pair)
{
    fputc('\t', out);
    if (pair->one != NULL && view_is_hole(pair->one))
        chart_write_cell(out, view_reason(view, pair->one));
    else if (pair->across != NULL && view_is_hole(pair->across))
        chart_write_cell(out, view_reason(view, pair->across));
    else
        fputc('?', out);
    fputc('\n', out);
}

static void write_pair(FILE *out, const struct view *view,
                       const struct pair *pair, size_t number)
{
    const struct estimate *first = pair->one != NULL ? pair->one : pair->across;
    const struct cost_primitive *primitive = primitive_of(view, first);

    fprintf(out, "%zu\t%d\t", number,
            primitive != NULL ? (int)primitive->group + 1 : 0);
    chart_write_cell(out, primitive != NULL ? primitive->label
                                            : view_point(view, first)->label);
    fprintf(out, "\t%s", primitive != NULL ? primitive->method : "?");
    write_figure(out, view, pair->one);
    write_figure(out, view, pair->across);
    write_reason(out, view, pair);
}

int cost_fill_rows(FILE *out, const struct view *view)
{
    struct pair *pairs = calloc(view->nrows + 1, sizeof *pairs);

    if (pairs == NULL)
        return -ENOMEM;
    size_t n = gather(view, pairs);
    fputs("# row\tgroup\tlabel\tmethod\tone_core_ns\tlow\thigh"
          "\ttwo_cores_ns\tlow\thigh\treason\n",
          out);
    for (size_t i = 0; i < n; i++)
        write_pair(out, view, &pairs[i], i + 1);
    free(pairs);
    return 0;
}

void cost_write_text(FILE *out, const struct view *view)
{
    char name[16];
    size_t n = view->nrows;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct cost_primitive *primitive =
            primitive_of(view, &view->rows[i]);
        n -= primitive != NULL &&
             row_of(view, cost_on_one_core(primitive)) != NULL;
    }
    fprintf(out, "NROWS = %zu\nNGROUPS = %d\n", n, COST_GROUPS);
    for (int i = 0; i < COST_GROUPS; i++) {
        snprintf(name, sizeof name, "GROUP%d", i + 1);
        chart_assign(out, name, cost_group_names[i]);
    }
}
