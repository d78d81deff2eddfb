/* SPDX-License-Identifier: MIT */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * Fingerprints of work, and the deterministic draws that work is made of. Not
 * cryptography: they find lost, doubled and wrong work, not a forger.
 */

/* A bijection that spreads every input bit over the output: the finaliser of
 * splitmix64 (Steele, Lea, Flood 2014; constants by Stafford, "variant 13"). */
static inline uint64_t mix64(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/* Folds one value into a digest; the order of values matters. */
static inline uint64_t digest_u64(uint64_t digest, uint64_t value)
{
    return mix64(digest * 0x9e3779b97f4a7c15ULL + value);
}

/* Folds `length` bytes, and then their number. Callers fold at boundaries that
 * the contents decide, never at those of a system call. */
static inline uint64_t digest_bytes(uint64_t digest, const void *bytes,
                                    size_t length)
{
    const unsigned char *at = bytes;
    uint64_t word;
    size_t left = length;

    for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        digest = (digest ^ word) * 0x9e3779b97f4a7c15ULL;
        digest ^= digest >> 32;
    }
    word = 0;
    memcpy(&word, at, left);
    return digest_u64(digest ^ word, length);
}

/* The draw number `which` of item `index` under `seed`: a pure function, so
 * that whoever computes it, in whatever order, gets the same. */
static inline uint64_t draw_u64(uint64_t seed, uint64_t index, uint64_t which)
{
    return digest_u64(digest_u64(digest_u64(0, seed), index), which);
}

/* The same, uniform in low ... high (both included). The bias of the modulo
 * stays under 2^-32 for spans below 2^32, far under what anyone measures. */
static inline uint64_t draw_between(uint64_t seed, uint64_t index,
                                    uint64_t which, uint64_t low, uint64_t high)
{
    return low + draw_u64(seed, index, which) % (high - low + 1);
}

#endif
