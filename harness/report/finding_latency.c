/* SPDX-License-Identifier: MIT */
/*
 * The sentence about latencies. On a machine of grade D no time is worth a
 * headline; that a queue grew without end is true on any machine.
 */
#include <math.h>
#include <string.h>

#include "harness/report/finding_rules.h"
#include "harness/report/latency_report.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/latency.h"
#include "harness/session/session.h"

static bool has_tail(const struct cast *cast)
{
    return estimate_quantity(cast->view->session, cast->view->number) ==
           &quantity_latency_p99;
}

static const char *share_name(const struct cast *cast)
{
    return has_tail(cast) ? "p99" : "the median";
}

/* A row's service is told apart from its latency above this ratio. */
static const double hidden_ratio = 1.5;

static const char *label_of(const struct cast *cast, size_t i)
{
    return view_point(cast->view, &cast->rows[i])->label;
}

static void write_label(FILE *out, const struct cast *cast, size_t i)
{
    words_names(out, &(const char *){label_of(cast, i)}, 1);
}

/* Writes the names that were remembered and forgets them. */
static void write_names(FILE *out, struct cast *cast, const char *one,
                        const char *many)
{
    words_names(out, cast->names, cast->nnames);
    fputs(cast->nnames == 1 ? one : many, out);
    cast->nnames = 0;
}

static unsigned panel_of(const struct cast *cast)
{
    return view_point(cast->view, &cast->rows[0])->panel;
}

static bool is_overloaded(const struct cast *cast, size_t i)
{
    const char *mark = latency_row_mark(cast->view, &cast->rows[i]);

    return mark != NULL && strcmp(mark, latency_flag_names[0]) == 0;
}

/* The steady row with the shortest latency; cast->nrows: there is none. */
static size_t find_best(const struct cast *cast)
{
    size_t best = cast->nrows;

    for (size_t i = 0; i < cast->nrows; i++)
        if (!latency_is_spoilt(cast->view, &cast->rows[i]) &&
            (best == cast->nrows ||
             cast->rows[i].location.median < cast->rows[best].location.median))
            best = i;
    return best;
}

static void tell_best(FILE *out, struct cast *cast, size_t best, bool figures)
{
    const char *share = has_tail(cast) ? "99 %" : "half";
    double worst_ns = 0;
    char number[WORDS_NUMBER];

    for (size_t i = 0; i < cast->nrows; i++) {
        const struct stats_location *l = &cast->rows[i].location;
        if (latency_is_spoilt(cast->view, &cast->rows[i]) ||
            !(l->low <= cast->rows[best].location.high))
            continue;
        worst_ns = fmax(worst_ns, l->high);
        cast->names[cast->nnames++] = label_of(cast, i);
    }
    fputs("at ", out);
    latency_write_focus(out, cast->view, panel_of(cast));
    fputc(' ', out);
    write_names(out, cast, " answers ", " answer ");
    if (figures)
        fprintf(out, "%s within %s ms", share,
                words_number(worst_ns * 1e-6, number));
    else
        fprintf(out, "%s soonest", share);
}

/* Latency over service, both at the share that is compared. */
static double hidden(const struct cast *cast, size_t i)
{
    return cast->rows[i].location.median / cast->rows[i].beside.median;
}

/* What hides most behind its service time: among the overloaded if there are
 * any. cast->nrows: none hides anything. */
static size_t find_liar(const struct cast *cast, bool overloaded)
{
    size_t liar = cast->nrows;

    for (size_t i = 0; i < cast->nrows; i++) {
        if (is_overloaded(cast, i) != overloaded ||
            !(hidden(cast, i) > hidden_ratio))
            continue;
        if (liar == cast->nrows || hidden(cast, i) > hidden(cast, liar))
            liar = i;
    }
    return liar;
}

static void tell_liar(FILE *out, const struct cast *cast, size_t liar,
                      bool figures)
{
    char a[WORDS_NUMBER], b[WORDS_NUMBER];
    const struct estimate *row = &cast->rows[liar];

    fputs("; under ", out);
    write_label(out, cast, liar);
    if (figures)
        fprintf(out, " %s is %s ms, of which a closed loop sees %s ms",
                share_name(cast), words_number(row->location.median * 1e-6, a),
                words_number(row->beside.median * 1e-6, b));
    else
        fprintf(out, " %s is %s times what a closed loop sees",
                share_name(cast), words_times(hidden(cast, liar), a));
}

void finding_latency(FILE *out, struct cast *cast)
{
    bool figures = cast->view->session->grade.letter != 'D';
    size_t best = find_best(cast), noverloaded = 0;

    if (best < cast->nrows)
        tell_best(out, cast, best, figures);
    for (size_t i = 0; i < cast->nrows; i++)
        if (is_overloaded(cast, i))
            cast->names[cast->nnames++] = label_of(cast, i);
    noverloaded = cast->nnames;
    if (noverloaded > 0) {
        fputs(best < cast->nrows ? "; " : "", out);
        write_names(out, cast, " is overloaded", " are overloaded");
        if (best == cast->nrows) {
            fputs(" at ", out);
            latency_write_focus(out, cast->view, panel_of(cast));
        }
    } else if (best == cast->nrows) {
        fputs(
            "Little's law holds for none of the models: no latency is believed",
            out);
    }
    size_t liar = find_liar(cast, noverloaded > 0);
    if (liar < cast->nrows)
        tell_liar(out, cast, liar, figures);
}
