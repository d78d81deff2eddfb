/* SPDX-License-Identifier: MIT */
/* Broken on purpose: each of many comparisons is judged as if it were the only
 * one. */
#include "harness/stats/stats.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
int __wrap_stats_holm(double *p, size_t n);

int __wrap_stats_holm(double *p, size_t n)
{
    (void)p;
    (void)n;
    return 0;
}
/* NOLINTEND(bugprone-reserved-identifier) */
