/* SPDX-License-Identifier: MIT */
/*
 * From estimates to scaling: one series a model, a few ratios a point, and the
 * laws where there is enough to fit them to. Look at fit, and at what it takes
 * to be fitted: a curve through two points would look just as convincing.
 */
#include "harness/session/scaling.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

static const struct stats_interval unknown = {NAN, NAN, NAN};

unsigned scaling_cores(const struct session *session)
{
    unsigned physical = bound_physical_cores(session);
    return physical > 0 ? physical : bound_cores(session);
}

/* ---- Points ---- */

static void set_speedup(const struct session *session,
                        const struct estimate *estimate,
                        struct scaling_point *ret)
{
    const struct stats_ratio *r = &estimate->ratio;

    ret->speedup = unknown;
    if (estimate->compared)
        ret->speedup =
            (struct stats_interval){1 / r->ratio, 1 / r->high, 1 / r->low};
    else if (estimate->location.n == 0)
        snprintf(ret->no_speedup, SCALING_REASON, "%s",
                 session->points[estimate->point].refused != NULL
                     ? session->points[estimate->point].refused
                     : "no run ended well");
    else if (session->points[estimate->point].baseline)
        ret->speedup = (struct stats_interval){1, 1, 1};
    else
        snprintf(ret->no_speedup, SCALING_REASON,
                 "there is no baseline to compare it with");
    if (!isnan(ret->speedup.value) && isnan(ret->speedup.low))
        snprintf(ret->no_interval, SCALING_REASON,
                 "%zu block%s; an interval takes %d", r->n,
                 r->n == 1 ? "" : "s", SCALING_BLOCKS);
}

/* Karp and Flatt's fraction falls as the speed-up grows. */
static struct stats_interval serial_of(const struct stats_interval *speedup,
                                       unsigned workers)
{
    return (struct stats_interval){stats_karp_flatt(speedup->value, workers),
                                   stats_karp_flatt(speedup->high, workers),
                                   stats_karp_flatt(speedup->low, workers)};
}

static void set_shares(const struct session *session,
                       const struct estimate *estimate,
                       struct scaling_point *ret)
{
    const struct stats_interval *s = &ret->speedup;
    unsigned of_baseline =
        session->points[estimate->baseline].configuration.workers;
    const struct configuration *c = &session->points[ret->point].configuration;
    bool cpu = c->workload->kind == WORKLOAD_CPU;
    double n = ret->workers;

    ret->efficiency = ret->serial = unknown;
    if (isnan(s->value))
        snprintf(ret->no_efficiency, SCALING_REASON, "it has no speed-up");
    else if (of_baseline != 1)
        snprintf(ret->no_efficiency, SCALING_REASON,
                 "its baseline has %u workers, not one", of_baseline);
    else if (!cpu && bound_waiters(c) > ret->workers)
        snprintf(ret->no_efficiency, SCALING_REASON, "many tasks to a worker");
    else
        ret->efficiency =
            (struct stats_interval){s->value / n, s->low / n, s->high / n};
    if (*ret->no_efficiency != '\0')
        snprintf(ret->no_serial, SCALING_REASON, "%s", ret->no_efficiency);
    else if (ret->workers < 2)
        snprintf(ret->no_serial, SCALING_REASON, "one worker divides nothing");
    else if (cpu && ret->workers > scaling_cores(session))
        snprintf(ret->no_serial, SCALING_REASON, "more workers than cores");
    else if (ret->verdict == BOUND_BROKEN)
        snprintf(ret->no_serial, SCALING_REASON, "its speed-up is refused");
    else
        ret->serial = serial_of(s, ret->workers);
}

static void set_point(const struct session *session,
                      const struct estimate *estimates, size_t i,
                      struct scaling_point *ret)
{
    const struct estimate *estimate = &estimates[i];
    /* The points of an experiment stand one after the other. */
    const struct estimate *baseline =
        &estimates[estimate->baseline - estimates[0].point];
    double baseline_ns =
        baseline->location.n > 0 ? baseline->location.median : NAN;

    *ret = (struct scaling_point){
        .point = estimate->point,
        .workers = session->points[estimate->point].configuration.workers,
        .bound =
            bound_of(session, estimate->point, estimate->baseline, baseline_ns),
    };
    if (estimate->location.n > 0)
        ret->verdict = bound_judge(&ret->bound, estimate, baseline_ns);
    set_speedup(session, estimate, ret);
    set_shares(session, estimate, ret);
}

/* ---- Laws ---- */

/* The points that laws are fitted to stand first: no worker shares a core. */
static size_t count_fitted(const struct scaling *scaling, unsigned ncores)
{
    size_t n = 0;
    while (n < scaling->npoints && scaling->points[n].workers <= ncores)
        n++;
    return n;
}

/* Writes the times of the n first points in the blocks that all of them have,
 * block by block; times has room for all. Returns how many blocks. */
static size_t align(const struct sample *samples, size_t n, double *times)
{
    size_t nblocks = 0;

    for (size_t k = 0; k < samples[0].n; k++) {
        double *row = times + nblocks * n;
        size_t found = 0;
        for (size_t i = 0; i < n; i++) {
            const struct sample *s = &samples[i];
            for (size_t b = 0; b < s->n; b++)
                if (s->blocks[b] == samples[0].blocks[k])
                    row[found++] = s->values[b];
        }
        nblocks += found == n;
    }
    return nblocks;
}

static int fit_samples(const struct session *session, struct scaling *scaling,
                       const struct sample *samples, size_t n)
{
    assert(n >= SCALING_COUNTS);
    unsigned *workers = malloc(n * sizeof(*workers));
    double *times = malloc((samples[0].n + 1) * n * sizeof(*times));
    int err = 0;

    if (times == NULL || workers == NULL) {
        free(workers);
        free(times);
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++)
        workers[i] = scaling->points[i].workers;
    size_t nblocks = align(samples, n, times);
    if (nblocks < SCALING_BLOCKS)
        snprintf(
            scaling->no_amdahl, SCALING_REASON,
            "%zu block%s in which all worker counts ended well; a fit takes %d",
            nblocks, nblocks == 1 ? "" : "s", SCALING_BLOCKS);
    else
        err = stats_scale(times, nblocks, workers, n, ESTIMATE_LEVEL,
                          session->seed, &scaling->fit);
    free(times);
    free(workers);
    if (err == -EINVAL || err == -E2BIG) {
        snprintf(scaling->no_amdahl, SCALING_REASON,
                 err == -EINVAL ? "a time of zero"
                                : "too many blocks for a fit");
        err = 0;
    }
    return err;
}

static int fit_points(const struct session *session, struct scaling *scaling,
                      size_t n)
{
    struct sample *samples = calloc(n + 1, sizeof(*samples));
    int err = samples == NULL ? -ENOMEM : 0;

    for (size_t i = 0; i < n && err == 0; i++)
        err = sample_init(&samples[i], session, scaling->points[i].point,
                          &quantity_run);
    if (err == 0)
        err = fit_samples(session, scaling, samples, n);
    for (size_t i = 0; i < n && samples != NULL; i++)
        sample_fini(&samples[i]);
    free(samples);
    return err;
}

/* Why no law can be fitted to the first n points, or "". */
static void check_points(const struct session *session, struct scaling *scaling,
                         size_t n, unsigned ncores)
{
    const struct workload *workload =
        session->points[scaling->points[0].point].configuration.workload;
    char *no = scaling->no_amdahl;

    if (workload->kind != WORKLOAD_CPU)
        snprintf(no, SCALING_REASON,
                 "%s waits, and the laws are about workers that compute",
                 workload->name);
    else if (ncores == 0)
        snprintf(no, SCALING_REASON,
                 "the number of physical cores is not known");
    else if (n < SCALING_COUNTS)
        snprintf(
            no, SCALING_REASON,
            "%zu distinct worker count%s up to %u physical core%s; it takes %d "
            "to tell Amdahl's law from Gunther's",
            n, n == 1 ? "" : "s", ncores, ncores == 1 ? "" : "s",
            SCALING_COUNTS);
    else if (scaling->points[0].workers != 1)
        snprintf(no, SCALING_REASON, "not measured with one worker");
    for (size_t i = 0; i < n && *no == '\0'; i++) {
        const struct scaling_point *p = &scaling->points[i];
        if (p->verdict == BOUND_BROKEN)
            snprintf(no, SCALING_REASON,
                     "the speed-up with %u workers is refused", p->workers);
    }
}

/* Gunther's law, if Amdahl's could be fitted. */
static void check_usl(struct scaling *scaling)
{
    const struct stats_scaling *fit = &scaling->fit;
    unsigned most = scaling->most_workers;

    if (*scaling->no_amdahl != '\0')
        snprintf(scaling->no_usl, SCALING_REASON, "%s", scaling->no_amdahl);
    else if (!(fit->kappa.low > 0))
        snprintf(scaling->no_usl, SCALING_REASON,
                 "no sign of retrograde scaling up to %u workers", most);
    else if (fit->peak.value > 2.0 * most)
        snprintf(scaling->no_usl, SCALING_REASON,
                 "its peak, %.0f workers, is more than twice the %u that were "
                 "measured",
                 fit->peak.value, most);
}

static int fit(const struct session *session, struct scaling *scaling)
{
    unsigned ncores = bound_physical_cores(session);
    size_t n = count_fitted(scaling, ncores);
    int err = 0;

    check_points(session, scaling, n, ncores);
    if (*scaling->no_amdahl == '\0') {
        scaling->most_workers = scaling->points[n - 1].workers;
        err = fit_points(session, scaling, n);
    }
    check_usl(scaling);
    return err;
}

/* ---- Series ---- */

static int by_workers(const void *left, const void *right)
{
    const struct scaling_point *a = left, *b = right;
    return (a->workers > b->workers) - (a->workers < b->workers);
}

/* A baseline outside of the sweep has x = 0, and belongs to no series. */
static bool is_swept(const struct point *point)
{
    return !point->twin && (point->x > 0 || !point->baseline);
}

static bool belongs(const struct point *point, const struct scaling *scaling)
{
    return is_swept(point) && point->panel == scaling->panel &&
           strcmp(point->label, scaling->label) == 0;
}

static int fill(const struct session *session, const struct estimate *estimates,
                size_t n, struct scaling *scaling)
{
    for (size_t i = 0; i < n; i++)
        scaling->npoints +=
            belongs(&session->points[estimates[i].point], scaling);
    scaling->points = calloc(scaling->npoints + 1, sizeof(*scaling->points));
    if (scaling->points == NULL)
        return -ENOMEM;
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (belongs(&session->points[estimates[i].point], scaling))
            set_point(session, estimates, i, &scaling->points[k++]);
    qsort(scaling->points, k, sizeof(*scaling->points), by_workers);
    return fit(session, scaling);
}

static bool is_listed(const struct scaling *scalings, size_t n,
                      const struct point *point)
{
    for (size_t i = 0; i < n; i++)
        if (belongs(point, &scalings[i]))
            return true;
    return false;
}

int scaling_experiment(const struct session *session, unsigned experiment,
                       struct scaling **ret, size_t *nret)
{
    struct estimate *estimates;
    size_t nestimates, n = 0;

    int err = estimate_experiment(session, experiment, &estimates, &nestimates);
    if (err != 0)
        return err;
    struct scaling *scalings = calloc(nestimates + 1, sizeof(*scalings));
    if (scalings == NULL)
        err = -ENOMEM;
    if (session->experiments[experiment]->chart != CHART_SCALING)
        nestimates = 0;
    for (size_t i = 0; i < nestimates && err == 0; i++) {
        const struct point *point = &session->points[estimates[i].point];
        if (!is_swept(point) || is_listed(scalings, n, point))
            continue;
        scalings[n] = (struct scaling){
            .experiment = experiment,
            .panel = point->panel,
            .label = point->label,
            .model = point->configuration.model->name,
        };
        err = fill(session, estimates, nestimates, &scalings[n++]);
    }
    free(estimates);
    if (err != 0) {
        scaling_free(scalings, n);
        return err;
    }
    *ret = scalings;
    *nret = n;
    return 0;
}

void scaling_free(struct scaling *scalings, size_t n)
{
    for (size_t i = 0; i < n && scalings != NULL; i++)
        free(scalings[i].points);
    free(scalings);
}
