/* SPDX-License-Identifier: MIT */
/*
 * Percentiles by sorting: exact, and a value that occurred. Some 100 ns a value
 * for a million of them, after the run.
 */
#include "core/latency_rank.h"

#include <stdlib.h>

static int by_size(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

void latency_sort(uint64_t *values, size_t n)
{
    qsort(values, n, sizeof *values, by_size);
}

uint64_t latency_rank(const uint64_t *sorted, size_t n, unsigned share)
{
    uint64_t rank = ((uint64_t)n * share + LATENCY_WHOLE - 1) / LATENCY_WHOLE;

    return sorted[rank > 0 ? rank - 1 : 0];
}
