/* SPDX-License-Identifier: MIT */
#ifndef CORE_TIMERS_H
#define CORE_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Deadlines in order: a binary heap (Williams 1964). Each entry tells its owner
 * its place, so that it can be taken out before its time.
 */
struct timer {
    uint64_t deadline_ns;
    void *owner;
    size_t *place; /* the owner's note of where this entry is */
};

struct timers {
    struct timer *heap; /* the earliest is heap[0] */
    size_t ntimers;
    size_t capacity;
};

/* An empty set needs no memory yet. */
void timers_init(struct timers *timers);
void timers_fini(struct timers *timers);

/* Adds a deadline. `place` belongs to the owner, stays valid until the entry is
 * gone, and is then TIMER_NONE (core/op.h). Returns 0 or -ENOMEM. */
int timers_add(struct timers *timers, uint64_t deadline_ns, void *owner,
               size_t *place);

/* Takes out the entry at `place`. */
void timers_remove(struct timers *timers, size_t place);

/* The owner of the earliest deadline if that is not after `now_ns`, taken out;
 * otherwise NULL. */
void *timers_expire(struct timers *timers, uint64_t now_ns);

#endif
