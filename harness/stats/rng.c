/* SPDX-License-Identifier: MIT */
/*
 * Random order from a recorded seed. splitmix64 steps a counter by an odd
 * constant and scrambles it: a few multiplications, one word of state, no
 * seed that is a bad one. Look at rng_below: how a plain % would cheat.
 */
#include "harness/stats/rng.h"

#include <assert.h>

uint64_t rng_next(struct rng *rng)
{
    rng->state += UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio, odd */
    uint64_t z = rng->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    assert(bound > 0);
    /*
     * 2^64 is seldom a multiple of bound, so the small remainders would come
     * up once too often. Reject the lowest 2^64 mod bound numbers: what is
     * left divides evenly. In unsigned arithmetic 0 - bound is 2^64 - bound,
     * which has the same remainder as 2^64.
     */
    uint64_t rejected = (0 - bound) % bound;
    uint64_t number;
    do {
        number = rng_next(rng);
    } while (number < rejected);
    return number % bound;
}

void rng_shuffle(struct rng *rng, size_t *items, size_t n)
{
    for (size_t left = n; left > 1; left--) {
        size_t chosen = (size_t)rng_below(rng, left);
        size_t item = items[chosen];
        items[chosen] = items[left - 1];
        items[left - 1] = item;
    }
}
