/* SPDX-License-Identifier: MIT */
/*
 * The comparison of samples that share no blocks: against answers of scipy
 * (tests/oracle), against its own promises, and on bad days. Link this program
 * with -Wl,--wrap=malloc: out_of_memory makes each allocation fail in turn.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/stats/rng.h"
#include "harness/stats/stats.h"
#include "tests/oracle/stats_oracle.h"

enum { NDRAWS = 2000 };

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static size_t mallocs_left = SIZE_MAX;

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes);

void *__wrap_malloc(size_t bytes)
{
    if (mallocs_left == 0)
        return NULL;
    mallocs_left--;
    return __real_malloc(bytes);
}
/* NOLINTEND(bugprone-reserved-identifier) */

/* Equal to a billionth, or both NaN. */
static void check_close(const char *what, size_t row, double expected,
                        double actual)
{
    if (isnan(expected) && isnan(actual))
        return;
    if (!(fabs(actual - expected) <= 1e-9 * fmax(1e-12, fabs(expected))))
        fail_msg("%s, row %zu: %.17g, expected %.17g", what, row, actual,
                 expected);
}

static void as_the_oracle_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(oracle_aparts); i++) {
        const struct oracle_apart *expected = &oracle_aparts[i];
        size_t na = expected->n, nb = expected->nb;
        struct stats_ratio got, swapped;
        assert_int_equal(stats_compare_apart(expected->a, na, expected->b, nb,
                                             expected->level, &got),
                         0);
        assert_int_equal(got.n, na < nb ? na : nb);
        check_close("ratio", i, expected->ratio, got.ratio);
        check_close("low", i, expected->low, got.low);
        check_close("high", i, expected->high, got.high);
        check_close("p", i, expected->p, got.p);
        check_close("p_less", i, expected->p_less, got.p_less);
        check_close("median_diff", i, expected->median_diff, got.median_diff);

        assert_int_equal(stats_compare_apart(expected->b, nb, expected->a, na,
                                             expected->level, &swapped),
                         0);
        check_close("swapped ratio", i, 1.0 / expected->ratio, swapped.ratio);
        check_close("swapped low", i, 1.0 / expected->high, swapped.low);
        check_close("swapped p", i, got.p, swapped.p);
    }
}

/* So coarse that many are equal. */
static void draw(struct rng *rng, double *values, size_t n, uint64_t shift)
{
    for (size_t i = 0; i < n; i++)
        values[i] = (double)(100 + shift + rng_below(rng, 30));
}

/* The interval leaves 1 exactly where p says so, ties or not; without a
 * difference that happens as often as the level allows, and with one the
 * interval holds it. */
static void test_and_interval_agree(void **state)
{
    (void)state;
    struct rng rng = {.state = 7};
    size_t nclaims = 0, nfound = 0;
    enum { NA = 12, NB = 9 };

    for (size_t i = 0; i < NDRAWS; i++) {
        double a[NA], b[NB];
        struct stats_ratio ratio;
        uint64_t shift = i % 2 == 0 ? 0 : 20;
        draw(&rng, a, NA, shift);
        draw(&rng, b, NB, 0);
        assert_int_equal(stats_compare_apart(a, NA, b, NB, 0.95, &ratio), 0);
        assert_true(ratio.low <= ratio.ratio && ratio.ratio <= ratio.high);
        bool outside = ratio.low > 1.0 || ratio.high < 1.0;
        if (outside != (ratio.p <= 1.0 - ratio.level))
            fail_msg("draw %zu: [%g, %g] and p %g", i, ratio.low, ratio.high,
                     ratio.p);
        nclaims += shift == 0 && outside;
        nfound += shift > 0 && ratio.low > 1.0;
    }
    /* Of 1000 each: at most 5 %, here with the seed's luck; nearly all. */
    assert_in_range(nclaims, 20, 60);
    assert_in_range(nfound, 950, 1000);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    static double many[3000];
    const double good[] = {1.0, 2.0, 3.0, 4.0};
    const double bad[] = {1.0, 0.0, INFINITY, NAN};
    struct stats_ratio ratio = {.n = 77};

    for (size_t i = 0; i < LENGTH(many); i++)
        many[i] = 1.0;
    assert_int_equal(stats_compare_apart(good, 0, good, 4, 0.95, &ratio),
                     -EINVAL);
    assert_int_equal(stats_compare_apart(good, 4, good, 0, 0.95, &ratio),
                     -EINVAL);
    for (size_t i = 1; i < LENGTH(bad); i++)
        assert_int_equal(stats_compare_apart(good, 4, bad + i, 1, 0.95, &ratio),
                         -EINVAL);
    assert_int_equal(stats_compare_apart(good, 4, good, 4, 1.0, &ratio),
                     -EINVAL);
    assert_int_equal(stats_compare_apart(good, 4, good, 4, NAN, &ratio),
                     -EINVAL);
    assert_int_equal(stats_compare_apart(many, LENGTH(many), many, LENGTH(many),
                                         0.95, &ratio),
                     -E2BIG);
    assert_int_equal(ratio.n, 77);
}

static void out_of_memory(void **state)
{
    (void)state;
    const double a[] = {1.0, 2.0, 3.0, 4.0}, b[] = {5.0, 6.0, 7.0, 8.0};
    struct stats_ratio ratio = {.n = 77};
    size_t failures = 0;
    int err;

    do {
        assert_int_equal(ratio.n, 77);
        mallocs_left = failures;
        err = stats_compare_apart(a, 4, b, 4, 0.95, &ratio);
        mallocs_left = SIZE_MAX;
        assert_true(err == 0 || err == -ENOMEM);
        failures += err != 0;
    } while (err != 0);
    /* Two medians, the pairs, the tail; its chances come from calloc. */
    assert_int_equal(failures, 4);
    assert_int_equal(ratio.n, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_oracle_says),
        cmocka_unit_test(test_and_interval_agree),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
