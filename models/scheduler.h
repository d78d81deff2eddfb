/* SPDX-License-Identifier: MIT */
#ifndef MODELS_SCHEDULER_H
#define MODELS_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"
#include "models/stacks.h"

/*
 * A scheduler: many stacks, one thread that goes from one to the next. It knows
 * nothing of tasks or of what one may wait for; whoever parks a coroutine has
 * to see to it that somebody makes it ready.
 */
struct coroutine {
    struct context context;
    struct scheduler *scheduler;
    void (*entry)(struct coroutine *self);
    void *argument;
    struct coroutine *next; /* in the queue it waits in */
    bool ended;
    bool overflowed; /* its stack was too small */
};

struct scheduler {
    struct context home; /* of the thread's own stack */
    bool portable;
    struct coroutine *running; /* NULL: the thread itself is */
    uint64_t nlive;            /* created and not ended */
    struct coroutine *ready;   /* first come, first served */
    struct coroutine **ready_end;
    uint64_t nready;
    struct coroutine *lost; /* has overflowed its stack */
    struct stacks stacks;
};

/* How coroutines are to be: see models/stacks.h and core/context.h. */
struct scheduler_plan {
    uint64_t ncoroutines; /* at once, at most */
    size_t stack_bytes;
    bool checked;  /* stacks are; or guarded */
    bool portable; /* contexts are */
};

/* Returns 0 or -errno. */
int scheduler_init(struct scheduler *scheduler,
                   const struct scheduler_plan *plan);
void scheduler_fini(struct scheduler *scheduler);

/* To be called by the thread that will run coroutines, before and after. The
 * first returns 0 or -ENOMEM. */
int scheduler_enter(struct scheduler *scheduler);
void scheduler_leave(struct scheduler *scheduler);

/* Makes a coroutine that will call entry(itself) and end when that returns. It
 * is parked. Returns 0 or -errno: what stacks_take and context_make refuse. */
int scheduler_spawn(struct scheduler *scheduler,
                    void (*entry)(struct coroutine *self), void *argument,
                    struct coroutine **ret);

/* Lets a parked coroutine go on when its turn comes. */
static inline void scheduler_ready(struct coroutine *coroutine)
{
    struct scheduler *scheduler = coroutine->scheduler;

    coroutine->next = NULL;
    *scheduler->ready_end = coroutine;
    scheduler->ready_end = &coroutine->next;
    scheduler->nready++;
}

/* Called by the coroutine itself: waits until somebody makes it ready, or
 * resumes it. In line, so that the compiler knows what it still needs: less of
 * the stack to write, and to read again when it has left the cache. */
static inline void scheduler_park(struct coroutine *self)
{
    context_switch(&self->context, &self->scheduler->home);
}

/* The same, but lets only those who are ready have a turn. */
static inline void scheduler_yield(struct coroutine *self)
{
    scheduler_ready(self);
    scheduler_park(self);
}

/* Called by the thread itself: a parked coroutine goes on at once, and this
 * returns when it parks, yields or ends. */
void scheduler_resume(struct scheduler *scheduler, struct coroutine *coroutine);

/* The same for everyone who is ready by now, one after the other. */
void scheduler_turn(struct scheduler *scheduler);

/* The coroutine that has overflowed its stack, or NULL. It is lost, with
 * whatever it held, and others may be: none is resumed any more. */
static inline const struct coroutine *
scheduler_lost(const struct scheduler *scheduler)
{
    return scheduler->lost;
}

/* For a handler of faults on this thread (models/overflow.c): is `address` one
 * that the coroutine that runs could only touch by an overflow? Then it goes on
 * where it was resumed, and this never returns. */
bool scheduler_fault(struct scheduler *scheduler, const void *address);

#endif
