/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_STEPS_H
#define WORKLOADS_STEPS_H

#include <stdint.h>

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
