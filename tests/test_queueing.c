/* SPDX-License-Identifier: MIT */
/* The lock as a queue, against values worked out by hand, against mean value
 * analysis, and at the edges. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/stats/queueing.h"

static void check(double expected, double actual)
{
    if (!(fabs(actual - expected) <= 1e-12 * expected))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

/* Half of the work outside. Two threads: the lock has 0, 1, 2 of them with
 * weights 1, 2, 2, so it is busy 4/5 of the time, and passes 2 a time unit. */
static void test_by_hand(void **state)
{
    (void)state;
    check(4.0 / 3, queueing_amdahl(0.5, 2));
    check(2, queueing_bound(0.5, 2));
    check(2, queueing_bound(0.5, 4));
    check(4.0 / 5 * 2, queueing_speedup(0.5, 2));
    /* 1, 4, 12, 24, 24 of four: busy 64/65. */
    check(64.0 / 65 * 2, queueing_speedup(0.5, 4));
    /* Nine tenths outside: 1, 2/9, 2/81; busy 20/101, 10 a time unit. */
    check(200.0 / 101, queueing_speedup(0.9, 2));
}

/* Two cores, four threads, half outside; who is at the lock: 0 to 4. Runnable
 * 4, 4, 3, 2, 1; pace 1/2, 1/2, 2/3, 1, 1. Weights 1, 4 (2/.5), 9 (1.5/(2/3)),
 * then 9 * (4/3 / 1) = 12, 12. Passed: 2 * (4/2 + 9 * 2/3 + 12 + 12) / 38. */
static void test_few_cores(void **state)
{
    (void)state;
    check(64.0 / 38, queueing_speedup_on(0.5, 4, 2));
    check(1, queueing_speedup_on(0.3, 4, 1));
    check(1, queueing_speedup_on(1, 4, 1));
    for (unsigned k = 1; k < 20; k++) {
        check(queueing_speedup(0.7, k), queueing_speedup_on(0.7, k, k + 5));
        assert_true(queueing_speedup_on(0.9, k, 3) < 3);
    }
}

/* Mean value analysis: who comes to the lock finds it as if he did not
 * exist. */
static double mva(double outside, unsigned k)
{
    double queue = 0, passed = 0;

    for (unsigned n = 1; n <= k; n++) {
        double at_lock = (1 - outside) * (1 + queue);
        passed = n / (outside + at_lock);
        queue = passed * at_lock;
    }
    return passed;
}

static void test_against_mva(void **state)
{
    (void)state;
    for (unsigned percent = 1; percent < 100; percent++)
        for (unsigned k = 1; k <= 2048; k *= 2) {
            double outside = percent / 100.0;
            double speedup = queueing_speedup(outside, k);
            if (fabs(mva(outside, k) / speedup - 1) > 1e-9)
                fail_msg("%u %%, %u threads: %g, expected %g", percent, k,
                         speedup, mva(outside, k));
            assert_true(speedup <= queueing_bound(outside, k) * (1 + 1e-12));
            assert_true(speedup >= queueing_amdahl(outside, k) * (1 - 1e-12));
        }
}

static void test_edges(void **state)
{
    (void)state;
    for (unsigned k = 1; k < 10; k++) {
        check(1, queueing_speedup(0, k));
        check(1, queueing_amdahl(0, k));
        check(1, queueing_bound(0, k));
        check(k, queueing_speedup(1, k));
        check(k, queueing_amdahl(1, k));
        check(k, queueing_bound(1, k));
    }
    for (unsigned eighths = 0; eighths <= 8; eighths++)
        check(1, queueing_speedup(eighths / 8.0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_few_cores),
        cmocka_unit_test(test_against_mva),
        cmocka_unit_test(test_edges),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
