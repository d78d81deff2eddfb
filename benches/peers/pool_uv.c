/* SPDX-License-Identifier: MIT */
/* libuv's pool of two threads: uv_queue_work. It has no bound, and calls back
 * in the thread that asked, as every user of it is called. */
#include <stdlib.h>
#include <uv.h>

#include "benches/peers/pool.h"

static struct pool_sum sums[POOL_WORKERS];
static _Atomic unsigned nworkers;
static _Thread_local struct pool_sum *sum_mine;

struct request {
    uv_work_t work;
    struct pool_task task;
};

static void work(uv_work_t *work)
{
    struct request *request = (struct request *)(void *)work;

    if (sum_mine == NULL)
        sum_mine = &sums[nworkers++];
    request->task.call(&request->task, sum_mine);
}

static void done(uv_work_t *work, int status)
{
    (void)work;
    (void)status;
}

static void nothing(uv_work_t *work)
{
    (void)work;
}

int main(int argc, char **argv)
{
    uint64_t ntasks = pool_number(argc, argv, 1, 1000000);
    uint64_t check = 0;
    struct request *requests = calloc(ntasks, sizeof *requests);
    struct stopwatch watch;
    uv_loop_t loop;
    uv_work_t first;

    setenv("UV_THREADPOOL_SIZE", "2", 1);
    if (requests == NULL || uv_loop_init(&loop) != 0)
        abort();
    for (uint64_t i = 0; i < ntasks; i++)
        requests[i].task = (struct pool_task){pool_add, i};
    /* The pool starts with the first request. */
    uv_queue_work(&loop, &first, nothing, done);
    uv_run(&loop, UV_RUN_DEFAULT);
    stopwatch_start(&watch);
    for (uint64_t i = 0; i < ntasks; i++)
        if (uv_queue_work(&loop, &requests[i].work, work, done) != 0)
            abort();
    uv_run(&loop, UV_RUN_DEFAULT);
    for (unsigned i = 0; i < POOL_WORKERS; i++)
        check += sums[i].value;
    int status = stopwatch_tell(&watch, ntasks, check);
    uv_loop_close(&loop);
    free(requests);
    return status;
}
