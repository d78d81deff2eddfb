/* SPDX-License-Identifier: MIT */
/*
 * One deque for the producer, one for each worker. Nobody meets anybody while
 * there is work: a worker comes to the producer's deque once per batch. A batch
 * is a small share of what is there, so that the last tasks are dealt out one
 * by one (guided self-scheduling: C. Polychronopoulos, D. Kuck, IEEE
 * Transactions on Computers 36, 1987). Look at stealing_get.
 */
#include "models/stealing.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "models/deque.h"
#include "models/parking.h"

/* How often a worker looks again, giving its core away in between, before it
 * sleeps: about as long as sleeping and being woken takes, which is never more
 * than twice as dear as knowing beforehand (A. Karlin, K. Li, M. Manasse, S.
 * Owicki, SOSP 1991). */
enum { LOOKS_BEFORE_SLEEP = 20 };

struct stealing {
    struct parking workers;  /* without work */
    struct parking producer; /* behind a full queue */
    _Alignas(CACHE_LINE) _Atomic bool closed;
    unsigned nworkers;
    unsigned batch_max;
    struct deque dealt;  /* the producer's, who never takes from it */
    struct deque kept[]; /* nworkers */
};

static void free_deques(struct stealing *stealing, unsigned nkept)
{
    while (nkept > 0)
        deque_fini(&stealing->kept[--nkept]);
    deque_fini(&stealing->dealt);
    free(stealing);
}

int stealing_new(unsigned nworkers, uint64_t capacity, unsigned batch_max,
                 struct stealing **ret)
{
    size_t bytes = sizeof(struct stealing) + nworkers * sizeof(struct deque);
    struct stealing *stealing = aligned_alloc(CACHE_LINE, bytes);

    assert(batch_max > 0 && batch_max <= STEALING_BATCH_MAX);
    if (stealing == NULL)
        return -ENOMEM;
    *stealing = (struct stealing){.nworkers = nworkers, .batch_max = batch_max};
    if (deque_init(&stealing->dealt, capacity) != 0) {
        free(stealing);
        return -ENOMEM;
    }
    for (unsigned i = 0; i < nworkers; i++)
        if (deque_init(&stealing->kept[i], STEALING_BATCH_MAX) != 0) {
            free_deques(stealing, i);
            return -ENOMEM;
        }
    *ret = stealing;
    return 0;
}

void stealing_free(struct stealing *stealing)
{
    free_deques(stealing, stealing->nworkers);
}

/* The producer sleeps until half of the queue is free: one wake-up then buys
 * many puts. */
static bool has_room(struct stealing *stealing)
{
    return deque_count(&stealing->dealt) <= stealing->dealt.capacity / 2;
}

static void wait_for_room(struct stealing *stealing)
{
    while (!has_room(stealing)) {
        uint32_t ticket = parking_prepare(&stealing->producer);
        if (has_room(stealing))
            parking_cancel(&stealing->producer);
        else
            parking_sleep(&stealing->producer, ticket);
    }
}

void stealing_put(struct stealing *stealing, void *item)
{
    while (!deque_push(&stealing->dealt, item))
        wait_for_room(stealing);
    parking_wake(&stealing->workers);
}

void stealing_close(struct stealing *stealing)
{
    atomic_store_explicit(&stealing->closed, true, memory_order_seq_cst);
    parking_wake_all(&stealing->workers);
}

/* Keeps the batch but for its oldest item, the oldest next at hand. */
static void *keep(struct deque *own, void **batch, size_t nitems)
{
    while (nitems > 1) {
        bool kept = deque_push(own, batch[--nitems]);
        assert(kept);
    }
    return batch[0];
}

/* A batch from the producer. What is left, or now lies in the worker's own
 * deque, is somebody else's if anybody is idle. */
static void *deal(struct stealing *stealing, unsigned worker)
{
    void *batch[STEALING_BATCH_MAX];
    size_t nitems = deque_steal_some(&stealing->dealt, 2 * stealing->nworkers,
                                     batch, stealing->batch_max);

    if (nitems == 0)
        return NULL;
    if (has_room(stealing))
        parking_wake(&stealing->producer);
    void *item = keep(&stealing->kept[worker], batch, nitems);
    if (nitems > 1 || deque_count(&stealing->dealt) > 0)
        parking_wake(&stealing->workers);
    return item;
}

/* One item of another worker, the nearest first. */
static void *rob(struct stealing *stealing, unsigned worker)
{
    void *item = NULL;

    for (unsigned i = 1; i < stealing->nworkers && item == NULL; i++) {
        unsigned victim = (worker + i) % stealing->nworkers;
        item = deque_steal(&stealing->kept[victim]);
        if (item != NULL && deque_count(&stealing->kept[victim]) > 0)
            parking_wake(&stealing->workers);
    }
    return item;
}

static void *look(struct stealing *stealing, unsigned worker)
{
    void *item = deal(stealing, worker);

    return item != NULL ? item : rob(stealing, worker);
}

/* Nothing for a while: sleeps, unless there is something at the last look. */
static void *look_and_sleep(struct stealing *stealing, unsigned worker)
{
    uint32_t ticket = parking_prepare(&stealing->workers);
    void *item = look(stealing, worker);

    if (item != NULL ||
        atomic_load_explicit(&stealing->closed, memory_order_seq_cst))
        parking_cancel(&stealing->workers);
    else
        parking_sleep(&stealing->workers, ticket);
    return item;
}

/* Whether it is closed is asked before the look: what was put before is seen.
 */
void *stealing_get(struct stealing *stealing, unsigned worker)
{
    void *item = deque_take(&stealing->kept[worker]);

    for (unsigned looks = 0; item == NULL; looks++) {
        bool closed =
            atomic_load_explicit(&stealing->closed, memory_order_seq_cst);
        item = look(stealing, worker);
        if (item != NULL || closed)
            break;
        if (looks < LOOKS_BEFORE_SLEEP)
            sched_yield();
        else
            item = look_and_sleep(stealing, worker);
    }
    return item;
}
