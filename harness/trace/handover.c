/* SPDX-License-Identifier: MIT */
/*
 * One hand-over of the GIL that was asked for, found in a history by its steps,
 * and drawn as the handshake it is (scripts/charts/handover.gp).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/report/words.h"
#include "harness/trace/history.h"
#include "harness/trace/lane_chart.h"
#include "harness/trace/timeline.h"

/* The steps of a forced hand-over, A holding, B asking (core/gil.c). A need not
 * sleep if B is quick, or if A is slow. */
struct handover {
    unsigned a, b;
    uint64_t asks_ns;     /* B */
    uint64_t looks_up_ns; /* A, and frees it */
    uint64_t sleeps_ns;   /* A; 0: it did not */
    uint64_t takes_ns;    /* B */
    uint64_t wakes_ns;    /* A, and finds it taken; 0: not shown */
};

/* Is it this lane that was asked, and gave way until `taken_ns`? */
static bool gave_way(const struct lane *lane, struct handover *h)
{
    size_t i = history_find(lane, h->asks_ns);
    const struct stretch *s = &lane->stretches[i];

    if (i + 3 >= lane->nstretches || s[0].state != TRACE_HOLDING ||
        s[1].state != TRACE_SYSTEM)
        return false;
    bool slept = s[2].state == TRACE_ASLEEP;
    h->looks_up_ns = s[1].from_ns;
    h->sleeps_ns = slept ? s[2].from_ns : 0;
    h->wakes_ns = slept ? s[2].to_ns : s[2].from_ns;
    return (slept ? s[3].state : s[2].state) == TRACE_WAITING &&
           h->takes_ns > h->looks_up_ns && h->takes_ns <= h->wakes_ns;
}

/* The hand-over that B's request led to, if it was B's first for it, and if it
 * was B that got the GIL. */
static bool follow(const struct history *history, unsigned b, size_t mark,
                   struct handover *ret)
{
    const struct lane *asker = &history->lanes[b];
    struct handover h = {.b = b, .asks_ns = asker->marks[mark].ns};
    size_t k = history_find(asker, h.asks_ns) + 1;

    if (k >= asker->nstretches || asker->stretches[k].state != TRACE_HOLDING ||
        (mark > 0 &&
         asker->marks[mark - 1].ns >= asker->stretches[k - 1].from_ns))
        return false;
    h.takes_ns = asker->stretches[k].from_ns;
    for (h.a = 0; h.a < history->nlanes; h.a++) {
        if (h.a == b || !gave_way(&history->lanes[h.a], &h))
            continue;
        *ret = h;
        return true;
    }
    return false;
}

/* All of a window whose holder slept, or did not. Returns how many there are;
 * ret may be NULL. */
static size_t collect(const struct history *history,
                      const struct window *window, bool slept,
                      struct handover *ret)
{
    struct handover h;
    size_t n = 0;

    for (unsigned b = 0; b < history->nlanes; b++)
        for (size_t i = 0; i < history->lanes[b].nmarks; i++) {
            uint64_t ns = history->lanes[b].marks[i].ns;
            if (ns < window->from_ns || ns > window->to_ns ||
                !follow(history, b, i, &h) || (h.sleeps_ns != 0) != slept)
                continue;
            if (ret != NULL)
                ret[n] = h;
            n++;
        }
    return n;
}

static int quicker(const void *a, const void *b)
{
    const struct handover *x = a, *y = b;
    uint64_t x_ns = x->wakes_ns - x->asks_ns, y_ns = y->wakes_ns - y->asks_ns;

    return (x_ns > y_ns) - (x_ns < y_ns);
}

/* One of the quicker ones, for a machine that has other things to do makes many
 * of them long: a quarter is quicker. Of those with all steps, if there are
 * any. Returns of how many, or -errno. */
static long find_handover(const struct history *history,
                          const struct window *window, struct handover *ret)
{
    bool slept = collect(history, window, true, NULL) > 0;
    size_t n = collect(history, window, slept, NULL);

    if (n == 0)
        return -ENODATA;
    struct handover *all = calloc(n, sizeof *all);
    if (all == NULL)
        return -ENOMEM;
    collect(history, window, slept, all);
    qsort(all, n, sizeof *all, quicker);
    *ret = all[n / 4];
    free(all);
    return (long)n;
}

/* The holder may come back late, long after all is decided: not shown then. */
static uint64_t end_of(struct handover *h)
{
    uint64_t took_ns = h->takes_ns - h->asks_ns;

    if (h->wakes_ns > h->takes_ns + 4 * took_ns + 50000)
        h->wakes_ns = 0;
    return h->wakes_ns != 0 ? h->wakes_ns : h->takes_ns + took_ns;
}

static void write_steps(FILE *gp, const struct handover *h)
{
    const uint64_t steps[] = {h->looks_up_ns, h->sleeps_ns, h->takes_ns,
                              h->wakes_ns};
    static const char *const names[] = {"LOOKS_UP", "SLEEPS", "TAKES", "WAKES"};

    fprintf(gp, "HOLDER = %u\nASKER = %u\n", h->a, h->b);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i] != 0)
            fprintf(gp, "%s = %.9g\n", names[i],
                    (double)(steps[i] - h->asks_ns) * 1e-3);
}

int timeline_draw_handover(const struct configuration *c,
                           const struct history *history,
                           const struct window *window, const char *path)
{
    struct handover h = {0};
    struct lane_chart chart;
    char title[160], note[160], look[WORDS_NUMBER], take[WORDS_NUMBER];
    long n = find_handover(history, window, &h);

    if (n < 0)
        return (int)n;
    uint64_t end_ns = end_of(&h);
    uint64_t margin_ns = (end_ns - h.asks_ns) / 4 + 1000;
    struct window w = {h.asks_ns > margin_ns ? h.asks_ns - margin_ns : 0,
                       end_ns + margin_ns};
    int result = lane_chart_open(h.asks_ns, 1e3, &chart);
    if (result != 0)
        return lane_chart_close(&chart, &w, result, path);
    snprintf(title, sizeof title,
             "The holder looks up %s µs after it was asked; %s µs later the "
             "other has the GIL",
             words_number((double)(h.looks_up_ns - h.asks_ns) * 1e-3, look),
             words_number((double)(h.takes_ns - h.looks_up_ns) * 1e-3, take));
    snprintf(note, sizeof note,
             "a hand-over %.3f ms into the run; a quarter of %ld are quicker",
             (double)h.asks_ns * 1e-6, n);
    result = lane_chart_head(&chart, c, "handover", title, note);
    write_steps(chart.gp, &h);
    lane_chart_lane(&chart, &history->lanes[h.a], 1, &w);
    lane_chart_lane(&chart, &history->lanes[h.b], 2, &w);
    return lane_chart_close(&chart, &w, result, path);
}
