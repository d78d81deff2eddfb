/* SPDX-License-Identifier: MIT */
/*
 * Arrivals, percentiles and Little's law, on times that are made up: nothing
 * here depends on how long anything took.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/arrivals.h"
#include "core/clock.h"
#include "core/job.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/inflight.h"
#include "harness/once/latency.h"
#include "harness/registry.h"

/* A configuration of sleepers under the event loop. */
static void make(struct configuration *ret, const char *arrivals,
                 const char *rate, uint64_t ntasks, uint64_t seed)
{
    struct complaint complaint;
    char setting[64];

    assert_int_equal(configuration_init(ret, model_find("event_loop"),
                                        workload_find("sleepers")),
                     0);
    snprintf(setting, sizeof setting, "sleepers.arrivals=%s", arrivals);
    assert_int_equal(configuration_set(ret, setting, &complaint), 0);
    snprintf(setting, sizeof setting, "sleepers.rate_per_s=%s", rate);
    assert_int_equal(configuration_set(ret, setting, &complaint), 0);
    ret->ntasks = ntasks;
    ret->seed = seed;
}

static struct job *make_job(struct configuration *c, bool elided)
{
    struct complaint complaint;
    struct job *job;

    assert_int_equal(configuration_resolve(c, 2, &complaint), 0);
    struct job_plan plan = configuration_plan(c);
    plan.elided = elided;
    assert_int_equal(job_new(&plan, &job), 0);
    arrivals_plan(job);
    return job;
}

static uint64_t arrival_ns(const struct job *job, uint64_t index)
{
    return job_task(job, index)->op.deadline_ns;
}

static void test_constant_arrivals_are_exact(void **state)
{
    struct configuration c;

    (void)state;
    make(&c, "constant", "3000", 100000, 1);
    struct job *job = make_job(&c, false);
    assert_true(job->open_loop);
    for (uint64_t i = 0; i < c.ntasks; i++)
        assert_int_equal(arrival_ns(job, i), i * 1000000000 / 3000);
    assert_int_equal(job_task(job, 7)->intended_ns, 0);
    arrivals_begin(job, 5000);
    assert_int_equal(arrival_ns(job, 7), 5000 + 2333333);
    assert_int_equal(job_task(job, 7)->intended_ns, 5000 + 2333333);
    job_free(job);
    configuration_fini(&c);
}

/* The gaps of a Poisson process have their mean as standard deviation, and do
 * not remember each other. Four standard errors, and the seed is fixed. */
static void test_poisson_arrivals_are_poisson(void **state)
{
    enum { N = 100000, RATE = 2000 };
    const double mean_ns = 1e9 / RATE;
    double sum = 0, squares = 0, products = 0, before = 0;
    struct configuration c;

    (void)state;
    make(&c, "poisson", "2000", N, 42);
    struct job *job = make_job(&c, false);
    uint64_t last_ns = 0;
    for (uint64_t i = 0; i < N; i++) {
        assert_true(arrival_ns(job, i) >= last_ns);
        double gap = (double)(arrival_ns(job, i) - last_ns);
        last_ns = arrival_ns(job, i);
        sum += gap;
        squares += (gap - mean_ns) * (gap - mean_ns);
        products += (gap - mean_ns) * before;
        before = gap - mean_ns;
    }
    double variance = squares / N;
    assert_true(fabs(sum / N - mean_ns) < 4 * mean_ns / sqrt(N));
    /* The variance of a squared exponential deviation is 8 mean^4. */
    assert_true(fabs(variance / (mean_ns * mean_ns) - 1) < 4 * sqrt(8.0 / N));
    assert_true(fabs(products / N / variance) < 4 / sqrt(N));
    job_free(job);
    configuration_fini(&c);
}

static void test_arrivals_follow_the_seed(void **state)
{
    struct configuration a, b, other;

    (void)state;
    make(&a, "poisson", "500", 50, 7);
    make(&b, "poisson", "500", 50, 7);
    make(&other, "poisson", "500", 50, 8);
    struct job *job_a = make_job(&a, false), *job_b = make_job(&b, false),
               *job_other = make_job(&other, false);
    bool differs = false;
    for (uint64_t i = 0; i < 50; i++) {
        assert_int_equal(arrival_ns(job_a, i), arrival_ns(job_b, i));
        differs = differs || arrival_ns(job_a, i) != arrival_ns(job_other, i);
    }
    assert_true(differs);
    job_free(job_a);
    job_free(job_b);
    job_free(job_other);
    configuration_fini(&a);
    configuration_fini(&b);
    configuration_fini(&other);
}

static void test_without_arrivals_nothing_is_planned(void **state)
{
    struct configuration none, elided;

    (void)state;
    make(&none, "none", "0", 3, 1);
    make(&elided, "poisson", "100", 30, 1);
    struct job *jobs[] = {make_job(&none, false), make_job(&elided, true)};
    for (size_t i = 0; i < 2; i++) {
        assert_false(jobs[i]->open_loop);
        arrivals_begin(jobs[i], 1000);
        assert_int_equal(arrival_ns(jobs[i], 2), 0);
        assert_int_equal(job_task(jobs[i], 2)->intended_ns, 0);
        job_run_elided(jobs[i]);
        assert_int_equal(job_task(jobs[i], 2)->ended_ns, 0);
        job_free(jobs[i]);
    }
    configuration_fini(&none);
    configuration_fini(&elided);
}

static void test_halves_are_refused(void **state)
{
    static const char *const bad[][3] = {
        {"sleepers.rate_per_s=10", NULL, "without arrivals"},
        {"sleepers.arrivals=poisson", NULL, "needs a rate"},
        {"sleepers.arrivals=constant", "sleepers.rate_per_s=0", "needs a rate"},
        {"echo.stall_ms=10", NULL, "set both"},
        {"echo.stall_every_ms=10", NULL, "set both"},
        {"echo.stall_ms=10", "echo.stall_every_ms=10", "shorter"},
    };
    struct complaint complaint;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct configuration c;
        const char *name =
            strncmp(bad[i][0], "echo", 4) == 0 ? "echo" : "sleepers";
        assert_int_equal(
            configuration_init(&c, model_find("threads"), workload_find(name)),
            0);
        for (size_t k = 0; k < 2 && bad[i][k] != NULL; k++)
            assert_int_equal(configuration_set(&c, bad[i][k], &complaint), 0);
        assert_int_equal(configuration_resolve(&c, 2, &complaint), -EINVAL);
        assert_non_null(strstr(complaint.text, bad[i][2]));
        configuration_fini(&c);
    }
    struct configuration few;
    make(&few, "poisson", "100", 19, 1);
    assert_int_equal(configuration_resolve(&few, 2, &complaint), -EINVAL);
    configuration_fini(&few);
}

static void test_ranks(void **state)
{
    uint64_t values[1000];

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        values[i] = (i * 7919 + 13) % 1000 + 1;
    latency_sort(values, 1000); /* 1 to 1000 */
    assert_int_equal(latency_rank(values, 1000, 0), 1);
    assert_int_equal(latency_rank(values, 1000, 50000), 500);
    assert_int_equal(latency_rank(values, 1000, 99000), 990);
    assert_int_equal(latency_rank(values, 1000, 99001), 991);
    assert_int_equal(latency_rank(values, 1000, 99999), 1000);
    assert_int_equal(latency_rank(values, 1, 99000), 1);
    /* In floating point 0.07 * 100 is more than 7. */
    assert_int_equal(latency_rank(values, 100, 7000), 7);
}

/* A server that answers one a millisecond, asked every half: request i waits i
 * halves. Everything about it is known. */
static struct job *make_overload(struct configuration *c, uint64_t n)
{
    make(c, "constant", "2000", n, 1);
    struct job *job = make_job(c, false);

    arrivals_begin(job, NS_PER_S);
    for (uint64_t i = 0; i < n; i++) {
        struct task *task = job_task(job, i);
        task->began_ns = NS_PER_S + i * NS_PER_MS;
        task->ended_ns = task->began_ns + NS_PER_MS;
    }
    return job;
}

static void test_sums(void **state)
{
    enum { N = 10000 };
    struct configuration c;
    struct latency latency;

    (void)state;
    struct job *job = make_overload(&c, N);
    double sum_ns = 0;
    for (uint64_t i = 0; i < N; i++)
        sum_ns += 1e6 + (double)i * 5e5;
    struct inflight seen = {.area_ns = sum_ns, .error_ns = sum_ns / 100};
    assert_int_equal(latency_sum_up(job, &seen, &latency), 0);
    assert_int_equal(latency.nrequests, N);
    /* p99.9 is the last with ten requests above it. */
    assert_int_equal(latency.npercentiles, 10);
    const struct latency_percentile *p99 = &latency.percentiles[6];
    assert_int_equal(p99->share, 99000);
    assert_int_equal(p99->latency_ns, NS_PER_MS + 9899 * 500000ULL);
    assert_int_equal(p99->service_ns, NS_PER_MS);
    assert_int_equal(p99->lateness_ns, 9899 * 500000ULL);
    assert_int_equal(latency.percentiles[9].share, 99900);
    assert_int_equal(latency.max_ns, NS_PER_MS + 9999 * 500000ULL);
    assert_true(fabs(latency.load_ratio - 0.5) < 1e-9);
    assert_true(fabs(latency.inflight_expected - sum_ns / (N * 1e6)) < 1e-6);
    assert_true(fabs(latency.inflight / latency.inflight_expected - 1) < 1e-9);
    assert_true(fabs(latency.inflight_error / latency.inflight - .01) < 1e-9);
    job_free(job);
    configuration_fini(&c);
}

static void test_few_requests_have_few_percentiles(void **state)
{
    static const struct {
        uint64_t n;
        size_t npercentiles;
    } cases[] = {{20, 2}, {99, 3}, {100, 4}, {999, 6}, {1000, 7}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct configuration c;
        struct latency latency;
        struct inflight seen = {.area_ns = 1};
        struct job *job = make_overload(&c, cases[i].n);
        assert_int_equal(latency_sum_up(job, &seen, &latency), 0);
        assert_int_equal(latency.npercentiles, cases[i].npercentiles);
        job_free(job);
        configuration_fini(&c);
    }
}

/* Thirty requests that have arrived and never end: the sampler sees thirty, for
 * as long as it looks. */
static void test_sampler_counts_what_is_open(void **state)
{
    struct timespec pause = clock_timespec(20 * NS_PER_MS);
    struct configuration c;
    struct inflight_sampler sampler;
    struct inflight seen;

    (void)state;
    make(&c, "constant", "1000000", 40, 1);
    struct job *job = make_job(&c, false);
    arrivals_begin(job, 1);
    for (uint64_t i = 0; i < 10; i++)
        job_task(job, i * 4)->ended_ns = 2;
    assert_int_equal(inflight_start(job, &sampler), 0);
    uint64_t before_ns = clock_ns();
    inflight_go(&sampler);
    nanosleep(&pause, NULL);
    assert_int_equal(inflight_finish(&sampler, &seen), 0);
    double most_ns = 30 * (double)(clock_ns() - before_ns);
    assert_true(seen.nlooks >= 1);
    assert_true(seen.area_ns > 0 && seen.area_ns <= most_ns);
    /* Only the first look saw a change, from none to all. */
    double first_gap_ns = seen.error_ns * sqrt(2) / 30;
    assert_true(first_gap_ns > 0 && first_gap_ns * 30 <= most_ns);
    job_free(job);
    configuration_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constant_arrivals_are_exact),
        cmocka_unit_test(test_poisson_arrivals_are_poisson),
        cmocka_unit_test(test_arrivals_follow_the_seed),
        cmocka_unit_test(test_without_arrivals_nothing_is_planned),
        cmocka_unit_test(test_halves_are_refused),
        cmocka_unit_test(test_ranks),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_few_requests_have_few_percentiles),
        cmocka_unit_test(test_sampler_counts_what_is_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
