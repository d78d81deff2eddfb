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
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "harness/stats/stats.h"

enum {
    ROUNDS = 20,
    STEPS =
        3000000, /* about 5 ms: a multiplication, a shift, an exclusive or */
    SHORT_STEPS = STEPS / 5, /* before each run; about 1 ms */
};

/* Each step needs the result of the one before, and the shift keeps compilers
 * from making one multiplication of two: the time is STEPS times a latency. The
 * factor is that of Knuth's MMIX. */
static uint64_t calibration_round(uint64_t value, int nsteps)
{
    for (int i = 0; i < nsteps; i++)
        value = (value ^ value >> 32) * UINT64_C(6364136223846793005);
    return value;
}

/* So that the loop is not thrown away. */
static volatile uint64_t result;

int64_t machine_calibrate_briefly(void)
{
    uint64_t began_ns = clock_ns();

    result = calibration_round(result | 1, SHORT_STEPS);
    return (int64_t)(clock_ns() - began_ns);
}

int machine_calibrate(struct machine_calibration *ret)
{
    double times_ns[ROUNDS];
    struct stats_location location;

    /* A core at rest needs some milliseconds to reach its frequency. */
    result = calibration_round(1, STEPS);
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t began_ns = clock_ns();
        result = calibration_round(result, STEPS);
        times_ns[i] = (double)(clock_ns() - began_ns);
    }
    int err = stats_locate(times_ns, ROUNDS, 0.95, &location);
    if (err < 0)
        return err;
    *ret = (struct machine_calibration){.median_ns = location.median,
                                        .cv_ratio = location.cv_ratio};
    return 0;
}

static char grade_letter(const struct machine_unrest *unrest)
{
    if (unrest->throttled_periods > 0 || unrest->steal_ratio > 0.02 ||
        unrest->rerun_ratio > 0.2)
        return 'D';
    if (unrest->steal_ratio == 0 && unrest->variation_ratio < 0.005)
        return 'A';
    if (unrest->variation_ratio < 0.02)
        return 'B';
    return unrest->variation_ratio < 0.05 ? 'C' : 'D';
}

struct machine_grade machine_grade(const struct machine_unrest *unrest)
{
    double steal_ratio = unrest->steal_ratio;
    struct machine_grade grade = {.letter = grade_letter(unrest)};
    assert(unrest->variation_ratio >= 0 && steal_ratio >= 0);

    if (unrest->throttled_periods > 0)
        snprintf(grade.reason, sizeof grade.reason,
                 "A CPU quota stopped this process %" PRIu64 " times.",
                 unrest->throttled_periods);
    else if (steal_ratio > 0.02 ||
             (steal_ratio > 0 && unrest->variation_ratio < 0.005))
        snprintf(grade.reason, sizeof grade.reason,
                 "The host gave %.2g %% of the CPU time to others.",
                 100 * steal_ratio);
    else if (unrest->rerun_ratio > 0.2)
        snprintf(grade.reason, sizeof grade.reason,
                 "%.0f %% of the blocks were disturbed and measured again.",
                 100 * unrest->rerun_ratio);
    else
        snprintf(grade.reason, sizeof grade.reason,
                 "Equal work varies by %.2g %% (standard deviation).",
                 100 * unrest->variation_ratio);
    return grade;
}

double machine_variation(const double *times_ns, size_t n)
{
    if (n < MACHINE_VARIATION_MIN)
        return NAN;
    double *sorted = calloc(n, sizeof *sorted);
    if (sorted == NULL)
        return NAN;
    memcpy(sorted, times_ns, n * sizeof *sorted);
    stats_sort(sorted, n);
    /* Of a normal distribution these quantiles are 1.645 standard deviations
     * away from the median. */
    double ratio =
        (stats_quantile(sorted, n, 0.95) - stats_quantile(sorted, n, 0.05)) /
        (2 * 1.644854 * stats_quantile(sorted, n, 0.5));
    free(sorted);
    return ratio;
}
