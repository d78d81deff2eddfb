/* SPDX-License-Identifier: MIT */
/*
 * Every coroutine has a stack, at whose upper end it lives itself, and goes
 * back to the thread's own stack to wait or to yield; the thread goes on with
 * the next one who is ready. Two switches of some nanoseconds, and no system
 * call. Creating one takes a stack that another has left: see scheduler_spawn.
 */
#include "models/scheduler.h"

#include <assert.h>

#include "models/overflow.h"

int scheduler_init(struct scheduler *scheduler,
                   const struct scheduler_plan *plan)
{
    *scheduler = (struct scheduler){
        .portable = plan->portable || !context_is_native(),
    };
    scheduler->ready_end = &scheduler->ready;
    return stacks_init(&scheduler->stacks, plan->ncoroutines, plan->stack_bytes,
                       plan->checked);
}

void scheduler_fini(struct scheduler *scheduler)
{
    stacks_fini(&scheduler->stacks);
}

int scheduler_enter(struct scheduler *scheduler)
{
    int result = context_of_thread(&scheduler->home, scheduler->portable);

    if (result != 0)
        return result;
    result = overflow_watch(scheduler);
    if (result != 0)
        context_fini(&scheduler->home);
    return result;
}

void scheduler_leave(struct scheduler *scheduler)
{
    overflow_unwatch(scheduler);
    context_fini(&scheduler->home);
}

/* In the topmost page of its stack, which is in use anyway. */
static struct coroutine *coroutine_on(const struct stacks *stacks, void *stack)
{
    return (struct coroutine *)(void *)((unsigned char *)stack +
                                        stacks->stack_bytes) -
           1;
}

static void *stack_of(const struct coroutine *coroutine)
{
    return (unsigned char *)(uintptr_t)(coroutine + 1) -
           coroutine->scheduler->stacks.stack_bytes;
}

static void coroutine_main(void *argument)
{
    struct coroutine *self = argument;

    context_entered(&self->context);
    self->entry(self);
    self->ended = true;
    context_exit(&self->context, &self->scheduler->home);
}

int scheduler_spawn(struct scheduler *scheduler,
                    void (*entry)(struct coroutine *self), void *argument,
                    struct coroutine **ret)
{
    void *stack;
    int result = stacks_take(&scheduler->stacks, &stack);

    if (result != 0)
        return result;
    struct coroutine *coroutine = coroutine_on(&scheduler->stacks, stack);
    coroutine->scheduler = scheduler;
    coroutine->entry = entry;
    coroutine->argument = argument;
    coroutine->ended = false;
    coroutine->overflowed = false;
    result = context_make(&coroutine->context, stack,
                          scheduler->stacks.stack_bytes - sizeof *coroutine,
                          coroutine_main, coroutine, scheduler->portable);
    if (result != 0) {
        stacks_put_back(&scheduler->stacks, stack);
        return result;
    }
    scheduler->nlive++;
    *ret = coroutine;
    return 0;
}

static struct coroutine *next_ready(struct scheduler *scheduler)
{
    struct coroutine *coroutine = scheduler->ready;

    assert(coroutine != NULL);
    scheduler->ready = coroutine->next;
    if (scheduler->ready == NULL)
        scheduler->ready_end = &scheduler->ready;
    scheduler->nready--;
    return coroutine;
}

void scheduler_resume(struct scheduler *scheduler, struct coroutine *coroutine)
{
    void *stack = stack_of(coroutine);

    if (scheduler->lost != NULL)
        return;
    scheduler->running = coroutine;
    context_switch(&scheduler->home, &coroutine->context);
    scheduler->running = NULL;
    if (coroutine->overflowed ||
        !stacks_intact(&scheduler->stacks, stack,
                       context_stack_pointer(&coroutine->context))) {
        scheduler->lost = coroutine;
    } else if (coroutine->ended) {
        context_fini(&coroutine->context);
        stacks_put_back(&scheduler->stacks, stack);
        scheduler->nlive--;
    }
}

void scheduler_turn(struct scheduler *scheduler)
{
    for (uint64_t turns = scheduler->nready; turns > 0; turns--)
        scheduler_resume(scheduler, next_ready(scheduler));
}

bool scheduler_fault(struct scheduler *scheduler, const void *address)
{
    struct coroutine *self = scheduler->running;

    if (self == NULL ||
        !stacks_in_guard(&scheduler->stacks, stack_of(self), address))
        return false;
    self->overflowed = true;
    context_exit(&self->context, &scheduler->home);
}
