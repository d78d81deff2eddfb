/* SPDX-License-Identifier: MIT */
/*
 * What needs no other thread: a call, a switch of stacks, an atomic operation,
 * an uncontended lock, the clock, the way into the kernel and back.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "benches/workloads/costs.h"
#include "core/clock.h"
#include "core/context.h"
#include "core/crew.h"
#include "core/job.h"
#include "core/task.h"

/* ---- A call ---- */

/* The compiler sees neither into it nor past it. */
static __attribute__((noinline)) uint64_t called(uint64_t x)
{
    __asm__ volatile("" : "+r"(x));
    return x + 1;
}

int cost_call(struct cost *cost, uint64_t n, uint64_t *done)
{
    uint64_t count = 0;

    (void)cost;
    for (uint64_t i = 0; i < n; i++)
        count = called(count);
    *done += count;
    return 0;
}

/* ---- A switch of stacks ---- */

enum { STACK_BYTES = 65536 };

struct switching {
    struct context here, there;
    void *stack;
    uint64_t count; /* how often it was there */
};

static void be_there(void *argument)
{
    struct switching *own = argument;

    context_entered(&own->there);
    for (;;) {
        own->count++;
        context_switch(&own->there, &own->here);
    }
}

static int make_contexts(struct switching *own, bool portable)
{
    int result = context_of_thread(&own->here, portable);

    if (result != 0)
        return result;
    result = context_make(&own->there, own->stack, STACK_BYTES, be_there, own,
                          portable);
    if (result != 0)
        context_fini(&own->here);
    return result;
}

static int open_switch(struct cost *cost, bool portable)
{
    struct switching *own = calloc(1, sizeof *own);

    if (own == NULL)
        return job_fail(cost->job, ENOMEM, "making a context");
    own->stack = cost_map(cost, STACK_BYTES, false);
    int result =
        own->stack == NULL ? -cost->job->error : make_contexts(own, portable);
    if (result == 0) {
        cost->own = own;
        return 0;
    }
    if (own->stack != NULL)
        munmap(own->stack, STACK_BYTES);
    free(own);
    return job_fail(cost->job, -result, "making a context");
}

int cost_switch_open(struct cost *cost)
{
    if (!context_is_native())
        return job_fail(cost->job, ENOTSUP,
                        "no switch of our own for this processor");
    return open_switch(cost, false);
}

int cost_switch_ucontext_open(struct cost *cost)
{
    return open_switch(cost, true);
}

int cost_switch(struct cost *cost, uint64_t n, uint64_t *done)
{
    struct switching *own = cost->own;
    uint64_t before = own->count;

    for (uint64_t i = 0; i < n; i++)
        context_switch(&own->here, &own->there);
    *done += own->count - before;
    return 0;
}

/* The other side is left where it stands: nothing there needs to be undone. */
void cost_switch_close(struct cost *cost)
{
    struct switching *own = cost->own;

    context_fini(&own->there);
    context_fini(&own->here);
    munmap(own->stack, STACK_BYTES);
    free(own);
}

/* ---- A mutex ---- */

/* A process that has only ever had one thread is spared the atomic operations
 * by the C library, so there is a second one, which sleeps. */
struct locking {
    pthread_mutex_t lock;
    uint64_t count; /* guarded by it */
    pthread_t sleeper;
    int ends[2]; /* of the pipe that it sleeps at */
};

static void *sleep_at_pipe(void *argument)
{
    const struct locking *own = argument;
    char byte;

    while (read(own->ends[0], &byte, 1) < 0)
        continue;
    return NULL;
}

int cost_mutex_open(struct cost *cost)
{
    struct locking *own = calloc(1, sizeof *own);

    if (own == NULL)
        return job_fail(cost->job, ENOMEM, "making a mutex");
    int result = pipe(own->ends) < 0 ? -errno : 0;
    if (result != 0)
        goto free_own;
    result = thread_create(&own->sleeper, STACK_BYTES, sleep_at_pipe, own);
    if (result != 0)
        goto close_ends;
    pthread_mutex_init(&own->lock, NULL);
    cost->own = own;
    return 0;

close_ends:
    close(own->ends[0]);
    close(own->ends[1]);
free_own:
    free(own);
    return job_fail(cost->job, -result, "creating a thread that sleeps");
}

int cost_mutex(struct cost *cost, uint64_t n, uint64_t *done)
{
    struct locking *own = cost->own;
    uint64_t before = own->count;

    for (uint64_t i = 0; i < n; i++) {
        pthread_mutex_lock(&own->lock);
        own->count++;
        pthread_mutex_unlock(&own->lock);
    }
    *done += own->count - before;
    return 0;
}

void cost_mutex_close(struct cost *cost)
{
    struct locking *own = cost->own;

    close(own->ends[1]); /* the end of its file wakes the sleeper */
    pthread_join(own->sleeper, NULL);
    close(own->ends[0]);
    pthread_mutex_destroy(&own->lock);
    free(own);
}

/* ---- An atomic operation ---- */

int cost_atomic(struct cost *cost, uint64_t n, uint64_t *done)
{
    _Alignas(CACHE_LINE) _Atomic uint64_t count = 0;

    (void)cost;
    for (uint64_t i = 0; i < n; i++)
        atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
    *done += atomic_load(&count);
    return 0;
}

/* ---- The kernel ---- */

int cost_clock(struct cost *cost, uint64_t n, uint64_t *done)
{
    uint64_t last_ns = 0;

    (void)cost;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t now_ns = clock_ns();
        *done += now_ns >= last_ns;
        last_ns = now_ns;
    }
    return 0;
}

int cost_syscall(struct cost *cost, uint64_t n, uint64_t *done)
{
    long parent = getppid();

    (void)cost;
    for (uint64_t i = 0; i < n; i++)
        *done += syscall(SYS_getppid) == parent;
    return 0;
}
