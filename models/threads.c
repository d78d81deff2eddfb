/* SPDX-License-Identifier: MIT */
/*
 * A thread per task. The kernel waits, each thread for itself; the waiting
 * state is the thread's stack and its kernel stack. The price is creating and
 * joining a thread per task, some 10 to 30 us; memory is shared, mistakes too.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"

enum { STACK_BYTES };

static const struct parameter parameters[] = {
    [STACK_BYTES] = {.name = "stack_bytes",
                     .unit = "B",
                     .meaning = "stack of a thread",
                     .preset = 65536,
                     .min = 16384,
                     .max = 1 << 23},
};

/* A place for a thread under way; free places form a list. */
struct slot {
    struct dispatcher *dispatcher;
    struct task *task;
    pthread_t thread;
    bool started; /* there is a thread to join */
    struct slot *next;
};

struct dispatcher {
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct slot *free;
    struct slot slots[]; /* plan.inflight */
};

static void put_back(struct dispatcher *dispatcher, struct slot *slot)
{
    pthread_mutex_lock(&dispatcher->lock);
    slot->next = dispatcher->free;
    dispatcher->free = slot;
    pthread_cond_signal(&dispatcher->freed);
    pthread_mutex_unlock(&dispatcher->lock);
}

/* Waits for a free place, and for the thread that had it to be quite gone. */
static struct slot *take_slot(struct dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    while (dispatcher->free == NULL)
        pthread_cond_wait(&dispatcher->freed, &dispatcher->lock);
    struct slot *slot = dispatcher->free;
    dispatcher->free = slot->next;
    pthread_mutex_unlock(&dispatcher->lock);
    if (slot->started) {
        int error = pthread_join(slot->thread, NULL);
        assert(error == 0);
        slot->started = false;
    }
    return slot;
}

static void *thread_main(void *argument)
{
    struct slot *slot = argument;

    while (task_step(slot->task))
        op_finish(&slot->task->op);
    put_back(slot->dispatcher, slot);
    return NULL;
}

static int threads_open(struct job *job)
{
    uint64_t nslots = job->plan.inflight;
    struct dispatcher *dispatcher =
        calloc(1, sizeof *dispatcher + nslots * sizeof *dispatcher->slots);

    if (dispatcher == NULL)
        return job_fail(job, ENOMEM, "making room for %llu threads",
                        (unsigned long long)nslots);
    pthread_mutex_init(&dispatcher->lock, NULL);
    pthread_cond_init(&dispatcher->freed, NULL);
    for (uint64_t i = nslots; i-- > 0;) {
        dispatcher->slots[i].dispatcher = dispatcher;
        put_back(dispatcher, &dispatcher->slots[i]);
    }
    job->model_state = dispatcher;
    return 0;
}

/* The arrival is waited for here: a thread exists only while its task does. */
static void threads_run(struct job *job)
{
    struct dispatcher *dispatcher = job->model_state;
    size_t stack_bytes = job_model_number(job, STACK_BYTES);
    struct task *task;

    while ((task = job_next(job)) != NULL) {
        op_finish(&task->op);
        struct slot *slot = take_slot(dispatcher);
        slot->task = task;
        int result =
            thread_create(&slot->thread, stack_bytes, thread_main, slot);
        slot->started = result == 0;
        if (result != 0) {
            job_fail(job, -result, "creating a thread for task %llu",
                     (unsigned long long)task->index);
            put_back(dispatcher, slot);
        }
    }
    for (uint64_t i = 0; i < job->plan.inflight; i++)
        take_slot(dispatcher);
    job_worker_done(job, 0);
}

static void threads_close(struct job *job)
{
    struct dispatcher *dispatcher = job->model_state;

    pthread_cond_destroy(&dispatcher->freed);
    pthread_mutex_destroy(&dispatcher->lock);
    free(dispatcher);
}

const struct model model_threads = {
    .name = "threads",
    .summary = "a thread per task",
    .knobs = MODEL_PER_TASK,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .open = threads_open,
    .run = threads_run,
    .close = threads_close,
};
