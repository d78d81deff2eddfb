/* SPDX-License-Identifier: MIT */
/*
 * The small tools: order, quantiles, Holm's adjustment. Sources are in the
 * header. Look at stats_holm: sorting pointers changes the values in order of
 * size and leaves each in its place.
 */
#include "harness/stats/stats.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

bool stats_are_times(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(values[i] > 0.0 && isfinite(values[i])))
            return false;
    }
    return n > 0;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void stats_sort(double *values, size_t n)
{
    qsort(values, n, sizeof(*values), by_value);
}

double stats_quantile(const double *sorted, size_t n, double share)
{
    assert(n > 0 && share >= 0.0 && share <= 1.0);
    double position = (double)(n - 1) * share;
    size_t below = (size_t)position;
    if (below == n - 1)
        return sorted[below];
    double part = position - (double)below;
    return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

static int by_target(const void *left, const void *right)
{
    return by_value(*(double *const *)left, *(double *const *)right);
}

int stats_holm(double *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!(p[i] >= 0.0 && p[i] <= 1.0))
            return -EINVAL;
    }
    if (n == 0)
        return 0;
    double **order = malloc(n * sizeof(*order));
    if (order == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < n; i++)
        order[i] = &p[i];
    qsort(order, n, sizeof(*order), by_target);

    /* The smallest counts n times, the next n - 1 times; never fall behind. */
    double largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fmin(1.0, (double)(n - i) * *order[i]));
        *order[i] = largest;
    }
    free(order);
    return 0;
}

double stats_holm_level(double p, double p_adjusted, double alpha)
{
    assert(p >= 0.0 && p <= p_adjusted && p_adjusted <= 1.0);
    assert(alpha > 0.0 && alpha <= 0.5);
    /* A p value that has underflowed to 0 agrees with every level. */
    if (p_adjusted == 0.0)
        return 1.0 - alpha;
    return 1.0 - alpha * p / p_adjusted;
}
