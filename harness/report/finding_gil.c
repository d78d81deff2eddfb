/* SPDX-License-Identifier: MIT */
/*
 * The headlines of the charts of the GIL. They tell what came out, whatever it
 * is: on one core threads without a lock gain nothing, and are said to. Look at
 * told_apart for what may be called a difference.
 */
#include "harness/report/finding_gil.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "harness/report/gil_figures.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"
#include "harness/stats/queueing.h"

/* A sentence while it is written. */
struct teller {
    FILE *out;
    const struct view *view;
    const char **names; /* room for as many as there are rows */
    size_t nnames;
};

typedef int rule(struct teller *teller);

static void write_label(const struct teller *teller, const char *label)
{
    words_names(teller->out, &label, 1);
}

/* The names that were remembered, and they are forgotten. */
static void write_names(struct teller *teller, const char *one,
                        const char *many)
{
    words_names(teller->out, teller->names, teller->nnames);
    fputs(teller->nnames == 1 ? one : many, teller->out);
    teller->nnames = 0;
}

/* The first row in the order of the experiment whose model has this name, on
 * these axes with this x; NULL: there is none with figures. */
static const struct estimate *find_model(const struct view *view, unsigned axes,
                                         const char *model, uint64_t x)
{
    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct point *point = &view->session->points[i];
        const struct estimate *row = gil_row(view, i);
        if (row != NULL && !view_is_hole(row) &&
            strcmp(point->configuration.model->name, model) == 0 &&
            gil_find(view, axes, point->label, x) == row)
            return row;
    }
    return NULL;
}

/* The swept value on these axes that is nearest to `wish` (on the log scale if
 * none is 0), of those with figures; 0: nothing is swept. */
static uint64_t nearest_x(const struct view *view, unsigned axes, uint64_t wish)
{
    uint64_t best = 0;
    double least = INFINITY;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        double far =
            fabs(log((double)(point->x + 1)) - log((double)(wish + 1)));
        if (gil_axes(view, point->panel) == axes && far < least &&
            !view_is_hole(&view->rows[i]) &&
            experiment_sweeps(view->experiment, &point->configuration)) {
            best = point->x;
            least = far;
        }
    }
    return best;
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
static struct outcome gather(struct teller *teller, unsigned axes, uint64_t x,
                             int outcome)
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

static void tell_outcomes(struct teller *teller, unsigned axes, uint64_t x)
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

static void tell_waiting(struct teller *teller, uint64_t x)
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

static int tell_workers(struct teller *teller)
{
    uint64_t x = nearest_x(teller->view, 0, 2);

    fprintf(teller->out, "with %" PRIu64 " worker%s ", x, x == 1 ? "" : "s");
    tell_outcomes(teller, 0, x);
    if (gil_naxes(teller->view) > 1)
        tell_waiting(teller, x);
    return 0;
}

/* ---- Latency against the interval ---- */

static int tell_speed(struct teller *teller, const char *label)
{
    const struct view *view = teller->view;
    const struct estimate *row =
        gil_find(view, 0, label, nearest_x(view, 0, 1));
    struct gil_figure speed;
    char number[WORDS_NUMBER];

    if (row == NULL)
        return 0;
    int err = gil_speed(view, row, &speed);
    if (err == 0 && !isnan(speed.value))
        fprintf(teller->out,
                "; at %s ms the CPU thread keeps %.0f %% of its speed",
                words_number((double)view_point(view, row)->x * 1e-3, number),
                speed.value);
    return err;
}

static int tell_interval(struct teller *teller)
{
    static const struct quantity half = {"latency_p50_ns", NULL};
    const struct view *view = teller->view;
    uint64_t x = nearest_x(view, 0, 5000);
    const char *between = "";
    const char *gil = NULL;
    char number[WORDS_NUMBER], waits[WORDS_NUMBER];

    fprintf(teller->out,
            "at a switch interval of %s ms half of the requests wait ",
            words_number((double)x * 1e-3, number));
    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct point *point = &view->session->points[i];
        const struct estimate *row = gil_row(view, i);
        struct gil_figure f = gil_nothing;
        if (row == NULL || gil_axes(view, point->panel) != 0 || point->x != x)
            continue;
        int err = gil_measure(view, row, &half, 1e-3 / (double)x, &f);
        if (err != 0)
            return err;
        if (isnan(f.value))
            continue;
        fprintf(teller->out, "%s%s intervals under ", between,
                words_number(f.value, waits));
        write_label(teller, point->label);
        gil = gil == NULL ? point->label : gil;
        between = ", ";
    }
    if (gil == NULL)
        fputs("nobody knows how long", teller->out);
    return gil == NULL ? 0 : tell_speed(teller, gil);
}

/* ---- Waits ---- */

static const char *const wait_words[] = {"for nobody", "one interval",
                                         "two intervals", "three intervals",
                                         "four intervals or more"};

/* What most requests of a row wait. */
static void tell_most(struct teller *teller, const struct estimate *row)
{
    uint64_t ncpu = gil_cpu_tasks(view_point(teller->view, row));
    double shares[GIL_WAITS];
    size_t nescaped, n, most = 0;

    fprintf(teller->out, "beside %" PRIu64 " CPU thread%s ", ncpu,
            ncpu == 1 ? "" : "s");
    if (!gil_waits(teller->view, row, shares, &nescaped, &n)) {
        fputs("nothing was answered", teller->out);
        return;
    }
    for (size_t i = 1; i < GIL_WAITS; i++)
        most = shares[i] > shares[most] ? i : most;
    fprintf(teller->out, "%.0f %% of the requests wait %s", shares[most] * 100,
            wait_words[most]);
}

static int tell_waits(struct teller *teller)
{
    const struct view *view = teller->view;
    uint64_t least = nearest_x(view, 0, 1);
    uint64_t most = nearest_x(view, 0, UINT64_MAX / 2);
    const struct estimate *few = find_model(view, 0, "gil", least);
    const struct estimate *many = find_model(view, 0, "gil", most);

    if (few == NULL || many == NULL) {
        fputs("under gil nothing could be measured", teller->out);
        return 0;
    }
    fputs("under ", teller->out);
    write_label(teller, view_point(view, few)->label);
    fputc(' ', teller->out);
    tell_most(teller, few);
    if (many != few) {
        fputs("; ", teller->out);
        tell_most(teller, many);
    }
    return 0;
}

/* ---- The share outside the lock ---- */

static int tell_share(struct teller *teller)
{
    const struct view *view = teller->view;
    uint64_t x = nearest_x(view, 0, 50);
    const struct estimate *row = find_model(view, 0, "gil", x);
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

/* ---- Old against new ---- */

static int tell_corner(struct teller *teller, const char *model,
                       const char *between, bool *told)
{
    static const struct quantity requests = {"requests_per_s", NULL};
    const struct view *view = teller->view;
    const struct estimate *computing = find_model(view, 0, model, 0);
    const struct estimate *answering = find_model(view, 1, model, 0);
    struct gil_figure x = gil_nothing, y = gil_nothing;
    char count[WORDS_NUMBER];

    if (computing != NULL)
        x = gil_speedup(view, computing);
    int err =
        answering == NULL ? 0 : gil_measure(view, answering, &requests, 1, &y);
    if (err != 0 || isnan(x.value) || isnan(y.value))
        return err;
    fputs(between, teller->out);
    write_label(teller, view_point(view, computing)->label);
    fprintf(teller->out, ": %.2f and %s", x.value,
            words_count((uint64_t)round(y.value), count));
    *told = true;
    return 0;
}

static int tell_tradeoff(struct teller *teller)
{
    static const char *const corners[] = {"gil_ticks", "gil", "threads"};
    bool told = false;
    int err = 0;

    fputs("two threads' computing (one = 1) and requests per second beside a "
          "CPU thread ",
          teller->out);
    for (size_t i = 0; i < sizeof corners / sizeof *corners && err == 0; i++)
        err = tell_corner(teller, corners[i], told ? ", " : "are ", &told);
    if (!told)
        fputs("could not be measured", teller->out);
    return err;
}

/* ---- The rules ---- */

/* What differs by less makes no difference to anybody. */
static const double worth_telling = 1.1;

/* The row whose median is farthest from the first row's, of those that are
 * worth telling and whose interval does not meet its; NULL: there is none. */
static int told_apart(const struct view *view, const struct quantity *quantity,
                      const struct estimate *whole, struct gil_figure *of_whole,
                      const struct estimate **ret, struct gil_figure *of_ret)
{
    double farthest = log(worth_telling);
    int err = gil_measure(view, whole, quantity, 1, of_whole);

    *ret = NULL;
    for (unsigned i = 0; i < view->session->npoints && err == 0; i++) {
        const struct estimate *row = gil_row(view, i);
        struct gil_figure f;
        if (row == NULL || row == whole)
            continue;
        err = gil_measure(view, row, quantity, 1, &f);
        double far = fabs(log((f.value + 1e-9) / (of_whole->value + 1e-9)));
        if (err == 0 && far > farthest &&
            (gil_is_below(&f, of_whole) || gil_is_below(of_whole, &f))) {
            *ret = row;
            *of_ret = f;
            farthest = far;
        }
    }
    return err;
}

static const struct estimate *first_row(const struct view *view)
{
    for (unsigned i = 0; i < view->session->npoints; i++)
        if (gil_row(view, i) != NULL)
            return gil_row(view, i);
    return NULL;
}

static int tell_rules(struct teller *teller)
{
    static const struct quantity half = {"latency_p50_ns", NULL};
    const struct view *view = teller->view;
    const struct estimate *whole = first_row(view), *row = NULL;
    struct gil_figure a, b;
    char x[WORDS_NUMBER], y[WORDS_NUMBER];

    int err = whole == NULL
                  ? 0
                  : told_apart(view, &gil_handovers, whole, &a, &row, &b);
    if (err == 0 && row != NULL) {
        write_label(teller, view_point(view, row)->label);
        fprintf(teller->out,
                ": the lock changes hands %s times a second instead of %s",
                words_number(b.value, y), words_number(a.value, x));
    } else {
        fputs("no rule changes for sure how often the lock changes hands",
              teller->out);
    }
    if (err == 0 && whole != NULL)
        err = told_apart(view, &half, whole, &a, &row, &b);
    if (err == 0 && row != NULL) {
        fputs("; ", teller->out);
        write_label(teller, view_point(view, row)->label);
        fprintf(teller->out, ": half of the requests wait %s times as long",
                words_number(b.value / a.value, x));
    }
    return err;
}

/* ---- Lost updates ---- */

static int tell_lost(struct teller *teller)
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
    write_label(teller, view_point(view, worst)->label);
    fprintf(teller->out,
            " loses %s %% of all updates; %zu of %zu never lose "
            "any",
            words_number(of_worst.value * 100, number), nnone, nall);
    return 0;
}

/* ---- Context switches ---- */

static int tell_switches(struct teller *teller)
{
    const struct view *view = teller->view;
    uint64_t x = nearest_x(view, 0, 2);
    const struct estimate *before = find_model(view, 0, "gil_ticks", x);
    const struct estimate *since = find_model(view, 0, "gil", x);
    struct gil_figure a = gil_nothing, b = gil_nothing;
    char number[WORDS_NUMBER];
    int err = 0;

    if (before != NULL)
        err = gil_measure(view, before, &gil_switches, 1, &a);
    if (err == 0 && since != NULL)
        err = gil_measure(view, since, &gil_switches, 1, &b);
    fprintf(teller->out, "with %" PRIu64 " thread%s ", x, x == 1 ? "" : "s");
    if (gil_is_below(&b, &a)) {
        write_label(teller, view_point(view, before)->label);
        fprintf(teller->out, " makes %s times as many context switches as ",
                words_times(a.value / b.value, number));
        write_label(teller, view_point(view, since)->label);
    } else {
        fputs("it cannot be told which lock makes more context switches",
              teller->out);
    }
    return err;
}

/* ---- All of them ---- */

static rule *rule_of(const struct view *view)
{
    static rule *const rules[CHART_MAX] = {
        [CHART_GIL_WORKERS] = tell_workers,
        [CHART_GIL_INTERVAL] = tell_interval,
        [CHART_GIL_WAITS] = tell_waits,
        [CHART_GIL_SHARE] = tell_share,
        [CHART_GIL_TRADEOFF] = tell_tradeoff,
        [CHART_GIL_RULES] = tell_rules,
        [CHART_GIL_LOST] = tell_lost,
        [CHART_GIL_SWITCHES] = tell_switches,
    };
    return rules[view->experiment->chart];
}

bool finding_is_of_gil(const struct view *view)
{
    return rule_of(view) != NULL;
}

/* Are there enough blocks for intervals of any row? */
static bool has_intervals(const struct view *view)
{
    for (size_t i = 0; i < view->nrows; i++)
        if (!isnan(view->rows[i].location.low) && !view_is_hole(&view->rows[i]))
            return true;
    return false;
}

static int tell(struct teller *teller)
{
    unsigned n = teller->view->experiment->nblocks;

    if (has_intervals(teller->view))
        return rule_of(teller->view)(teller);
    fprintf(teller->out, "%u block%s too few for a finding", n,
            n == 1 ? " is" : "s are");
    return 0;
}

char *finding_gil(const struct view *view)
{
    char *text = NULL;
    size_t length;
    struct teller teller = {
        .out = open_memstream(&text, &length),
        .view = view,
        .names = calloc(view->nrows + 1, sizeof(*teller.names)),
    };
    int err = -ENOMEM;

    if (teller.out != NULL && teller.names != NULL)
        err = tell(&teller);
    if (teller.out != NULL && fclose(teller.out) != 0)
        err = -ENOMEM;
    free(teller.names);
    if (err != 0) {
        free(text);
        return NULL;
    }
    text[0] = (char)toupper((unsigned char)text[0]);
    return text;
}
