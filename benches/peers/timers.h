/* SPDX-License-Identifier: MIT */
#ifndef BENCHES_PEERS_TIMERS_H
#define BENCHES_PEERS_TIMERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benches/peers/tell.h"
#include "core/digest.h"

/*
 * What all programs about timers do: set N of them, at drawn times within a
 * second, then let all expire, or take all out again in another order. An
 * operation is one timer's whole life. The times are multiples of a
 * millisecond, since not everybody knows finer ones.
 *
 *   peer_timers_NAME N expire|cancel
 */
enum { TIMERS_LAST_MS = 1000 };

/* For each program to define. The memory for n timers is got before the clock
 * starts; timers_run_out ends when all that are set have expired, each of which
 * calls timer_rings. */
static void timers_open(uint64_t n);
static void timer_set(uint64_t i, uint64_t at_ms);
static void timer_cancel(uint64_t i);
static void timers_run_out(void);
static void timers_close(void);

static uint64_t timers_rung, timers_sum_ms, timers_last_ms;

static inline uint64_t timer_at_ms(uint64_t i)
{
    return draw_between(1, i, 0, 1, TIMERS_LAST_MS);
}

static inline void timer_rings(uint64_t i)
{
    uint64_t at_ms = timer_at_ms(i);

    if (at_ms < timers_last_ms)
        timers_sum_ms = UINT64_MAX / 2; /* out of order: no check fits */
    timers_last_ms = at_ms;
    timers_sum_ms += at_ms;
    timers_rung++;
}

static inline int timers_main(int argc, char **argv)
{
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    int cancel = argc > 2 && strcmp(argv[2], "cancel") == 0;
    struct stopwatch watch;

    timers_open(n);
    stopwatch_start(&watch);
    for (uint64_t i = 0; i < n; i++)
        timer_set(i, timer_at_ms(i));
    /* Coprime to any n of round figures, so each comes once. */
    for (uint64_t i = 0; cancel && i < n; i++)
        timer_cancel(i * 7919 % n);
    timers_run_out();
    int status = stopwatch_tell(&watch, n, timers_rung + timers_sum_ms);
    timers_close();
    return status;
}

#endif
