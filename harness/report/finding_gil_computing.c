/* SPDX-License-Identifier: MIT */
/*
 * Headlines about threads that compute: who gains from more of them, what a
 * share outside the lock gains, what is lost without one, and what handing it
 * round costs the kernel. They tell what came out, whatever it is: on one core
 * threads without a lock gain nothing, and are said to.
 */
#include "harness/report/finding_gil_rules.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "harness/report/gil_figures.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"
#include "harness/stats/queueing.h"

/* The names that were remembered, and they are forgotten. */
static void write_names(struct gil_teller *teller, const char *one,
                        const char *many)
{
    words_names(teller->out, teller->names, teller->nnames);
    fputs(teller->nnames == 1 ? one : many, teller->out);
    teller->nnames = 0;
}

/* ---- Threads against workers ---- */

/* How the rows at x fared against one after the other. */
enum { GAINS, SAME, LOSES, UNSURE, OUTCOMES };

struct outcome {
    size_t n;
    double low, high; /* speed-ups */
};

static int outcome_of(const struct estimate *row)
{
    switch (row->verdict) {
    case STATS_FASTER:
        return GAINS;
    case STATS_SLOWER:
        return LOSES;
    case STATS_SAME:
        return SAME;
    default:
        return UNSURE;
    }
}

/* Remembers the names of all with this outcome. */
static struct outcome gather(struct gil_teller *teller, unsigned axes,
                             uint64_t x, int outcome)
{
    const struct view *view = teller->view;
    struct outcome ret = {.low = INFINITY};

    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct point *point = &view->session->points[i];
        const struct estimate *row = gil_row(view, i);
        if (row == NULL || !row->compared || point->x != x ||
            gil_axes(view, point->panel) != axes || view_is_hole(row) ||
            outcome_of(row) != outcome)
            continue;
        struct gil_figure f = gil_speedup(view, row);
        teller->names[teller->nnames++] = point->label;
        ret.n++;
        ret.low = fmin(ret.low, f.value);
        ret.high = fmax(ret.high, f.value);
    }
    return ret;
}

static void write_times(FILE *out, const struct outcome *outcome)
{
    char low[WORDS_NUMBER], high[WORDS_NUMBER];

    snprintf(low, sizeof low, "%.2f", outcome->low);
    snprintf(high, sizeof high, "%.2f", outcome->high);
    fputs(low, out);
    if (strcmp(low, high) != 0)
        fprintf(out, " to %s", high);
}

static void tell_outcomes(struct gil_teller *teller, unsigned axes, uint64_t x)
{
    static const char *const one[OUTCOMES] = {" is ", " gains nothing", " is ",
                                              " cannot be told yet"};
    static const char *const many[OUTCOMES] = {" are ", " gain nothing",
                                               " are ", " cannot be told yet"};
    const char *between = "";

    for (int o = 0; o < OUTCOMES; o++) {
        struct outcome outcome = gather(teller, axes, x, o);
        if (outcome.n == 0)
            continue;
        fputs(between, teller->out);
        write_names(teller, one[o], many[o]);
        if (o == GAINS || o == LOSES) {
            write_times(teller->out, &outcome);
            fputs(between[0] == '\0' ? " times as fast as sequential"
                                     : " times as fast",
                  teller->out);
        }
        between = "; ";
    }
    if (between[0] == '\0')
        fputs("nothing could be compared", teller->out);
}

static void tell_waiting(struct gil_teller *teller, uint64_t x)
{
    const struct view *view = teller->view;
    size_t all = 0, gaining = 0;

    for (int o = 0; o < OUTCOMES; o++) {
        struct outcome outcome = gather(teller, 1, x, o);
        teller->nnames = 0;
        all += outcome.n;
        gaining += o == GAINS ? outcome.n : 0;
    }
    const char *title;
    int length = gil_title(view, 1, &title);
    if (all > 0 && gaining == all)
        fprintf(teller->out, "; %.*s gains under all of them", length, title);
    else if (all > 0)
        fprintf(teller->out, "; %.*s gains under %zu of %zu", length, title,
                gaining, all);
}

int gil_tell_workers(struct gil_teller *teller)
{
    uint64_t x = gil_nearest_x(teller->view, 0, 2);

    fprintf(teller->out, "with %" PRIu64 " worker%s ", x, x == 1 ? "" : "s");
    tell_outcomes(teller, 0, x);
    if (gil_naxes(teller->view) > 1)
        tell_waiting(teller, x);
    return 0;
}

/* ---- The share outside the lock ---- */

int gil_tell_share(struct gil_teller *teller)
{
    const struct view *view = teller->view;
    uint64_t x = gil_nearest_x(view, 0, 50);
    const struct estimate *row = gil_find_model(view, 0, "gil", x);
    struct gil_figure f = gil_nothing;
    char measured[WORDS_NUMBER], queue[WORDS_NUMBER], amdahl[WORDS_NUMBER];

    if (row != NULL)
        f = gil_speedup(view, row);
    if (isnan(f.value)) {
        fputs("under gil nothing could be measured", teller->out);
        return 0;
    }
    unsigned k = view_point(view, row)->configuration.workers;
    double outside = (double)x / 100;
    fprintf(
        teller->out,
        "with %" PRIu64 " %% of the work outside the lock %u threads are "
        "%s times as fast as one: a queue for the lock would give %s, "
        "Amdahl's law %s",
        x, k, words_number(f.value, measured),
        words_number(queueing_speedup_on(outside, k, view_cores(view->session)),
                     queue),
        words_number(queueing_amdahl(outside, k), amdahl));
    return 0;
}

/* ---- Lost updates ---- */

int gil_tell_lost(struct gil_teller *teller)
{
    static const struct quantity lost = {"lost_share", NULL};
    const struct view *view = teller->view;
    const struct estimate *worst = NULL;
    struct gil_figure of_worst = gil_nothing;
    size_t nnone = 0, nall = 0;
    char number[WORDS_NUMBER];

    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct estimate *row = gil_row(view, i);
        struct gil_figure f = gil_nothing;
        int err = row == NULL ? 0 : gil_measure(view, row, &lost, 1, &f);
        if (err != 0)
            return err;
        if (isnan(f.value))
            continue;
        nall++;
        nnone += f.most == 0;
        if (f.value > 0 && (worst == NULL || f.value > of_worst.value)) {
            worst = row;
            of_worst = f;
        }
    }
    if (worst == NULL) {
        fprintf(teller->out, nall > 0 ? "in half of the runs nothing is lost"
                                      : "nothing could be measured");
        return 0;
    }
    gil_write_label(teller, view_point(view, worst)->label);
    fprintf(teller->out,
            " loses %s %% of all updates; %zu of %zu never lose "
            "any",
            words_number(of_worst.value * 100, number), nnone, nall);
    return 0;
}

/* ---- Context switches ---- */

int gil_tell_switches(struct gil_teller *teller)
{
    const struct view *view = teller->view;
    uint64_t x = gil_nearest_x(view, 0, 2);
    const struct estimate *before = gil_find_model(view, 0, "gil_ticks", x);
    const struct estimate *since = gil_find_model(view, 0, "gil", x);
    struct gil_figure a = gil_nothing, b = gil_nothing;
    char number[WORDS_NUMBER];
    int err = 0;

    if (before != NULL)
        err = gil_measure(view, before, &gil_switches, 1, &a);
    if (err == 0 && since != NULL)
        err = gil_measure(view, since, &gil_switches, 1, &b);
    fprintf(teller->out, "with %" PRIu64 " thread%s ", x, x == 1 ? "" : "s");
    if (gil_is_below(&b, &a)) {
        gil_write_label(teller, view_point(view, before)->label);
        fprintf(teller->out, " makes %s times as many context switches as ",
                words_times(a.value / b.value, number));
        gil_write_label(teller, view_point(view, since)->label);
    } else {
        fputs("it cannot be told which lock makes more context switches",
              teller->out);
    }
    return err;
}
