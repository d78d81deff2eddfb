/* SPDX-License-Identifier: MIT */
/* Welch's t-test against R's own example and against closed forms: one degree
 * of freedom is Cauchy's distribution, two have an algebraic one. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/stats/stats_welch.h"

#define PI 3.14159265358979323846

static void assert_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-8))
        fail_msg("%.12g, not %.12g", value, wanted);
}

/* t.test(extra + 10 ~ group, data = sleep): t = -1.8608, df = 17.776,
 * p-value = 0.07939414, 95 % interval -3.3654832 to 0.2054832. */
static void test_sleep(void **state)
{
    static const double a[] = {10.7, 8.4,  9.8,  8.8, 9.9,
                               13.4, 13.7, 10.8, 10,  12};
    static const double b[] = {11.9, 10.8, 11.1, 10.1, 9.9,
                               14.4, 15.5, 11.6, 14.6, 13.4};
    struct stats_welch welch;
    (void)state;

    assert_int_equal(stats_welch(a, 10, b, 10, 0.95, &welch), 0);
    assert_near(welch.ratio, 10.75 / 12.33);
    assert_near(round(12.33 * (welch.low - 1) * 1e7), -33654832);
    assert_near(round(12.33 * (welch.high - 1) * 1e7), 2054832);
    assert_near(round(welch.p * 1e8), 7939414);

    struct stats_welch swapped;
    assert_int_equal(stats_welch(b, 10, a, 10, 0.95, &swapped), 0);
    assert_near(swapped.p, welch.p);
    assert_near(swapped.ratio, 1 / welch.ratio);
}

/* Without spread in b the degrees of freedom are those of a, na - 1. */
static void test_closed_forms(void **state)
{
    static const double two[] = {4, 6}, three[] = {4, 5, 6};
    static const double four[] = {4, 4, 4, 4};
    struct stats_welch welch;
    (void)state;

    assert_int_equal(stats_welch(two, 2, four, 4, 0.95, &welch), 0);
    assert_near(welch.p, 1 - 2 / PI * atan(1));
    assert_near(welch.high - welch.ratio, tan(0.95 * PI / 2) / 4);
    double t = 1 / sqrt(1.0 / 3);
    assert_int_equal(stats_welch(three, 3, four, 4, 0.95, &welch), 0);
    assert_near(welch.p, 1 - t / sqrt(2 + t * t));
    assert_near(welch.ratio, 1.25);
}

/* The interval and p say the same. */
static void test_agreement(void **state)
{
    double a[20], b[20];
    (void)state;

    for (int shift = 0; shift < 200; shift++) {
        struct stats_welch welch;
        for (int i = 0; i < 20; i++) {
            a[i] = 100 + i * 7 % 20 + shift / 10.0;
            b[i] = 100 + i * 11 % 20;
        }
        assert_int_equal(stats_welch(a, 20, b, 20, 0.95, &welch), 0);
        assert_int_equal(welch.p<0.05, welch.low> 1);
    }
}

static void test_edges(void **state)
{
    static const double same[] = {3, 3, 3}, other[] = {4, 4, 4};
    static const double bad[] = {3, -1, 3};
    struct stats_welch welch = {.p = 7};
    (void)state;

    assert_int_equal(stats_welch(same, 1, other, 3, 0.95, &welch), -EINVAL);
    assert_int_equal(stats_welch(same, 3, bad, 3, 0.95, &welch), -EINVAL);
    assert_int_equal(stats_welch(same, 3, other, 3, 1, &welch), -EINVAL);
    assert_near(welch.p, 7);
    assert_int_equal(stats_welch(same, 3, same, 3, 0.95, &welch), 0);
    assert_near(welch.p, 1);
    assert_int_equal(stats_welch(same, 3, other, 3, 0.95, &welch), 0);
    assert_near(welch.p, 0);
    assert_near(welch.low, 0.75);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sleep),
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_agreement),
        cmocka_unit_test(test_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
