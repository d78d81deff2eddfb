/* SPDX-License-Identifier: MIT */
/*
 * A panel as a table. Cells are text first, so that columns are as wide as they
 * must be and most tables fit into 80 columns. Marks stand beside words, and
 * there is no colour: the table reads the same on paper and in a log file.
 */
#include "harness/report/table.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/latency_report.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

enum { LABEL, FIRST, BESIDE, RATIO, NCOLUMNS }; /* the claim comes last */

struct line {
    const char *label;
    struct table_cells cells;
};

/* More blocks than this are no advice. */
static const size_t many_blocks = 1000;

void table_write_claim(const struct view *view, const struct estimate *row,
                       char *text, size_t room)
{
    const char *alone = row->alone ? " *" : "";

    if (view_is_impossible(view, row)) {
        snprintf(text, room, "! impossible");
    } else if (latency_row_mark(view, row) != NULL) {
        snprintf(text, room, "! %s", latency_row_mark(view, row));
    } else if (view_is_baseline(view, row)) {
        snprintf(text, room, "baseline");
    } else if (!row->compared) {
        snprintf(text, room, "%s", "");
    } else if (row->verdict == STATS_FASTER) {
        snprintf(text, room, "%c %s%s", view->aspect->equal ? '<' : '+',
                 view->aspect->less, alone);
    } else if (row->verdict == STATS_SLOWER) {
        snprintf(text, room, "%c %s%s", view->aspect->equal ? '>' : '-',
                 view->aspect->more, alone);
    } else if (row->verdict == STATS_SAME) {
        snprintf(text, room, "= same%s", alone);
    } else if (row->more_blocks >= many_blocks) {
        snprintf(text, room, "? cannot tell");
    } else {
        snprintf(text, room, "? cannot tell (+%zu)", row->more_blocks);
    }
}

void table_cells(const struct view *view, const struct estimate *row,
                 struct table_cells *ret)
{
    const struct column *first = &view->aspect->first;
    const struct column *beside = &view->aspect->beside;
    const struct stats_location *l = &row->location;

    *ret = (struct table_cells){.claim = ""};
    if (view_is_hole(row))
        return;
    words_interval(view_value(view, row, first, l->median),
                   view_value(view, row, first, l->low),
                   view_value(view, row, first, l->high), ret->first);
    if (row->beside.n > 0)
        words_number(view_value(view, row, beside, row->beside.median),
                     ret->beside);
    if (view_is_baseline(view, row))
        snprintf(ret->ratio, sizeof(ret->ratio), "1");
    else if (row->compared && !view_is_impossible(view, row))
        words_interval(row->joint.ratio, row->joint.low, row->joint.high,
                       ret->ratio);
    table_write_claim(view, row, ret->claim, sizeof(ret->claim));
}

static void widen(size_t widths[NCOLUMNS], const struct line *line)
{
    const char *cells[NCOLUMNS] = {line->label, line->cells.first,
                                   line->cells.beside, line->cells.ratio};
    for (size_t i = 0; i < NCOLUMNS; i++) {
        if (widths[i] < words_width(cells[i]))
            widths[i] = words_width(cells[i]);
    }
}

static void print_cell(FILE *out, const char *text, size_t width)
{
    fprintf(out, "%s%*s", text, (int)(width - words_width(text) + 2), "");
}

static void print_line(FILE *out, const struct line *line,
                       const size_t widths[NCOLUMNS])
{
    size_t left_of_beside = widths[BESIDE] - words_width(line->cells.beside);

    fputs("  ", out);
    print_cell(out, line->label, widths[LABEL]);
    print_cell(out, line->cells.first, widths[FIRST]);
    fprintf(out, "%*s%s  ", (int)left_of_beside, "", line->cells.beside);
    /* No blanks at the end of a line. */
    if (*line->cells.claim != '\0')
        print_cell(out, line->cells.ratio, widths[RATIO]);
    fprintf(out, "%s\n",
            *line->cells.claim != '\0' ? line->cells.claim : line->cells.ratio);
}

static void print_heading(FILE *out, const struct view *view, uint64_t x)
{
    static const char *const of[SWEEP_MAX] = {
        [SWEEP_WORKERS] = "workers",
        [SWEEP_TASKS] = "tasks",
        [SWEEP_INFLIGHT] = "in flight",
        [SWEEP_RATE] = "requests per second",
    };
    char count[WORDS_NUMBER];
    const char *what = view->experiment->sweep == SWEEP_SETTING
                           ? view->experiment->swept[0]
                           : of[view->experiment->sweep];

    /* A baseline that stands outside of the sweep has x = 0. */
    if (what != NULL && x > 0)
        fprintf(out, "%s: %s\n", what, words_count(x, count));
}

/* A row beyond its bound: shown, if that may be noise. */
static void write_beyond(FILE *out, const struct view *view,
                         const struct estimate *row)
{
    struct bound bound = view_bound(view, row);
    bool refused = view_is_impossible(view, row);

    fprintf(out, "%s: %s", view_point(view, row)->label,
            refused ? "refused, being " : "its median is ");
    bound_write_least(out, view->session, &bound, row->point);
    if (!refused)
        fputs(isnan(row->joint.high)
                  ? "; perhaps by noise: more blocks would tell"
                  : ", its interval is not: noise",
              out);
}

static void write_suspects(FILE *out, const struct view *view,
                           const struct estimate *row)
{
    struct bound bound = view_bound(view, row);

    fputs("What is refused was not measured rightly. Suspect ", out);
    bound_write_suspects(out, view->session, &bound);
    fputs("; heddle doctor says what disturbs this machine", out);
}

/* One sentence about a row, as a paragraph. */
static void
print_note(FILE *out, const struct view *view, const struct estimate *row,
           void (*write)(FILE *, const struct view *, const struct estimate *))
{
    char *text = NULL;
    size_t length;
    FILE *words = open_memstream(&text, &length);

    if (words == NULL)
        return;
    write(words, view, row);
    fputc('.', words);
    if (fclose(words) == 0) {
        fputs("  ", out);
        words_paragraph(out, text, TABLE_COLUMNS, 2);
    }
    free(text);
}

/* Once, for all rows of a panel that are refused. */
static void print_suspects(FILE *out, const struct view *view, unsigned panel)
{
    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        if (view_point(view, row)->panel != panel ||
            !view_is_impossible(view, row))
            continue;
        print_note(out, view, row, write_suspects);
        return;
    }
}

/* What the figures of a row do not say by themselves. */
static void print_notes(FILE *out, const struct view *view,
                        const struct estimate *row)
{
    const char *label = view_point(view, row)->label;

    if (!view_is_hole(row) && row->nbad > 0)
        fprintf(out, "  %s: %zu of %zu runs did not end well: %s\n", label,
                row->nbad, row->nbad + row->location.n, view_reason(view, row));
    if (!view_is_hole(row) && row->beside_zero)
        fprintf(out, "  %s: no %s: a run of it has a value of 0\n", label,
                view->aspect->beside.title);
    if (view_is_impossible(view, row) || view_is_doubtful(view, row))
        print_note(out, view, row, write_beyond);
}

static void print_group(FILE *out, const struct view *view, size_t first,
                        const struct line *lines, const size_t widths[NCOLUMNS])
{
    size_t end = view_group_end(view, first);

    print_heading(out, view, view_point(view, &view->rows[first])->x);
    for (size_t i = first; i < end; i++) {
        if (!view_is_hole(&view->rows[i])) {
            print_line(out, &lines[i], widths);
            continue;
        }
        fputs("  ", out);
        print_cell(out, lines[i].label, widths[LABEL]);
        words_paragraph(out, view_reason(view, &view->rows[i]), TABLE_COLUMNS,
                        widths[LABEL] + 4);
    }
    for (size_t i = first; i < end; i++)
        print_notes(out, view, &view->rows[i]);
}

int table_print(FILE *out, const struct view *view, unsigned panel)
{
    struct line head = {.label = "", .cells = {.ratio = "ratio"}};
    size_t widths[NCOLUMNS] = {0};
    struct line *lines = calloc(view->nrows + 1, sizeof(*lines));

    if (lines == NULL)
        return -ENOMEM;
    snprintf(head.cells.first, sizeof(head.cells.first), "%s",
             view->aspect->first.title);
    snprintf(head.cells.beside, sizeof(head.cells.beside), "%s",
             view->aspect->beside.title);
    widen(widths, &head);
    for (size_t i = 0; i < view->nrows; i++) {
        lines[i].label = view_point(view, &view->rows[i])->label;
        table_cells(view, &view->rows[i], &lines[i].cells);
        if (view_point(view, &view->rows[i])->panel == panel)
            widen(widths, &lines[i]);
    }
    print_line(out, &head, widths);
    for (size_t i = 0; i < view->nrows; i = view_group_end(view, i)) {
        if (view_point(view, &view->rows[i])->panel == panel)
            print_group(out, view, i, lines, widths);
    }
    print_suspects(out, view, panel);
    free(lines);
    return 0;
}

void table_print_legend(FILE *out)
{
    fputs("ratio: to the baseline of the same block; [low, high] holds for all "
          "rows of a\ngroup together, with 95 % (*: for the row by itself; "
          "too few blocks for all).\n= same: within 2 %. (+N): N more blocks "
          "would tell.\n",
          out);
}
