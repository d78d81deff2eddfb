/* SPDX-License-Identifier: MIT */
/* Coroutines one after the other: created, run, gone. Stacks and guard pages
 * are as in the model. Usage: peer_create_heddle COROUTINES */
#include <stdlib.h>

#include "benches/peers/tell.h"
#include "models/scheduler.h"

static uint64_t sum;

static void add(struct coroutine *self)
{
    sum += *(const uint64_t *)self->argument;
}

int main(int argc, char **argv)
{
    const struct scheduler_plan plan = {.ncoroutines = 1, .stack_bytes = 65536};
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    struct scheduler scheduler;
    struct coroutine *coroutine;
    struct stopwatch watch;

    if (scheduler_init(&scheduler, &plan) != 0 ||
        scheduler_enter(&scheduler) != 0)
        return 1;
    stopwatch_start(&watch);
    for (uint64_t value = 1; value <= n; value++) {
        if (scheduler_spawn(&scheduler, add, &value, &coroutine) != 0)
            return 1;
        scheduler_resume(&scheduler, coroutine);
    }
    int status = stopwatch_tell(&watch, n, sum);
    scheduler_leave(&scheduler);
    scheduler_fini(&scheduler);
    return status;
}
