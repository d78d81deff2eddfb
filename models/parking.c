/* SPDX-License-Identifier: MIT */
/*
 * An event count on one futex. Waking nobody costs a load; going to sleep three
 * locked instructions and a system call, and a wake-up a system call on either
 * side and the way through the scheduler, some 5 us and, where the other core
 * has to be fetched out of its halt, much more.
 */
#include "models/parking.h"

#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "models/delay.h"

uint32_t parking_prepare(struct parking *parking)
{
    atomic_fetch_add_explicit(&parking->nsleepers, 1, memory_order_seq_cst);
    DELAY_POINT("prepare: before the bit");
    return atomic_fetch_or_explicit(&parking->word, PARKING_WANTED,
                                    memory_order_seq_cst) |
           PARKING_WANTED;
}

/* The bit stays: it costs the next waker a vain system call at most. */
void parking_cancel(struct parking *parking)
{
    atomic_fetch_sub_explicit(&parking->nsleepers, 1, memory_order_seq_cst);
}

/* The kernel compares and sleeps in one: a word that has changed since means a
 * wake-up, and the call returns at once. Whoever wakes speaks for those that
 * still sleep, whose bit the wake-up has cleared. */
void parking_sleep(struct parking *parking, uint32_t ticket)
{
    DELAY_POINT("sleep: before the futex");
    syscall(SYS_futex, &parking->word, FUTEX_WAIT_PRIVATE, ticket, NULL);
    DELAY_POINT("sleep: before leaving");
    if (atomic_fetch_sub_explicit(&parking->nsleepers, 1,
                                  memory_order_seq_cst) > 1)
        atomic_fetch_or_explicit(&parking->word, PARKING_WANTED,
                                 memory_order_seq_cst);
}

/* Of several wakers that see one bit, one clears it and calls the kernel; the
 * others leave their sleepers to it. */
void parking_wake_one(struct parking *parking)
{
    uint32_t word = atomic_load_explicit(&parking->word, memory_order_seq_cst);

    while ((word & PARKING_WANTED) != 0) {
        DELAY_POINT("wake: before the exchange");
        if (atomic_compare_exchange_weak_explicit(
                &parking->word, &word, word - PARKING_WANTED + PARKING_STEP,
                memory_order_seq_cst, memory_order_seq_cst)) {
            DELAY_POINT("wake: before the futex");
            syscall(SYS_futex, &parking->word, FUTEX_WAKE_PRIVATE, 1);
            return;
        }
    }
}

void parking_wake_all(struct parking *parking)
{
    if (atomic_load_explicit(&parking->nsleepers, memory_order_seq_cst) == 0)
        return;
    atomic_fetch_add_explicit(&parking->word, PARKING_STEP,
                              memory_order_seq_cst);
    DELAY_POINT("wake all: before the futex");
    syscall(SYS_futex, &parking->word, FUTEX_WAKE_PRIVATE, INT_MAX);
}
