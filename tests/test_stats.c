/* SPDX-License-Identifier: MIT */
/*
 * The statistics against answers of numpy and scipy (tests/oracle), against
 * definitions at the edges, and against their own promises: thousands of
 * experiments whose truth we chose, from fixed seeds. Link this program with
 * -Wl,--wrap=malloc: test_out_of_memory makes each allocation fail in turn.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/stats/rng.h"
#include "harness/stats/stats.h"
#include "tests/oracle/stats_oracle.h"

enum { NDRAWS = 2000 };

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* ---- Allocation that can fail ---- */

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

/* ---- Comparing ---- */

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

static void check_share(const char *what, size_t hits, size_t n, double least,
                        double most)
{
    double share = (double)hits / (double)n;
    if (share < least || share > most)
        fail_msg("%s: %.4f, expected %.3f to %.3f", what, share, least, most);
}

/* ---- Random numbers ---- */

static void test_rng_known_numbers(void **state)
{
    (void)state;
    static const uint64_t expected[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct rng rng = {.state = 1234567};
    for (size_t i = 0; i < LENGTH(expected); i++)
        assert_true(rng_next(&rng) == expected[i]);
}

static void test_rng_below_has_no_modulo_bias(void **state)
{
    (void)state;
    /* With a plain % the lowest third of these would come up half the time. */
    const uint64_t bound = UINT64_C(3) << 62;
    struct rng rng = {.state = 1};
    size_t low = 0;
    for (size_t i = 0; i < NDRAWS; i++) {
        uint64_t number = rng_below(&rng, bound);
        assert_true(number < bound);
        low += number < bound / 3;
    }
    check_share("lowest third", low, NDRAWS, 0.30, 0.37);
    for (size_t i = 0; i < NDRAWS; i++)
        assert_true(rng_below(&rng, 1) == 0);
}

static void test_rng_shuffle_gives_every_order(void **state)
{
    (void)state;
    size_t seen[3][3] = {{0}}; /* [first][second]; the third follows */
    struct rng rng = {.state = 2};
    for (size_t i = 0; i < NDRAWS; i++) {
        size_t items[] = {0, 1, 2};
        rng_shuffle(&rng, items, 3);
        assert_int_equal((1 << items[0]) | (1 << items[1]) | (1 << items[2]),
                         7);
        seen[items[0]][items[1]]++;
    }
    for (size_t first = 0; first < 3; first++) {
        for (size_t second = 0; second < 3; second++)
            check_share("one order of six", seen[first][second], NDRAWS,
                        first == second ? 0.0 : 0.14,
                        first == second ? 0.0 : 0.195);
    }
}

static void test_rng_shuffle_repeats(void **state)
{
    (void)state;
    size_t once[50];
    size_t again[50];
    for (size_t i = 0; i < 50; i++)
        once[i] = again[i] = i;
    rng_shuffle(&(struct rng){.state = 3}, once, 50);
    rng_shuffle(&(struct rng){.state = 3}, again, 50);
    assert_memory_equal(once, again, sizeof(once));
    rng_shuffle(&(struct rng){.state = 4}, again, 50);
    assert_memory_not_equal(once, again, sizeof(once));
    rng_shuffle(&(struct rng){.state = 5}, again, 0);
}

/* ---- Against the oracle ---- */

static void test_locate_oracle(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(oracle_locations); i++) {
        const struct oracle_location *expected = &oracle_locations[i];
        struct stats_location got;
        assert_int_equal(
            stats_locate(expected->times, expected->n, expected->level, &got),
            0);
        assert_int_equal(got.n, expected->n);
        check_close("median", i, expected->median, got.median);
        check_close("low", i, expected->low, got.low);
        check_close("high", i, expected->high, got.high);
        check_close("q1", i, expected->q1, got.q1);
        check_close("q3", i, expected->q3, got.q3);
        check_close("cv_ratio", i, expected->cv_ratio, got.cv_ratio);
        check_close("r1", i, expected->r1, got.r1);
        assert_int_equal(got.drift, expected->r1 > 0.2);
    }
}

static void test_signed_rank_oracle(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(oracle_signed_ranks); i++) {
        const struct oracle_signed_rank *expected = &oracle_signed_ranks[i];
        double p;
        assert_int_equal(
            stats_signed_rank(expected->differences, expected->n, &p), 0);
        check_close("p", i, expected->p, p);
    }
}

static void test_walsh_rank_oracle(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(oracle_walsh_ranks); i++) {
        const struct oracle_walsh_rank *expected = &oracle_walsh_ranks[i];
        size_t rank;
        assert_int_equal(stats_walsh_rank(expected->n, expected->level, &rank),
                         0);
        assert_int_equal(rank, expected->rank);
    }
}

static void test_compare_oracle(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(oracle_ratios); i++) {
        const struct oracle_ratio *expected = &oracle_ratios[i];
        struct stats_ratio got;
        struct stats_ratio swapped;
        assert_int_equal(stats_compare(expected->a, expected->b, expected->n,
                                       expected->level, &got),
                         0);
        check_close("ratio", i, expected->ratio, got.ratio);
        check_close("low", i, expected->low, got.low);
        check_close("high", i, expected->high, got.high);
        check_close("p", i, expected->p, got.p);
        check_close("p_less", i, expected->p_less, got.p_less);
        check_close("median_diff", i, expected->median_diff, got.median_diff);

        assert_int_equal(stats_compare(expected->b, expected->a, expected->n,
                                       expected->level, &swapped),
                         0);
        check_close("swapped ratio", i, 1.0 / expected->ratio, swapped.ratio);
        check_close("swapped low", i, 1.0 / expected->high, swapped.low);
        check_close("swapped p_less", i, 1.0 - expected->p_less,
                    swapped.p_less);
        assert_true(swapped.p == got.p);
    }
}

/* ---- Edges ---- */

static void test_one_time(void **state)
{
    (void)state;
    const double time = 5.0;
    struct stats_location got;
    assert_int_equal(stats_locate(&time, 1, 0.95, &got), 0);
    assert_true(got.median == 5.0 && got.min == 5.0 && got.max == 5.0);
    assert_true(got.q1 == 5.0 && got.q3 == 5.0 && !got.drift);
    assert_true(isnan(got.low) && isnan(got.high));
    assert_true(isnan(got.cv_ratio) && isnan(got.r1));

    struct stats_ratio ratio;
    assert_int_equal(stats_compare(&time, &time, 1, 0.95, &ratio), 0);
    assert_true(ratio.ratio == 1.0 && ratio.p == 1.0 && ratio.p_less == 0.5);
    assert_true(isnan(ratio.low) && isnan(ratio.high));
}

static void test_equal_times(void **state)
{
    (void)state;
    double times[30];
    for (size_t i = 0; i < 30; i++)
        times[i] = 0.1; /* 30 of which do not add up to 3 exactly */
    struct stats_location got;
    assert_int_equal(stats_locate(times, 30, 0.95, &got), 0);
    assert_true(got.low == 0.1 && got.median == 0.1 && got.high == 0.1);
    assert_true(got.cv_ratio == 0.0 && got.r1 == 0.0 && !got.drift);

    struct stats_ratio ratio;
    assert_int_equal(stats_compare(times, times, 30, 0.95, &ratio), 0);
    assert_true(ratio.low == 1.0 && ratio.ratio == 1.0 && ratio.high == 1.0);
    assert_true(ratio.p == 1.0 && ratio.p_less == 0.5);
    assert_true(ratio.median_diff == 0.0);
    assert_int_equal(stats_judge(&ratio), STATS_SAME);
    assert_int_equal(stats_blocks_to_settle(&ratio), 0);
    assert_int_equal(stats_blocks_to_precision(&ratio, 1.5), 0);
}

static void test_input_is_left_alone(void **state)
{
    (void)state;
    double a[] = {9.0, 1.0, 7.0, 3.0, 8.0, 2.0, 6.0};
    double b[] = {2.0, 5.0, 1.0, 6.0, 4.0, 3.0, 9.0};
    const double a_before[] = {9.0, 1.0, 7.0, 3.0, 8.0, 2.0, 6.0};
    const double b_before[] = {2.0, 5.0, 1.0, 6.0, 4.0, 3.0, 9.0};
    struct stats_location location;
    struct stats_ratio ratio;
    assert_int_equal(stats_locate(a, 7, 0.95, &location), 0);
    assert_int_equal(stats_compare(a, b, 7, 0.95, &ratio), 0);
    assert_memory_equal(a, a_before, sizeof(a));
    assert_memory_equal(b, b_before, sizeof(b));
}

static void test_bad_input_is_refused(void **state)
{
    (void)state;
    const double good[] = {1.0, 2.0};
    static const double bad[][2] = {
        {1.0, 0.0}, {-1.0, 2.0}, {1.0, NAN}, {INFINITY, 1.0}};
    static const double bad_levels[] = {0.49, 1.0, -1.0, NAN};
    struct stats_location location = {.n = 77};
    struct stats_ratio ratio = {.n = 77};
    double p = 77.0;
    size_t rank = 77;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(stats_locate(bad[i], 2, 0.95, &location), -EINVAL);
        assert_int_equal(stats_compare(good, bad[i], 2, 0.95, &ratio), -EINVAL);
        assert_int_equal(stats_compare(bad[i], good, 2, 0.95, &ratio), -EINVAL);
    }
    for (size_t i = 0; i < LENGTH(bad_levels); i++) {
        double level = bad_levels[i];
        assert_int_equal(stats_locate(good, 2, level, &location), -EINVAL);
        assert_int_equal(stats_compare(good, good, 2, level, &ratio), -EINVAL);
        assert_int_equal(stats_walsh_rank(2, level, &rank), -EINVAL);
    }
    assert_int_equal(stats_locate(good, 0, 0.95, &location), -EINVAL);
    assert_int_equal(stats_compare(good, good, 0, 0.95, &ratio), -EINVAL);
    assert_int_equal(stats_signed_rank(good, 0, &p), -EINVAL);
    assert_int_equal(stats_signed_rank(bad[2], 2, &p), -EINVAL);
    assert_int_equal(stats_walsh_rank(0, 0.95, &rank), -EINVAL);
    assert_true(location.n == 77 && ratio.n == 77 && p == 77.0 && rank == 77);
}

static void test_too_many_blocks(void **state)
{
    (void)state;
    static double times[STATS_BLOCKS_MAX + 1];
    for (size_t i = 0; i < LENGTH(times); i++)
        times[i] = 1.0;
    struct stats_ratio ratio = {.n = 77};
    double p = 77.0;
    size_t rank = 77;
    size_t n = LENGTH(times);
    assert_int_equal(stats_compare(times, times, n, 0.95, &ratio), -E2BIG);
    assert_int_equal(stats_signed_rank(times, n, &p), -E2BIG);
    assert_int_equal(stats_walsh_rank(n, 0.95, &rank), -E2BIG);
    assert_true(ratio.n == 77 && p == 77.0 && rank == 77);
    assert_int_equal(stats_walsh_rank(n - 1, 0.95, &rank), 0);
}

static void test_out_of_memory(void **state)
{
    (void)state;
    const double a[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const double b[] = {2.0, 3.0, 4.0, 5.0, 6.0, 7.5};
    struct stats_location location = {.n = 77};
    struct stats_ratio ratio = {.n = 77};
    double p[] = {0.04, 0.01};

    mallocs_left = 0;
    int err_locate = stats_locate(a, 6, 0.95, &location);
    int err_holm = stats_holm(p, 2);
    mallocs_left = SIZE_MAX;
    assert_int_equal(err_locate, -ENOMEM);
    assert_int_equal(err_holm, -ENOMEM);
    assert_true(location.n == 77 && p[0] == 0.04 && p[1] == 0.01);

    size_t failures = 0;
    int err;
    do {
        assert_int_equal(ratio.n, 77);
        mallocs_left = failures;
        err = stats_compare(a, b, 6, 0.95, &ratio);
        mallocs_left = SIZE_MAX;
        assert_true(err == 0 || err == -ENOMEM);
        failures += err != 0;
    } while (err != 0);
    /* Log ratios, averages, the rank's sums, differences, the test's sums. */
    assert_int_equal(failures, 5);
    assert_int_equal(ratio.n, 6);

    const unsigned workers[] = {1, 2, 4};
    struct stats_scaling scaling = {.serial = {.value = 77}};
    for (mallocs_left = 0; mallocs_left < 2;) {
        size_t left = mallocs_left;
        err = stats_scale(a, 2, workers, 3, 0.95, 1, &scaling);
        assert_int_equal(err, -ENOMEM);
        mallocs_left = left + 1;
    }
    mallocs_left = SIZE_MAX;
    assert_true(scaling.serial.value == 77);
}

/* ---- Families, verdicts ---- */

static void test_holm(void **state)
{
    (void)state;
    static const struct {
        double before[4], after[4];
    } families[] = {
        {{0.01, 0.02, 0.03, 0.04}, {0.04, 0.06, 0.06, 0.06}},
        {{0.04, 0.01, 0.03, 0.02}, {0.06, 0.04, 0.06, 0.06}},
        {{0.01, 0.01, 0.5, 0.9}, {0.04, 0.04, 1.0, 1.0}},
        {{0.0, 1.0, 1.0, 0.001}, {0.0, 1.0, 1.0, 0.003}},
    };
    for (size_t i = 0; i < LENGTH(families); i++) {
        double p[4];
        memcpy(p, families[i].before, sizeof(p));
        assert_int_equal(stats_holm(p, 4), 0);
        for (size_t j = 0; j < 4; j++)
            check_close("adjusted p", i, families[i].after[j], p[j]);
    }
    double bad[] = {0.5, 1.5};
    assert_int_equal(stats_holm(bad, 2), -EINVAL);
    assert_true(bad[0] == 0.5);
    bad[1] = NAN;
    assert_int_equal(stats_holm(bad, 2), -EINVAL);
    assert_int_equal(stats_holm(bad, 0), 0);
    assert_int_equal(stats_holm(bad, 1), 0);
    assert_true(bad[0] == 0.5);
}

static void test_judge(void **state)
{
    (void)state;
    static const struct {
        double low, high;
        enum stats_verdict verdict;
    } rows[] = {
        {0.90, 0.99, STATS_FASTER},      {0.985, 0.999, STATS_FASTER},
        {1.001, 1.015, STATS_SLOWER},    {1.01, 1.20, STATS_SLOWER},
        {0.99, 1.00, STATS_SAME},        {1.0 / 1.02, 1.02, STATS_SAME},
        {1.00, 1.03, STATS_CANNOT_TELL}, {0.97, 1.00, STATS_CANNOT_TELL},
        {0.90, 1.10, STATS_CANNOT_TELL}, {NAN, NAN, STATS_CANNOT_TELL},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct stats_ratio ratio = {.low = rows[i].low, .high = rows[i].high};
        assert_int_equal(stats_judge(&ratio), rows[i].verdict);
    }
}

static void test_forecasts(void **state)
{
    (void)state;
    struct stats_ratio ratio = {
        .n = 10, .level = 0.95, .ratio = 1.0, .low = 1.0 / 1.04, .high = 1.04};
    check_close("half-width", 0, 4.0, stats_half_width_percent(&ratio));
    /* 10 (log 1.04 / log 1.02)^2 = 39.2 and 10 (log 1.04 / 0.0139)^2 = 80.1 */
    assert_int_equal(stats_blocks_to_precision(&ratio, 2.0), 30);
    assert_int_equal(stats_blocks_to_precision(&ratio, 4.1), 0);
    assert_int_equal(stats_blocks_to_precision(&ratio, 1e-12), 1000000000);
    assert_int_equal(stats_blocks_to_settle(&ratio), 71);

    /* 10 (log 1.04 / (0.7 log 1.03))^2 = 35.9: away from 1 is the short way. */
    ratio.ratio = 1.03;
    ratio.low = 1.03 / 1.04;
    ratio.high = 1.03 * 1.04;
    assert_int_equal(stats_blocks_to_settle(&ratio), 26);
    ratio.low = 1.001;
    assert_int_equal(stats_blocks_to_settle(&ratio), 0);

    ratio.n = 4;
    ratio.low = ratio.high = NAN;
    assert_true(isnan(stats_half_width_percent(&ratio)));
    assert_int_equal(stats_blocks_to_precision(&ratio, 2.0), 2);
    assert_int_equal(stats_blocks_to_settle(&ratio), 2);
}

/* ---- Promises, kept over thousands of experiments ---- */

static double uniform(struct rng *rng)
{
    return ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
}

/* Box and Muller's normal numbers. */
static double normal(struct rng *rng)
{
    double radius = sqrt(-2.0 * log(uniform(rng)));
    return radius * cos(2.0 * M_PI * uniform(rng));
}

/* Three shapes of times whose median is known: 1. */
static double lognormal_time(struct rng *rng)
{
    return exp(0.05 * normal(rng));
}

static double outlier_time(struct rng *rng)
{
    double spread = uniform(rng) < 0.05 ? 1.0 : 0.02;
    return exp(spread * normal(rng));
}

static double skewed_time(struct rng *rng)
{
    return 1.0 + 0.1 * (-log(uniform(rng)) - M_LN2);
}

static void test_median_interval_covers(void **state)
{
    (void)state;
    static double (*const shapes[])(struct rng *) = {lognormal_time,
                                                     outlier_time, skewed_time};
    static const size_t sizes[] = {8, 20, 40};
    struct rng rng = {.state = 6};
    for (size_t i = 0; i < LENGTH(shapes) * LENGTH(sizes); i++) {
        size_t n = sizes[i % LENGTH(sizes)];
        size_t covered = 0;
        for (size_t draw = 0; draw < NDRAWS; draw++) {
            double times[40];
            struct stats_location got;
            for (size_t j = 0; j < n; j++)
                times[j] = shapes[i / LENGTH(sizes)](&rng);
            assert_int_equal(stats_locate(times, n, 0.95, &got), 0);
            covered += got.low <= 1.0 && 1.0 <= got.high;
        }
        check_share("median covered", covered, NDRAWS, 0.935, 0.97);
    }
}

/*
 * One session of n blocks on a bad machine: its mood wanders by 5 % a block,
 * and whoever runs second in a block takes 4 % longer. Both times carry noise
 * of 3 %, and a takes `truth` times as long as b.
 */
static void bad_session(struct rng *rng, size_t n, double truth, double *a,
                        double *b)
{
    double mood = 0.0;
    for (size_t i = 0; i < n; i++) {
        bool a_first = rng_below(rng, 2) == 0;
        mood += 0.05 * normal(rng);
        a[i] = truth * exp(mood + 0.03 * normal(rng) + (a_first ? 0 : 0.04));
        b[i] = exp(mood + 0.03 * normal(rng) + (a_first ? 0.04 : 0));
    }
}

static void test_no_difference_is_seldom_claimed(void **state)
{
    (void)state;
    struct rng rng = {.state = 7};
    size_t claims = 0;
    for (size_t draw = 0; draw < NDRAWS; draw++) {
        double a[20];
        double b[20];
        struct stats_ratio got;
        bad_session(&rng, 20, 1.0, a, b);
        assert_int_equal(stats_compare(a, b, 20, 0.95, &got), 0);
        claims += got.p <= 0.05;
        enum stats_verdict verdict = stats_judge(&got);
        assert_int_equal(got.p <= 0.05,
                         verdict == STATS_FASTER || verdict == STATS_SLOWER);
    }
    check_share("false claims", claims, NDRAWS, 0.035, 0.06);
}

static void test_injected_difference_is_found(void **state)
{
    (void)state;
    struct rng rng = {.state = 8};
    size_t covered = 0;
    size_t found = 0;
    for (size_t draw = 0; draw < NDRAWS; draw++) {
        double a[40];
        double b[40];
        struct stats_ratio got;
        bad_session(&rng, 40, 1.05, a, b);
        assert_int_equal(stats_compare(a, b, 40, 0.95, &got), 0);
        covered += got.low <= 1.05 && 1.05 <= got.high;
        found += stats_judge(&got) == STATS_SLOWER;
    }
    check_share("1.05 covered", covered, NDRAWS, 0.935, 0.97);
    check_share("1.05 found", found, NDRAWS, 0.95, 1.0);
}

static void test_families_seldom_err(void **state)
{
    (void)state;
    enum { NMODELS = 7, NBLOCKS = 12 };
    struct rng rng = {.state = 9};
    size_t wrong = 0;
    for (size_t draw = 0; draw < NDRAWS; draw++) {
        double a[NMODELS][NBLOCKS];
        double b[NMODELS][NBLOCKS];
        double before[NMODELS];
        double p[NMODELS];
        struct stats_ratio got;
        bool any = false;
        for (size_t i = 0; i < NMODELS; i++) {
            bad_session(&rng, NBLOCKS, 1.0, a[i], b[i]);
            assert_int_equal(stats_compare(a[i], b[i], NBLOCKS, 0.95, &got), 0);
            before[i] = p[i] = got.p;
        }
        assert_int_equal(stats_holm(p, NMODELS), 0);
        for (size_t i = 0; i < NMODELS; i++) {
            double level = stats_holm_level(before[i], p[i], 0.05);
            assert_true(level >= 0.95 - 1e-12 && level <= 1 - 0.05 / NMODELS);
            assert_int_equal(stats_compare(a[i], b[i], NBLOCKS, level, &got),
                             0);
            assert_int_equal(p[i] <= 0.05, got.low > 1.0 || got.high < 1.0);
            any = any || p[i] <= 0.05;
        }
        wrong += any;
    }
    check_share("families with a false claim", wrong, NDRAWS, 0.02, 0.055);
}

/* Follow the forecast where ten blocks cannot tell: most often it suffices. */
static void test_forecast_settles(void **state)
{
    (void)state;
    struct rng rng = {.state = 10};
    size_t undecided = 0;
    size_t settled = 0;
    for (size_t draw = 0; draw < NDRAWS / 4; draw++) {
        static double a[1000];
        static double b[1000];
        struct stats_ratio got;
        bad_session(&rng, 1000, 1.03, a, b);
        assert_int_equal(stats_compare(a, b, 10, 0.95, &got), 0);
        size_t more = stats_blocks_to_settle(&got);
        if (more == 0 || more > 290)
            continue;
        undecided++;
        assert_int_equal(stats_compare(a, b, 10 + more, 0.95, &got), 0);
        settled += stats_judge(&got) != STATS_CANNOT_TELL;
    }
    check_share("settled", settled, undecided, 0.6, 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rng_known_numbers),
        cmocka_unit_test(test_rng_below_has_no_modulo_bias),
        cmocka_unit_test(test_rng_shuffle_gives_every_order),
        cmocka_unit_test(test_rng_shuffle_repeats),
        cmocka_unit_test(test_locate_oracle),
        cmocka_unit_test(test_signed_rank_oracle),
        cmocka_unit_test(test_walsh_rank_oracle),
        cmocka_unit_test(test_compare_oracle),
        cmocka_unit_test(test_one_time),
        cmocka_unit_test(test_equal_times),
        cmocka_unit_test(test_input_is_left_alone),
        cmocka_unit_test(test_bad_input_is_refused),
        cmocka_unit_test(test_too_many_blocks),
        cmocka_unit_test(test_out_of_memory),
        cmocka_unit_test(test_holm),
        cmocka_unit_test(test_judge),
        cmocka_unit_test(test_forecasts),
        cmocka_unit_test(test_median_interval_covers),
        cmocka_unit_test(test_no_difference_is_seldom_claimed),
        cmocka_unit_test(test_injected_difference_is_found),
        cmocka_unit_test(test_families_seldom_err),
        cmocka_unit_test(test_forecast_settles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
