/* SPDX-License-Identifier: MIT */
/* The tables of a session as Markdown. The same rows, figures and claims as on
 * the terminal (table.c): only the lines between them are others. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "harness/export/export.h"
#include "harness/machine/machine.h"
#include "harness/report/finding.h"
#include "harness/report/table.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

/* A text that must not end its cell, nor begin a tag. */
static void write_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|' || *text == '<' || *text == '*' || *text == '_')
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
}

static void write_head(FILE *out, const struct session *session)
{
    char machine[128];
    const json_t *argument;
    size_t i;

    machine_name(session->environment, machine, sizeof machine);
    fprintf(out, "%s; noise grade %c; %s; heddle %s%s%s; seed %" PRIu64 ".\n\n",
            machine, session->grade.letter, session->started_utc,
            session->tool_version, *session->git_commit != '\0' ? " " : "",
            session->git_commit, session->seed);
    fputs("    ", out);
    json_array_foreach(session->argv, i, argument)
    {
        if (json_is_string(argument))
            fprintf(out, "%s%s", i > 0 ? " " : "", json_string_value(argument));
    }
    fputc('\n', out);
    if (!session->complete)
        fprintf(out, "\nNot complete: %s. Only complete blocks count.\n",
                session->stop_reason != NULL ? session->stop_reason
                                             : "interrupted");
}

static void write_row(FILE *out, const struct view *view,
                      const struct estimate *row)
{
    const struct point *point = view_point(view, row);
    struct table_cells cells;

    fputs("| ", out);
    if (view->experiment->sweep != SWEEP_NONE)
        fprintf(out, "%" PRIu64 " | ", point->x);
    write_text(out, point->label);
    if (view_is_hole(row)) {
        fputs(" | | | | ", out);
        write_text(out, view_reason(view, row));
    } else {
        table_cells(view, row, &cells);
        fprintf(out, " | %s | %s | %s | ", cells.first, cells.beside,
                cells.ratio);
        write_text(out, cells.claim);
    }
    fputs(" |\n", out);
}

static int write_panel(FILE *out, const struct view *view, unsigned panel)
{
    const struct experiment *experiment = view->experiment;
    bool swept = experiment->sweep != SWEEP_NONE;
    char *finding = finding_text(view, panel);

    if (finding == NULL)
        return -ENOMEM;
    fputc('\n', out);
    view_write_workload(out, view, panel);
    fprintf(out, ":\n\n| %s%smodel | %s | %s | ratio | |\n|%s",
            swept ? sweep_names[experiment->sweep] : "", swept ? " | " : "",
            view->aspect->first.title, view->aspect->beside.title,
            swept ? "--:|" : "");
    fputs("---|--:|--:|--:|---|\n", out);
    for (size_t i = 0; i < view->nrows; i++)
        if (view_point(view, &view->rows[i])->panel == panel)
            write_row(out, view, &view->rows[i]);
    fprintf(out, "\n%s.\n", finding);
    free(finding);
    return 0;
}

static int write_experiment(FILE *out, const struct session *session,
                            unsigned number)
{
    const struct experiment *experiment = session->experiments[number];
    struct view view;

    if (experiment->stop_reason == NULL)
        return 0;
    int err = view_init(&view, session, number);
    if (err != 0)
        return err;
    fprintf(out, "\n### %s: ", experiment->name);
    write_text(out, experiment->question);
    fprintf(out, "\n\n%u block%s.\n", experiment->nblocks,
            experiment->nblocks == 1 ? "" : "s");
    for (unsigned p = 0; p < experiment->npanels && err == 0; p++)
        err = write_panel(out, &view, p);
    view_fini(&view);
    return err;
}

int export_markdown(FILE *out, const struct session *session)
{
    int err = 0;

    fprintf(out, "## Session %s\n\n", session->id);
    write_head(out, session);
    for (unsigned e = 0; e < session->nexperiments && err == 0; e++)
        err = write_experiment(out, session, e);
    fputc('\n', out);
    table_print_legend(out);
    return err;
}
