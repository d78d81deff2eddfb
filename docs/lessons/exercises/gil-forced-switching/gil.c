/* SPDX-License-Identifier: MIT */
/*
 * An exercise of lesson 1 (docs/lessons/gil-1-throughput.md): the lock of
 * core/gil.c, in which one function does nothing. Write await_switch, then run
 * `make exercise-gil`. The contracts stand in core/gil.h, with what each field
 * is for; what must hold in every schedule is printed if it does not.
 */
#include "core/gil.h"

#include <assert.h>
#include <errno.h>

#include "core/clock.h"
#include "core/trace.h"

static void lock(pthread_mutex_t *mutex)
{
    int error = pthread_mutex_lock(mutex);
    assert(error == 0);
}

static void unlock(pthread_mutex_t *mutex)
{
    int error = pthread_mutex_unlock(mutex);
    assert(error == 0);
}

/* Timed waits go by the program's clock, which nobody sets. */
static int init_condition(pthread_cond_t *ret)
{
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);

    if (error != 0)
        return error;
    error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (error == 0)
        error = pthread_cond_init(ret, &attributes);
    pthread_condattr_destroy(&attributes);
    return error;
}

int gil_init(struct gil *ret, const struct gil_rules *rules)
{
    *ret = (struct gil){.rules = *rules, .last_holder = GIL_NOBODY};
    int error = pthread_mutex_init(&ret->mutex, NULL);
    if (error != 0)
        return -error;
    error = pthread_mutex_init(&ret->switch_mutex, NULL);
    if (error != 0)
        goto fini_mutex;
    error = init_condition(&ret->freed);
    if (error != 0)
        goto fini_switch_mutex;
    error = init_condition(&ret->switched);
    if (error == 0)
        return 0;
    pthread_cond_destroy(&ret->freed);
fini_switch_mutex:
    pthread_mutex_destroy(&ret->switch_mutex);
fini_mutex:
    pthread_mutex_destroy(&ret->mutex);
    return -error;
}

void gil_fini(struct gil *gil)
{
    assert(!gil->locked);
    pthread_cond_destroy(&gil->switched);
    pthread_cond_destroy(&gil->freed);
    pthread_mutex_destroy(&gil->switch_mutex);
    pthread_mutex_destroy(&gil->mutex);
}

/* ---- What is told of it; no rule depends on this ---- */

/* A holder that does not look up is asked once an interval, in vain. */
static void note_request(struct gil *gil)
{
    uint64_t now_ns = clock_ns();

    gil->requests++;
    if (gil->requested_ns == 0) {
        gil->requested_ns = now_ns;
        gil->requested =
            atomic_load_explicit(&gil->last_holder, memory_order_relaxed);
    }
    uint64_t refusal_ns = now_ns - gil->requested_ns;
    if (refusal_ns >= GIL_UNANSWERED_NS && !gil->told &&
        gil->rules.unanswered != NULL) {
        gil->told = true;
        gil->rules.unanswered(gil->requested, refusal_ns);
    }
}

/* Whoever asked: somebody has the lock, and that is the answer. */
static void note_answer(struct gil *gil)
{
    if (gil->requested_ns == 0)
        return;
    uint64_t refusal_ns = clock_ns() - gil->requested_ns;
    if (refusal_ns > gil->longest_refusal_ns) {
        gil->longest_refusal_ns = refusal_ns;
        gil->longest_refuser = gil->requested;
    }
    gil->requested_ns = 0;
}

/* ---- The rules ---- */

static void request_drop(struct gil *gil)
{
    trace_state(TRACE_ASKED);
    note_request(gil);
    atomic_store_explicit(&gil->drop_request, true, memory_order_relaxed);
}

/* One interval of patience, or less if the lock is freed meanwhile. */
static void wait_an_interval(struct gil *gil)
{
    uint64_t switches = gil->switches;
    struct timespec end = clock_timespec(clock_ns() + gil->rules.interval_ns);
    int error = pthread_cond_timedwait(&gil->freed, &gil->mutex, &end);

    assert(error == 0 || error == ETIMEDOUT);
    if (!gil->locked)
        return;
    if (error == 0)
        gil->failed_wakeups++;
    else if (gil->switches == switches || !gil->rules.fresh_interval)
        request_drop(gil);
}

void gil_acquire(struct gil *gil, unsigned self)
{
    int saved_errno = errno;

    lock(&gil->mutex);
    if (gil->locked)
        trace_state(TRACE_WAITING);
    while (gil->locked)
        wait_an_interval(gil);

    lock(&gil->switch_mutex);
    gil->locked = true;
    if (atomic_load_explicit(&gil->last_holder, memory_order_relaxed) != self) {
        atomic_store_explicit(&gil->last_holder, self, memory_order_relaxed);
        gil->switches++;
    }
    pthread_cond_signal(&gil->switched);
    unlock(&gil->switch_mutex);

    note_answer(gil);
    atomic_store_explicit(&gil->drop_request, false, memory_order_relaxed);
    trace_hold(gil);
    unlock(&gil->mutex);
    errno = saved_errno;
}

/* Sleeps on `switched` until the lock is somebody else's, unless it is already;
 * and nobody is to be asked any more on behalf of the waiter that was heard.
 *
 * You need switch_mutex, last_holder, drop_request and switched. Beware: the
 * other thread may be faster than you, and a signal that nobody waits for is
 * lost. */
static void await_switch(struct gil *gil, unsigned self)
{
    (void)gil;
    (void)self;
}

void gil_release(struct gil *gil, unsigned self)
{
    trace_hold(NULL);
    lock(&gil->mutex);
    assert(gil->locked);
    atomic_store_explicit(&gil->last_holder, self, memory_order_relaxed);
    gil->locked = false;
    if (gil->rules.wake_all)
        pthread_cond_broadcast(&gil->freed);
    else
        pthread_cond_signal(&gil->freed);
    unlock(&gil->mutex);

    if (gil->rules.forced_switching &&
        atomic_load_explicit(&gil->drop_request, memory_order_relaxed))
        await_switch(gil, self);
}

void gil_checkpoint(struct gil *gil, unsigned self)
{
    if (!atomic_load_explicit(&gil->drop_request, memory_order_relaxed))
        return;
    gil_release(gil, self);
    gil_acquire(gil, self);
}
