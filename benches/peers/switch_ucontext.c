/* SPDX-License-Identifier: MIT */
/* The C library's switch between two stacks, which also saves the signal mask:
 * a system call each time. Usage: peer_switch_ucontext ROUNDTRIPS */
#include <stdlib.h>
#include <ucontext.h>

#include "benches/peers/tell.h"

enum { STACK_BYTES = 65536 };

static ucontext_t home, other;
static uint64_t sum, value;

static void add(void)
{
    for (;;) {
        sum += value;
        swapcontext(&other, &home);
    }
}

int main(int argc, char **argv)
{
    uint64_t n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
    void *stack = aligned_alloc(4096, STACK_BYTES);
    struct stopwatch watch;

    if (stack == NULL || getcontext(&other) != 0)
        return 1;
    other.uc_stack.ss_sp = stack;
    other.uc_stack.ss_size = STACK_BYTES;
    other.uc_link = NULL;
    makecontext(&other, add, 0);
    stopwatch_start(&watch);
    for (value = 1; value <= n; value++)
        swapcontext(&home, &other);
    int status = stopwatch_tell(&watch, 2 * n, sum);
    free(stack);
    return status;
}
