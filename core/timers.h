/* SPDX-License-Identifier: MIT */
#ifndef CORE_TIMERS_H
#define CORE_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Deadlines in order: a heap (Williams 1964) in which every entry has four
 * children (Johnson 1975). It is half as deep as one with two, for three
 * comparisons more on the way down, which cost less than a level's cache miss.
 * Each entry tells its owner its place, so that it can be taken out before its
 * time.
 *
 * Measured (benches/peers/timers_*.c; a million timers, processor time of each
 * for being set and expiring, or being set and taken out): two children 345 and
 * 118 ns, four 301 and 93, eight 266 and 79, a timing wheel 193 and 22, libuv's
 * heap of nodes 2437 and 667. Of ten thousand: 120 and 64, 114 and 54, 119 and
 * 51, 22 and 18, 534 and 107. The wheel wins, yet knows no order within a slot
 * and has to look for the next deadline: with slots of a millisecond a sleeper
 * of 50 us would wake twenty times too late. Beside the 9 us of a round trip,
 * or the 500 of such a lateness, the heap's tenth of a microsecond is no
 * matter.
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
