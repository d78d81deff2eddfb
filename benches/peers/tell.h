/* SPDX-License-Identifier: MIT */
#ifndef BENCHES_PEERS_TELL_H
#define BENCHES_PEERS_TELL_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

/*
 * How a small program on somebody's library says what it measured, in C and in
 * C++: one line of JSON on standard output.
 *
 *   {"operations": 1000000, "wall_ns": 5100000, "cpu_ns": 5090000,
 *    "check": "000000000001e240"}
 *
 * `check` is what the work came to. Programs of one comparison must agree on
 * it, or they did not do the same.
 */
struct stopwatch {
    uint64_t wall_ns;
    uint64_t cpu_ns;
};

static inline uint64_t tell_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline void stopwatch_start(struct stopwatch *ret)
{
    ret->cpu_ns = tell_ns(CLOCK_PROCESS_CPUTIME_ID);
    ret->wall_ns = tell_ns(CLOCK_MONOTONIC);
}

/* Stops the watch and tells. Returns an exit status. */
static inline int stopwatch_tell(const struct stopwatch *started,
                                 uint64_t operations, uint64_t check)
{
    uint64_t wall_ns = tell_ns(CLOCK_MONOTONIC) - started->wall_ns;
    uint64_t cpu_ns = tell_ns(CLOCK_PROCESS_CPUTIME_ID) - started->cpu_ns;
    int n =
        printf("{\"operations\": %" PRIu64 ", \"wall_ns\": %" PRIu64
               ", \"cpu_ns\": %" PRIu64 ", \"check\": \"%016" PRIx64 "\"}\n",
               operations, wall_ns, cpu_ns, check);

    return n < 0 || fflush(stdout) != 0 ? 1 : 0;
}

#endif
