/* SPDX-License-Identifier: MIT */
/* Broken on purpose: who is compared with whom is mixed up. */
#include "harness/stats/stats.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
int __real_stats_compare(const double *a, const double *b, size_t n,
                         double level, struct stats_ratio *ret);
int __wrap_stats_compare(const double *a, const double *b, size_t n,
                         double level, struct stats_ratio *ret);

int __wrap_stats_compare(const double *a, const double *b, size_t n,
                         double level, struct stats_ratio *ret)
{
    return __real_stats_compare(b, a, n, level, ret);
}
/* NOLINTEND(bugprone-reserved-identifier) */
