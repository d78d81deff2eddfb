/* SPDX-License-Identifier: MIT */
/*
 * How much faster, and how sure. Times of one block are divided by each other
 * before anything else, which takes the machine's mood out of both; what is
 * left are n log ratios and their n(n+1)/2 pairwise (Walsh) averages, sorted.
 * Estimate and interval are entries of that one array. Look at stats_judge.
 */
#include "harness/stats/stats.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An interval this much narrower than the way to go settles it 4 in 5 times. */
static const double likely = 0.7;

/* A forecast of more blocks than this means never, and fits any size_t. */
static const double never_blocks = 1e9;

static double median_of(const double *values, size_t n, double *work)
{
    memcpy(work, values, n * sizeof(*work));
    stats_sort(work, n);
    return stats_quantile(work, n, 0.5);
}

/* Estimate and interval, where work has room for n(n+1)/2 Walsh averages. */
static int locate_ratio(const double *log_ratios, double *work,
                        struct stats_ratio *ratio)
{
    size_t c;
    int err = stats_walsh_rank(ratio->n, ratio->level, &c);
    if (err != 0)
        return err;
    size_t naverages = 0;
    for (size_t i = 0; i < ratio->n; i++) {
        for (size_t j = 0; j <= i; j++)
            work[naverages++] = 0.5 * (log_ratios[i] + log_ratios[j]);
    }
    stats_sort(work, naverages);
    ratio->ratio = exp(stats_quantile(work, naverages, 0.5));
    ratio->low = c > 0 ? exp(work[c - 1]) : NAN;
    ratio->high = c > 0 ? exp(work[naverages - c]) : NAN;
    return 0;
}

static double share_less(const double *a, const double *b, size_t n)
{
    size_t halves = 0;
    for (size_t i = 0; i < n; i++)
        halves += a[i] < b[i] ? 2 : a[i] == b[i] ? 1 : 0;
    return (double)halves / (2.0 * (double)n);
}

int stats_compare(const double *a, const double *b, size_t n, double level,
                  struct stats_ratio *ret)
{
    if (!stats_are_times(a, n) || !stats_are_times(b, n))
        return -EINVAL;
    if (n > STATS_BLOCKS_MAX)
        return -E2BIG;
    struct stats_ratio ratio = {.n = n, .level = level};
    int err = -ENOMEM;
    double *log_ratios = malloc(n * sizeof(*log_ratios));
    if (log_ratios == NULL)
        goto done;
    double *work = malloc(n * (n + 1) / 2 * sizeof(*work));
    if (work == NULL)
        goto free_log_ratios;

    /* Not log(a / b): this way swapping a and b changes nothing but signs. */
    for (size_t i = 0; i < n; i++)
        log_ratios[i] = log(a[i]) - log(b[i]);
    ratio.p_less = share_less(a, b, n);
    ratio.median_diff = median_of(a, n, work) - median_of(b, n, work);
    err = locate_ratio(log_ratios, work, &ratio);
    if (err == 0)
        err = stats_signed_rank(log_ratios, n, &ratio.p);
    if (err == 0)
        *ret = ratio;

    free(work);
free_log_ratios:
    free(log_ratios);
done:
    return err;
}

enum stats_verdict stats_judge(const struct stats_ratio *ratio)
{
    if (ratio->high < 1.0)
        return STATS_FASTER;
    if (ratio->low > 1.0)
        return STATS_SLOWER;
    if (ratio->low >= 1.0 / STATS_SAME_RATIO && ratio->high <= STATS_SAME_RATIO)
        return STATS_SAME;
    return STATS_CANNOT_TELL;
}

static double half_width_log(const struct stats_ratio *ratio)
{
    return 0.5 * log(ratio->high / ratio->low);
}

double stats_half_width_percent(const struct stats_ratio *ratio)
{
    return 100.0 * expm1(half_width_log(ratio));
}

/* Blocks to add until the half-width on the log scale is down to `wanted`. */
static size_t blocks_to_width(const struct stats_ratio *ratio, double wanted)
{
    double now = (double)ratio->n;
    double shrink = half_width_log(ratio) / wanted;
    double needed = isnan(shrink) ? ceil(1.0 - log2(1.0 - ratio->level))
                                  : ceil(now * shrink * shrink);
    return (size_t)fmin(fmax(needed - now, 0.0), never_blocks);
}

size_t stats_blocks_to_precision(const struct stats_ratio *ratio,
                                 double target_percent)
{
    assert(target_percent > 0.0);
    return blocks_to_width(ratio, log1p(target_percent / 100.0));
}

size_t stats_blocks_to_settle(const struct stats_ratio *ratio)
{
    if (stats_judge(ratio) != STATS_CANNOT_TELL)
        return 0;
    double to_one = fabs(log(ratio->ratio));
    double to_edge = log(STATS_SAME_RATIO) - to_one;
    size_t more = blocks_to_width(ratio, likely * fmax(to_one, to_edge));
    /* A lopsided interval may be narrow enough and still reach too far. */
    return more > 0 ? more : 1;
}
