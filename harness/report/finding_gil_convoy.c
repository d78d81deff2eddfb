/* SPDX-License-Identifier: MIT */
/*
 * Headlines about an echo server beside threads that compute: how long requests
 * wait, in units of the switch interval, and what of the lock's rules decides
 * it. Look at told_apart for what may be called a difference.
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

/* ---- Latency against the interval ---- */

static int tell_speed(struct gil_teller *teller, const char *label)
{
    const struct view *view = teller->view;
    const struct estimate *row =
        gil_find(view, 0, label, gil_nearest_x(view, 0, 1));
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

int gil_tell_interval(struct gil_teller *teller)
{
    static const struct quantity half = {"latency_p50_ns", NULL};
    const struct view *view = teller->view;
    uint64_t x = gil_nearest_x(view, 0, 5000);
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
        gil_write_label(teller, point->label);
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
static void tell_most(struct gil_teller *teller, const struct estimate *row)
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

int gil_tell_waits(struct gil_teller *teller)
{
    const struct view *view = teller->view;
    uint64_t least = gil_nearest_x(view, 0, 1);
    uint64_t most = gil_nearest_x(view, 0, UINT64_MAX / 2);
    const struct estimate *few = gil_find_model(view, 0, "gil", least);
    const struct estimate *many = gil_find_model(view, 0, "gil", most);

    if (few == NULL || many == NULL) {
        fputs("under gil nothing could be measured", teller->out);
        return 0;
    }
    fputs("under ", teller->out);
    gil_write_label(teller, view_point(view, few)->label);
    fputc(' ', teller->out);
    tell_most(teller, few);
    if (many != few) {
        fputs("; ", teller->out);
        tell_most(teller, many);
    }
    return 0;
}

/* ---- Old against new ---- */

static int tell_corner(struct gil_teller *teller, const char *model,
                       const char *between, bool *told)
{
    static const struct quantity requests = {"requests_per_s", NULL};
    const struct view *view = teller->view;
    const struct estimate *computing = gil_find_model(view, 0, model, 0);
    const struct estimate *answering = gil_find_model(view, 1, model, 0);
    struct gil_figure x = gil_nothing, y = gil_nothing;
    char count[WORDS_NUMBER];

    if (computing != NULL)
        x = gil_speedup(view, computing);
    int err =
        answering == NULL ? 0 : gil_measure(view, answering, &requests, 1, &y);
    if (err != 0 || isnan(x.value) || isnan(y.value))
        return err;
    fputs(between, teller->out);
    gil_write_label(teller, view_point(view, computing)->label);
    fprintf(teller->out, ": %.2f and %s", x.value,
            words_count((uint64_t)round(y.value), count));
    *told = true;
    return 0;
}

int gil_tell_tradeoff(struct gil_teller *teller)
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

int gil_tell_rules(struct gil_teller *teller)
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
        gil_write_label(teller, view_point(view, row)->label);
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
        gil_write_label(teller, view_point(view, row)->label);
        fprintf(teller->out, ": half of the requests wait %s times as long",
                words_number(b.value / a.value, x));
    }
    return err;
}
