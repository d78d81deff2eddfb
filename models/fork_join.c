/* SPDX-License-Identifier: MIT */
/*
 * Fork and join on a deque for each thread. A spawned call that nobody steals
 * costs a push and a take, two locked instructions; one that is stolen some 100
 * ns more, and a wake-up if the thief slept. Look at fork_join_join: who waits
 * for a thief works meanwhile.
 */
#include "models/fork_join.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "core/crew.h"
#include "models/deque.h"
#include "models/parking.h"

/* As in stealing.c: about as long as sleeping and being woken takes. */
enum { LOOKS_BEFORE_SLEEP = 20 };

struct member {
    struct deque deque;
    struct fork_join *crew;
    unsigned number;
    unsigned victim; /* whom it stole from last */
    pthread_t thread;
};

struct fork_join {
    struct parking parking;
    _Alignas(CACHE_LINE) _Atomic bool dismissed;
    _Atomic unsigned njoiners; /* asleep, until a stolen call ends */
    unsigned nworkers;
    unsigned nthreads; /* started; member 0 is the caller's */
    struct member members[];
};

static _Thread_local struct member *self;

unsigned fork_join_worker(void)
{
    return self->number;
}

/* A call of somebody else, the last victim's first. Is there more, another
 * thread may wake up for it. */
static struct spawned *steal(struct member *thief)
{
    struct fork_join *crew = thief->crew;

    for (unsigned i = 0; i < crew->nworkers; i++) {
        struct member *victim = &crew->members[thief->victim];
        struct spawned *spawned =
            victim == thief ? NULL : deque_steal(&victim->deque);
        if (spawned != NULL) {
            if (deque_count(&victim->deque) > 0)
                parking_wake(&crew->parking);
            return spawned;
        }
        if (++thief->victim == crew->nworkers)
            thief->victim = 0;
    }
    return NULL;
}

/* After `done` is set its owner may return, and *spawned is gone. */
static void carry_out(struct member *member, struct spawned *spawned)
{
    struct fork_join *crew = member->crew;

    spawned->call(spawned->argument);
    atomic_store_explicit(&spawned->done, true, memory_order_seq_cst);
    if (atomic_load_explicit(&crew->njoiners, memory_order_seq_cst) > 0)
        parking_wake_all(&crew->parking);
}

static bool is_set(const _Atomic bool *flag)
{
    return atomic_load_explicit(flag, memory_order_seq_cst);
}

/* Sleeps, unless there is something to do at the last look or `until` is set:
 * returns what there is to do. */
static struct spawned *look_and_sleep(struct member *member,
                                      const _Atomic bool *until)
{
    struct parking *parking = &member->crew->parking;
    uint32_t ticket = parking_prepare(parking);
    struct spawned *spawned = steal(member);

    if (spawned != NULL || is_set(until))
        parking_cancel(parking);
    else
        parking_sleep(parking, ticket);
    return spawned;
}

/* Carries out the calls of others until `until` is set. */
static void help(struct member *member, const _Atomic bool *until)
{
    unsigned looks = 0;

    while (!is_set(until)) {
        struct spawned *spawned = steal(member);
        if (spawned == NULL && looks++ >= LOOKS_BEFORE_SLEEP)
            spawned = look_and_sleep(member, until);
        else if (spawned == NULL)
            sched_yield();
        if (spawned != NULL) {
            carry_out(member, spawned);
            looks = 0;
        }
    }
}

void fork_join_spawn(struct spawned *spawned, void (*call)(void *),
                     void *argument)
{
    spawned->call = call;
    spawned->argument = argument;
    atomic_init(&spawned->done, false);
    if (deque_push(&self->deque, spawned)) {
        parking_wake(&self->crew->parking);
    } else {
        call(argument);
        atomic_init(&spawned->done, true);
    }
}

/* It was stolen. `njoiners` is set before the last look at `done`, and read by
 * the thief after it has set that. */
static void join_stolen(struct member *member, struct spawned *spawned)
{
    _Atomic unsigned *njoiners = &member->crew->njoiners;

    atomic_fetch_add_explicit(njoiners, 1, memory_order_seq_cst);
    help(member, &spawned->done);
    atomic_fetch_sub_explicit(njoiners, 1, memory_order_seq_cst);
}

/* What lies in the own deque above a call that was not stolen is newer; and if
 * the deque is empty, it was stolen. */
void fork_join_join(struct spawned *spawned)
{
    struct member *member = self;

    while (!atomic_load_explicit(&spawned->done, memory_order_acquire)) {
        struct spawned *latest = deque_take(&member->deque);
        if (latest == spawned) {
            spawned->call(spawned->argument);
            return;
        }
        if (latest != NULL)
            carry_out(member, latest);
        else
            join_stolen(member, spawned);
    }
}

bool fork_join_is_hungry(void)
{
    return deque_count(&self->deque) == 0;
}

/* ---- The crew ---- */

static void *member_main(void *argument)
{
    self = argument;
    help(self, &self->crew->dismissed);
    return NULL;
}

void fork_join_run(struct fork_join *crew, void (*call)(void *), void *argument)
{
    assert(self == NULL);
    self = &crew->members[0];
    call(argument);
    self = NULL;
}

void fork_join_free(struct fork_join *crew)
{
    atomic_store_explicit(&crew->dismissed, true, memory_order_seq_cst);
    parking_wake_all(&crew->parking);
    for (unsigned i = 1; i <= crew->nthreads; i++) {
        int error = pthread_join(crew->members[i].thread, NULL);
        assert(error == 0);
    }
    for (unsigned i = 0; i < crew->nworkers; i++)
        deque_fini(&crew->members[i].deque);
    free(crew);
}

static int start(struct fork_join *crew)
{
    int result = 0;

    while (result == 0 && crew->nthreads + 1 < crew->nworkers) {
        struct member *member = &crew->members[crew->nthreads + 1];
        result = thread_create(&member->thread, FORK_JOIN_STACK_BYTES,
                               member_main, member);
        crew->nthreads += result == 0;
    }
    return result;
}

int fork_join_new(unsigned nworkers, struct fork_join **ret)
{
    size_t bytes = sizeof(struct fork_join) + nworkers * sizeof(struct member);
    struct fork_join *crew = aligned_alloc(CACHE_LINE, bytes);
    int result = 0;

    assert(nworkers > 0);
    if (crew == NULL)
        return -ENOMEM;
    *crew = (struct fork_join){.nworkers = nworkers};
    for (unsigned i = 0; i < nworkers; i++) {
        struct member *member = &crew->members[i];
        *member = (struct member){.crew = crew, .number = i};
        if (deque_init(&member->deque, FORK_JOIN_WAITING_MAX) != 0)
            result = -ENOMEM;
    }
    if (result == 0)
        result = start(crew);
    if (result != 0)
        fork_join_free(crew);
    else
        *ret = crew;
    return result;
}
