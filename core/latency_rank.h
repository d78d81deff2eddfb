/* SPDX-License-Identifier: MIT */
#ifndef CORE_LATENCY_RANK_H
#define CORE_LATENCY_RANK_H

#include <stddef.h>
#include <stdint.h>

/* Shares of requests are told in parts of LATENCY_WHOLE, so that they stay
 * exact. */
#define LATENCY_WHOLE 100000

/* Smallest first. */
void latency_sort(uint64_t *values, size_t n);

/* The percentile of n > 0 sorted values by the nearest rank: the smallest value
 * that is not below `share` of them, values[ceil(n share) - 1]. Always a value
 * that occurred; share 0 is the least. */
uint64_t latency_rank(const uint64_t *sorted, size_t n, unsigned share);

#endif
