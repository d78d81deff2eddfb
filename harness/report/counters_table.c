/* SPDX-License-Identifier: MIT */
/*
 * Counts of one run each, so no intervals: they say where time goes, not how
 * long it takes. What this machine cannot count has no column.
 */
#include "harness/report/counters_table.h"

#include <stdbool.h>
#include <string.h>

#include "harness/report/words.h"
#include "harness/session/session.h"

enum { ID = 128, CELL = 9 };

static const char *const titles[COUNTER_MAX] = {
    [COUNTER_TASK_CLOCK_NS] = "CPU, us",
    [COUNTER_CONTEXT_SWITCHES] = "switches",
    [COUNTER_CPU_MIGRATIONS] = "moves",
    [COUNTER_PAGE_FAULTS] = "faults",
    [COUNTER_CYCLES] = "cycles",
    [COUNTER_INSTRUCTIONS] = "instruct.",
    [COUNTER_CACHE_MISSES] = "misses",
};

static bool is_known(const struct session *session, unsigned counter)
{
    for (size_t i = 0; i < session->npoints; i++)
        if (session->points[i].counters.figures[counter] != FIGURE_UNKNOWN)
            return true;
    return false;
}

static void print_share(FILE *out, const struct point *point, unsigned counter)
{
    double scale = counter == COUNTER_TASK_CLOCK_NS ? 1e-3 : 1;
    int64_t figure = point->counters.figures[counter];
    char number[WORDS_NUMBER] = "?";

    if (figure != FIGURE_UNKNOWN)
        words_number((double)figure * scale /
                         (double)point->configuration.ntasks,
                     number);
    fprintf(out, "  %*s", CELL, number);
}

static size_t id_width(const struct session *session)
{
    size_t widest = 0;
    char id[ID];

    for (unsigned i = 0; i < session->npoints; i++) {
        session_point_id(session, i, id, sizeof id);
        if (!session->points[i].twin && words_width(id) > widest)
            widest = words_width(id);
    }
    return widest;
}

/* Why a column is missing; the first reason stands for all. */
static void print_missing(FILE *out, const struct session *session,
                          unsigned counter)
{
    const char *reason = "not counted";

    for (size_t i = 0; i < session->npoints; i++)
        if (session->points[i].counters.missing[counter][0] != '\0') {
            reason = session->points[i].counters.missing[counter];
            break;
        }
    fprintf(out, "No %s: %s.\n", counter_names[counter], reason);
}

static void print_line(FILE *out, const struct session *session, unsigned point,
                       const bool *known, int width)
{
    char id[ID];

    session_point_id(session, point, id, sizeof id);
    fprintf(out, "  %-*s", width, id);
    for (unsigned i = 0; i < COUNTER_MAX; i++)
        if (known[i])
            print_share(out, &session->points[point], i);
    fputc('\n', out);
}

void counters_table_print(FILE *out, const struct session *session)
{
    int width = (int)id_width(session);
    bool known[COUNTER_MAX], any = false;

    for (unsigned i = 0; i < COUNTER_MAX; i++) {
        known[i] = is_known(session, i);
        any = any || known[i];
    }
    if (any) {
        fprintf(out, "\nCounted in one run of each, per task:\n  %-*s", width,
                "");
        for (unsigned i = 0; i < COUNTER_MAX; i++)
            if (known[i])
                fprintf(out, "  %*s", CELL, titles[i]);
        fputc('\n', out);
        for (unsigned i = 0; i < session->npoints; i++)
            if (!session->points[i].twin)
                print_line(out, session, i, known, width);
    }
    for (unsigned i = 0; i < COUNTER_MAX; i++)
        if (!known[i])
            print_missing(out, session, i);
    fputc('\n', out);
}
