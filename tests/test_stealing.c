/* SPDX-License-Identifier: MIT */
/*
 * Deques, parking, the queue and fork-join under real threads, with pauses
 * thrown in at the points that the code names (models/delay.h). All orders of
 * small cases are in weak/; this is for big ones, and for ThreadSanitizer. A
 * wake-up that is lost makes this hang until its time-out.
 */
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/delay.h"
#include "models/deque.h"
#include "models/fork_join.h"
#include "models/stealing.h"

enum { ITEMS = 20000, THIEVES_MAX = 4 };

static struct deque deque;
static struct stealing *stealing;
static atomic_bool over;
static atomic_uint ncame_out[ITEMS];
static uint64_t payloads[ITEMS]; /* plain: what a push has to publish */

/* One call in 64 gives the core away, so that others come in between. */
void delay_point(const char *where)
{
    static _Thread_local uint32_t state;

    if (state == 0)
        state = (uint32_t)(uintptr_t)&state | 1;
    state = state * 1664525U + 1013904223U + (unsigned char)where[0];
    if (state >> 26 == 0)
        sched_yield();
}

static void begin(void)
{
    atomic_store(&over, false);
    memset(payloads, 0, sizeof payloads);
    for (unsigned i = 0; i < ITEMS; i++)
        atomic_store(&ncame_out[i], 0);
}

static void *make(unsigned i)
{
    payloads[i] = i + 1;
    return &payloads[i];
}

static void take_note(const void *item)
{
    const uint64_t *payload = item;

    assert(*payload == (uint64_t)(payload - payloads) + 1);
    atomic_fetch_add(&ncame_out[payload - payloads], 1);
}

static void check_once_each(void)
{
    for (unsigned i = 0; i < ITEMS; i++)
        assert(atomic_load(&ncame_out[i]) == 1);
}

static void start(pthread_t *thread, void *(*entry)(void *), void *argument)
{
    int error = pthread_create(thread, NULL, entry, argument);
    assert(error == 0);
}

static void join_all(pthread_t *threads, unsigned nthreads)
{
    for (unsigned i = 0; i < nthreads; i++) {
        int error = pthread_join(threads[i], NULL);
        assert(error == 0);
    }
}

static void *steal_until_over(void *argument)
{
    bool last = false;

    (void)argument;
    do {
        const void *item;
        last = atomic_load(&over);
        while ((item = deque_steal(&deque)) != NULL)
            take_note(item);
        sched_yield();
    } while (!last);
    return NULL;
}

/* The owner pushes, takes every third back, and does itself what does not fit;
 * both ends start shortly before they wrap around. */
static void own(void)
{
    for (unsigned i = 0; i < ITEMS; i++) {
        void *item = make(i);
        if (!deque_push(&deque, item))
            take_note(item);
        if (i % 3 == 0 && (item = deque_take(&deque)) != NULL)
            take_note(item);
    }
}

static void check_deque(unsigned nthieves, uint64_t capacity)
{
    pthread_t thieves[THIEVES_MAX];

    begin();
    int result = deque_init(&deque, capacity);
    assert(result == 0);
    deque.top_seen = UINT64_MAX - 100;
    atomic_init(&deque.top, deque.top_seen);
    atomic_init(&deque.bottom, deque.top_seen);
    for (unsigned i = 0; i < nthieves; i++)
        start(&thieves[i], steal_until_over, NULL);
    own();
    atomic_store(&over, true);
    join_all(thieves, nthieves);
    check_once_each();
    assert(deque_count(&deque) == 0);
    deque_fini(&deque);
}

/* ---- What one thread sees of a deque ---- */

static void check_ends(void)
{
    int result = deque_init(&deque, 3);
    void *some[4];

    assert(result == 0 && deque_take(&deque) == NULL);
    assert(deque_steal(&deque) == NULL);
    for (unsigned round = 0; round < 5; round++) {
        for (unsigned i = 0; i < 3; i++) {
            bool pushed = deque_push(&deque, make(i));
            assert(pushed);
        }
        assert(!deque_push(&deque, make(3)) && deque_count(&deque) == 3);
        assert(deque_steal(&deque) == &payloads[0]);
        assert(deque_take(&deque) == &payloads[2]);
        assert(deque_take(&deque) == &payloads[1]);
        assert(deque_take(&deque) == NULL && deque_count(&deque) == 0);
    }
    for (unsigned i = 0; i < 3; i++)
        deque_push(&deque, make(i));
    assert(deque_steal_some(&deque, 4, some, 4) == 1);
    assert(some[0] == &payloads[0]);
    assert(deque_steal_some(&deque, 1, some, 4) == 2);
    assert(some[0] == &payloads[1] && some[1] == &payloads[2]);
    deque_fini(&deque);
}

/* ---- The queue ---- */

static void *get_all(void *argument)
{
    const unsigned *worker = argument;
    const void *item;

    while ((item = stealing_get(stealing, *worker)) != NULL)
        take_note(item);
    return NULL;
}

/* Pauses of the producer let the workers fall asleep. */
static void check_queue(unsigned nworkers, uint64_t capacity, unsigned batch)
{
    static unsigned numbers[THIEVES_MAX] = {0, 1, 2, 3};
    pthread_t workers[THIEVES_MAX];

    begin();
    int result = stealing_new(nworkers, capacity, batch, &stealing);
    assert(result == 0);
    for (unsigned i = 0; i < nworkers; i++)
        start(&workers[i], get_all, &numbers[i]);
    for (unsigned i = 0; i < ITEMS; i++) {
        stealing_put(stealing, make(i));
        if (i % 1000 == 0)
            for (unsigned k = 0; k < 50; k++)
                sched_yield();
    }
    stealing_close(stealing);
    join_all(workers, nworkers);
    check_once_each();
    stealing_free(stealing);
}

/* ---- Fork and join ---- */

struct fib {
    unsigned n;
    uint64_t result;
};

static void fib(void *argument)
{
    struct fib *self = argument;

    if (self->n < 2) {
        self->result = self->n;
        return;
    }
    struct fib left = {self->n - 1, 0}, right = {self->n - 2, 0};
    struct spawned first, second;
    fork_join_spawn(&first, fib, &left);
    fork_join_spawn(&second, fib, &right);
    /* The other way round as well: then the newer is carried out on the way. */
    fork_join_join(self->n % 2 == 0 ? &first : &second);
    fork_join_join(self->n % 2 == 0 ? &second : &first);
    self->result = left.result + right.result;
}

static void add_piece(uint64_t from, uint64_t to, void *context)
{
    (void)context;
    assert(from < to && to - from <= 10);
    for (uint64_t i = from; i < to; i++)
        atomic_fetch_add(&ncame_out[i], 1);
}

static void loop(void *argument)
{
    (void)argument;
    fork_join_for(0, ITEMS, 10, add_piece, NULL);
    fork_join_for(5, 5, 10, add_piece, NULL);
}

/* More than a deque holds: the rest is done at once. */
enum { FLOOD = FORK_JOIN_WAITING_MAX + 100 };

static void flood(void *argument)
{
    static struct spawned spawned[FLOOD];
    static struct fib fibs[FLOOD];

    (void)argument;
    for (unsigned i = 0; i < FLOOD; i++) {
        fibs[i] = (struct fib){1, 0};
        fork_join_spawn(&spawned[i], fib, &fibs[i]);
    }
    for (unsigned i = FLOOD; i-- > 0;) {
        fork_join_join(&spawned[i]);
        assert(fibs[i].result == 1);
    }
}

static void check_fork_join(unsigned nworkers)
{
    struct fork_join *crew;
    int result = fork_join_new(nworkers, &crew);

    assert(result == 0);
    for (unsigned i = 0; i < 20; i++) {
        struct fib root = {14, 0};
        fork_join_run(crew, fib, &root);
        assert(root.result == 377);
        begin();
        fork_join_run(crew, loop, NULL);
        check_once_each();
    }
    fork_join_run(crew, flood, NULL);
    fork_join_free(crew);
}

int main(void)
{
    check_ends();
    for (unsigned nthieves = 2; nthieves <= THIEVES_MAX; nthieves++) {
        check_deque(nthieves, 1);
        check_deque(nthieves, 64);
    }
    for (unsigned nworkers = 1; nworkers <= THIEVES_MAX; nworkers++) {
        check_queue(nworkers, 1, 1);
        check_queue(nworkers, 64, STEALING_BATCH_MAX);
    }
    for (unsigned nworkers = 1; nworkers <= THIEVES_MAX; nworkers++)
        check_fork_join(nworkers);
    printf("all came out once\n");
    return 0;
}
