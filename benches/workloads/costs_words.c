/* SPDX-License-Identifier: MIT */
/*
 * Hand-overs through a word of memory: there and back, between two threads.
 * Spinning costs the journey of a cache line and a core that does nothing else;
 * sleeping at the word (futex) costs two wake-ups and leaves the core free. The
 * partner returns each token plus one: that is the proof.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "benches/workloads/costs.h"
#include "core/crew.h"
#include "core/job.h"
#include "core/task.h"

enum { STACK_BYTES = 65536, STOP = UINT32_MAX >> 1 };

/* A word each way, a cache line each. */
struct words {
    _Alignas(CACHE_LINE) _Atomic uint32_t there;
    _Alignas(CACHE_LINE) _Atomic uint32_t back;
    uint32_t token; /* the last one */
    const struct cost *cost;
    pthread_t partner;
};

typedef void put_word(_Atomic uint32_t *word, uint32_t token);
typedef uint32_t take_word(_Atomic uint32_t *word, uint32_t old);

static void spin_put(_Atomic uint32_t *word, uint32_t token)
{
    atomic_store_explicit(word, token, memory_order_release);
}

static uint32_t spin_take(_Atomic uint32_t *word, uint32_t old)
{
    uint32_t token;

    while ((token = atomic_load_explicit(word, memory_order_acquire)) == old)
        continue;
    return token;
}

static void futex_put(_Atomic uint32_t *word, uint32_t token)
{
    atomic_store(word, token);
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static uint32_t futex_take(_Atomic uint32_t *word, uint32_t old)
{
    uint32_t token;

    /* The kernel looks at the word once more: no wake-up is lost. */
    while ((token = atomic_load(word)) == old)
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, old, NULL, NULL, 0);
    return token;
}

static inline __attribute__((always_inline)) void
answer(struct words *words, put_word *put, take_word *take)
{
    uint32_t token = 0;

    for (;;) {
        token = take(&words->there, token);
        if (token == STOP)
            return;
        put(&words->back, token + 1);
    }
}

static void *partner_main(void *argument)
{
    struct words *words = argument;

    cost_pin_other(words->cost);
    if (words->cost->primitive->run == cost_spin)
        answer(words, spin_put, spin_take);
    else
        answer(words, futex_put, futex_take);
    return NULL;
}

int cost_words_open(struct cost *cost)
{
    struct words *words = aligned_alloc(CACHE_LINE, sizeof *words);

    if (words == NULL)
        return job_fail(cost->job, ENOMEM, "making two words");
    *words = (struct words){.cost = cost};
    int result = cost_pin(cost);
    if (result == 0) {
        result =
            thread_create(&words->partner, STACK_BYTES, partner_main, words);
        if (result != 0) {
            cost_unpin(cost);
            job_fail(cost->job, -result, "creating the partner");
        }
    }
    if (result != 0)
        free(words);
    else
        cost->own = words;
    return result;
}

/* A token begins with the last one's answer, plus one: every word changes. */
static inline __attribute__((always_inline)) uint64_t
ask(struct words *words, uint64_t n, put_word *put, take_word *take)
{
    uint32_t token = words->token;
    uint64_t ngood = 0;

    for (uint64_t i = 0; i < n; i++) {
        put(&words->there, token + 1);
        uint32_t back = take(&words->back, token);
        ngood += back == token + 2;
        token = back;
    }
    words->token = token;
    return ngood;
}

int cost_spin(struct cost *cost, uint64_t n, uint64_t *done)
{
    *done += ask(cost->own, n, spin_put, spin_take);
    return 0;
}

int cost_futex(struct cost *cost, uint64_t n, uint64_t *done)
{
    *done += ask(cost->own, n, futex_put, futex_take);
    return 0;
}

void cost_words_close(struct cost *cost)
{
    struct words *words = cost->own;

    futex_put(&words->there, STOP);
    pthread_join(words->partner, NULL);
    cost_unpin(cost);
    free(words);
}
