/* SPDX-License-Identifier: MIT */
/*
 * How steady is this machine? A loop of arithmetic that waits for nothing and
 * touches no memory should take equally long every time. Where it does not,
 * somebody else used the core, or its frequency moved, and nothing that is
 * measured here can be steadier than that.
 */
#include "harness/machine/machine.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "harness/machine/cgroup.h"
#include "harness/machine/small_file.h"
#include "harness/stats/stats.h"

static uint64_t waited_us(const char *root, const char *path)
{
    char text[128];
    uint64_t total_us;

    if (small_file_field(root, path, "some", text, sizeof text) == 0 &&
        sscanf(text, "%*s %*s %*s total=%" SCNu64, &total_us) == 1)
        return total_us;
    return 0;
}

int machine_counters_read(const char *root, struct machine_counters *ret)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, NTICKS };
    char text[256];
    int err = small_file_field(root, "/proc/stat", "cpu", text, sizeof text);
    if (err < 0)
        return err;

    struct machine_counters counters = {0};
    char *at = text;
    /* Time of guests, which follows, is already part of USER and NICE. */
    for (int i = USER; i < NTICKS; i++) {
        uint64_t ticks = strtoull(at, &at, 10);
        counters.total_ticks += ticks;
        if (i == STEAL)
            counters.steal_ticks = ticks;
    }
    struct cgroup_limits limits;
    cgroup_read_limits(root, &limits);
    counters.throttled_periods = limits.throttled_periods;
    counters.waited_cpu_us = waited_us(root, "/proc/pressure/cpu");
    counters.waited_io_us = waited_us(root, "/proc/pressure/io");
    counters.waited_memory_us = waited_us(root, "/proc/pressure/memory");
    *ret = counters;
    return 0;
}

double machine_steal_ratio(const struct machine_counters *before,
                           const struct machine_counters *after)
{
    /* A hypervisor's bookkeeping may step back by a tick or two. */
    if (after->total_ticks <= before->total_ticks ||
        after->steal_ticks <= before->steal_ticks)
        return 0;
    return (double)(after->steal_ticks - before->steal_ticks) /
           (double)(after->total_ticks - before->total_ticks);
}

enum {
    ROUNDS = 20,
    STEPS =
        3000000, /* about 5 ms: a multiplication, a shift, an exclusive or */
};

/* Each step needs the result of the one before, and the shift keeps compilers
 * from making one multiplication of two: the time is STEPS times a latency. The
 * factor is that of Knuth's MMIX. */
static uint64_t calibration_round(uint64_t value)
{
    for (int i = 0; i < STEPS; i++)
        value = (value ^ value >> 32) * UINT64_C(6364136223846793005);
    return value;
}

int machine_calibrate(struct machine_calibration *ret)
{
    double times_ns[ROUNDS];
    struct stats_location location;
    static volatile uint64_t result; /* so that the loop is not thrown away */

    /* A core at rest needs some milliseconds to reach its frequency. */
    result = calibration_round(1);
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t began_ns = clock_ns();
        result = calibration_round(result);
        times_ns[i] = (double)(clock_ns() - began_ns);
    }
    int err = stats_locate(times_ns, ROUNDS, 0.95, &location);
    if (err < 0)
        return err;
    *ret = (struct machine_calibration){.median_ns = location.median,
                                        .cv_ratio = location.cv_ratio};
    return 0;
}

static char grade_letter(double cv_ratio, double steal_ratio,
                         uint64_t throttled_periods)
{
    if (throttled_periods > 0 || steal_ratio > 0.02)
        return 'D';
    if (steal_ratio == 0 && cv_ratio < 0.005)
        return 'A';
    if (cv_ratio < 0.02)
        return 'B';
    return cv_ratio < 0.05 ? 'C' : 'D';
}

struct machine_grade machine_grade(double cv_ratio, double steal_ratio,
                                   uint64_t throttled_periods)
{
    assert(cv_ratio >= 0 && steal_ratio >= 0);
    struct machine_grade grade = {
        .letter = grade_letter(cv_ratio, steal_ratio, throttled_periods)};

    if (throttled_periods > 0)
        snprintf(grade.reason, sizeof grade.reason,
                 "A CPU quota stopped this process %" PRIu64 " times.",
                 throttled_periods);
    else if (steal_ratio > 0.02 || (steal_ratio > 0 && cv_ratio < 0.005))
        snprintf(grade.reason, sizeof grade.reason,
                 "The host gave %.2g %% of the CPU time to others.",
                 100 * steal_ratio);
    else
        snprintf(grade.reason, sizeof grade.reason,
                 "Equal work varies by %.2g %% (standard deviation).",
                 100 * cv_ratio);
    return grade;
}
