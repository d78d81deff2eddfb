/* SPDX-License-Identifier: MIT */
#ifndef BENCHES_PEERS_FIB_H
#define BENCHES_PEERS_FIB_H

#include <stdint.h>
#include <stdlib.h>

#include "benches/peers/tell.h"

/*
 * What fib_*.c and fib_*.cpp have in common. The N-th Fibonacci number by its
 * definition, each call of two forking one and joining it: no cut-off, since
 * that is what is measured. An operation is a call. usage: peer_fib_X N WORKERS
 */
static inline uint64_t fib_number(int argc, char **argv, int which,
                                  uint64_t preset)
{
    return which < argc ? strtoull(argv[which], NULL, 10) : preset;
}

/* How many calls it takes: 2 fib(n + 1) - 1. */
static inline uint64_t fib_ncalls(uint64_t n)
{
    uint64_t before = 0, last = 1;

    for (uint64_t i = 0; i < n; i++) {
        uint64_t next = before + last;
        before = last;
        last = next;
    }
    return 2 * last - 1;
}

#endif
