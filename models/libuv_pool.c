/* SPDX-License-Identifier: MIT */
/*
 * libuv's own pool, for comparison: uv_queue_work hands a task to a thread that
 * may block, and the loop hears by an eventfd when it has returned. One mutex,
 * one condition variable, as in `thread_pool`; but the queue has no bound, so
 * the loop keeps at most `inflight` waiting, and puts the next task in when it
 * hears of one that has ended.
 *
 * There is one such pool in a process, and its size is settled by its first
 * use, until the process ends.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"

enum { POOL_THREADS_MAX = 1024 }; /* libuv's own bound */

/* A place in the queue or on a thread. */
struct place {
    uv_work_t work; /* its `data` is this place */
    struct libuv_pool *pool;
    struct task *task;
};

struct libuv_pool {
    uv_loop_t loop;
    struct job *job;
    uv_barrier_t barrier; /* of all threads */
    _Atomic unsigned nmet;
    uint64_t nplaces;
    struct place places[]; /* plan.inflight and one for each thread */
};

static void run_task(uv_work_t *work)
{
    struct place *place = work->data;

    trace_task(place->task->index);
    task_run(place->task);
    trace_state(TRACE_IDLE);
}

static void put_next(struct place *place);

static void on_done(uv_work_t *work, int status)
{
    (void)status; /* nobody cancels */
    put_next(work->data);
}

static void put_next(struct place *place)
{
    place->task = job_next(place->pool->job);
    if (place->task != NULL)
        uv_queue_work(&place->pool->loop, &place->work, run_task, on_done);
}

/* Everyone gets here once, for none leaves before all have come. */
static void meet(uv_work_t *work)
{
    struct place *place = work->data;
    struct libuv_pool *pool = place->pool;

    job_worker_begin(pool->job, pool->nmet++);
    uv_barrier_wait(&pool->barrier);
}

static void on_met(uv_work_t *work, int status)
{
    (void)work;
    (void)status;
}

/* Starts the threads, and gives each of them its number. */
static void start_threads(struct libuv_pool *pool)
{
    for (unsigned i = 0; i < pool->job->plan.workers; i++)
        uv_queue_work(&pool->loop, &pool->places[i].work, meet, on_met);
    uv_run(&pool->loop, UV_RUN_DEFAULT);
}

static void await_release(void *argument)
{
    uv_sem_wait(argument);
}

/* Where a thread of its pool is refused, libuv aborts the program. So as many
 * are made and ended beforehand, which doubles what the start takes. Returns 0
 * or -errno. */
static int try_threads(struct job *job, unsigned nthreads)
{
    uv_thread_t *threads = calloc(nthreads, sizeof *threads);
    unsigned nmade = 0;
    uv_sem_t release;
    int result = threads == NULL ? -ENOMEM : uv_sem_init(&release, 0);

    while (result == 0 && nmade < nthreads) {
        result = uv_thread_create(&threads[nmade], await_release, &release);
        nmade += result == 0;
    }
    if (result != 0)
        job_fail(job, -result, "creating thread %u of %u", nmade + 1, nthreads);
    for (unsigned i = 0; i < nmade; i++)
        uv_sem_post(&release);
    for (unsigned i = 0; i < nmade; i++)
        uv_thread_join(&threads[i]);
    if (threads != NULL)
        uv_sem_destroy(&release);
    free(threads);
    return result;
}

/* Settles the size of the process's pool. A forked child has none yet. Returns
 * 0 or -errno. */
static int settle_size(struct job *job, unsigned nthreads)
{
    static pid_t owner;
    static unsigned settled;
    char text[16];

    if (nthreads > POOL_THREADS_MAX)
        return job_fail(job, EINVAL,
                        "libuv's pool has at most %d threads; give fewer "
                        "--workers",
                        POOL_THREADS_MAX);
    if (owner == getpid())
        return settled == nthreads
                   ? 0
                   : job_fail(job, EBUSY,
                              "libuv's pool has %u threads until this process "
                              "ends",
                              settled);
    snprintf(text, sizeof text, "%u", nthreads);
    if (setenv("UV_THREADPOOL_SIZE", text, 1) < 0)
        return job_fail(job, errno, "telling libuv how many threads");
    int result = try_threads(job, nthreads);
    if (result == 0) {
        owner = getpid();
        settled = nthreads;
    }
    return result;
}

static int pool_init(struct libuv_pool *pool, struct job *job, uint64_t nplaces)
{
    int result = uv_loop_init(&pool->loop);

    if (result != 0)
        return job_fail(job, -result, "making the loop");
    result = uv_barrier_init(&pool->barrier, job->plan.workers);
    if (result != 0) {
        uv_loop_close(&pool->loop);
        return job_fail(job, -result, "making the barrier");
    }
    pool->job = job;
    pool->nplaces = nplaces;
    for (uint64_t i = 0; i < nplaces; i++) {
        pool->places[i].pool = pool;
        pool->places[i].work.data = &pool->places[i];
    }
    return 0;
}

static int libuv_pool_open(struct job *job)
{
    unsigned nthreads = job->plan.workers;
    uint64_t nplaces = job->plan.inflight + nthreads;
    int result = settle_size(job, nthreads);

    if (result != 0)
        return result;
    struct libuv_pool *pool =
        calloc(1, sizeof *pool + nplaces * sizeof *pool->places);
    if (pool == NULL)
        return job_fail(job, ENOMEM, "making room for %llu tasks",
                        (unsigned long long)nplaces);
    result = pool_init(pool, job, nplaces);
    if (result != 0) {
        free(pool);
        return result;
    }
    job->model_state = pool;
    start_threads(pool);
    return 0;
}

/* A worker's end is when the loop has heard of the last task. */
static void libuv_pool_run(struct job *job)
{
    struct libuv_pool *pool = job->model_state;

    for (uint64_t i = 0; i < pool->nplaces; i++)
        put_next(&pool->places[i]);
    uv_run(&pool->loop, UV_RUN_DEFAULT);
    for (unsigned i = 0; i < job->plan.workers; i++)
        job_worker_done(job, i);
}

static void libuv_pool_close(struct job *job)
{
    struct libuv_pool *pool = job->model_state;

    uv_barrier_destroy(&pool->barrier);
    uv_loop_close(&pool->loop);
    free(pool);
}

const struct model model_libuv_pool = {
    .name = "libuv_pool",
    .summary = "libuv's pool of threads: uv_queue_work",
    .knobs = MODEL_QUEUE,
    .open = libuv_pool_open,
    .run = libuv_pool_run,
    .close = libuv_pool_close,
};
