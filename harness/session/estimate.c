/* SPDX-License-Identifier: MIT */
/*
 * From runs to claims: line up the values of two points block by block, and
 * correct the claims of one family for being many. The arithmetic of statistics
 * is all in harness/stats/stats.h. Look at judge_family.
 */
#include "harness/session/estimate.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/workload.h"
#include "harness/session/experiment.h"
#include "harness/session/latency.h"
#include "harness/session/looks.h"
#include "harness/session/session.h"

/* ---- The values of one point ---- */

static size_t count_blocks(const struct session *session, unsigned point)
{
    size_t nblocks = 0;
    for (size_t i = 0; i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        if (run->point == point && run->block >= nblocks)
            nblocks = run->block + 1;
    }
    return nblocks;
}

/* values[b]: that of the good run in block b, NaN without one. */
static void collect(const struct session *session, unsigned point,
                    const struct quantity *quantity, double *values,
                    size_t nblocks)
{
    for (size_t b = 0; b < nblocks; b++)
        values[b] = NAN;
    for (size_t i = 0; i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        if (run->point == point && run->status == RUN_OK)
            values[run->block] = quantity_of(quantity, run);
    }
}

int sample_init(struct sample *ret, const struct session *session,
                unsigned point, const struct quantity *quantity)
{
    size_t nblocks = count_blocks(session, point);
    struct sample sample = {
        .values = calloc(nblocks + 1, sizeof(*sample.values)),
        .blocks = calloc(nblocks + 1, sizeof(*sample.blocks)),
    };
    if (sample.values == NULL || sample.blocks == NULL) {
        sample_fini(&sample);
        return -ENOMEM;
    }
    collect(session, point, quantity, sample.values, nblocks);
    for (size_t b = 0; b < nblocks; b++) {
        if (!isnan(sample.values[b])) {
            sample.values[sample.n] = sample.values[b];
            sample.blocks[sample.n++] = (unsigned)b;
        }
    }
    *ret = sample;
    return 0;
}

void sample_fini(struct sample *sample)
{
    free(sample->values);
    free(sample->blocks);
    *sample = (struct sample){0};
}

int sample_compare(const struct sample *a, const struct sample *b, double level,
                   struct stats_ratio *ret)
{
    size_t room = (a->n < b->n ? a->n : b->n) + 1;
    double *of_a = malloc(2 * room * sizeof(*of_a));
    if (of_a == NULL)
        return -ENOMEM;
    double *of_b = of_a + room;
    size_t n = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        if (a->blocks[i] == b->blocks[k]) {
            of_a[n] = a->values[i++];
            of_b[n++] = b->values[k++];
        } else if (a->blocks[i] < b->blocks[k]) {
            i++;
        } else {
            k++;
        }
    }
    int err = n == 0 ? -ENODATA : stats_compare(of_a, of_b, n, level, ret);
    free(of_a);
    return err;
}

/* ---- An experiment ---- */

/* Do all points of the experiment have so many requests that there is a p99? */
static bool has_tail(const struct session *session, unsigned experiment)
{
    bool tail = true;

    for (size_t i = 0; i < session->npoints; i++)
        if (session->points[i].experiment == experiment)
            tail = tail && latency_main_share(
                               session->points[i].configuration.ntasks) ==
                               latency_main_share(UINT32_MAX);
    return tail;
}

const struct quantity *estimate_quantity(const struct session *session,
                                         unsigned experiment)
{
    const struct experiment *e = session->experiments[experiment];

    if (e->compared.name != NULL)
        return &e->compared;
    switch (e->chart) {
    case CHART_STARTUP:
        return &quantity_life;
    case CHART_MEMORY:
    case CHART_BYTES_PER_TASK:
        return &quantity_memory;
    case CHART_LATENCY:
        return has_tail(session, experiment) ? &quantity_latency_p99
                                             : &quantity_latency_p50;
    default:
        return &quantity_run;
    }
}

const struct quantity *estimate_quantity_beside(const struct session *session,
                                                unsigned experiment)
{
    switch (session->experiments[experiment]->chart) {
    case CHART_STARTUP:
        return &quantity_process;
    case CHART_MEMORY:
    case CHART_BYTES_PER_TASK:
        return &quantity_kernel;
    case CHART_LATENCY:
        return has_tail(session, experiment) ? &quantity_service_p99
                                             : &quantity_service_p50;
    default:
        return &quantity_cpu;
    }
}

const char *estimate_verdict(const struct session *session, unsigned experiment,
                             enum stats_verdict verdict)
{
    bool metric = session->experiments[experiment]->compared.name != NULL;

    switch (verdict) {
    case STATS_FASTER:
        return metric ? "lower" : "faster";
    case STATS_SLOWER:
        return metric ? "higher" : "slower";
    case STATS_SAME:
        return "same";
    default:
        return "cannot tell";
    }
}

bool estimate_is_worse(const struct session *session, unsigned experiment,
                       enum stats_verdict verdict, double ratio,
                       double limit_ratio)
{
    static const char rate[] = "_per_s";
    const char *name = estimate_quantity(session, experiment)->name;
    size_t length = strlen(name), tail = sizeof rate - 1;

    if (length > tail && strcmp(name + length - tail, rate) == 0)
        return verdict == STATS_FASTER && 1 / ratio > 1 + limit_ratio;
    return verdict == STATS_SLOWER && ratio > 1 + limit_ratio;
}

unsigned estimate_baseline(const struct session *session, unsigned point)
{
    const struct point *p = &session->points[point];
    unsigned found = point;
    for (unsigned i = 0; i < session->npoints; i++) {
        const struct point *other = &session->points[i];
        if (!other->baseline || other->twin ||
            other->experiment != p->experiment || other->panel != p->panel)
            continue;
        /* The same configuration of the other program, and no other. */
        if (session->against != NULL &&
            (other->x != p->x || strcmp(other->label, p->label) != 0))
            continue;
        if (i == point || other->x == p->x)
            return i;
        found = i;
    }
    return found;
}

/* The points of one experiment, while they are being estimated. */
struct work {
    const struct session *session;
    double level; /* of the claims */
    size_t n;
    struct estimate *estimates;
    struct sample *samples; /* of what is compared, one an estimate */
};

static size_t count_bad(const struct session *session, unsigned point)
{
    size_t nbad = 0;
    for (size_t i = 0; i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        nbad += run->point == point && run->status != RUN_OK;
    }
    return nbad;
}

/* -EINVAL of the statistics: nothing that can be located or compared. */
static int locate(const struct sample *sample, struct stats_location *ret,
                  bool *ret_zero)
{
    int err = stats_locate(sample->values, sample->n, ESTIMATE_LEVEL, ret);
    *ret_zero = err == -EINVAL && sample->n > 0;
    return err == -EINVAL ? 0 : err;
}

static int locate_point(struct work *work, size_t i,
                        const struct quantity *quantity,
                        const struct quantity *beside)
{
    struct estimate *estimate = &work->estimates[i];
    struct sample *sample = &work->samples[i];
    struct sample second;

    estimate->nbad = count_bad(work->session, estimate->point);
    int err = sample_init(sample, work->session, estimate->point, quantity);
    if (err != 0)
        return err;
    err = locate(sample, &estimate->location, &estimate->zero);
    if (err != 0)
        return err;
    err = sample_init(&second, work->session, estimate->point, beside);
    if (err != 0)
        return err;
    err = locate(&second, &estimate->beside, &estimate->beside_zero);
    sample_fini(&second);
    return err;
}

static int compare(const struct work *work, size_t i, double level,
                   struct stats_ratio *ret)
{
    const struct estimate *estimate = &work->estimates[i];
    /* The points of an experiment stand one after the other. */
    size_t baseline = estimate->baseline - work->estimates[0].point;
    return sample_compare(&work->samples[i], &work->samples[baseline], level,
                          ret);
}

/* How long work takes that is bounded by time says nothing. */
static bool is_its_own_bound(const struct session *session, unsigned point)
{
    const struct point *p = &session->points[point];
    const struct quantity *quantity = estimate_quantity(session, p->experiment);
    return p->configuration.workload->timed &&
           strcmp(quantity->name, quantity_run.name) == 0;
}

static int compare_alone(struct work *work, size_t i)
{
    struct estimate *estimate = &work->estimates[i];
    estimate->baseline = estimate_baseline(work->session, estimate->point);
    if (estimate->baseline == estimate->point || estimate->zero ||
        is_its_own_bound(work->session, estimate->point))
        return 0;
    int err = compare(work, i, work->level, &estimate->ratio);
    if (err == -EINVAL || err == -ENODATA)
        return 0;
    estimate->compared = err == 0;
    return err;
}

static bool same_family(const struct session *session, unsigned a, unsigned b)
{
    const struct point *p = &session->points[a], *q = &session->points[b];
    if (session->against != NULL)
        return p->twin == q->twin;
    return p->panel == q->panel && p->x == q->x && p->twin == q->twin;
}

/* So few blocks cannot reject anything for a family of n: the smallest exact p
 * value there is, that of all signs alike, is 2^(1-blocks). */
static bool too_few_for_family(size_t nblocks, size_t n, double level)
{
    return ldexp((double)n, 1 - (int)nblocks) > 1 - level;
}

/* "Is anything slower than in the other program?" is one question about all
 * experiments of a session: appends the p values of the others to p[0 .. *n-1].
 * Returns 0 or -ENOMEM. */
static int add_other_experiments(const struct work *work, double *p, size_t *n)
{
    const struct session *session = work->session;
    unsigned own = session->points[work->estimates[0].point].experiment;
    for (unsigned i = 0; i < session->npoints; i++) {
        const struct point *point = &session->points[i];
        struct sample a, b;
        struct stats_ratio ratio;
        if (session->against == NULL || point->experiment == own ||
            point->other)
            continue;
        const struct quantity *quantity =
            estimate_quantity(session, point->experiment);
        int err = sample_init(&a, session, i, quantity);
        if (err != 0)
            return err;
        err = sample_init(&b, session, estimate_baseline(session, i), quantity);
        if (err == 0) {
            if (sample_compare(&a, &b, ESTIMATE_LEVEL, &ratio) == 0)
                p[(*n)++] = ratio.p;
            sample_fini(&b);
        }
        sample_fini(&a);
        if (err != 0)
            return err;
    }
    return 0;
}

/* Adjusts and judges the family of estimate `first`; members are the indices
 * into work->estimates, p has room for all points of the session. */
static int judge_family(struct work *work, size_t first, size_t *members,
                        double *p)
{
    size_t n = 0;
    for (size_t i = first; i < work->n; i++) {
        const struct estimate *estimate = &work->estimates[i];
        if (estimate->compared &&
            same_family(work->session, work->estimates[first].point,
                        estimate->point)) {
            members[n] = i;
            p[n++] = estimate->ratio.p;
        }
    }
    size_t nfamily = n;
    int err = 0;
    if (!work->session->points[work->estimates[first].point].twin)
        err = add_other_experiments(work, p, &nfamily);
    if (err == 0)
        err = stats_holm(p, nfamily);
    for (size_t k = 0; k < n && err == 0; k++) {
        struct estimate *estimate = &work->estimates[members[k]];
        estimate->p_adjusted = p[k];
        double level = work->level;
        estimate->alone = too_few_for_family(estimate->ratio.n, nfamily, level);
        if (!estimate->alone)
            level = stats_holm_level(estimate->ratio.p, p[k], 1 - level);
        err = compare(work, members[k], level, &estimate->joint);
        if (err != 0)
            break;
        estimate->verdict = stats_judge(&estimate->joint);
        estimate->more_blocks = stats_blocks_to_settle(&estimate->joint);
    }
    return err;
}

static int judge(struct work *work)
{
    int err = 0;
    size_t *members = calloc(work->n + 1, sizeof(*members));
    double *p = calloc(work->session->npoints + 1, sizeof(*p));
    if (members == NULL || p == NULL)
        err = -ENOMEM;
    for (size_t i = 0; i < work->n && err == 0; i++) {
        const struct estimate *estimate = &work->estimates[i];
        /* A level is set where a family has been judged. */
        if (estimate->compared && estimate->joint.n == 0)
            err = judge_family(work, i, members, p);
    }
    free(members);
    free(p);
    return err;
}

static int fill(struct work *work, unsigned experiment)
{
    int err = 0;
    size_t k = 0;
    for (unsigned i = 0; i < work->session->npoints; i++) {
        if (work->session->points[i].experiment != experiment)
            continue;
        assert(k == 0 || work->estimates[k - 1].point == i - 1);
        work->estimates[k++].point = i;
    }
    for (size_t i = 0; i < work->n && err == 0; i++)
        err =
            locate_point(work, i, estimate_quantity(work->session, experiment),
                         estimate_quantity_beside(work->session, experiment));
    for (size_t i = 0; i < work->n && err == 0; i++)
        err = compare_alone(work, i);
    return err == 0 ? judge(work) : err;
}

int estimate_experiment(const struct session *session, unsigned experiment,
                        struct estimate **ret, size_t *nret)
{
    struct work work = {.session = session,
                        .level = looks_claim_level(session, experiment)};
    for (size_t i = 0; i < session->npoints; i++)
        work.n += session->points[i].experiment == experiment;
    work.estimates = calloc(work.n + 1, sizeof(*work.estimates));
    work.samples = calloc(work.n + 1, sizeof(*work.samples));
    int err = -ENOMEM;
    if (work.estimates != NULL && work.samples != NULL)
        err = fill(&work, experiment);
    for (size_t i = 0; i < work.n && work.samples != NULL; i++)
        sample_fini(&work.samples[i]);
    free(work.samples);
    if (err != 0) {
        free(work.estimates);
        return err;
    }
    *ret = work.estimates;
    *nret = work.n;
    return 0;
}

/* How far the interval of a twin reaches from 1, in steps of the logarithm. */
static double reach(const struct estimate *twin)
{
    return fmax(fabs(log(twin->ratio.low)), fabs(log(twin->ratio.high)));
}

/* Tails and other metrics are so much noisier than times that theirs would
 * always be the worst, and say nothing about the others. */
static bool is_about_times(const struct experiment *experiment)
{
    return experiment->chart != CHART_LATENCY &&
           experiment->compared.name == NULL;
}

static int find_noise(const struct session *session, bool times, bool *found,
                      struct estimate *ret)
{
    for (unsigned e = 0; e < session->nexperiments; e++) {
        struct estimate *estimates;
        size_t n;
        if (is_about_times(session->experiments[e]) != times)
            continue;
        int err = estimate_experiment(session, e, &estimates, &n);
        if (err != 0)
            return err;
        for (size_t i = 0; i < n; i++) {
            const struct estimate *twin = &estimates[i];
            if (!session->points[twin->point].twin || !twin->compared)
                continue;
            /* Without intervals the first is as good as any. */
            if (!*found || reach(twin) > reach(ret))
                *ret = *twin;
            *found = true;
        }
        free(estimates);
    }
    return 0;
}

int estimate_noise(const struct session *session, struct estimate *ret)
{
    bool found = false;
    int err = find_noise(session, true, &found, ret);

    if (err == 0 && !found)
        err = find_noise(session, false, &found, ret);
    return err == 0 && !found ? -ENODATA : err;
}
