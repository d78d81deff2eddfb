/* SPDX-License-Identifier: MIT */
/*
 * Wilcoxon's signed-rank distribution. Rank the differences by magnitude and
 * add up the ranks of the positive ones: if nothing differs, each rank joins
 * the sum on the toss of a coin. Look at coin_sums, which follows all 2^n
 * outcomes in n passes over one array: n^3 steps, a few milliseconds at 200.
 */
#include "harness/stats/stats.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct difference {
    double magnitude;
    bool positive;
    size_t rank2; /* twice the rank, so that mean ranks are whole numbers */
};

/*
 * Fill chance[0 .. top] with the probability of each sum, where every rank is
 * added or not by the toss of a coin. From the top downwards, so that
 * chance[sum - rank] is still the one from before this rank.
 */
static void coin_sums(const size_t *ranks, size_t n, size_t top, double *chance)
{
    memset(chance, 0, (top + 1) * sizeof(*chance));
    chance[0] = 1.0;
    for (size_t i = 0; i < n; i++) {
        for (size_t sum = top; sum >= ranks[i]; sum--)
            chance[sum] = 0.5 * (chance[sum] + chance[sum - ranks[i]]);
        for (size_t sum = 0; sum < ranks[i] && sum <= top; sum++)
            chance[sum] *= 0.5;
    }
}

/* P(T <= sum) by the bell curve; T moves in steps of 1, hence the half. */
static double normal_tail(double sum, double mean, double variance)
{
    return 0.5 * erfc((mean - sum - 0.5) / sqrt(2.0 * variance));
}

static int by_magnitude(const void *left, const void *right)
{
    double a = ((const struct difference *)left)->magnitude;
    double b = ((const struct difference *)right)->magnitude;
    return (a > b) - (a < b);
}

/* Sort, and give each run of equal magnitudes the mean of its ranks. */
static void rank_differences(struct difference *items, size_t n)
{
    qsort(items, n, sizeof(*items), by_magnitude);
    size_t end;
    for (size_t start = 0; start < n; start = end) {
        end = start + 1;
        while (end < n && items[end].magnitude == items[start].magnitude)
            end++;
        for (size_t i = start; i < end; i++)
            items[i].rank2 = start + 1 + end; /* first rank + last rank */
    }
}

/* P(T <= sum2 / 2), exactly: only the sums up to there are followed. */
static int exact_tail(const struct difference *items, size_t n, size_t sum2,
                      double *ret)
{
    double *chance = malloc((sum2 + 1) * sizeof(*chance));
    if (chance == NULL)
        return -ENOMEM;
    size_t ranks2[STATS_EXACT_MAX];
    for (size_t i = 0; i < n; i++)
        ranks2[i] = items[i].rank2;
    coin_sums(ranks2, n, sum2, chance);
    double tail = 0.0;
    for (size_t sum = 0; sum <= sum2; sum++)
        tail += chance[sum];
    free(chance);
    *ret = tail;
    return 0;
}

/* The p value of n ranked differences, none of them zero. */
static int two_sided(const struct difference *items, size_t n, double *ret)
{
    size_t positive2 = 0;
    size_t all2 = 0;
    double variance = 0.0;
    for (size_t i = 0; i < n; i++) {
        all2 += items[i].rank2;
        if (items[i].positive)
            positive2 += items[i].rank2;
        double half_rank = (double)items[i].rank2 / 4.0;
        variance += half_rank * half_rank;
    }
    size_t negative2 = all2 - positive2;
    size_t smaller2 = positive2 < negative2 ? positive2 : negative2;
    double tail;
    int err = 0;
    if (n <= STATS_EXACT_MAX)
        err = exact_tail(items, n, smaller2, &tail);
    else
        tail =
            normal_tail((double)smaller2 / 2.0, (double)all2 / 4.0, variance);
    if (err == 0)
        *ret = fmin(1.0, 2.0 * tail);
    return err;
}

int stats_signed_rank(const double *differences, size_t n, double *ret)
{
    if (n == 0)
        return -EINVAL;
    if (n > STATS_BLOCKS_MAX)
        return -E2BIG;
    struct difference *items = malloc(n * sizeof(*items));
    if (items == NULL)
        return -ENOMEM;
    size_t nonzero = 0;
    int err = 0;
    for (size_t i = 0; i < n; i++) {
        double difference = differences[i];
        if (!isfinite(difference))
            err = -EINVAL;
        else if (difference != 0.0)
            items[nonzero++] = (struct difference){
                .magnitude = fabs(difference), .positive = difference > 0.0};
    }
    if (err == 0) {
        rank_differences(items, nonzero);
        err = two_sided(items, nonzero, ret);
    }
    free(items);
    return err;
}

/* How many sums t = 0, 1, ... there are with 2 P(T <= t) <= alpha. */
static int count_exact(size_t n, double alpha, size_t *ret)
{
    size_t top = n * (n + 1) / 2;
    double *chance = malloc((top + 1) * sizeof(*chance));
    if (chance == NULL)
        return -ENOMEM;
    size_t ranks[STATS_EXACT_MAX];
    for (size_t i = 0; i < n; i++)
        ranks[i] = i + 1;
    coin_sums(ranks, n, top, chance);
    size_t count = 0;
    double both_tails = 2.0 * chance[0];
    while (both_tails <= alpha)
        both_tails += 2.0 * chance[++count];
    free(chance);
    *ret = count;
    return 0;
}

static size_t count_normal(size_t n, double alpha)
{
    double values = (double)n;
    double mean = values * (values + 1.0) / 4.0;
    double variance = mean * (2.0 * values + 1.0) / 6.0;
    size_t count = 0;
    while (2.0 * normal_tail((double)count, mean, variance) <= alpha)
        count++;
    return count;
}

int stats_walsh_rank(size_t n, double level, size_t *ret)
{
    if (n == 0 || !(level >= 0.5 && level < 1.0))
        return -EINVAL;
    if (n > STATS_BLOCKS_MAX)
        return -E2BIG;
    if (n <= STATS_EXACT_MAX)
        return count_exact(n, 1.0 - level, ret);
    *ret = count_normal(n, 1.0 - level);
    return 0;
}
