/* SPDX-License-Identifier: MIT */
/*
 * The handler runs on a stack of its own and does not return to where the fault
 * was: it switches to the scheduler, as the coroutine would at its end. What
 * that held (memory, a lock of the C library) is lost, which is why nothing of
 * the job is run any more afterwards.
 */
#include "models/overflow.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

#include "models/scheduler.h"

/* A signal frame holds all vector registers: up to 11 KiB on some processors.
 */
enum { SIGNAL_STACK_BYTES = 65536 };

static struct sigaction before;
static _Thread_local struct scheduler *watched;
static _Thread_local stack_t stack_before;

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (watched != NULL)
        scheduler_fault(watched, info->si_addr);
    /* Not ours: the instruction faults again and meets whoever was there. */
    sigaction(SIGSEGV, &before, NULL);
    if (info->si_code <= 0)
        raise(number); /* somebody's kill(2), which nothing would repeat */
}

void overflow_open(void)
{
    /* Without a mask, for the handler is left by a switch. */
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags =
                                   SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

    int result = sigaction(SIGSEGV, &action, &before);
    assert(result == 0);
}

void overflow_close(void)
{
    sigaction(SIGSEGV, &before, NULL);
}

int overflow_watch(struct scheduler *scheduler)
{
    stack_t stack = {.ss_sp = malloc(SIGNAL_STACK_BYTES),
                     .ss_size = SIGNAL_STACK_BYTES};

    if (stack.ss_sp == NULL)
        return -ENOMEM;
    if (sigaltstack(&stack, &stack_before) < 0) {
        int error = errno;
        free(stack.ss_sp);
        return -error;
    }
    watched = scheduler;
    return 0;
}

void overflow_unwatch(const struct scheduler *scheduler)
{
    stack_t stack;

    assert(watched == scheduler);
    watched = NULL;
    int result = sigaltstack(&stack_before, &stack);
    assert(result == 0);
    free(stack.ss_sp);
}
