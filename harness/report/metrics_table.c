/* SPDX-License-Identifier: MIT */
/* A table as wide as the terminal holds a few metrics; the others follow in
 * further tables of the same rows, so that a line is never broken. */
#include "harness/report/metrics_table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/metric_words.h"
#include "harness/report/table.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/metrics.h"
#include "harness/session/reader.h"
#include "harness/session/session.h"

enum { LABEL = READER_NAME + 24 };

/* One metric of all rows. */
struct metric_column {
    char title[METRIC_TITLE];
    char (*cells)[WORDS_INTERVAL]; /* one a row of the view */
    size_t width;
    bool known; /* some row has it */
};

static bool is_in_main_table(const struct view *view, const char *name)
{
    return strcmp(name, estimate_quantity(view->session, view->number)->name) ==
               0 ||
           strcmp(
               name,
               estimate_quantity_beside(view->session, view->number)->name) ==
               0;
}

static int fill_cell(const struct view *view, const struct estimate *row,
                     const struct quantity *quantity, double scale,
                     struct metric_column *column, char cell[WORDS_INTERVAL])
{
    struct stats_location l;
    int err = metrics_locate(view->session, row->point, quantity, &l);

    if (err != 0)
        return err;
    if (l.n == 0) {
        snprintf(cell, WORDS_INTERVAL, "?");
        return 0;
    }
    words_interval(l.median * scale, l.low * scale, l.high * scale, cell);
    column->known = true;
    return 0;
}

static int fill_column(const struct view *view, unsigned panel,
                       const struct quantity *quantity,
                       struct metric_column *column)
{
    struct metric_words words = metric_words(quantity->name);
    int err = 0;

    metric_write_title(&words, column->title);
    column->width = words_width(column->title);
    column->known = false;
    column->cells = calloc(view->nrows + 1, sizeof *column->cells);
    if (column->cells == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < view->nrows && err == 0; i++) {
        const struct estimate *row = &view->rows[i];
        if (view_point(view, row)->panel != panel)
            continue;
        err = fill_cell(view, row, quantity, words.scale, column,
                        column->cells[i]);
        size_t width = words_width(column->cells[i]);
        column->width = width > column->width ? width : column->width;
    }
    return err;
}

static void write_label(const struct view *view, const struct estimate *row,
                        char label[LABEL])
{
    const struct point *point = view_point(view, row);

    if (experiment_sweeps(view->experiment, &point->configuration))
        snprintf(label, LABEL, "%s, %" PRIu64, point->label, point->x);
    else
        snprintf(label, LABEL, "%s", point->label);
}

static size_t label_width(const struct view *view, unsigned panel)
{
    char label[LABEL];
    size_t widest = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        if (view_point(view, &view->rows[i])->panel != panel)
            continue;
        write_label(view, &view->rows[i], label);
        size_t width = words_width(label);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* No blanks at the end of a line. */
static void print_cell(FILE *out, const char *text, size_t width, bool last)
{
    fprintf(out, "  %s%*s", text, last ? 0 : (int)(width - words_width(text)),
            "");
}

static void print_columns(FILE *out, const struct view *view, unsigned panel,
                          const struct metric_column *columns, size_t n)
{
    size_t width = label_width(view, panel);
    char label[LABEL];

    print_cell(out, "", width, false);
    for (size_t k = 0; k < n; k++)
        print_cell(out, columns[k].title, columns[k].width, k + 1 == n);
    fputc('\n', out);
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        if (view_point(view, row)->panel != panel)
            continue;
        write_label(view, row, label);
        print_cell(out, label, width, false);
        for (size_t k = 0; k < n; k++)
            print_cell(out, columns[k].cells[i], columns[k].width, k + 1 == n);
        fputc('\n', out);
    }
}

static void print_tables(FILE *out, const struct view *view, unsigned panel,
                         const struct metric_column *columns, size_t n)
{
    size_t first = 0, width = 2 + label_width(view, panel);

    for (size_t k = 0, at = width; k < n; k++) {
        at += 2 + columns[k].width;
        if (at > TABLE_COLUMNS && k > first) {
            print_columns(out, view, panel, columns + first, k - first);
            first = k;
            at = width + 2 + columns[k].width;
        }
    }
    if (n > first)
        print_columns(out, view, panel, columns + first, n - first);
}

int metrics_table_print(FILE *out, const struct view *view, unsigned panel)
{
    struct metric_column columns[EXPERIMENT_METRICS_MAX];
    const struct experiment *experiment = view->experiment;
    size_t n = 0;
    int err = 0;

    for (size_t i = 0; i < experiment->nmetrics && err == 0; i++) {
        const struct quantity *quantity = &experiment->metrics[i];
        if (is_in_main_table(view, quantity->name))
            continue;
        err = fill_column(view, panel, quantity, &columns[n]);
        if (err == 0 && !columns[n].known)
            fprintf(out, "  No run has a metric %s.\n", quantity->name);
        if (err != 0 || columns[n].known)
            n++;
        else
            free(columns[n].cells);
    }
    if (err == 0)
        print_tables(out, view, panel, columns, n);
    for (size_t k = 0; k < n; k++)
        free(columns[k].cells);
    return err;
}
