/* SPDX-License-Identifier: MIT */
/* Coroutines with checked stacks, all suspended at the same time. An operation
 * is the creation of one, up to where it is suspended; afterwards all are
 * resumed once and end. Usage: peer_million_heddle COROUTINES [STACK_BYTES] */
#include <stdlib.h>

#include "benches/peers/resident.h"
#include "benches/peers/tell.h"
#include "models/scheduler.h"

static uint64_t sum;

static void add(struct coroutine *self)
{
    uint64_t value = (uint64_t)(uintptr_t)self->argument;

    scheduler_park(self);
    sum += value;
}

/* Creates them all; returns whether there was room. */
static bool create(struct scheduler *scheduler, struct coroutine **all,
                   uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        void *value = (void *)(uintptr_t)(i + 1);
        if (scheduler_spawn(scheduler, add, value, &all[i]) != 0)
            return false;
        scheduler_resume(scheduler, all[i]);
    }
    return true;
}

int main(int argc, char **argv)
{
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    const struct scheduler_plan plan = {
        .ncoroutines = n,
        .stack_bytes = argc > 2 ? strtoull(argv[2], NULL, 10) : 4096,
        .checked = true};
    struct coroutine **all = malloc(n * sizeof(struct coroutine *));
    struct scheduler scheduler;
    struct stopwatch watch;
    uint64_t before = resident_bytes();

    if (all == NULL || scheduler_init(&scheduler, &plan) != 0 ||
        scheduler_enter(&scheduler) != 0)
        exit(1);
    stopwatch_start(&watch);
    if (!create(&scheduler, all, n))
        exit(1);
    uint64_t wall_ns = tell_ns(CLOCK_MONOTONIC) - watch.wall_ns;
    uint64_t cpu_ns = tell_ns(CLOCK_PROCESS_CPUTIME_ID) - watch.cpu_ns;
    uint64_t bytes = resident_bytes() - before;
    for (uint64_t i = 0; i < n; i++)
        scheduler_resume(&scheduler, all[i]);
    printf("{\"operations\": %" PRIu64 ", \"wall_ns\": %" PRIu64
           ", \"cpu_ns\": %" PRIu64 ", \"resident_bytes\": %" PRIu64
           ", \"check\": \"%016" PRIx64 "\"}\n",
           n, wall_ns, cpu_ns, bytes, sum);
    scheduler_leave(&scheduler);
    scheduler_fini(&scheduler);
    free(all);
    return 0;
}
