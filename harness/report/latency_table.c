/* SPDX-License-Identifier: MIT */
/*
 * The percentiles of all models at one load, in plain text, and the reasons for
 * marks. The column "service" is there to be distrusted: it is what a client
 * measures that asks again only when it has its answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/latency_report.h"
#include "harness/report/table.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/latency.h"
#include "harness/session/session.h"

enum { NCOLUMNS = 4, NLABEL = 64 };

static const struct {
    unsigned share;
    const char *title;
} columns[NCOLUMNS] = {
    {50000, "median"}, {90000, "p90"}, {99000, "p99"}, {99900, "p99.9"}};

struct line {
    char label[NLABEL];
    char cells[NCOLUMNS][WORDS_INTERVAL];
};

static void fill_cells(const struct latency_estimate *e, struct line *latency,
                       struct line *service)
{
    for (size_t i = 0; i < NCOLUMNS; i++) {
        const struct latency_location *l = latency_at(e, columns[i].share);
        if (l == NULL)
            continue;
        words_interval(l->latency.median * 1e-6, l->latency.low * 1e-6,
                       l->latency.high * 1e-6, latency->cells[i]);
        words_number(l->service.median * 1e-6, service->cells[i]);
    }
}

/* Two lines for each row with figures at this x, or outside of the sweep.
 * Returns how many. */
static size_t fill_lines(const struct view *view, unsigned panel, uint64_t x,
                         struct line *lines)
{
    size_t n = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct point *point = view_point(view, row);
        struct latency_estimate e;
        if (point->panel != panel || (point->x != x && point->x != 0) ||
            latency_estimate(view->session, row->point, &e) != 0)
            continue;
        struct line *latency = &lines[n++], *service = &lines[n++];
        const char *mark = latency_row_mark(view, row);
        snprintf(latency->label, NLABEL, "%s%s", point->label,
                 mark != NULL ? " !" : "");
        snprintf(service->label, NLABEL, "  service");
        fill_cells(&e, latency, service);
    }
    return n;
}

static void print_line(FILE *out, const struct line *line,
                       const size_t widths[NCOLUMNS], size_t label_width)
{
    size_t last = NCOLUMNS;

    while (last > 0 && *line->cells[last - 1] == '\0')
        last--;
    fprintf(out, "  %-*s", (int)label_width, line->label);
    for (size_t i = 0; i < last; i++)
        fprintf(out, "  %-*s", i + 1 < last ? (int)widths[i] : 0,
                line->cells[i]);
    fputc('\n', out);
}

static void print_lines(FILE *out, const struct line *lines, size_t n)
{
    struct line head = {.label = ""};
    size_t widths[NCOLUMNS] = {0}, label_width = 0;

    for (size_t i = 0; i < n; i++) {
        label_width = strlen(lines[i].label) > label_width
                          ? strlen(lines[i].label)
                          : label_width;
        for (size_t k = 0; k < NCOLUMNS; k++)
            if (strlen(lines[i].cells[k]) > widths[k])
                widths[k] = strlen(lines[i].cells[k]);
    }
    /* A share that no row has stays without a title. */
    for (size_t k = 0; k < NCOLUMNS; k++)
        if (widths[k] > 0)
            snprintf(head.cells[k], WORDS_INTERVAL, "%s", columns[k].title);
    print_line(out, &head, widths, label_width);
    for (size_t i = 0; i < n; i++)
        print_line(out, &lines[i], widths, label_width);
}

/* Each reason once, and the remark once, whatever rows have them. */
static void print_reasons(FILE *out, const struct view *view, unsigned panel)
{
    unsigned found = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        struct latency_estimate e;
        if (view_point(view, row)->panel == panel &&
            latency_estimate(view->session, row->point, &e) == 0)
            found |= e.flags;
    }
    for (unsigned i = 0; i < LATENCY_FLAGS; i++) {
        const char *reason = latency_reason(found & 1U << i);
        if (reason == NULL)
            continue;
        fputs("  ! ", out);
        words_paragraph(out, reason, TABLE_COLUMNS, 4);
    }
    if (found & LATENCY_LATE)
        fputs(
            "  The machine was late: even a process that only sleeps was "
            "woken late, by more\n  than a tenth of the median latency (p99). "
            "A part of the tails is its own.\n",
            out);
}

int latency_table_print(FILE *out, const struct view *view, unsigned panel)
{
    struct line *lines = calloc(2 * view->nrows + 1, sizeof(*lines));

    if (lines == NULL)
        return -ENOMEM;
    size_t n = fill_lines(view, panel, latency_focus(view, panel), lines);
    if (n > 0) {
        fputs("ms from the intended start, at ", out);
        latency_write_focus(out, view, panel);
        fputs("\n(service: what a closed loop would note down)\n", out);
        print_lines(out, lines, n);
    }
    print_reasons(out, view, panel);
    free(lines);
    return 0;
}
