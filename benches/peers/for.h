/* SPDX-License-Identifier: MIT */
#ifndef BENCHES_PEERS_FOR_H
#define BENCHES_PEERS_FOR_H

#include <stdint.h>
#include <stdlib.h>

#include "benches/peers/tell.h"

/*
 * What for_*.c and for_*.cpp have in common. A loop over N tiny iterations,
 * each of them a step of a generator added to an element of its own, and the
 * whole of it ROUNDS times. An operation is a loop. usage: peer_for_X N WORKERS
 * ROUNDS
 */
static inline uint64_t for_number(int argc, char **argv, int which,
                                  uint64_t preset)
{
    return which < argc ? strtoull(argv[which], NULL, 10) : preset;
}

/* The constants of D. Knuth's MMIX. */
static inline void for_iterate(uint64_t *values, uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++)
        values[i] = values[i] * UINT64_C(6364136223846793005) +
                    UINT64_C(1442695040888963407);
}

static inline uint64_t *for_values(uint64_t n)
{
    uint64_t *values = (uint64_t *)malloc(n * sizeof *values);

    if (values == NULL)
        abort();
    for (uint64_t i = 0; i < n; i++)
        values[i] = i;
    return values;
}

/* Tells, and gives the values back. Adding them up for the check is not part of
 * the loops: the watch is set on by what that takes. */
static inline int for_tell(const struct stopwatch *watch, uint64_t nrounds,
                           uint64_t *values, uint64_t n)
{
    struct stopwatch started = *watch, before, after;
    uint64_t check = 0;

    stopwatch_start(&before);
    for (uint64_t i = 0; i < n; i++)
        check = check * 31 + values[i];
    free(values);
    stopwatch_start(&after);
    started.wall_ns += after.wall_ns - before.wall_ns;
    started.cpu_ns += after.cpu_ns - before.cpu_ns;
    return stopwatch_tell(&started, nrounds, check);
}

#endif
