/* SPDX-License-Identifier: MIT */
/*
 * The laws of scaling against a truth we chose: exact capacities must give the
 * law back, edges must stay edges, and noisy sessions of a machine of 64 cores,
 * simulated from a fixed seed, must find it as often as promised.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/stats/rng.h"
#include "harness/stats/stats.h"

enum { NCOUNTS = 9, NBLOCKS = 24, NDRAWS = 200 };

static const unsigned counts[NCOUNTS] = {1, 2, 4, 8, 16, 24, 32, 48, 64};
static const struct stats_law truth = {.sigma = 0.03, .kappa = 0.0005};

static void assert_near(const char *what, double expected, double actual,
                        double tolerance)
{
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%s: %.9g, expected %.9g within %.3g", what, actual, expected,
                 tolerance);
}

static void capacities(const struct stats_law *law, double ret[NCOUNTS])
{
    for (size_t i = 0; i < NCOUNTS; i++)
        ret[i] = stats_law_capacity(law, counts[i]);
}

/* ---- The laws ---- */

static void karp_and_flatt(void **state)
{
    (void)state;
    assert_near("perfect", 0.0, stats_karp_flatt(4.0, 4), 1e-12);
    assert_near("no gain", 1.0, stats_karp_flatt(1.0, 4), 1e-12);
    /* Amdahl's law with a tenth that is serial. */
    assert_near("tenth", 0.1, stats_karp_flatt(1.0 / 0.55, 2), 1e-12);
    assert_near("tenth", 0.1, stats_karp_flatt(1.0 / (0.1 + 0.9 / 8), 8),
                1e-12);
    assert_true(stats_karp_flatt(2.5, 2) < 0.0);
    assert_true(isnan(stats_karp_flatt(1.0, 1)));
    assert_true(isnan(stats_karp_flatt(1.0, 0)));
    assert_true(isnan(stats_karp_flatt(0.0, 2)));
    assert_true(isnan(stats_karp_flatt(NAN, 2)));
}

static void laws_at_their_landmarks(void **state)
{
    const struct stats_law ideal = {0}, tenth = {.sigma = 0.1};
    const struct stats_law worse = {.sigma = 1.5, .kappa = 0.1};
    (void)state;
    assert_near("one", 1, stats_law_capacity(&truth, 1), 0);
    assert_near("ideal", 64, stats_law_capacity(&ideal, 64), 0);
    assert_near("Amdahl", 1 / (0.1 + 0.9 / 8), stats_law_capacity(&tenth, 8),
                1e-12);
    assert_near("peak", sqrt(0.97 / 0.0005), stats_law_peak(&truth), 1e-12);
    assert_true(isinf(stats_law_peak(&tenth)));
    assert_near("no gain at all", 1, stats_law_peak(&worse), 0);
    double peak = stats_law_peak(&truth);
    double most = stats_law_capacity(&truth, peak);
    assert_true(most > stats_law_capacity(&truth, peak - 1));
    assert_true(most > stats_law_capacity(&truth, peak + 1));
}

/* ---- One fit ---- */

static void exact_laws_come_back(void **state)
{
    static const struct stats_law laws[] = {
        {0.03, 0.0005}, {0, 0.001}, {0.2, 0}, {0, 0}, {1.1, 0.02},
    };
    double capacity[NCOUNTS];
    (void)state;
    for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
        capacities(&laws[i], capacity);
        struct stats_law law = stats_law_fit(counts, capacity, NCOUNTS, false);
        assert_near("sigma", laws[i].sigma, law.sigma, 1e-10);
        assert_near("kappa", laws[i].kappa, law.kappa, 1e-12);
        assert_true(law.sigma >= 0 && law.kappa >= 0);
    }
}

/* Where the free solution is forbidden, one of the edges is the best. */
static void edges_are_kept(void **state)
{
    double capacity[NCOUNTS];
    (void)state;
    /* Less than no contention: only coherence is left. */
    capacities(&(struct stats_law){-0.02, 0.004}, capacity);
    struct stats_law law = stats_law_fit(counts, capacity, NCOUNTS, false);
    assert_true(law.sigma == 0 && law.kappa > 0.003);
    /* Workers that help each other: only contention is left. */
    capacities(&(struct stats_law){0.05, -0.0003}, capacity);
    law = stats_law_fit(counts, capacity, NCOUNTS, false);
    assert_true(law.sigma > 0.03 && law.kappa == 0);
    /* More than linear everywhere: neither. */
    for (size_t i = 0; i < NCOUNTS; i++)
        capacity[i] = i == 0 ? 1 : 1.05 * counts[i];
    law = stats_law_fit(counts, capacity, NCOUNTS, false);
    assert_true(law.sigma == 0 && law.kappa == 0);
    /* One count above one tells of one number, none of nothing. */
    law = stats_law_fit((unsigned[]){1, 2}, (double[]){1, 1.6}, 2, false);
    assert_near("two points", 0.25, law.sigma, 1e-12);
    assert_true(law.kappa == 0);
    law = stats_law_fit((unsigned[]){1}, (double[]){1}, 1, false);
    assert_true(law.sigma == 0 && law.kappa == 0);
}

/* The weighted squares that a fit makes small. */
static double squares(const struct stats_law *law, const double *capacity)
{
    double sum = 0;
    for (size_t i = 0; i < NCOUNTS; i++) {
        double n = counts[i];
        double error = n / capacity[i] - n / stats_law_capacity(law, n);
        sum += pow(error * capacity[i] / n, 2);
    }
    return sum;
}

/* No law near the fitted one, and none on an edge, is closer. */
static void nothing_is_closer(void **state)
{
    struct rng rng = {.state = 3};
    (void)state;
    for (size_t draw = 0; draw < NDRAWS; draw++) {
        double capacity[NCOUNTS] = {1};
        for (size_t i = 1; i < NCOUNTS; i++)
            capacity[i] =
                counts[i] * (0.1 + 1.1e-3 * (double)rng_below(&rng, 1000));
        struct stats_law best = stats_law_fit(counts, capacity, NCOUNTS, false);
        double least = squares(&best, capacity);
        for (int k = 0; k < 10; k++) {
            double step = ldexp(1e-6, 2 * k);
            const struct stats_law others[] = {
                {best.sigma + step, best.kappa},
                {fmax(0, best.sigma - step), best.kappa},
                {best.sigma, best.kappa + step / 64},
                {best.sigma, fmax(0, best.kappa - step / 64)},
                {best.sigma + step, fmax(0, best.kappa - step / 64)},
                {fmax(0, best.sigma - step), best.kappa + step / 64},
                {0, step},
                {step, 0},
            };
            for (size_t j = 0; j < sizeof(others) / sizeof(others[0]); j++)
                assert_true(squares(&others[j], capacity) >= least - 1e-12);
        }
    }
}

/* ---- Many fits ---- */

/* Normal to the eye: the sum of twelve uniform numbers. */
static double normal(struct rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += ldexp((double)(rng_next(rng) >> 11), -53);
    return sum;
}

/* Times of blocks on a machine of 64 cores: 2 % noise, and 10 % of mood, which
 * all runs of a block share. */
static void make_times(const struct stats_law *law, struct rng *rng,
                       double times[NBLOCKS * NCOUNTS])
{
    for (size_t b = 0; b < NBLOCKS; b++) {
        double mood = exp(0.1 * normal(rng));
        for (size_t i = 0; i < NCOUNTS; i++)
            times[b * NCOUNTS + i] = 1e9 * mood * exp(0.02 * normal(rng)) /
                                     stats_law_capacity(law, counts[i]);
    }
}

static struct stats_scaling scaled(const double *times)
{
    struct stats_scaling scaling;
    assert_int_equal(
        stats_scale(times, NBLOCKS, counts, NCOUNTS, 0.95, 5, &scaling), 0);
    return scaling;
}

static bool holds(const struct stats_interval *interval, double value)
{
    return interval->low <= value && value <= interval->high;
}

/* sigma = 3 %, kappa = 0.05 %, hence a peak at 44: found within a tenth, and
 * the intervals hold the truth about as often as they say. */
static void the_truth_is_found(void **state)
{
    struct rng rng = {.state = 11};
    size_t nsigma = 0, nkappa = 0, npeak = 0, nseen = 0;
    double peak = stats_law_peak(&truth);
    double times[NBLOCKS * NCOUNTS];
    (void)state;
    for (size_t draw = 0; draw < NDRAWS; draw++) {
        make_times(&truth, &rng, times);
        struct stats_scaling s = scaled(times);
        assert_near("sigma", truth.sigma, s.sigma.value, 0.006);
        assert_near("kappa", truth.kappa, s.kappa.value, 0.0001);
        assert_near("peak", peak, s.peak.value, 0.1 * peak);
        nsigma += holds(&s.sigma, truth.sigma);
        nkappa += holds(&s.kappa, truth.kappa);
        npeak += holds(&s.peak, peak);
        nseen += s.kappa.low > 0;
    }
    assert_in_range(nsigma, 0.9 * NDRAWS, NDRAWS);
    assert_in_range(nkappa, 0.9 * NDRAWS, NDRAWS);
    assert_in_range(npeak, 0.9 * NDRAWS, NDRAWS);
    assert_int_equal(nseen, NDRAWS);
}

/* Without kappa none is claimed, and Amdahl's fraction is found. */
static void nothing_retrograde_is_claimed(void **state)
{
    const struct stats_law tenth = {.sigma = 0.1}, ideal = {0};
    struct rng rng = {.state = 13};
    size_t nclaimed = 0, nserial = 0, nideal = 0;
    double times[NBLOCKS * NCOUNTS];
    (void)state;
    for (size_t draw = 0; draw < NDRAWS; draw++) {
        make_times(&tenth, &rng, times);
        struct stats_scaling s = scaled(times);
        nclaimed += s.kappa.low > 0;
        nserial += holds(&s.serial, tenth.sigma);
        make_times(&ideal, &rng, times);
        s = scaled(times);
        nideal += s.kappa.low > 0;
    }
    assert_in_range(nclaimed, 0, 0.06 * NDRAWS);
    assert_in_range(nideal, 0, 0.06 * NDRAWS);
    assert_in_range(nserial, 0.9 * NDRAWS, NDRAWS);
}

/* Equal input, equal claims; the unit of time does not matter. */
static void fits_repeat(void **state)
{
    struct rng rng = {.state = 17};
    double times[NBLOCKS * NCOUNTS];
    (void)state;
    make_times(&truth, &rng, times);
    struct stats_scaling a = scaled(times), b = scaled(times);
    assert_memory_equal(&a, &b, sizeof(a));
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        times[i] *= 1024;
    b = scaled(times);
    assert_memory_equal(&a, &b, sizeof(a));
}

static void bad_input_is_refused(void **state)
{
    const double times[] = {4, 2, 4, 2, 4, 2, 4, 0};
    const unsigned good[] = {1, 2}, late[] = {2, 4}, twice[] = {1, 1};
    struct stats_scaling s = {.serial = {.value = 77}};
    (void)state;
    assert_int_equal(stats_scale(times, 3, late, 2, 0.95, 1, &s), -EINVAL);
    assert_int_equal(stats_scale(times, 3, twice, 2, 0.95, 1, &s), -EINVAL);
    assert_int_equal(stats_scale(times, 3, good, 1, 0.95, 1, &s), -EINVAL);
    assert_int_equal(stats_scale(times, 0, good, 2, 0.95, 1, &s), -EINVAL);
    assert_int_equal(stats_scale(times, 4, good, 2, 0.95, 1, &s), -EINVAL);
    assert_int_equal(stats_scale(times, 3, good, 2, 1.0, 1, &s), -EINVAL);
    assert_int_equal(stats_scale(times, 4096, good, 2, 0.95, 1, &s), -E2BIG);
    assert_true(s.serial.value == 77);
    assert_int_equal(stats_scale(times, 3, good, 2, 0.95, 1, &s), 0);
    assert_near("ideal", 0, s.serial.value, 0);
    assert_true(isinf(s.peak.value) && isinf(s.peak.low));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(karp_and_flatt),
        cmocka_unit_test(laws_at_their_landmarks),
        cmocka_unit_test(exact_laws_come_back),
        cmocka_unit_test(edges_are_kept),
        cmocka_unit_test(nothing_is_closer),
        cmocka_unit_test(the_truth_is_found),
        cmocka_unit_test(nothing_retrograde_is_claimed),
        cmocka_unit_test(fits_repeat),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
