/* SPDX-License-Identifier: MIT */
#ifndef MODELS_DEQUE_H
#define MODELS_DEQUE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/task.h"

/*
 * A work-stealing deque: its owner, one thread, pushes and takes at the bottom,
 * any other thread steals at the top. Whoever works on its own deque meets
 * nobody, but for the last item.
 *
 *   D. Chase, Y. Lev: Dynamic circular work-stealing deque. SPAA 2005.
 *   N. M. Le, A. Pop, A. Cohen, F. Zappa Nardelli: Correct and efficient
 *   work-stealing for weak memory models. PPoPP 2013.
 *
 * Bounded: a full deque refuses, and what to do then is up to its owner. So no
 * array is ever replaced, and none has to outlive thieves that still read it.
 *
 * Items lie at top, top + 1, ..., bottom - 1, each modulo the number of slots.
 * Both ends only ever count up (but for a moment in deque_take) and may wrap
 * around.
 */
struct deque {
    _Alignas(CACHE_LINE) _Atomic uint64_t top; /* thieves take here */
    _Alignas(CACHE_LINE) _Atomic uint64_t bottom;
    uint64_t top_seen; /* the owner's: top was at least here */
    _Alignas(CACHE_LINE) uint64_t capacity;
    uint64_t mask; /* the number of slots, a power of two, - 1 */
    _Atomic(void *) *slots;
};

/* An empty deque for `capacity` items (1 or more). Returns 0 or
 * -ENOMEM. End with deque_fini, when nobody uses it any more; items that are
 * still there are not its own. */
int deque_init(struct deque *ret, uint64_t capacity);
void deque_fini(struct deque *deque);

/* The owner adds an item that is not NULL. False: it is full. Everything that
 * the owner did before is visible to who gets the item. The new bottom is
 * sequentially consistent: a thread that has said before, likewise, that it
 * goes to sleep is seen by the owner afterwards, or sees the item itself. */
bool deque_push(struct deque *deque, void *item);

/* The owner takes the newest item; NULL: it is empty. */
void *deque_take(struct deque *deque);

/* Any thread takes the oldest item; NULL: it is empty. */
void *deque_steal(struct deque *deque);

/* Any thread takes up to `nitems_max` of the oldest, into `ret`, oldest first,
 * but no more than every `share`-th of those there are, rounded up. Returns how
 * many. Only from a deque whose owner never takes: it would not notice that
 * more than the oldest goes at once. */
size_t deque_steal_some(struct deque *deque, unsigned share, void **ret,
                        size_t nitems_max);

/* How many items there are, or were a moment ago. */
uint64_t deque_count(const struct deque *deque);

#endif
