/* SPDX-License-Identifier: MIT */
/*
 * Two programs, side by side. Ratios are told as percentages of the other
 * program's figure, since what is looked for are a few of them. One line a
 * configuration, so that grep and diff serve in a build's log.
 */
#include "harness/report/table_against.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness/report/table.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/against.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

enum { NAME, OTHER, THIS, CHANGE, NCOLUMNS }; /* the claim comes last */

struct line {
    unsigned point;
    char cells[NCOLUMNS][128];
    char claim[WORDS_NUMBER];
    char reason[128]; /* instead of figures: why there are none */
};

/* ---- Cells ---- */

/* "+1.2 % [-0.3, +2.8]"; without an interval "+1.2 %". */
static void write_change(const struct stats_ratio *ratio, char *text,
                         size_t room)
{
    double change = 100 * (ratio->ratio - 1);

    if (isnan(ratio->low))
        snprintf(text, room, "%+.1f %%", change);
    else
        snprintf(text, room, "%+.1f %% [%+.1f, %+.1f]", change,
                 100 * (ratio->low - 1), 100 * (ratio->high - 1));
}

static void write_figure(const struct view *view, const struct estimate *row,
                         char *text, size_t room)
{
    const struct column *column = &view->aspect->first;
    char number[WORDS_NUMBER];

    if (row == NULL || view_is_hole(row))
        return;
    words_number(view_value(view, row, column, row->location.median), number);
    snprintf(text, room, "%s %s", number, column->unit);
}

static void fill_line(const struct view *view, const struct estimate *row,
                      struct line *ret)
{
    const struct estimate *other = view_baseline(view, row);
    const struct estimate *hole = view_is_hole(row) ? row : NULL;

    *ret = (struct line){.point = row->point};
    session_point_id(view->session, row->point, ret->cells[NAME],
                     sizeof ret->cells[NAME]);
    write_figure(view, other, ret->cells[OTHER], sizeof ret->cells[OTHER]);
    write_figure(view, row, ret->cells[THIS], sizeof ret->cells[THIS]);
    if (row->compared) {
        write_change(&row->joint, ret->cells[CHANGE],
                     sizeof ret->cells[CHANGE]);
        table_write_claim(view, row, ret->claim, sizeof ret->claim);
    }
    if (hole == NULL && other != NULL && view_is_hole(other))
        hole = other;
    if (hole != NULL)
        snprintf(ret->reason, sizeof ret->reason, "%s %s: %.100s",
                 row == hole ? "this" : "the other",
                 other != NULL && row == hole && view_is_hole(other)
                     ? "and the other"
                     : "program",
                 view_reason(view, hole));
}

/* Adds the lines of one experiment to lines[0 .. n-1]. */
static int add_lines(const struct session *session, unsigned experiment,
                     struct line *lines, size_t *n)
{
    struct view view;
    int err = view_init(&view, session, experiment);

    if (err != 0)
        return err;
    for (size_t i = 0; i < view.nrows; i++)
        if (!view_point(&view, &view.rows[i])->other)
            fill_line(&view, &view.rows[i], &lines[(*n)++]);
    view_fini(&view);
    return 0;
}

/* A view is sorted by what came of it, a log by what was asked for. */
static int by_point(const void *left, const void *right)
{
    const struct line *a = left, *b = right;

    return a->point < b->point ? -1 : a->point > b->point;
}

/* ---- The table ---- */

static void print_line(FILE *out, const struct line *line,
                       const size_t widths[NCOLUMNS])
{
    fprintf(out, "  %-*s", (int)widths[NAME], line->cells[NAME]);
    if (*line->reason != '\0') {
        fprintf(out, "  %s\n", line->reason);
        return;
    }
    fprintf(out, "  %*s  %*s  %-*s  %s\n", (int)widths[OTHER],
            line->cells[OTHER], (int)widths[THIS], line->cells[THIS],
            (int)widths[CHANGE], line->cells[CHANGE], line->claim);
}

static void print_lines(FILE *out, const struct line *lines, size_t n)
{
    const struct line head = {
        .cells = {"configuration", "other", "this", "this takes"}};
    size_t widths[NCOLUMNS];

    for (size_t c = 0; c < NCOLUMNS; c++) {
        widths[c] = strlen(head.cells[c]);
        for (size_t i = 0; i < n; i++)
            if (widths[c] < strlen(lines[i].cells[c]))
                widths[c] = strlen(lines[i].cells[c]);
    }
    fprintf(out, "  %-*s  %*s  %*s  %s\n", (int)widths[NAME], head.cells[NAME],
            (int)widths[OTHER], head.cells[OTHER], (int)widths[THIS],
            head.cells[THIS], head.cells[CHANGE]);
    for (size_t i = 0; i < n; i++)
        print_line(out, &lines[i], widths);
}

static void print_head(FILE *out, const struct session *session)
{
    const struct against *against = session->against;

    fprintf(out, "this   heddle %s (%s)\nother  heddle %s (%s), %s\n",
            session->tool_version,
            *session->git_commit != '\0' ? session->git_commit : "no commit",
            against->version,
            *against->commit != '\0' ? against->commit : "no commit",
            against->path);
    if (session->build_id != NULL && against->build_id != NULL &&
        strcmp(session->build_id, against->build_id) == 0)
        fputs("       They are the same program: all differences are "
              "noise.\n",
              out);
    for (size_t i = 0; i < session->nexperiments; i++)
        if (session->experiments[i]->stop_reason != NULL)
            fprintf(out, "%s: %u blocks\n", session->experiments[i]->name,
                    session->experiments[i]->nblocks);
    fputc('\n', out);
}

static int gather(const struct session *session, struct line **ret, size_t *n)
{
    struct line *lines = calloc(session->npoints + 1, sizeof *lines);
    int err = lines != NULL ? 0 : -ENOMEM;

    *n = 0;
    for (unsigned e = 0; e < session->nexperiments && err == 0; e++)
        if (session->experiments[e]->stop_reason != NULL)
            err = add_lines(session, e, lines, n);
    if (err != 0) {
        free(lines);
        return err;
    }
    qsort(lines, *n, sizeof *lines, by_point);
    *ret = lines;
    return 0;
}

int table_against_print(FILE *out, const struct session *session)
{
    struct line *lines;
    size_t n;
    int err = gather(session, &lines, &n);

    if (err != 0)
        return err;
    print_head(out, session);
    print_lines(out, lines, n);
    free(lines);
    fputs("\nthis takes: so much more than the other, in the same blocks; "
          "[low, high] holds for\nall rows together, with 95 % (*: for the row "
          "by itself; too few blocks for all).\n= same: within 2 %. (+N): N "
          "more blocks would tell.\n",
          out);
    return 0;
}

int table_against_print_slower(FILE *out, const struct session *session,
                               double limit_ratio)
{
    size_t n;
    int err = against_count_slower(session, limit_ratio, &n);

    if (err != 0)
        return err;
    fprintf(out, "=> %zu configuration%s slower, and by more than %.3g %%.\n",
            n, n == 1 ? " is" : "s are", 100 * limit_ratio);
    return 0;
}
