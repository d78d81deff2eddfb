/* SPDX-License-Identifier: MIT */
/*
 * Threads made once behind a bounded queue: one mutex, two condition variables,
 * the textbook's producer and consumers (queue.c). The kernel waits, a thread
 * per wait, so waits overlap only as far as there are workers. No task pays for
 * a thread; each pays for the lock and often for waking somebody up.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"
#include "models/queue.h"

struct thread_pool {
    struct queue queue;
    unsigned nthreads;
    struct pool_thread {
        struct job *job;
        unsigned worker;
        pthread_t id;
    } threads[]; /* plan.workers */
};

static void *pool_thread_main(void *argument)
{
    struct pool_thread *self = argument;
    struct thread_pool *pool = self->job->model_state;
    struct task *task;

    job_worker_begin(self->job, self->worker);
    while ((task = queue_take(&pool->queue)) != NULL) {
        trace_task(task->index);
        task_run(task);
        trace_state(TRACE_IDLE);
    }
    job_worker_done(self->job, self->worker);
    return NULL;
}

static void join_all(struct thread_pool *pool)
{
    queue_close(&pool->queue);
    for (; pool->nthreads > 0; pool->nthreads--) {
        int error = pthread_join(pool->threads[pool->nthreads - 1].id, NULL);
        assert(error == 0);
    }
}

static void thread_pool_close(struct job *job)
{
    struct thread_pool *pool = job->model_state;

    join_all(pool);
    queue_fini(&pool->queue);
    free(pool);
}

enum { POOL_STACK_BYTES = 256 * 1024 };

static int thread_pool_open(struct job *job)
{
    unsigned wanted = job->plan.workers;
    struct thread_pool *pool =
        calloc(1, sizeof *pool + wanted * sizeof *pool->threads);
    int result =
        pool == NULL ? -ENOMEM : queue_init(&pool->queue, job->plan.inflight);

    if (result != 0) {
        free(pool);
        return job_fail(job, -result, "making the queue");
    }
    job->model_state = pool;
    for (unsigned i = 0; i < wanted && result == 0; i++) {
        pool->threads[i] = (struct pool_thread){job, i, 0};
        result = thread_create(&pool->threads[i].id, POOL_STACK_BYTES,
                               pool_thread_main, &pool->threads[i]);
        if (result == 0)
            pool->nthreads++;
        else
            job_fail(job, -result, "creating thread %u of %u", i + 1, wanted);
    }
    if (result != 0)
        thread_pool_close(job);
    return result;
}

static void thread_pool_run(struct job *job)
{
    struct thread_pool *pool = job->model_state;
    struct task *task;

    while ((task = job_next(job)) != NULL)
        queue_put(&pool->queue, task);
    join_all(pool);
}

const struct model model_thread_pool = {
    .name = "thread_pool",
    .summary = "threads made once behind a bounded queue",
    .knobs = MODEL_QUEUE,
    .open = thread_pool_open,
    .run = thread_pool_run,
    .close = thread_pool_close,
};
