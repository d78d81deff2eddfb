/* SPDX-License-Identifier: MIT */
#ifndef MODELS_PARKING_H
#define MODELS_PARKING_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/task.h"

/*
 * Where threads that find no work sleep, without a lock and without ever
 * missing a wake-up. An event count, on a futex (futex(2)): it counts the
 * wake-ups, and its lowest bit says that somebody wants one. Who sleeps:
 *
 *   uint32_t ticket = parking_prepare(parking);
 *   if (there_is_work())
 *       parking_cancel(parking);
 *   else
 *       parking_sleep(parking, ticket);
 *   look for work once more, in any case;
 *
 * Who has made work visible, by a sequentially consistent store or exchange,
 * calls parking_wake. Either it sees the bit, or the other sees the work: both
 * write first and look afterwards.
 *
 * A wake-up clears the bit, so that many pushes in a row wake one thread and
 * not one each; the woken one sets it again if others still sleep. Therefore
 * whoever finds work and sees that there is more calls parking_wake as well: so
 * one wakes the next until all are awake or nothing is left.
 */
struct parking {
    _Alignas(CACHE_LINE) _Atomic uint32_t word; /* wake-ups * 2 + bit */
    _Atomic uint32_t nsleepers; /* prepared or asleep, or just woken */
};

enum { PARKING_WANTED = 1, PARKING_STEP = 2 };

/* From here on a parking_wake counts for the caller. */
uint32_t parking_prepare(struct parking *parking);

/* There was work after all. */
void parking_cancel(struct parking *parking);

/* Sleeps until there has been a wake-up since `ticket` was drawn; may return
 * for no reason. */
void parking_sleep(struct parking *parking, uint32_t ticket);

/* For parking_wake: the bit was set. */
void parking_wake_one(struct parking *parking);

/* Wakes somebody, if anybody sleeps whom no earlier call is waking already. */
static inline void parking_wake(struct parking *parking)
{
    uint32_t word = atomic_load_explicit(&parking->word, memory_order_seq_cst);

    if ((word & PARKING_WANTED) != 0)
        parking_wake_one(parking);
}

/* Wakes all that sleep or have prepared to. */
void parking_wake_all(struct parking *parking);

#endif
