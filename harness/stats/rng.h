/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RNG_H
#define HARNESS_RNG_H

#include <stddef.h>
#include <stdint.h>

/*
 * The only source of chance in the harness: splitmix64 (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", OOPSLA 2014). The state is
 * the seed; equal seeds give equal sequences on every machine, so a session is
 * replayed from the one number it records. Not for secrets.
 *
 *     struct rng rng = {.state = seed};
 */
struct rng {
    uint64_t state;
};

/* The next number, uniform over all 64-bit values. */
uint64_t rng_next(struct rng *rng);

/* A number uniform over 0 .. bound - 1, without modulo bias; bound > 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/*
 * Put items[0 .. n-1] in random order, every order equally likely
 * (Fisher-Yates, as Algorithm 235 of Durstenfeld, CACM 1964).
 */
void rng_shuffle(struct rng *rng, size_t *items, size_t n);

#endif
