/* SPDX-License-Identifier: MIT */
/*
 * What a session found, told in this order: the question, the figures, the
 * finding; then how far to trust them, where they lie, and what to do next.
 */
#include "harness/report/report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/workload.h"
#include "harness/options.h"
#include "harness/refusals.h"
#include "harness/report/bars.h"
#include "harness/report/chart_data.h"
#include "harness/report/counters_table.h"
#include "harness/report/disturbances.h"
#include "harness/report/draw.h"
#include "harness/report/finding.h"
#include "harness/report/finding_gil.h"
#include "harness/report/latency_report.h"
#include "harness/report/metrics_table.h"
#include "harness/report/scaling_text.h"
#include "harness/report/table.h"
#include "harness/report/table_against.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

/* ---- One experiment ---- */

static void print_title(FILE *out, const struct view *view, unsigned panel)
{
    const char *title = view->experiment->panel_titles[panel];
    const struct workload *workload = view_workload(view, panel);

    fputc('\n', out);
    if (title != NULL && *title != '\0' && workload != NULL &&
        strcmp(title, workload->name) != 0)
        fprintf(out, "%s: ", title);
    view_write_workload(out, view, panel);
    fputc('\n', out);
}

/* Takes over the text. */
static int print_finding(FILE *out, char *finding)
{
    char *line;
    if (finding == NULL)
        return -ENOMEM;
    int length = asprintf(&line, "=> %s.", finding);
    free(finding);
    if (length < 0)
        return -ENOMEM;
    words_paragraph(out, line, TABLE_COLUMNS, 0);
    free(line);
    return 0;
}

static int print_panel(FILE *out, const struct view *view, unsigned panel,
                       bool bars)
{
    print_title(out, view, panel);
    int err = table_print(out, view, panel);
    if (err == 0 && view->experiment->chart == CHART_LATENCY)
        err = latency_table_print(out, view, panel);
    if (err == 0)
        err = metrics_table_print(out, view, panel);
    if (err != 0)
        return err;
    err = scaling_print(out, view, panel);
    if (err != 0)
        return err;
    if (bars) {
        fputc('\n', out);
        bars_print(out, view, panel);
    }
    /* The charts of the GIL have one for all panels. */
    return finding_is_of_gil(view)
               ? 0
               : print_finding(out, finding_text(view, panel));
}

static int print_head(FILE *out, const struct experiment *experiment)
{
    char *line;
    if (asprintf(&line, "%s: %s (%u block%s)", experiment->name,
                 experiment->question, experiment->nblocks,
                 experiment->nblocks == 1 ? "" : "s") < 0)
        return -ENOMEM;
    words_paragraph(out, line, TABLE_COLUMNS, 0);
    free(line);
    return 0;
}

static int print_experiment(FILE *out, const struct session *session,
                            unsigned number, bool bars)
{
    struct view view;
    int err = view_init(&view, session, number);
    if (err != 0)
        return err;
    err = print_head(out, view.experiment);
    for (unsigned p = 0; p < view.experiment->npanels && err == 0; p++)
        err = print_panel(out, &view, p, bars);
    if (err == 0 && finding_is_of_gil(&view))
        err = print_finding(out, finding_gil(&view));
    fputc('\n', out);
    view_fini(&view);
    return err;
}

/* ---- The session ---- */

static int print_noise(FILE *out, const struct session *session)
{
    struct estimate twin;
    int err = estimate_noise(session, &twin);
    if (err != 0)
        return err == -ENODATA ? 0 : err;
    const char *name =
        session->experiments[session->points[twin.point].experiment]->name;
    double half_percent = stats_half_width_percent(&twin.ratio);

    fprintf(out,
            "Noise floor today: the baseline against itself differs by %.1f %%",
            fabs(twin.ratio.ratio - 1) * 100);
    if (!isnan(half_percent))
        fprintf(out, ", +-%.1f %%", half_percent);
    if (session->nexperiments > 1)
        fprintf(out, "\n(the worst of all experiments: %s)", name);
    fputs(".\n", out);
    return 0;
}

static int print_experiments(FILE *out, const struct session *session,
                             bool bars)
{
    bool told = false;

    for (unsigned e = 0; e < session->nexperiments; e++) {
        /* One that a signal kept from beginning has nothing to say. */
        if (session->experiments[e]->stop_reason == NULL)
            continue;
        int err = print_experiment(out, session, e, bars);
        if (err != 0)
            return err;
        told = true;
    }
    if (told)
        table_print_legend(out);
    else
        fputs("No experiment was begun: there is nothing to show.\n", out);
    return 0;
}

int report_print(FILE *out, const struct session *session, bool bars)
{
    int err = session->against != NULL ? table_against_print(out, session)
                                       : print_experiments(out, session, bars);
    if (err == 0)
        err = print_noise(out, session);
    if (err != 0)
        return err;
    err = refusals_print(out, session);
    if (err == 0)
        err = disturbances_print(out, session);
    if (err != 0)
        return err;
    if (!session->complete)
        fprintf(out, "Not complete: %s. Only complete blocks count.\n",
                session->stop_reason != NULL ? session->stop_reason
                                             : "it broke off");
    size_t nresumed = json_array_size(session->resumed_utc);
    if (nresumed > 0)
        fprintf(out, "Continued %zu time%s after an interruption.\n", nresumed,
                nresumed == 1 ? "" : "s");
    return ferror(out) ? -EIO : 0;
}

static int write_charts(const struct session *session)
{
    for (unsigned e = 0; e < session->nexperiments; e++) {
        struct view view;
        if (session->experiments[e]->stop_reason == NULL)
            continue;
        int err = view_init(&view, session, e);
        if (err != 0)
            return err;
        err = chart_data_write(&view);
        view_fini(&view);
        if (err != 0)
            return err;
    }
    return 0;
}

/* It was cut short, and not by wrong work, which would come again. */
static bool may_continue(const struct session *session)
{
    char *path;

    if (session->complete ||
        (session->stop_reason != NULL &&
         strcmp(session->stop_reason, "wrong work") == 0) ||
        asprintf(&path, "%s/plan.json", session->folder) < 0)
        return false;
    bool there = access(path, R_OK) == 0;
    free(path);
    return there;
}

/* What the session leaves open decides what to do next. */
static void print_next(FILE *out, const struct session *session)
{
    bool holes = false, unsure = false;

    if (may_continue(session)) {
        fprintf(out, "Continue with: heddle bench --resume %s\n",
                session->folder);
        return;
    }
    for (unsigned e = 0; e < session->nexperiments; e++) {
        struct view view;
        if (session->experiments[e]->stop_reason == NULL)
            continue;
        if (view_init(&view, session, e) != 0)
            return;
        for (size_t i = 0; i < view.nrows; i++) {
            const struct estimate *row = &view.rows[i];
            holes = holes || view_is_hole(row);
            unsure =
                unsure || (row->compared && row->verdict == STATS_CANNOT_TELL);
        }
        view_fini(&view);
    }
    if (session->grade.letter == 'D')
        fputs("Next: heddle doctor says what disturbs this machine.\n", out);
    else if (holes)
        fputs("Next: heddle doctor says how much this machine allows.\n", out);
    else if (unsure)
        fputs("Next: more blocks (--rigorous, or --budget) tell more.\n", out);
    else if (session->against == NULL)
        fputs("Next: heddle list names more to compare, heddle run compares "
              "it.\n",
              out);
}

static void print_charts(FILE *out, const struct session *session)
{
    fflush(out);
    int err = draw_session(session->folder, fileno(out));
    if (err == -ENOENT)
        complain("no charts: the script that draws them, scripts/draw, is "
                 "neither here nor installed");
    else if (err != 0 && err != -EIO) /* then the script has complained */
        complain("no charts: scripts/draw: %s", strerror(-err));
}

/* Somebody else's folder, or a read-only one, still tells its tables. */
static bool is_locked(int err)
{
    return err == -EACCES || err == -EPERM || err == -EROFS;
}

int report_session(const struct session *session, const struct options *options)
{
    bool taken =
        options->json_file != NULL && strcmp(options->json_file, "-") == 0;
    FILE *out = taken ? stderr : stdout;
    /* Charts compare models; here it is programs. */
    bool charts = !options->no_charts && session->against == NULL;
    bool gnuplot = charts && draw_has_gnuplot();

    int err = report_print(out, session, charts && !gnuplot);
    if (err == 0 && options->counters)
        counters_table_print(out, session);
    if (err == 0 && session->against == NULL) {
        err = write_charts(session);
        if (is_locked(err)) {
            complain("no charts: %s/data: %s; copy the session elsewhere",
                     session->folder, strerror(-err));
            charts = gnuplot = false;
            err = 0;
        }
    }
    if (err == 0 && session->against != NULL && options->fail_above > 0)
        err = table_against_print_slower(out, session, options->fail_above);
    if (err != 0)
        return err;
    fprintf(out, "Files: %s (result.json, samples.ndjson, plan.json%s)\n",
            session->folder, session->against == NULL ? ", data/" : "");
    if (gnuplot)
        print_charts(out, session);
    else if (charts)
        fputs("No charts without gnuplot (on Debian: apt install "
              "gnuplot-nox).\n",
              out);
    print_next(out, session);
    return fflush(out) != 0 ? -errno : 0;
}
