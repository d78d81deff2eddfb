/* SPDX-License-Identifier: MIT */
/*
 * A run that took twice as long as its like has mostly met something, and most
 * of what one can meet is counted. Look at the table: what is held against
 * what, and how much a piece of it can cost.
 */
#include "harness/session/outliers.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "harness/session/session.h"
#include "harness/stats/stats.h"

const char *const outlier_names[OUTLIER_WHYS] = {
    [OUTLIER_STEAL] = "outlier:steal",
    [OUTLIER_QUOTA] = "outlier:quota",
    [OUTLIER_HEAT] = "outlier:heat",
    [OUTLIER_MEMORY] = "outlier:memory",
    [OUTLIER_IO] = "outlier:io",
    [OUTLIER_PREEMPTED] = "outlier:preempted",
    [OUTLIER_SLOW_CPU] = "outlier:slow_cpu",
    [OUTLIER_FAULTS] = "outlier:faults",
    [OUTLIER_UNEXPLAINED] = "outlier:unexplained",
};

/* ---- What a run met ---- */

static double of_noise(const struct run *run, enum noise_figure figure)
{
    int64_t value = run->noise.figures[figure];

    return value == FIGURE_UNKNOWN ? NAN : (double)value;
}

static double stolen_ns(const struct run *run)
{
    double tick_ns = (double)NS_PER_S / (double)sysconf(_SC_CLK_TCK);

    return of_noise(run, NOISE_STEAL_TICKS) * tick_ns;
}

static double quota_ns(const struct run *run)
{
    return of_noise(run, NOISE_QUOTA_US) * (double)NS_PER_US;
}

static double heat_throttles(const struct run *run)
{
    return of_noise(run, NOISE_HEAT_THROTTLES);
}

static double waited_memory_ns(const struct run *run)
{
    return of_noise(run, NOISE_MEMORY_SOME_US) * (double)NS_PER_US;
}

static double major_faults(const struct run *run)
{
    return run->major_faults == FIGURE_UNKNOWN ? NAN
                                               : (double)run->major_faults;
}

static double waited_io_ns(const struct run *run)
{
    return of_noise(run, NOISE_IO_SOME_US) * (double)NS_PER_US;
}

static double waited_cpu_ns(const struct run *run)
{
    return of_noise(run, NOISE_CPU_SOME_US) * (double)NS_PER_US;
}

static double preemptions(const struct run *run)
{
    return (double)run->involuntary_switches;
}

/* How much longer the run would take at the speed of the loop before it. */
static double calibration_ns(const struct run *run)
{
    return of_noise(run, NOISE_CALIBRATION_NS);
}

static double minor_faults(const struct run *run)
{
    return run->minor_faults == FIGURE_UNKNOWN ? NAN
                                               : (double)run->minor_faults;
}

static const struct witness {
    enum outlier_why why;
    double (*of)(const struct run *run); /* NaN: not known */
    double worth_ns; /* the most that one of it takes; 0: as many per cent */
} witnesses[] = {
    /* A tick that is not over is not counted yet. */
    {OUTLIER_STEAL, stolen_ns, 2},
    {OUTLIER_QUOTA, quota_ns, 1},
    {OUTLIER_HEAT, heat_throttles, (double)NS_PER_S},
    {OUTLIER_MEMORY, waited_memory_ns, 1},
    {OUTLIER_MEMORY, major_faults, 10 * (double)NS_PER_MS},
    {OUTLIER_IO, waited_io_ns, 1},
    /* The longest that the usual schedulers let another run. */
    {OUTLIER_PREEMPTED, preemptions, 10 * (double)NS_PER_MS},
    {OUTLIER_PREEMPTED, waited_cpu_ns, 1},
    {OUTLIER_SLOW_CPU, calibration_ns, 0},
    {OUTLIER_FAULTS, minor_faults, 2 * (double)NS_PER_US},
};

/* ---- What is far from a median ---- */

/* The good runs of one point. */
struct group {
    const struct session *session;
    size_t *places; /* in session.runs */
    size_t n;
    double *values; /* of each, and then room to sort as many */
    struct outlier *outliers;
};

struct spread {
    double median, deviation; /* the median of the distances to it */
};

static struct spread spread_of(struct group *group)
{
    double *sorted = group->values + group->n;
    struct spread spread;

    for (size_t i = 0; i < group->n; i++)
        sorted[i] = group->values[i];
    stats_sort(sorted, group->n);
    spread.median = stats_quantile(sorted, group->n, 0.5);
    for (size_t i = 0; i < group->n; i++)
        sorted[i] = fabs(group->values[i] - spread.median);
    stats_sort(sorted, group->n);
    spread.deviation = stats_quantile(sorted, group->n, 0.5);
    return spread;
}

/* 0.6745 makes the median absolute deviation of a normal distribution its
 * standard deviation. */
static bool is_far(const struct spread *spread, double value)
{
    return 0.6745 * fabs(value - spread->median) > 3.5 * spread->deviation;
}

static double run_ns(const struct group *group, size_t i)
{
    return (double)group->session->runs[group->places[i]].run_ns;
}

/* Marks the runs for which this witness speaks. */
static void ask(struct group *group, const struct witness *witness,
                const struct spread *times)
{
    for (size_t i = 0; i < group->n; i++) {
        group->values[i] = witness->of(&group->session->runs[group->places[i]]);
        if (isnan(group->values[i]))
            return;
    }
    struct spread spread = spread_of(group);
    double worth_ns = witness->worth_ns > 0 ? witness->worth_ns
                                            : times->median / spread.median;
    for (size_t i = 0; i < group->n; i++) {
        double more = group->values[i] - spread.median;
        double late_ns = run_ns(group, i) - times->median;
        struct outlier *outlier = &group->outliers[group->places[i]];
        if (outlier->is && late_ns > 0 && more > 0 &&
            is_far(&spread, group->values[i]) && more * worth_ns > late_ns / 2)
            outlier->because[witness->why] = true;
    }
}

static void explain(struct group *group)
{
    for (size_t i = 0; i < group->n; i++)
        group->values[i] = run_ns(group, i);
    struct spread times = spread_of(group);
    for (size_t i = 0; i < group->n; i++)
        group->outliers[group->places[i]].is = is_far(&times, group->values[i]);
    for (size_t i = 0; i < sizeof witnesses / sizeof *witnesses; i++)
        ask(group, &witnesses[i], &times);
    for (size_t i = 0; i < group->n; i++) {
        struct outlier *outlier = &group->outliers[group->places[i]];
        bool explained = false;
        for (unsigned why = 0; why < OUTLIER_UNEXPLAINED; why++)
            explained = explained || outlier->because[why];
        outlier->because[OUTLIER_UNEXPLAINED] = outlier->is && !explained;
    }
}

/* The good runs of a point, into the group. */
static void gather(struct group *group, unsigned point)
{
    const struct session *session = group->session;

    group->n = 0;
    for (size_t i = 0; i < session->nruns; i++)
        if (session->runs[i].point == point &&
            session->runs[i].status == RUN_OK)
            group->places[group->n++] = i;
}

struct outlier *outliers_find(const struct session *session)
{
    struct group group = {
        .session = session,
        .places = calloc(session->nruns + 1, sizeof *group.places),
        .values = calloc(2 * session->nruns + 1, sizeof *group.values),
        .outliers = calloc(session->nruns + 1, sizeof *group.outliers),
    };
    bool memory =
        group.places != NULL && group.values != NULL && group.outliers != NULL;

    for (unsigned p = 0; memory && p < session->npoints; p++) {
        gather(&group, p);
        /* The spread of two or three times says nothing about one of them. */
        if (group.n >= 4)
            explain(&group);
    }
    free(group.values);
    free(group.places);
    if (!memory) {
        free(group.outliers);
        return NULL;
    }
    return group.outliers;
}
