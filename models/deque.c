/* SPDX-License-Identifier: MIT */
/*
 * The deque of Chase and Lev. Look at deque_take: the owner first says that it
 * takes, then looks whether a thief has been faster; a thief does it the other
 * way round. Both need the order of a store and a later load, which only
 * sequential consistency gives: on x86-64 one locked instruction.
 *
 * Le et al. put a fence between the two. Here the accesses themselves are
 * sequentially consistent, which costs the same there, and which race detectors
 * understand.
 */
#include "models/deque.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "models/delay.h"

int deque_init(struct deque *ret, uint64_t capacity)
{
    uint64_t nslots = 1;

    assert(capacity > 0 && capacity <= UINT64_MAX / 4 / sizeof(void *));
    while (nslots < capacity)
        nslots *= 2;
    *ret = (struct deque){.capacity = capacity, .mask = nslots - 1};
    ret->slots = calloc(nslots, sizeof *ret->slots);
    return ret->slots == NULL ? -ENOMEM : 0;
}

void deque_fini(struct deque *deque)
{
    free(deque->slots);
}

static _Atomic(void *) *slot(struct deque *deque, uint64_t at)
{
    return &deque->slots[at & deque->mask];
}

/* Differences are signed: `left` is -1 while the owner of an empty deque tries
 * to take, and both ends may have wrapped around. */
static int64_t distance(uint64_t top, uint64_t bottom)
{
    return (int64_t)(bottom - top);
}

/* Acquire: who freed the slot has read it before (the thief's exchange releases
 * that). The slot itself needs no order, since the new bottom releases it.
 * That store is more than the release of Le et al.: see deque.h. */
bool deque_push(struct deque *deque, void *item)
{
    uint64_t bottom =
        atomic_load_explicit(&deque->bottom, memory_order_relaxed);

    assert(item != NULL);
    if (bottom - deque->top_seen >= deque->capacity) {
        deque->top_seen =
            atomic_load_explicit(&deque->top, memory_order_acquire);
        if (bottom - deque->top_seen >= deque->capacity)
            return false;
    }
    DELAY_POINT("push: before the slot");
    atomic_store_explicit(slot(deque, bottom), item, memory_order_relaxed);
    DELAY_POINT("push: before the bottom");
    atomic_store_explicit(&deque->bottom, bottom + 1, memory_order_seq_cst);
    return true;
}

/* The store of bottom and the load of top: see above. Any thief that comes to
 * the last item meets the owner at the exchange of top, and one of them loses.
 * Putting bottom back releases, though nothing is new: a thief that reads this
 * value must still see what the push of the items had released. */
void *deque_take(struct deque *deque)
{
    uint64_t bottom =
        atomic_load_explicit(&deque->bottom, memory_order_relaxed) - 1;

    DELAY_POINT("take: before the bottom");
    atomic_store_explicit(&deque->bottom, bottom, memory_order_seq_cst);
    DELAY_POINT("take: before the top");
    uint64_t top = atomic_load_explicit(&deque->top, memory_order_seq_cst);
    int64_t left = distance(top, bottom);
    void *item = NULL;

    deque->top_seen = top;
    if (left >= 0)
        item = atomic_load_explicit(slot(deque, bottom), memory_order_relaxed);
    if (left > 0)
        return item;
    DELAY_POINT("take: before the exchange");
    if (left == 0 && !atomic_compare_exchange_strong_explicit(
                         &deque->top, &top, top + 1, memory_order_seq_cst,
                         memory_order_relaxed))
        item = NULL;
    DELAY_POINT("take: before putting the bottom back");
    atomic_store_explicit(&deque->bottom, bottom + 1, memory_order_release);
    return item;
}

/* The items are read before they are ours: the owner may reuse a slot as soon
 * as top is past it. It cannot have, if top is still where it was. Reading
 * bottom acquires what the push released. */
static size_t steal(struct deque *deque, unsigned share, void **ret,
                    size_t nitems_max)
{
    uint64_t top = atomic_load_explicit(&deque->top, memory_order_seq_cst);

    for (;;) {
        DELAY_POINT("steal: before the bottom");
        int64_t left = distance(
            top, atomic_load_explicit(&deque->bottom, memory_order_seq_cst));
        if (left <= 0)
            return 0;
        size_t nitems = ((uint64_t)left + share - 1) / share;
        if (nitems > nitems_max)
            nitems = nitems_max;
        DELAY_POINT("steal: before the slots");
        for (size_t i = 0; i < nitems; i++)
            ret[i] = atomic_load_explicit(slot(deque, top + i),
                                          memory_order_relaxed);
        DELAY_POINT("steal: before the exchange");
        if (atomic_compare_exchange_strong_explicit(
                &deque->top, &top, top + nitems, memory_order_seq_cst,
                memory_order_seq_cst))
            return nitems;
    }
}

void *deque_steal(struct deque *deque)
{
    void *item;

    return steal(deque, 1, &item, 1) == 1 ? item : NULL;
}

size_t deque_steal_some(struct deque *deque, unsigned share, void **ret,
                        size_t nitems_max)
{
    return steal(deque, share, ret, nitems_max);
}

uint64_t deque_count(const struct deque *deque)
{
    uint64_t top = atomic_load_explicit(&deque->top, memory_order_seq_cst);
    int64_t left = distance(
        top, atomic_load_explicit(&deque->bottom, memory_order_seq_cst));

    return left > 0 ? (uint64_t)left : 0;
}
