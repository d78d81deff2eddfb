/* SPDX-License-Identifier: MIT */
/*
 * Where one configuration's times lie. The median and its interval are order
 * statistics: one time ten times too long moves them by one place, while it
 * would drag a mean along. Cost: a sorted copy. Look at median_interval: how
 * many of n times fall below the true median is n tosses of a fair coin.
 */
#include "harness/stats/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* More resemblance between neighbours than this is called drift. */
static const double drift_r1 = 0.2;

/* lgamma would tell the sign in a global variable. */
static double log_factorial(double n)
{
    int sign;

    return lgamma_r(n + 1.0, &sign);
}

/* P(exactly k heads in n tosses); by logarithms, as 2^-n may underflow. */
static double heads_probability(size_t n, size_t k)
{
    double tosses = (double)n;
    double heads = (double)k;
    return exp(log_factorial(tosses) - log_factorial(heads) -
               log_factorial(tosses - heads) - tosses * M_LN2);
}

/*
 * The d-th smallest and the d-th largest time enclose the median with
 * probability 1 - 2 P(heads < d). Find the last d that has the level, and go
 * on towards d + 1 by Hettmansperger and Sheather's share lambda, which is not
 * linear in the level because the density falls off to both sides.
 */
static void median_interval(const double *sorted, double level,
                            struct stats_location *location)
{
    size_t n = location->n;
    double outer = 1.0 - 2.0 * heads_probability(n, 0);
    double inner = outer;
    size_t d = 0;
    while (inner >= level) {
        d++;
        outer = inner;
        inner = outer - 2.0 * heads_probability(n, d);
    }
    if (d == 0) {
        location->low = location->high = NAN;
        return;
    }
    double excess = (outer - level) / (outer - inner);
    double lambda = (double)(n - d) * excess /
                    ((double)d + ((double)n - 2.0 * (double)d) * excess);
    location->low = sorted[d - 1] + lambda * (sorted[d] - sorted[d - 1]);
    location->high =
        sorted[n - d] - lambda * (sorted[n - d] - sorted[n - d - 1]);
}

/* Mean, spread and resemblance of neighbours, of the times as they came. */
static void moments(const double *times, struct stats_location *location)
{
    size_t n = location->n;
    /* Differences from one of the times: equal times give exact zeros. */
    double origin = location->min;
    double mean = 0.0;
    for (size_t i = 0; i < n; i++)
        mean += (times[i] - origin) / (double)n;

    double squares = 0.0;
    double products = 0.0;
    double before = 0.0;
    for (size_t i = 0; i < n; i++) {
        double deviation = times[i] - origin - mean;
        squares += deviation * deviation;
        products += deviation * before;
        before = deviation;
    }
    location->cv_ratio =
        n < 2 ? NAN : sqrt(squares / (double)(n - 1)) / (origin + mean);
    location->r1 = n < 3 ? NAN : squares > 0.0 ? products / squares : 0.0;
    location->drift = location->r1 > drift_r1;
}

static void widen(struct stats_location *location)
{
    double factor = sqrt((1.0 + location->r1) / (1.0 - location->r1));
    double median = location->median;
    if (isnan(location->low))
        return;
    location->low = fmax(0.0, median - factor * (median - location->low));
    location->high = median + factor * (location->high - median);
}

int stats_locate(const double *times, size_t n, double level,
                 struct stats_location *ret)
{
    return stats_are_times(times, n)
               ? stats_locate_amounts(times, n, level, ret)
               : -EINVAL;
}

static bool are_amounts(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]) || values[i] < 0.0)
            return false;
    return n > 0;
}

int stats_locate_amounts(const double *amounts, size_t n, double level,
                         struct stats_location *ret)
{
    if (!are_amounts(amounts, n) || !(level >= 0.5 && level < 1.0))
        return -EINVAL;
    double *sorted = malloc(n * sizeof(*sorted));
    if (sorted == NULL)
        return -ENOMEM;
    memcpy(sorted, amounts, n * sizeof(*sorted));
    stats_sort(sorted, n);

    struct stats_location location = {
        .n = n,
        .median = stats_quantile(sorted, n, 0.5),
        .min = sorted[0],
        .max = sorted[n - 1],
        .q1 = stats_quantile(sorted, n, 0.25),
        .q3 = stats_quantile(sorted, n, 0.75),
    };
    median_interval(sorted, level, &location);
    moments(amounts, &location);
    if (location.drift)
        widen(&location);
    free(sorted);
    *ret = location;
    return 0;
}
