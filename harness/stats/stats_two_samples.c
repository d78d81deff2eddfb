/* SPDX-License-Identifier: MIT */
/*
 * Two heaps of times that share no blocks. Count for how many pairs a takes
 * more than b; without a difference every order of all values is equally
 * likely, and the chance of each count follows from asking whose the largest
 * value is. Look at count_chances: na nb top / 2 steps, a few milliseconds at
 * 60 each.
 */
#include "harness/stats/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two samples, and what is made of them. */
struct pairs {
    size_t na, nb, n; /* n = na nb */
    double *logs;     /* log(a / b) of every pair, sorted */
};

/*
 * Fill tail[0 .. top] with P(U <= u), U being for how many pairs a is above b.
 * The largest of i values of a and j of b is one of a's with probability
 * i / (i + j), and then it is above all j; else it changes nothing (Mann and
 * Whitney, 1947). From the top downwards, so that chance[u - j] is still that
 * of i - 1. `work` holds (nb + 1)(top + 1) zeros.
 */
static void count_chances(const struct pairs *pairs, size_t top, double *work,
                          double *tail)
{
    size_t room = top + 1;

    for (size_t j = 0; j <= pairs->nb; j++)
        work[j * room] = 1.0;
    for (size_t i = 1; i <= pairs->na; i++) {
        for (size_t j = 1; j <= pairs->nb; j++) {
            double *chance = work + j * room, *fewer = chance - room;
            double of_a = (double)i / (double)(i + j);
            for (size_t u = top + 1; u-- > j;)
                chance[u] = of_a * chance[u - j] + (1.0 - of_a) * fewer[u];
            for (size_t u = 0; u < j && u <= top; u++)
                chance[u] = (1.0 - of_a) * fewer[u];
        }
    }
    double sum = 0.0;
    for (size_t u = 0; u <= top; u++)
        tail[u] = sum += work[pairs->nb * room + u];
}

/* P(U <= u) by the bell curve; U moves in steps of 1, hence the half. */
static double normal_tail(const struct pairs *pairs, double u)
{
    double mean = (double)pairs->n / 2.0;
    double variance =
        (double)pairs->n * (double)(pairs->na + pairs->nb + 1) / 12.0;
    return 0.5 * erfc((mean - u - 0.5) / sqrt(2.0 * variance));
}

/* tail[u] = P(U <= u) for u up to the middle. The caller frees; NULL: no
 * memory. */
static double *tail_new(const struct pairs *pairs, size_t *top)
{
    *top = pairs->n / 2;
    double *tail = malloc((*top + 1) * sizeof(*tail));
    if (tail == NULL)
        return NULL;
    if (pairs->n > STATS_EXACT_PAIRS) {
        for (size_t u = 0; u <= *top; u++)
            tail[u] = normal_tail(pairs, (double)u);
        return tail;
    }
    double *work = calloc((pairs->nb + 1) * (*top + 1), sizeof(*work));
    if (work != NULL) {
        count_chances(pairs, *top, work, tail);
    } else {
        free(tail);
        tail = NULL;
    }
    free(work);
    return tail;
}

/* Ties go to the side with fewer pairs, where they make p larger. */
static double two_sided(const struct pairs *pairs, const double *tail,
                        size_t top)
{
    size_t least = 0, most = 0; /* pairs at or below 0, at or above it */
    for (size_t i = 0; i < pairs->n; i++) {
        least += pairs->logs[i] <= 0.0;
        most += pairs->logs[i] >= 0.0;
    }
    size_t u = least < most ? least : most;
    return u > top ? 1.0 : fmin(1.0, 2.0 * tail[u]);
}

static void locate(const struct pairs *pairs, const double *tail, size_t top,
                   struct stats_ratio *ratio)
{
    size_t c = 0; /* the largest for which 2 P(U <= c - 1) <= 1 - level */
    while (c <= top && 2.0 * tail[c] <= 1.0 - ratio->level)
        c++;
    ratio->ratio = exp(stats_quantile(pairs->logs, pairs->n, 0.5));
    ratio->low = c > 0 ? exp(pairs->logs[c - 1]) : NAN;
    ratio->high = c > 0 ? exp(pairs->logs[pairs->n - c]) : NAN;
}

/* Every pair's log ratio, sorted; returns the share with a < b. */
static double fill(const struct pairs *pairs, const double *a, const double *b)
{
    size_t halves = 0;
    for (size_t i = 0; i < pairs->na; i++) {
        for (size_t j = 0; j < pairs->nb; j++) {
            /* Equal values must give 0, whatever log's last digit does. */
            pairs->logs[i * pairs->nb + j] = log(a[i]) - log(b[j]);
            halves += a[i] < b[j] ? 2 : a[i] == b[j] ? 1 : 0;
        }
    }
    stats_sort(pairs->logs, pairs->n);
    return (double)halves / (2.0 * (double)pairs->n);
}

/* 0 or -ENOMEM. */
static int median_of(const double *values, size_t n, double *ret)
{
    double *sorted = malloc(n * sizeof(*sorted));
    if (sorted == NULL)
        return -ENOMEM;
    memcpy(sorted, values, n * sizeof(*sorted));
    stats_sort(sorted, n);
    *ret = stats_quantile(sorted, n, 0.5);
    free(sorted);
    return 0;
}

static int median_difference(const double *a, size_t na, const double *b,
                             size_t nb, double *ret)
{
    double of_a, of_b;
    int err = median_of(a, na, &of_a);
    if (err == 0)
        err = median_of(b, nb, &of_b);
    if (err == 0)
        *ret = of_a - of_b;
    return err;
}

int stats_compare_apart(const double *a, size_t na, const double *b, size_t nb,
                        double level, struct stats_ratio *ret)
{
    if (!stats_are_times(a, na) || !stats_are_times(b, nb) ||
        !(level >= 0.5 && level < 1.0))
        return -EINVAL;
    if (na > STATS_PAIRS_MAX / nb)
        return -E2BIG;
    struct stats_ratio ratio = {.n = na < nb ? na : nb, .level = level};
    struct pairs pairs = {.na = na, .nb = nb, .n = na * nb};
    size_t top;
    int err = median_difference(a, na, b, nb, &ratio.median_diff);
    if (err != 0)
        return err;
    pairs.logs = malloc(pairs.n * sizeof(*pairs.logs));
    if (pairs.logs == NULL)
        return -ENOMEM;
    ratio.p_less = fill(&pairs, a, b);
    double *tail = tail_new(&pairs, &top);
    if (tail != NULL) {
        ratio.p = two_sided(&pairs, tail, top);
        locate(&pairs, tail, top, &ratio);
        *ret = ratio;
    } else {
        err = -ENOMEM;
    }
    free(tail);
    free(pairs.logs);
    return err;
}
