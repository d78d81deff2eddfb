/* SPDX-License-Identifier: MIT */
/* Our switch between two stacks of one thread. An operation is a switch one
 * way. Usage: peer_switch_heddle ROUNDTRIPS */
#include <stdlib.h>

#include "benches/peers/tell.h"
#include "core/context.h"

enum { STACK_BYTES = 65536 };

static struct context home, other;
static uint64_t sum, value;

static void add(void *argument)
{
    (void)argument;
    context_entered(&other);
    for (;;) {
        sum += value;
        context_switch(&other, &home);
    }
}

int main(int argc, char **argv)
{
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    void *stack = aligned_alloc(4096, STACK_BYTES);
    struct stopwatch watch;

    if (stack == NULL || context_of_thread(&home, false) != 0 ||
        context_make(&other, stack, STACK_BYTES, add, NULL, false) != 0)
        return 1;
    stopwatch_start(&watch);
    for (value = 1; value <= n; value++)
        context_switch(&home, &other);
    int status = stopwatch_tell(&watch, 2 * n, sum);
    context_fini(&other);
    context_fini(&home);
    free(stack);
    return status;
}
