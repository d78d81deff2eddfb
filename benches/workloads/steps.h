/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_STEPS_H
#define WORKLOADS_STEPS_H

#include <stdint.h>

/*
 * Computing that costs the same wherever it stands. Each step needs the result
 * of the one before it: a compiler cannot skip ahead, nor can a processor
 * overlap steps, and there is no memory to touch. A step takes six cycles, some
 * 2 ns.
 */

/* Xorshift (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8,
 * 2003). Not the plainer x * a + b: compilers make one multiplication of eight
 * of these. It never leaves, nor reaches, 0. */
static inline uint64_t steps_compute(uint64_t value, uint64_t steps)
{
    for (; steps > 0; steps--) {
        value ^= value << 13;
        value ^= value >> 7;
        value ^= value << 17;
    }
    return value;
}

#endif
