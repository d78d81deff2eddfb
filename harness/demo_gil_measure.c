/* SPDX-License-Identifier: MIT */
/*
 * The runs of the tour: each a fresh process whose answer is checked, as in any
 * session. Only the newest stop's values are kept, so that what is set side by
 * side was measured side by side.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "harness/demo_gil.h"
#include "harness/machine/cores.h"
#include "harness/options.h"
#include "harness/registry.h"
#include "harness/session/experiment.h"
#include "harness/stats/stats.h"

/* The grain is a bytecode's: some 50 ns, for the old lock counts them. */
static const char *const computing[] = {"countdown.steps=100000000",
                                        "countdown.grain=30", NULL};
static const char *const serving[] = {"convoy.duration_ms=500", NULL};
/* --quick: enough to see the tour, not to believe it. */
static const char *const computing_quickly[] = {"countdown.steps=10000000",
                                                "countdown.grain=30", NULL};
static const char *const serving_quickly[] = {"convoy.duration_ms=100", NULL};

static const struct {
    const char *model, *workload;
    const char *const *settings, *const *quickly;
    unsigned ntasks, workers;
} programs[GIL_POINTS] = {
    [GIL_ONE] = {"sequential", "countdown", computing, computing_quickly, 2, 0},
    [GIL_FREE] = {"threads", "countdown", computing, computing_quickly, 2, 0},
    [GIL_NEW] = {"gil", "countdown", computing, computing_quickly, 2, 2},
    [GIL_OLD] = {"gil_ticks", "countdown", computing, computing_quickly, 2, 2},
    [GIL_ECHO] = {"gil", "convoy", serving, serving_quickly, 1, 1},
    [GIL_ECHO_FREE] = {"threads", "convoy", serving, serving_quickly, 2, 0},
    [GIL_ECHO_NEW] = {"gil", "convoy", serving, serving_quickly, 2, 2},
    [GIL_ECHO_OLD] = {"gil_ticks", "convoy", serving, serving_quickly, 2, 2},
};

/* Metrics of a run, and what makes them the quantity. */
static const struct {
    const char *metric;
    double factor;
} quantities[GIL_QUANTITIES] = {
    [GIL_REQUESTS_PER_S] = {"requests_per_s", 1},
    [GIL_LATENCY_MS] = {"latency_p50_ns", 1e-6},
    [GIL_ONE_WAIT] = {"waits_1_share", 1},
    [GIL_TWO_WAITS] = {"waits_2_share", 1},
    [GIL_SWITCHES] = {"gil_switches", 1},
};

/* ---- The points ---- */

static int configure(struct configuration *c, enum tour_point which, bool quick,
                     struct complaint *complaint)
{
    const char *const *s =
        quick ? programs[which].quickly : programs[which].settings;
    int result = 0;

    for (; *s != NULL && result == 0; s++)
        result = configuration_set(c, *s, complaint);
    c->ntasks = programs[which].ntasks;
    c->workers = programs[which].workers;
    if (strcmp(programs[which].model, "threads") == 0)
        c->inflight = c->ntasks;
    return result == 0 ? configuration_resolve(c, cores_usable(""), complaint)
                       : result;
}

static int add_point(struct experiment *experiment, enum tour_point which,
                     bool quick)
{
    struct point point = {.label = (char *)(uintptr_t)programs[which].model};
    struct complaint complaint = {"no memory"};
    struct configuration *c = &point.configuration;
    int result = configuration_init(c, model_find(programs[which].model),
                                    workload_find(programs[which].workload));

    if (result == 0) {
        result = configure(c, which, quick, &complaint);
        if (result == 0)
            result = experiment_add_point(experiment, &point);
        configuration_fini(c);
    }
    if (result != 0)
        complain("%s", complaint.text);
    return result;
}

int tour_add_points(struct tour *tour)
{
    struct experiment *experiment =
        experiment_new("gil", "What does the GIL cost?", CHART_MODELS);
    int result = experiment == NULL ? -ENOMEM : 0;

    for (unsigned i = 0; i < GIL_POINTS && result == 0; i++)
        result = add_point(experiment, (enum tour_point)i, tour->quick);
    if (result == 0)
        result = session_add_experiment(&tour->session, experiment);
    if (result != 0)
        experiment_free(experiment);
    return result;
}

/* ---- The runs ---- */

static double run_quantity(const struct run *run, enum tour_quantity which)
{
    if (which == GIL_WALL_MS)
        return (double)run->run_ns * 1e-6;
    if (which == GIL_CPU_MS)
        return (double)(run->user_ns + run->system_ns) * 1e-6;
    const json_t *value =
        json_object_get(run->metrics, quantities[which].metric);
    return json_is_number(value)
               ? json_number_value(value) * quantities[which].factor
               : NAN;
}

/* -EBADMSG: it found something else than the reference. */
static int run_once(struct tour *tour, enum tour_point point)
{
    struct run run;
    int result = runner_measure(&tour->runner, point, &run, NULL);

    if (result == -EINTR)
        return result;
    if (result != 0) {
        complain("starting a process: %s", strerror(-result));
        return result;
    }
    if (run.status != RUN_OK) {
        complain("a run: %s", run.error != NULL ? run.error : "no memory");
        result = run.status == RUN_WRONG ? -EBADMSG : -EIO;
    } else {
        unsigned n = tour->nvalues[point]++;
        for (unsigned i = 0; i < GIL_QUANTITIES; i++)
            tour->values[point][i][n] =
                run_quantity(&run, (enum tour_quantity)i);
    }
    run_fini(&run);
    return result;
}

static int find_reference(struct tour *tour, enum tour_point point)
{
    struct complaint complaint;

    /* A reference takes a process, so its time is never 0. */
    if (tour->session.points[point].reference_ns > 0)
        return 0;
    int result =
        runner_reference(&tour->runner, &tour->session, point, &complaint);
    if (result != 0 && result != -EINTR)
        complain("the self-check failed: %s", complaint.text);
    return result;
}

static size_t points_of(const struct tour_stop *stop, size_t points[GIL_POINTS])
{
    bool wanted[GIL_POINTS] = {false};
    size_t n = 0;

    for (unsigned i = 0; i < stop->nrows; i++)
        for (unsigned side = 0; side < 2; side++)
            wanted[stop->rows[i].points[side]] = true;
    for (size_t i = 0; i < GIL_POINTS; i++)
        if (wanted[i])
            points[n++] = i;
    return n;
}

int tour_measure(struct tour *tour, const struct tour_stop *stop)
{
    size_t points[GIL_POINTS];
    size_t n = points_of(stop, points);
    int result = 0;

    tour->nrepeats = tour->quick ? 1 : stop->nrepeats;
    for (size_t i = 0; i < n && result == 0; i++) {
        tour->nvalues[points[i]] = 0;
        result = find_reference(tour, (enum tour_point)points[i]);
    }
    for (unsigned block = 0; block < tour->nrepeats && result == 0; block++) {
        rng_shuffle(&tour->rng, points, n);
        for (size_t i = 0; i < n && result == 0; i++)
            result = run_once(tour, (enum tour_point)points[i]);
    }
    return result;
}

struct tour_spread tour_spread(const struct tour *tour, enum tour_point point,
                               enum tour_quantity quantity)
{
    double sorted[GIL_REPEATS_MAX];
    unsigned n = tour->nvalues[point];

    if (n == 0 || isnan(tour->values[point][quantity][0]))
        return (struct tour_spread){NAN, NAN, NAN};
    memcpy(sorted, tour->values[point][quantity], n * sizeof *sorted);
    stats_sort(sorted, n);
    return (struct tour_spread){sorted[0], stats_quantile(sorted, n, 0.5),
                                sorted[n - 1]};
}
