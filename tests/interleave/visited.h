/* SPDX-License-Identifier: MIT */
#ifndef TESTS_INTERLEAVE_VISITED_H
#define TESTS_INTERLEAVE_VISITED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The states that have been seen, as hashes of 64 bits: among ten million the
 * chance that two share one is 3 in a million. */

/* None. */
void visited_clear(void);

/* Returns whether it is a new one. */
bool visited_add(uint64_t hash);

/* How many there are. */
size_t visited_count(void);

/* Mixes another word into a hash. */
static inline uint64_t visited_mix(uint64_t hash, uint64_t word)
{
    /* The finaliser of MurmurHash3 (A. Appleby, public domain). */
    hash ^= word + UINT64_C(0x9e3779b97f4a7c15) + (hash << 6);
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 33;
}

#endif
