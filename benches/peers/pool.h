/* SPDX-License-Identifier: MIT */
#ifndef BENCHES_PEERS_POOL_H
#define BENCHES_PEERS_POOL_H

#include <stdint.h>
#include <stdlib.h>

#include "benches/peers/tell.h"

/*
 * What pool_*.c and pool_*.cc have in common. One thread hands over N tasks,
 * one after the other, two workers carry them out, and the watch stops when all
 * have ended: usage: peer_pool_X N [FURTHER]. A task adds its index to a sum of
 * the worker that has it; the check is the sum of these.
 */
enum { POOL_WORKERS = 2, POOL_LINE = 128 };

struct pool_sum {
    uint64_t value;
    unsigned char rest[POOL_LINE - sizeof(uint64_t)]; /* nobody's neighbour */
};

/* A task, as a pool that takes any is given it: what to call, and with what. */
struct pool_task {
    void (*call)(struct pool_task *task, struct pool_sum *sum);
    uint64_t index;
};

static inline void pool_add(struct pool_task *task, struct pool_sum *sum)
{
    sum->value += task->index;
}

/* The `which`-th number of the command line, or `preset`. */
static inline uint64_t pool_number(int argc, char **argv, int which,
                                   uint64_t preset)
{
    return which < argc ? strtoull(argv[which], NULL, 10) : preset;
}

/* All tasks, before the watch starts; ends the program if there is no room. */
static inline struct pool_task *pool_tasks(uint64_t ntasks)
{
    struct pool_task *tasks =
        (struct pool_task *)malloc(ntasks * sizeof(struct pool_task));

    if (tasks == NULL)
        abort();
    for (uint64_t i = 0; i < ntasks; i++) {
        tasks[i].call = pool_add;
        tasks[i].index = i;
    }
    return tasks;
}

#endif
