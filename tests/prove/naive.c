/* SPDX-License-Identifier: MIT */
/*
 * Three habits. The first two compare two stretches of time and call it two
 * programs; the third asks until it likes the answer. Look at naive_measure:
 * the mistake is made there, before any test has begun.
 */
#include "tests/prove/naive.h"

#include <assert.h>
#include <math.h>

#include "harness/stats/stats.h"

void naive_measure(struct weather *weather, double *a, double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        a[i] = weather_next(weather, false);
    for (size_t i = 0; i < n; i++)
        b[i] = weather_next(weather, false);
}

static double mean(const double *times, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += times[i];
    return sum / (double)n;
}

/* The squared standard error of the mean. */
static double error_squared(const double *times, size_t n)
{
    double centre = mean(times, n), sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (times[i] - centre) * (times[i] - centre);
    return sum / (double)(n - 1) / (double)n;
}

/*
 * P(|T| > t) of Student's distribution. With t = sqrt(df) tan(angle) its
 * density is proportional to cos(angle)^(df - 1): Simpson's rule on that.
 */
static double student_p(double t, double df)
{
    enum { NSTEPS = 400 };
    double end = atan(fabs(t) / sqrt(df)), sum = 0;
    int sign;
    double all = sqrt(M_PI) *
                 exp(lgamma_r(df / 2, &sign) - lgamma_r((df + 1) / 2, &sign));

    for (int i = 0; i <= NSTEPS; i++) {
        int weight = i == 0 || i == NSTEPS ? 1 : i % 2 == 0 ? 2 : 4;
        sum += weight * pow(cos(end * i / NSTEPS), df - 1);
    }
    return 1 - 2 * sum * end / (3.0 * NSTEPS) / all;
}

/* Welch, "The generalization of 'Student's' problem when several different
 * population variances are involved", Biometrika 34, 1947. */
double naive_welch_p(const double *a, const double *b, size_t n)
{
    double of_a = error_squared(a, n), of_b = error_squared(b, n);
    double both = of_a + of_b;
    double df = both * both * (double)(n - 1) / (of_a * of_a + of_b * of_b);

    return student_p((mean(a, n) - mean(b, n)) / sqrt(both), df);
}

bool naive_means_differ(const double *a, const double *b, size_t n)
{
    return fabs(mean(a, n) / mean(b, n) - 1) > 0.05;
}

bool naive_peek(struct weather *weather)
{
    enum { FEWEST = 6, MOST = 40 };
    double differences[MOST];

    for (size_t n = 1; n <= MOST; n++) {
        double one = log(weather_next(weather, true));
        double other = log(weather_next(weather, false));
        double p = 1;
        differences[n - 1] =
            rng_below(&weather->rng, 2) == 0 ? one - other : other - one;
        int result = stats_signed_rank(differences, n, &p);
        assert(result == 0);
        if (n >= FEWEST && p < 0.05)
            return true;
    }
    return false;
}
