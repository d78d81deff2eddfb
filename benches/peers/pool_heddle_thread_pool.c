/* SPDX-License-Identifier: MIT */
/* The queue of the model thread_pool, without a harness around it. */
#include <pthread.h>

#include "benches/peers/pool.h"
#include "models/queue.h"

static struct queue queue;
static struct pool_sum sums[POOL_WORKERS];

static void *work(void *argument)
{
    struct pool_sum *sum = argument;
    struct pool_task *task;

    while ((task = queue_take(&queue)) != NULL)
        task->call(task, sum);
    return NULL;
}

int main(int argc, char **argv)
{
    uint64_t ntasks = pool_number(argc, argv, 1, 1000000);
    uint64_t check = 0;
    struct pool_task *tasks = pool_tasks(ntasks);
    pthread_t threads[POOL_WORKERS];
    struct stopwatch watch;

    if (queue_init(&queue, pool_number(argc, argv, 2, 1024)) != 0)
        abort();
    for (unsigned i = 0; i < POOL_WORKERS; i++)
        if (pthread_create(&threads[i], NULL, work, &sums[i]) != 0)
            abort();
    stopwatch_start(&watch);
    for (uint64_t i = 0; i < ntasks; i++)
        queue_put(&queue, &tasks[i]);
    queue_close(&queue);
    for (unsigned i = 0; i < POOL_WORKERS; i++) {
        pthread_join(threads[i], NULL);
        check += sums[i].value;
    }
    int status = stopwatch_tell(&watch, ntasks, check);
    queue_fini(&queue);
    free(tasks);
    return status;
}
