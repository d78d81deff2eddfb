/* SPDX-License-Identifier: MIT */
/* Two coroutines that hand a value over and back through channels without a
 * buffer. An operation is one hand-over. Usage: peer_channel_heddle ROUNDTRIPS
 */
#include <stdlib.h>

#include "benches/peers/tell.h"
#include "models/channel.h"

static struct channel there, back;
static uint64_t sum, n;

static void ask(struct coroutine *self)
{
    for (uint64_t value = 1; value <= n; value++) {
        channel_send(&there, self, value);
        sum += channel_receive(&back, self);
    }
}

static void answer(struct coroutine *self)
{
    for (uint64_t i = 0; i < n; i++)
        channel_send(&back, self, channel_receive(&there, self) + 1);
}

int main(int argc, char **argv)
{
    const struct scheduler_plan plan = {.ncoroutines = 2, .stack_bytes = 16384};
    struct scheduler scheduler;
    struct coroutine *asker, *answerer;
    struct stopwatch watch;

    n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    channel_init(&there);
    channel_init(&back);
    if (scheduler_init(&scheduler, &plan) != 0 ||
        scheduler_enter(&scheduler) != 0 ||
        scheduler_spawn(&scheduler, ask, NULL, &asker) != 0 ||
        scheduler_spawn(&scheduler, answer, NULL, &answerer) != 0)
        return 1;
    scheduler_ready(asker);
    scheduler_ready(answerer);
    stopwatch_start(&watch);
    while (scheduler.nlive > 0)
        scheduler_turn(&scheduler);
    int status = stopwatch_tell(&watch, 2 * n, sum);
    scheduler_leave(&scheduler);
    scheduler_fini(&scheduler);
    return status;
}
