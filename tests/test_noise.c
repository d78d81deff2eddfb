/* SPDX-License-Identifier: MIT */
/*
 * What disturbs runs: counters that move between two looks, the causes for
 * which a block is measured again, and outliers with their explanation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine/noise.h"
#include "harness/once/counters.h"
#include "harness/session/outliers.h"
#include "harness/session/session.h"
#include "tests/root.h"

#define CPU "/sys/devices/system/cpu"

/* ---- Looks ---- */

/* A machine that counts everything; `n` is how far it has got. */
static void put_machine(int n)
{
    put("/proc/stat", "cpu  %d 2 3 %d 5 6 7 %d 9 10\ncpu0 1 2 3 4", 100 + 2 * n,
        1000 + n, 8 + n);
    put("/proc/loadavg", "0.50 0.40 0.30 %d/700 4711", 3 + n);
    put("/proc/pressure/cpu", "some avg10=0.00 total=%d", 10 * n);
    put("/proc/pressure/io",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=%d\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=%d",
        100 * n, 50 * n);
    put("/proc/self/cgroup", "0::/outer/inner");
    put("/proc/self/mountinfo",
        "30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw");
    put("/sys/fs/cgroup/outer/cpu.stat", "nr_throttled %d\nthrottled_usec %d",
        n, 7 * n);
    put("/sys/fs/cgroup/outer/inner/cpu.stat",
        "nr_throttled %d\nthrottled_usec %d", 2 * n, n);
    put(CPU "/online", "0-1");
    put(CPU "/cpu0/thermal_throttle/core_throttle_count", "%d", 5 + n);
    put(CPU "/cpu1/thermal_throttle/core_throttle_count", "%d", 6 + n);
}

static void expect(const struct noise *noise, enum noise_figure figure,
                   int64_t value)
{
    if (noise->figures[figure] != value)
        fprintf(stderr, "%s\n", noise_names[figure]);
    assert_int_equal(noise->figures[figure], value);
}

static void test_looks(void **state)
{
    struct noise_reader reader;

    (void)state;
    put_machine(0);
    assert_int_equal(noise_open(&reader, root), 0);
    struct noise before = noise_look(&reader);
    put_machine(3);
    struct noise after = noise_look(&reader);
    struct noise noise = noise_between(&before, &after);

    expect(&noise, NOISE_RUNNABLE_THREADS, 2); /* as it was before */
    expect(&noise, NOISE_STEAL_TICKS, 3);
    expect(&noise, NOISE_BUSY_TICKS, 9);
    expect(&noise, NOISE_IDLE_TICKS, 3);
    expect(&noise, NOISE_CPU_SOME_US, 30);
    expect(&noise, NOISE_CPU_FULL_US, FIGURE_UNKNOWN);
    expect(&noise, NOISE_IO_SOME_US, 300);
    expect(&noise, NOISE_IO_FULL_US, 150);
    expect(&noise, NOISE_MEMORY_SOME_US, FIGURE_UNKNOWN);
    expect(&noise, NOISE_QUOTA_PERIODS, 9);
    expect(&noise, NOISE_QUOTA_US, 24);
    expect(&noise, NOISE_HEAT_THROTTLES, 6);
    assert_float_equal(noise_steal_ratio(&noise), 0.25, 1e-12);
    assert_int_equal(noise_quota_periods(&noise), 9);

    /* A counter that steps back has not moved. */
    put_machine(1);
    struct noise later = noise_look(&reader);
    noise = noise_between(&after, &later);
    expect(&noise, NOISE_STEAL_TICKS, 0);
    assert_float_equal(noise_steal_ratio(&noise), 0, 0);
    noise_close(&reader);
}

/* Version 1 of control groups counts nanoseconds. */
static void test_look_at_version_1(void **state)
{
    struct noise_reader reader;

    (void)state;
    put("/proc/self/cgroup", "3:cpu,cpuacct:/job");
    put("/proc/self/mountinfo",
        "30 1 0:26 / /c/cpu rw - cgroup cgroup rw,cpu,cpuacct");
    put("/c/cpu/job/cpu.stat",
        "nr_periods 9\nnr_throttled 4\nthrottled_time 5000000");
    assert_int_equal(noise_open(&reader, root), 0);
    struct noise look = noise_look(&reader);
    expect(&look, NOISE_QUOTA_PERIODS, 4);
    expect(&look, NOISE_QUOTA_US, 5000);
    noise_close(&reader);
}

/* Nothing is there: nothing is known, except of the clocks. */
static void test_look_at_nothing(void **state)
{
    struct noise_reader reader;

    (void)state;
    assert_int_equal(noise_open(&reader, root), 0);
    struct noise before = noise_look(&reader), after = noise_look(&reader);
    struct noise noise = noise_between(&before, &after);
    for (unsigned i = 0; i < NOISE_SUSPENDED_NS; i++)
        expect(&noise, (enum noise_figure)i, FIGURE_UNKNOWN);
    assert_true(noise.figures[NOISE_SUSPENDED_NS] != FIGURE_UNKNOWN);
    assert_true(noise.figures[NOISE_CLOCK_STEP_NS] != FIGURE_UNKNOWN);
    assert_float_equal(noise_steal_ratio(&noise), 0, 0);
    assert_int_equal(noise_find_cause(&noise), NOISE_CAUSES);
    noise_close(&reader);
}

static void test_json(void **state)
{
    struct noise noise;

    (void)state;
    figures_forget(noise.figures, NOISE_FIGURES);
    noise.figures[NOISE_STEAL_TICKS] = 7;
    noise.figures[NOISE_CLOCK_STEP_NS] = -3;
    json_t *object = figures_json(noise_names, noise.figures, NOISE_FIGURES);
    assert_int_equal(json_object_size(object), NOISE_FIGURES);
    assert_true(json_is_null(json_object_get(object, "io_some_us")));
    assert_int_equal(json_integer_value(json_object_get(object, "steal_ticks")),
                     7);
    assert_int_equal(
        json_integer_value(json_object_get(object, "clock_step_ns")), -3);
    json_decref(object);
}

/* ---- Causes ---- */

static void test_causes(void **state)
{
    static const struct {
        enum noise_figure figure;
        int64_t value;
        int64_t busy_ticks;
        enum noise_cause cause;
    } cases[] = {
        {NOISE_SUSPENDED_NS, 999999, 0, NOISE_CAUSES},
        {NOISE_SUSPENDED_NS, 1000000, 0, NOISE_SUSPENDED},
        {NOISE_CLOCK_STEP_NS, -999999, 0, NOISE_CAUSES},
        {NOISE_CLOCK_STEP_NS, -1000000, 0, NOISE_CLOCK_SET},
        {NOISE_CLOCK_STEP_NS, 1000000, 0, NOISE_CLOCK_SET},
        {NOISE_HEAT_THROTTLES, 1, 0, NOISE_HOT},
        {NOISE_QUOTA_PERIODS, 1, 0, NOISE_QUOTA},
        /* One tick may be no more than the end of one. */
        {NOISE_STEAL_TICKS, 1, 1, NOISE_CAUSES},
        {NOISE_STEAL_TICKS, 2, 10, NOISE_CAUSES},
        {NOISE_STEAL_TICKS, 2, 9, NOISE_STOLEN},
        {NOISE_STEAL_TICKS, 11, 100, NOISE_CAUSES},
        {NOISE_STEAL_TICKS, 12, 100, NOISE_STOLEN},
        /* Waiting is no cause: it may be the run's own doing. */
        {NOISE_CPU_SOME_US, 1000000, 0, NOISE_CAUSES},
        {NOISE_CALIBRATION_NS, 1000000000, 0, NOISE_CAUSES},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct noise noise;
        figures_forget(noise.figures, NOISE_FIGURES);
        noise.figures[NOISE_BUSY_TICKS] = cases[i].busy_ticks;
        noise.figures[cases[i].figure] = cases[i].value;
        assert_int_equal(noise_find_cause(&noise), cases[i].cause);
    }
}

/* ---- Outliers ---- */

enum { NRUNS = 20, LATE = 7 };

static struct session session;
static struct run runs[NRUNS];

/* Twenty runs of one point of about 10 ms; the eighth took 10 ms more. */
static void make_session(void)
{
    static struct point point;

    session = (struct session){
        .points = &point, .npoints = 1, .runs = runs, .nruns = NRUNS};
    for (int64_t i = 0; i < NRUNS; i++) {
        runs[i] = (struct run){
            .block = (unsigned)i,
            .run_ns = 10000000 + 10000 * (uint64_t)(i % 5),
            .involuntary_switches = 2 + (uint64_t)(i % 3),
            .minor_faults = 100 + i % 4,
            .major_faults = 0,
        };
        figures_forget(runs[i].noise.figures, NOISE_FIGURES);
        runs[i].noise.figures[NOISE_CALIBRATION_NS] = 1000000 + i % 7 * 1000;
        runs[i].noise.figures[NOISE_STEAL_TICKS] = 0;
        runs[i].noise.figures[NOISE_CPU_SOME_US] = i % 3 * 10;
        runs[i].noise.figures[NOISE_IO_SOME_US] = 0;
    }
    runs[LATE].run_ns += 10000000;
}

/* The flags of the eighth run; all others have none. */
static void expect_because(const bool expected[OUTLIER_WHYS])
{
    struct outlier *outliers = outliers_find(&session);

    assert_non_null(outliers);
    for (int i = 0; i < NRUNS; i++) {
        assert_int_equal(outliers[i].is, i == LATE);
        for (unsigned why = 0; why < OUTLIER_WHYS; why++)
            assert_int_equal(outliers[i].because[why],
                             i == LATE && expected[why]);
    }
    free(outliers);
}

static void expect_why(enum outlier_why why)
{
    bool expected[OUTLIER_WHYS] = {false};

    expected[why] = true;
    expect_because(expected);
}

static void test_outliers(void **state)
{
    static const struct {
        enum noise_figure figure;
        int64_t value;
        enum outlier_why why;
    } cases[] = {
        {NOISE_STEAL_TICKS, 1, OUTLIER_STEAL},
        {NOISE_CPU_SOME_US, 9000, OUTLIER_PREEMPTED},
        {NOISE_IO_SOME_US, 9000, OUTLIER_IO},
        {NOISE_CALIBRATION_NS, 2000000, OUTLIER_SLOW_CPU},
        /* Too little to take 5 ms. */
        {NOISE_CPU_SOME_US, 4000, OUTLIER_UNEXPLAINED},
        {NOISE_CALIBRATION_NS, 1300000, OUTLIER_UNEXPLAINED},
        /* Others do not have it, so it cannot be said to be much. */
        {NOISE_MEMORY_SOME_US, 9000, OUTLIER_UNEXPLAINED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_session();
        runs[LATE].noise.figures[cases[i].figure] = cases[i].value;
        expect_why(cases[i].why);
    }
    make_session();
    runs[LATE].involuntary_switches += 9;
    expect_why(OUTLIER_PREEMPTED);
    make_session();
    runs[LATE].minor_faults += 1000;
    expect_why(OUTLIER_UNEXPLAINED);
    runs[LATE].minor_faults += 3000;
    expect_why(OUTLIER_FAULTS);
    make_session();
    runs[LATE].major_faults = 1;
    expect_why(OUTLIER_MEMORY);
}

/* It may have met several things; one that is too quick met nothing. */
static void test_outliers_of_other_kinds(void **state)
{
    bool both[OUTLIER_WHYS] = {[OUTLIER_STEAL] = true, [OUTLIER_IO] = true};

    (void)state;
    make_session();
    runs[LATE].noise.figures[NOISE_STEAL_TICKS] = 1;
    runs[LATE].noise.figures[NOISE_IO_SOME_US] = 8000;
    expect_because(both);
    runs[LATE].run_ns = 5000000;
    expect_why(OUTLIER_UNEXPLAINED);

    /* Everybody has it: no reason for one. */
    make_session();
    for (int i = 0; i < NRUNS; i++)
        runs[i].noise.figures[NOISE_STEAL_TICKS] = 1;
    expect_why(OUTLIER_UNEXPLAINED);

    /* Much of it, but so have others. */
    make_session();
    for (int i = 0; i < NRUNS; i++)
        runs[i].noise.figures[NOISE_IO_SOME_US] = (int64_t)(i % 5) * 5000;
    runs[LATE].noise.figures[NOISE_IO_SOME_US] = 25000;
    expect_why(OUTLIER_UNEXPLAINED);

    /* Three times say nothing about one of them. */
    session.nruns = 3;
    runs[1].run_ns *= 9;
    struct outlier *outliers = outliers_find(&session);
    for (int i = 0; i < 3; i++)
        assert_false(outliers[i].is);
    free(outliers);
}

/* ---- Counters ---- */

/* Whatever can be counted here is, children included. */
static void test_counters(void **state)
{
    struct counting counting;
    struct counters counters;
    volatile uint64_t sum = 0;

    (void)state;
    counters_start(&counting);
    for (int i = 0; i < 1000000; i++)
        sum = sum + 1;
    counters_stop(&counting, &counters);
    for (unsigned i = 0; i < COUNTER_MAX; i++) {
        bool here = counters_try((enum counter)i) == 0;
        assert_int_equal(here, counters.figures[i] != FIGURE_UNKNOWN);
        if (here && (i == COUNTER_TASK_CLOCK_NS || i == COUNTER_INSTRUCTIONS))
            assert_true(counters.figures[i] > 1000);
        else if (here)
            assert_true(counters.figures[i] >= 0);
    }
}

#define IN_ROOT(test)                                                          \
    cmocka_unit_test_setup_teardown(test, make_root, remove_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ROOT(test_looks),
        IN_ROOT(test_look_at_version_1),
        IN_ROOT(test_look_at_nothing),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_causes),
        cmocka_unit_test(test_outliers),
        cmocka_unit_test(test_outliers_of_other_kinds),
        cmocka_unit_test(test_counters),
    };

    return cmocka_run_group_tests_name("noise", tests, NULL, NULL);
}
