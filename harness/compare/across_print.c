/* SPDX-License-Identifier: MIT */
/*
 * The comparison of two sessions as text. Like the tables of one session: cells
 * are text first, then columns are as wide as they must be; words beside marks,
 * no colour.
 */
#include "harness/compare/across_print.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/across.h"
#include "harness/compare/comparable.h"
#include "harness/machine/machine.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

enum { LABEL, BEFORE, AFTER, TIME, RELATIVE, NCOLUMNS }; /* then the verdict */

struct line {
    char cells[NCOLUMNS][WORDS_INTERVAL];
    char verdict[160];
};

void across_row_id(const struct across_row *row, char *text, size_t room)
{
    session_point_id(row->view_a->session, row->a->point, text, room);
}

/* ---- Cells ---- */

static void write_hole(const struct across_row *row, char *text, size_t room)
{
    if (row->hole == ACROSS_IMPOSSIBLE)
        snprintf(text, room, "! impossible: beyond its bound");
    else if (row->hole == ACROSS_A)
        snprintf(text, room, "not in A: %s", view_reason(row->view_a, row->a));
    else
        snprintf(text, room, "not in B: %s", view_reason(row->view_b, row->b));
}

static void write_verdict(const struct across *across,
                          const struct across_row *row, char *text, size_t room)
{
    const struct across_claim *claim = across_decides(across, row);
    const struct aspect *aspect = row->view_a->aspect;

    if (!claim->asked)
        snprintf(text, room, "%s", across->is_relative ? "baseline" : "");
    else if (claim->verdict == STATS_FASTER)
        snprintf(text, room, "%c %s", aspect->equal ? '<' : '+', aspect->less);
    else if (claim->verdict == STATS_SLOWER)
        snprintf(text, room, "%c %s", aspect->equal ? '>' : '-', aspect->more);
    else
        snprintf(text, room, "%s",
                 claim->verdict == STATS_SAME ? "= same" : "? cannot tell");
}

static void write_claim(const struct across_claim *claim, char *text)
{
    if (claim->asked)
        words_interval(claim->ratio.ratio, claim->ratio.low, claim->ratio.high,
                       text);
}

static void fill_line(const struct across *across, const struct across_row *row,
                      struct line *ret)
{
    const struct point *point = view_point(row->view_a, row->a);
    const struct column *column = &row->view_a->aspect->first;
    char x[WORDS_NUMBER] = "";

    *ret = (struct line){.verdict = ""};
    if (point->x > 0)
        snprintf(x, sizeof x, "/%" PRIu64, point->x);
    snprintf(ret->cells[LABEL], sizeof ret->cells[LABEL], "%s%s", point->label,
             x);
    if (row->hole != ACROSS_NONE) {
        write_hole(row, ret->verdict, sizeof ret->verdict);
        return;
    }
    words_number(
        view_value(row->view_a, row->a, column, row->a->location.median),
        ret->cells[BEFORE]);
    words_number(
        view_value(row->view_b, row->b, column, row->b->location.median),
        ret->cells[AFTER]);
    write_claim(&row->time, ret->cells[TIME]);
    write_claim(&row->relative, ret->cells[RELATIVE]);
    write_verdict(across, row, ret->verdict, sizeof ret->verdict);
}

/* ---- Tables ---- */

static void widen(size_t widths[NCOLUMNS], const struct line *line)
{
    for (size_t i = 0; i < NCOLUMNS; i++) {
        size_t width = words_width(line->cells[i]);
        widths[i] = widths[i] < width ? width : widths[i];
    }
}

static void print_line(FILE *out, const struct line *line,
                       const size_t widths[NCOLUMNS])
{
    /* A hole has nothing but its name and its reason. */
    size_t n = *line->cells[BEFORE] != '\0' || *line->cells[LABEL] == '\0'
                   ? NCOLUMNS
                   : BEFORE;

    fputs("  ", out);
    for (size_t i = 0; i < n; i++) {
        int blanks = (int)(widths[i] - words_width(line->cells[i]));
        bool right = i == BEFORE || i == AFTER;
        bool last = i + 1 == n && *line->verdict == '\0';
        fprintf(out, "%*s%s%*s", right ? blanks : 0, "", line->cells[i],
                last    ? 0
                : right ? 2
                        : blanks + 2,
                "");
    }
    fprintf(out, "%s\n", line->verdict);
}

static bool same_panel(const struct across_row *a, const struct across_row *b)
{
    return a->view_a == b->view_a && view_point(a->view_a, a->a)->panel ==
                                         view_point(b->view_a, b->a)->panel;
}

static void print_heading(FILE *out, const struct across_row *row)
{
    const struct experiment *experiment = row->view_a->experiment;
    unsigned panel = view_point(row->view_a, row->a)->panel;

    fprintf(out, "\n%s%s%s: %s; %u blocks in A, %u in B\n", experiment->name,
            experiment->npanels > 1 ? ", " : "",
            experiment->npanels > 1 ? experiment->panel_titles[panel] : "",
            row->view_a->aspect->first.title, experiment->nblocks,
            row->view_b->experiment->nblocks);
}

static int print_panel(FILE *out, const struct across *across, size_t first,
                       size_t end)
{
    struct line head = {.cells = {"", "A", "B", "B / A", "to its baseline"}};
    size_t widths[NCOLUMNS] = {0};
    struct line *lines = calloc(end - first, sizeof(*lines));

    if (lines == NULL)
        return -ENOMEM;
    widen(widths, &head);
    for (size_t i = first; i < end; i++) {
        fill_line(across, &across->rows[i], &lines[i - first]);
        widen(widths, &lines[i - first]);
    }
    print_heading(out, &across->rows[first]);
    print_line(out, &head, widths);
    for (size_t i = first; i < end; i++)
        print_line(out, &lines[i - first], widths);
    free(lines);
    return 0;
}

/* ---- Around the tables ---- */

static void print_session(FILE *out, char letter, const struct session *session)
{
    fprintf(out, "%c  %s, heddle %s%s%s, noise grade %c%s\n", letter,
            session->id, session->tool_version,
            *session->git_commit != '\0' ? " " : "", session->git_commit,
            session->grade.letter, session->complete ? "" : ", not complete");
}

/* The calibration runs on one core and does not notice who has the others. */
static void print_load(FILE *out, const struct across *across)
{
    double a =
        json_number_value(json_object_get(across->a->environment, "load_1min"));
    double b =
        json_number_value(json_object_get(across->b->environment, "load_1min"));

    if (fabs(a - b) > 0.5)
        fprintf(out,
                "Load when it began: %.1f in A, %.1f in B: what others took, "
                "these figures lack.\n",
                a, b);
}

static void print_machine(FILE *out, const struct across *across)
{
    char machine[128];
    json_t *differences = comparable_differences(across->a, across->b);
    json_t *entry;
    size_t i;

    machine_name(across->a->environment, machine, sizeof machine);
    fprintf(out, "%s. ", machine);
    if (isnan(across->gap_ratio))
        fputs("Calibration: not in both.\n", out);
    else
        fprintf(out, "Calibration: %.1f %% apart%s.\n",
                100 * fabs(across->gap_ratio - 1),
                across->gap_ratio < 1   ? ", B the faster"
                : across->gap_ratio > 1 ? ", A the faster"
                                        : "");
    json_array_foreach(differences, i, entry)
        fprintf(out, "Also other: %s, %s in A, %s in B.\n",
                json_string_value(json_object_get(entry, "fact")),
                json_string_value(json_object_get(entry, "a")),
                json_string_value(json_object_get(entry, "b")));
    json_decref(differences);
    print_load(out, across);
}

/* Configurations that only one of the two has, without twins. */
static void print_absent(FILE *out, char letter, const struct session *from,
                         const struct session *in)
{
    char id[256];
    size_t n = 0;

    for (unsigned i = 0; i < from->npoints; i++) {
        if (from->points[i].twin || comparable_twin(from, i, in) >= 0)
            continue;
        session_point_id(from, i, id, sizeof id);
        if (n++ == 0)
            fprintf(out, "Only in %c, not compared: %s", letter, id);
    }
    if (n > 1)
        fprintf(out, " and %zu more", n - 1);
    if (n > 0)
        fputs(".\n", out);
}

static void print_counts(FILE *out, const struct across *across)
{
    size_t counts[STATS_CANNOT_TELL + 1] = {0}, nholes = 0;
    size_t nshort = 0, nfloorless = 0;

    for (size_t i = 0; i < across->nrows; i++) {
        const struct across_row *row = &across->rows[i];
        const struct across_claim *claim = across_decides(across, row);
        nholes += row->hole != ACROSS_NONE;
        if (!claim->asked)
            continue;
        counts[claim->verdict]++;
        nfloorless += isnan(claim->floor_ratio) ? 1 : 0;
        nshort += isnan(claim->ratio.low) && !isnan(claim->floor_ratio) ? 1 : 0;
    }
    fprintf(out,
            "%s of B: %zu faster or less, %zu slower or more, %zu same, %zu "
            "cannot tell",
            across->is_relative ? "Ratios to the baselines" : "Figures",
            counts[STATS_FASTER], counts[STATS_SLOWER], counts[STATS_SAME],
            counts[STATS_CANNOT_TELL]);
    if (nholes > 0)
        fprintf(out, ", %zu not compared", nholes);
    fputs(".\n", out);
    if (nshort > 0)
        fprintf(out, "Too few blocks for so many rows: %zu.\n", nshort);
    if (nfloorless > 0)
        fprintf(out,
                "No noise floor (an A/A twin and six blocks in A and B): "
                "%zu.\n",
                nfloorless);
}

static void print_legend(FILE *out)
{
    fputs("\nB / A: time in B over time in A, or bytes; to its baseline: the "
          "same of the ratio to\nthe baseline, which a machine that was faster "
          "or slower in B leaves alone. [low, high]\nholds for all rows "
          "together with 95 %, widened by drift, by the calibrations' gap and\n"
          "by the noise floors. = same: within 2 %.\n",
          out);
}

int across_print(FILE *out, const struct across *across)
{
    fputs("Across sessions: weaker than `heddle bench --against`, which "
          "measures two builds\nside by side. Whatever else has changed "
          "between A and B is in these figures.\n\n",
          out);
    print_session(out, 'A', across->a);
    print_session(out, 'B', across->b);
    print_machine(out, across);
    for (size_t i = 0, end; i < across->nrows; i = end) {
        end = i + 1;
        while (end < across->nrows &&
               same_panel(&across->rows[i], &across->rows[end]))
            end++;
        int err = print_panel(out, across, i, end);
        if (err != 0)
            return err;
    }
    print_legend(out);
    print_absent(out, 'A', across->a, across->b);
    print_absent(out, 'B', across->b, across->a);
    print_counts(out, across);
    return 0;
}
