/* SPDX-License-Identifier: MIT */
/*
 * A race: all tasks add to one counter, each time by a load, an addition and a
 * store. What is added by others between a task's load and its store is lost.
 * A plain ++ would be undefined behaviour here (two threads, one of which
 * writes), and compilers may make one single addition of a whole loop of it.
 * Relaxed atomic loads and stores are what a processor does for it anyway, and
 * as defined as they are wrong: no access is torn, and nothing makes the two
 * one. How much is lost is a result (lost_share), not an error: the digest
 * tells only that each task did all of its additions.
 *
 * Under a GIL, look at where the interpreter looks up (parameter yield): only
 * there can it hand over. Once per round, after the store, nothing is ever
 * lost; with a call between load and store, whole intervals of work are. (The
 * old lock looks up every 100 ticks: with two a round always in the same place.
 * Give it "each".)
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { INCREMENTS, GUARD, YIELD };

static const struct parameter parameters[] = {
    [INCREMENTS] = {.name = "increments",
                    .unit = "additions",
                    .meaning = "of 1 to the common counter, by each task",
                    .preset = 5000000,
                    .min = 1,
                    .max = 1000000000000},
    [GUARD] = {.name = "guard",
               .meaning = "what makes load and store one; none: nothing does",
               .text = "none",
               .choices = "none|mutex|atomic"},
    [YIELD] = {.name = "yield",
               .meaning = "where others may run: after the store, also "
                          "between load and store, after each instruction",
               .text = "after",
               .choices = "never|after|between|each"},
};

enum guard { GUARD_NONE, GUARD_MUTEX, GUARD_ATOMIC };

/* The instructions of one addition, in their order. */
enum instruction { LOCK, LOAD, ADD, STORE, INSTRUCTIONS };

/* By the values of the parameter. Python's n += 1 is "after" since 3.10 and
 * "each" before; with a call in it, it is "between". */
static const struct {
    const char *name;
    bool after[INSTRUCTIONS];
} yields[] = {
    {"never", {false}},
    {"after", {[STORE] = true}},
    {"between", {[ADD] = true, [STORE] = true}},
    {"each", {[LOAD] = true, [ADD] = true, [STORE] = true}},
};

/* What they all write to, apart from what they only read. */
struct counted {
    _Alignas(CACHE_LINE) _Atomic uint64_t count;
    _Alignas(CACHE_LINE) pthread_mutex_t mutex;
};

struct counter_shared {
    uint64_t increments;
    enum guard guard;
    const bool *yields;      /* after which instructions */
    struct counted *counted; /* the one below */
    struct counted place;
};

struct counter {
    uint64_t done;
    uint64_t value;
    enum instruction next;
};

static enum guard guard_of(const struct job *job)
{
    const char *name = job_workload_text(job, GUARD);

    if (strcmp(name, "mutex") == 0)
        return GUARD_MUTEX;
    return strcmp(name, "atomic") == 0 ? GUARD_ATOMIC : GUARD_NONE;
}

static const bool *yields_of(const struct job *job)
{
    const char *name = job_workload_text(job, YIELD);
    size_t i = 0;

    while (strcmp(name, yields[i].name) != 0)
        i++;
    return yields[i].after;
}

/* For processes, too. Who is killed while holding it must not take the others
 * with it, and who would wait for itself must be told. Returns 0 or an errno
 * value. */
static int init_mutex(pthread_mutex_t *ret)
{
    pthread_mutexattr_t attributes;
    int error = pthread_mutexattr_init(&attributes);

    if (error != 0)
        return error;
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    error = pthread_mutex_init(ret, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return error;
}

static int counter_setup(struct job *job)
{
    struct counter_shared *shared = job->shared;

    shared->increments = job_workload_number(job, INCREMENTS);
    shared->guard = guard_of(job);
    shared->yields = yields_of(job);
    shared->counted = &shared->place;
    int error = init_mutex(&shared->counted->mutex);
    return error == 0 ? 0 : job_fail(job, error, "making the mutex");
}

/* What a locking call returned: 0, EBUSY or EDEADLK. */
static int locked(pthread_mutex_t *mutex, int error)
{
    if (error == EOWNERDEAD)
        error = pthread_mutex_consistent(mutex);
    assert(error == 0 || error == EBUSY || error == EDEADLK);
    return error;
}

/* Who has to wait for the mutex does so outside the GIL, as in CPython: its
 * owner may be waiting for that. */
static bool try_lock(const struct counter_shared *shared)
{
    pthread_mutex_t *mutex = &shared->counted->mutex;

    return shared->guard != GUARD_MUTEX ||
           locked(mutex, pthread_mutex_trylock(mutex)) == 0;
}

static void store(const struct counter_shared *shared, struct counter *state)
{
    struct counted *counted = shared->counted;

    if (shared->guard == GUARD_ATOMIC)
        atomic_fetch_add_explicit(&counted->count, 1, memory_order_relaxed);
    else
        atomic_store_explicit(&counted->count, state->value,
                              memory_order_relaxed);
    if (shared->guard == GUARD_MUTEX) {
        int error = pthread_mutex_unlock(&counted->mutex);
        assert(error == 0);
    }
    state->done++;
}

/* False: the mutex has to be waited for. */
static bool carry_out(const struct counter_shared *shared,
                      struct counter *state)
{
    switch (state->next) {
    case LOCK:
        return try_lock(shared);
    case LOAD:
        state->value =
            atomic_load_explicit(&shared->counted->count, memory_order_relaxed);
        return true;
    case ADD:
        state->value++;
        return true;
    default:
        store(shared, state);
        return true;
    }
}

/* Carries on up to where others may run. */
static bool add(const struct counter_shared *shared, struct task *task)
{
    struct counter *state = (struct counter *)(void *)task->state;
    enum instruction done;

    do {
        if (state->done == shared->increments) {
            task->digest = mix64(state->done);
            return false;
        }
        if (!carry_out(shared, state))
            return op_leave(&task->op);
        done = state->next;
        state->next = (done + 1) % INSTRUCTIONS;
    } while (!shared->yields[done]);
    return op_yield(&task->op);
}

/* EDEADLK: another task of this very thread has the mutex, and yielded. */
static bool wait_for_mutex(const struct counter_shared *shared,
                           struct task *task)
{
    struct counter *state = (struct counter *)(void *)task->state;
    pthread_mutex_t *mutex = &shared->counted->mutex;
    int error = locked(mutex, pthread_mutex_lock(mutex));

    if (error != 0)
        return task_fail(task, error);
    state->next = LOAD;
    return op_enter(&task->op);
}

static bool counter_next(struct task *task)
{
    const struct counter_shared *shared = task->shared;

    return task->op.kind == OP_LEAVE ? wait_for_mutex(shared, task)
                                     : add(shared, task);
}

static void counter_teardown(struct job *job)
{
    struct counter_shared *shared = job->shared;
    double expected = (double)shared->increments * (double)job->plan.ntasks;
    double left = (double)atomic_load(&shared->counted->count);

    job_metric(job, "counter_expected", expected);
    job_metric(job, "counter_left", left);
    job_metric(job, "kept_share", left / expected);
    job_metric(job, "lost_share", 1 - left / expected);
    (void)pthread_mutex_destroy(&shared->counted->mutex);
}

const struct workload workload_counter = {
    .name = "counter",
    .summary = "a race: all tasks add to one counter",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 4,
    .state_bytes = sizeof(struct counter),
    .shared_bytes = sizeof(struct counter_shared),
    .setup = counter_setup,
    .next = counter_next,
    .teardown = counter_teardown,
};
