/* SPDX-License-Identifier: MIT */
/*
 * Threads made once that steal their tasks. Like the thread pool, but nobody
 * ever waits for a lock: the dispatcher deals tasks into its deque, a worker
 * steals some at a time and keeps them in a deque of its own, from which others
 * steal when they have nothing (stealing.c, deque.c). The kernel waits, a
 * thread per wait. A task costs some 20 ns where it costs the pool several 100.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"
#include "models/stealing.h"

struct work_stealing {
    struct stealing *stealing;
    unsigned nthreads;
    struct thief {
        struct job *job;
        unsigned worker;
        pthread_t id;
    } threads[]; /* plan.workers */
};

static void *thief_main(void *argument)
{
    struct thief *self = argument;
    struct work_stealing *model = self->job->model_state;
    struct task *task;

    job_worker_begin(self->job, self->worker);
    while ((task = stealing_get(model->stealing, self->worker)) != NULL) {
        trace_task(task->index);
        task_run(task);
        trace_state(TRACE_IDLE);
    }
    job_worker_done(self->job, self->worker);
    return NULL;
}

static void join_all(struct work_stealing *model)
{
    stealing_close(model->stealing);
    for (; model->nthreads > 0; model->nthreads--) {
        int error = pthread_join(model->threads[model->nthreads - 1].id, NULL);
        assert(error == 0);
    }
}

static void work_stealing_close(struct job *job)
{
    struct work_stealing *model = job->model_state;

    join_all(model);
    stealing_free(model->stealing);
    free(model);
}

enum { THIEF_STACK_BYTES = 256 * 1024 };

static int start_threads(struct job *job, struct work_stealing *model)
{
    for (unsigned i = 0; i < job->plan.workers; i++) {
        model->threads[i] = (struct thief){job, i, 0};
        int result = thread_create(&model->threads[i].id, THIEF_STACK_BYTES,
                                   thief_main, &model->threads[i]);
        if (result != 0)
            return job_fail(job, -result, "creating thread %u of %u", i + 1,
                            job->plan.workers);
        model->nthreads++;
    }
    return 0;
}

/* Requests arrive one by one, and a worker waits for the first that it has: it
 * must not hold later ones meanwhile. */
static int work_stealing_open(struct job *job)
{
    unsigned batch_max = job->open_loop ? 1 : STEALING_BATCH_MAX;
    struct work_stealing *model =
        calloc(1, sizeof *model + job->plan.workers * sizeof *model->threads);
    int result = model == NULL
                     ? -ENOMEM
                     : stealing_new(job->plan.workers, job->plan.inflight,
                                    batch_max, &model->stealing);

    if (result != 0) {
        free(model);
        return job_fail(job, -result, "making the deques");
    }
    job->model_state = model;
    result = start_threads(job, model);
    if (result != 0)
        work_stealing_close(job);
    return result;
}

static void work_stealing_run(struct job *job)
{
    struct work_stealing *model = job->model_state;
    struct task *task;

    while ((task = job_next(job)) != NULL)
        stealing_put(model->stealing, task);
    join_all(model);
}

const struct model model_work_stealing = {
    .name = "work_stealing",
    .summary = "threads made once that steal tasks from each other's deques",
    .knobs = MODEL_QUEUE,
    .open = work_stealing_open,
    .run = work_stealing_run,
    .close = work_stealing_close,
};
