/* SPDX-License-Identifier: MIT */
/*
 * The laws of scaling, fitted in closed form: no start values, no iteration,
 * hence no fit that depends on luck. Cost: 2000 resamples, each a sort per
 * worker count. Look at stats_law_fit: two straight lines and an edge.
 */
#include "harness/stats/stats.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "harness/stats/rng.h"

/* Enough for the ends of a 95 % interval: fifty resamples lie beyond each. */
enum { NRESAMPLES = 2000 };

double stats_karp_flatt(double speedup, unsigned workers)
{
    if (workers < 2 || !(speedup > 0.0))
        return NAN;
    double share = 1.0 / workers;
    return (1.0 / speedup - share) / (1.0 - share);
}

double stats_law_capacity(const struct stats_law *law, double workers)
{
    return workers / (1.0 + law->sigma * (workers - 1.0) +
                      law->kappa * workers * (workers - 1.0));
}

double stats_law_peak(const struct stats_law *law)
{
    if (law->kappa <= 0.0)
        return INFINITY;
    return sqrt(fmax(1.0, (1.0 - law->sigma) / law->kappa));
}

/* ---- One fit ---- */

/* The sums of weighted least squares of y over u = n - 1 and v = n (n - 1). */
struct sums {
    double uu, uv, vv, uy, vy;
};

static struct sums sum_up(const unsigned *workers, const double *capacity,
                          size_t n)
{
    struct sums sums = {0};

    for (size_t i = 0; i < n; i++) {
        double weight = capacity[i] / workers[i];
        double u = (workers[i] - 1.0) * weight, v = u * workers[i];
        double y = 1.0 - weight; /* (n / C - 1) * weight */
        sums.uu += u * u;
        sums.uv += u * v;
        sums.vv += v * v;
        sums.uy += u * y;
        sums.vy += v * y;
    }
    return sums;
}

/* The sum of squared errors, less the part that all laws share. */
static double squares(const struct sums *s, const struct stats_law *law)
{
    return law->sigma * (law->sigma * s->uu + 2 * law->kappa * s->uv) +
           law->kappa * law->kappa * s->vv -
           2 * (law->sigma * s->uy + law->kappa * s->vy);
}

struct stats_law stats_law_fit(const unsigned *workers, const double *capacity,
                               size_t n, bool amdahl)
{
    struct sums s = sum_up(workers, capacity, n);
    struct stats_law serial = {.sigma = s.uu > 0 ? fmax(0, s.uy / s.uu) : 0};
    double det = s.uu * s.vv - s.uv * s.uv;

    /* u and v of a single count are parallel: any det is then rounding. */
    if (amdahl || det <= 1e-12 * s.uu * s.vv)
        return serial;
    struct stats_law free = {
        .sigma = (s.vv * s.uy - s.uv * s.vy) / det,
        .kappa = (s.uu * s.vy - s.uv * s.uy) / det,
    };
    if (free.sigma >= 0 && free.kappa >= 0)
        return free;
    struct stats_law coherent = {.kappa = fmax(0, s.vy / s.vv)};
    return squares(&s, &serial) <= squares(&s, &coherent) ? serial : coherent;
}

/* ---- Many fits ---- */

/* What is fitted, over and over. */
struct fitting {
    const unsigned *workers;
    size_t n, nblocks;
    double *ratios;   /* [i * nblocks + block]: time of one worker over ours */
    double *drawn;    /* room for the ratios of one worker count */
    double *capacity; /* n */
};

/* Fits both laws to the blocks chosen; NULL: to each once. */
static void fit(const struct fitting *f, const size_t *blocks,
                struct stats_law *gunther, struct stats_law *amdahl)
{
    for (size_t i = 0; i < f->n; i++) {
        const double *ratios = f->ratios + i * f->nblocks;
        for (size_t b = 0; b < f->nblocks; b++)
            f->drawn[b] = ratios[blocks != NULL ? blocks[b] : b];
        stats_sort(f->drawn, f->nblocks);
        f->capacity[i] = stats_quantile(f->drawn, f->nblocks, 0.5);
    }
    *gunther = stats_law_fit(f->workers, f->capacity, f->n, false);
    *amdahl = stats_law_fit(f->workers, f->capacity, f->n, true);
}

/* What one fit says, in the order of struct stats_scaling. */
enum { SERIAL, SIGMA, KAPPA, PEAK, NFIGURES };

static void figures_of(const struct fitting *f, const size_t *blocks,
                       double figures[NFIGURES])
{
    struct stats_law gunther, amdahl;

    fit(f, blocks, &gunther, &amdahl);
    figures[SERIAL] = amdahl.sigma;
    figures[SIGMA] = gunther.sigma;
    figures[KAPPA] = gunther.kappa;
    figures[PEAK] = stats_law_peak(&gunther);
}

/* The order statistics that leave the level between them, outwards: a peak may
 * be infinite, and there is nothing between infinity and a number. */
static struct stats_interval interval(double value, double *sorted,
                                      double level)
{
    size_t beyond = (size_t)((1.0 - level) / 2 * NRESAMPLES);

    stats_sort(sorted, NRESAMPLES);
    return (struct stats_interval){value, sorted[beyond],
                                   sorted[NRESAMPLES - 1 - beyond]};
}

/* resampled has room for NFIGURES * NRESAMPLES, blocks for f->nblocks. */
static void resample(const struct fitting *f, double level, uint64_t seed,
                     double *resampled, size_t *blocks,
                     struct stats_scaling *ret)
{
    struct rng rng = {.state = seed};
    double figures[NFIGURES];
    struct stats_interval *const intervals[NFIGURES] = {
        &ret->serial, &ret->sigma, &ret->kappa, &ret->peak};

    for (size_t r = 0; r < NRESAMPLES; r++) {
        for (size_t b = 0; b < f->nblocks; b++)
            blocks[b] = rng_below(&rng, f->nblocks);
        figures_of(f, blocks, figures);
        for (size_t k = 0; k < NFIGURES; k++)
            resampled[k * NRESAMPLES + r] = figures[k];
    }
    figures_of(f, NULL, figures);
    for (size_t k = 0; k < NFIGURES; k++)
        *intervals[k] = interval(figures[k], resampled + k * NRESAMPLES, level);
}

static int check(const double *times, size_t nblocks, const unsigned *workers,
                 size_t n, double level)
{
    if (nblocks > STATS_BLOCKS_MAX)
        return -E2BIG;
    if (n < 2 || workers[0] != 1 || !(level >= 0.5 && level < 1.0) ||
        !stats_are_times(times, nblocks * n))
        return -EINVAL;
    for (size_t i = 1; i < n; i++)
        if (workers[i] <= workers[i - 1])
            return -EINVAL;
    return 0;
}

int stats_scale(const double *times, size_t nblocks, const unsigned *workers,
                size_t n, double level, uint64_t seed,
                struct stats_scaling *ret)
{
    int err = check(times, nblocks, workers, n, level);
    if (err != 0)
        return err;
    size_t nresampled = (size_t)NFIGURES * NRESAMPLES;
    size_t *blocks = malloc(nblocks * sizeof(*blocks));
    double *room = malloc((nresampled + (n + 1) * nblocks + n) * sizeof(*room));
    if (blocks == NULL || room == NULL) {
        free(blocks);
        free(room);
        return -ENOMEM;
    }
    struct fitting f = {.workers = workers, .n = n, .nblocks = nblocks};
    f.ratios = room + nresampled;
    f.drawn = f.ratios + n * nblocks;
    f.capacity = f.drawn + nblocks;
    for (size_t i = 0; i < n; i++)
        for (size_t b = 0; b < nblocks; b++)
            f.ratios[i * nblocks + b] = times[b * n] / times[b * n + i];
    resample(&f, level, seed, room, blocks, ret);
    free(blocks);
    free(room);
    return 0;
}
