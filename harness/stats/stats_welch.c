/* SPDX-License-Identifier: MIT */
/*
 * Student's distribution by way of the incomplete beta function, its quantile
 * by halving. A few microseconds a test, and nothing that a table could be
 * wrong about.
 */
#include "harness/stats/stats_welch.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "harness/stats/stats.h"

/* The continued fraction of I_x(a, b) by Lentz' method: NIST Digital Library of
 * Mathematical Functions, 8.17.22. It converges within sqrt(max(a, b)) terms or
 * so for x below (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    double fraction = 1, c = 1, d = 0;

    for (int i = 0; i < 10000; i++) {
        double m = floor(i / 2.0), term = 1;
        if (i > 0 && i % 2 == 0)
            term = m * (b - m) * x / ((a + i - 1) * (a + i));
        else if (i > 0)
            term = -(a + m) * (a + b + m) * x / ((a + i - 1) * (a + i));
        d = 1 / (1 + term * d);
        c = 1 + term / c;
        fraction *= c * d;
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return fraction - 1;
}

/* The regularised incomplete beta function I_x(a, b). */
static double beta_share(double a, double b, double x)
{
    if (x <= 0 || x >= 1)
        return x >= 1;
    bool far = x > (a + 1) / (a + b + 2);
    double front =
        exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return far ? 1 - front / b * beta_fraction(b, a, 1 - x)
               : front / a * beta_fraction(a, b, x);
}

/* P(|T| > t) for Student's T. */
static double outside(double t, double freedom)
{
    return beta_share(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/* The t with P(|T| > t) = share. */
static double quantile(double share, double freedom)
{
    double low = 0, high = 1;

    while (outside(high, freedom) > share)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (outside(middle, freedom) > share)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* Returns the mean; *ret: its squared standard error. */
static double mean_of(const double *values, size_t n, double *ret)
{
    double sum = 0, squares = 0;

    for (size_t i = 0; i < n; i++)
        sum += values[i];
    double mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    *ret = squares / (double)(n - 1) / (double)n;
    return mean;
}

int stats_welch(const double *a, size_t na, const double *b, size_t nb,
                double level, struct stats_welch *ret)
{
    double of_a, of_b;

    if (na < 2 || nb < 2 || !stats_are_times(a, na) ||
        !stats_are_times(b, nb) || !(level >= 0.5 && level < 1))
        return -EINVAL;
    double mean_a = mean_of(a, na, &of_a), mean_b = mean_of(b, nb, &of_b);
    struct stats_welch welch = {.ratio = mean_a / mean_b};
    double half = 0, error = sqrt(of_a + of_b);
    if (error > 0) {
        double freedom =
            (of_a + of_b) * (of_a + of_b) /
            (of_a * of_a / (double)(na - 1) + of_b * of_b / (double)(nb - 1));
        half = quantile(1 - level, freedom) * error / mean_b;
        welch.p = outside(fabs(mean_a - mean_b) / error, freedom);
    } else {
        welch.p = mean_a == mean_b; /* no spread: certain either way */
    }
    welch.low = welch.ratio - half;
    welch.high = welch.ratio + half;
    *ret = welch;
    return 0;
}
