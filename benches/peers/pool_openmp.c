/* SPDX-License-Identifier: MIT */
/* OpenMP: tasks from one thread of three. gcc's carries most of them out where
 * they are made, once 64 a thread wait, so this is no hand-over. */
#include <omp.h>

#include "benches/peers/pool.h"

static struct pool_sum sums[POOL_WORKERS + 1];

int main(int argc, char **argv)
{
    uint64_t ntasks = pool_number(argc, argv, 1, 1000000);
    uint64_t check = 0;
    struct pool_task *tasks = pool_tasks(ntasks);
    struct stopwatch watch;

#pragma omp parallel num_threads(POOL_WORKERS + 1)
#pragma omp single
    {
        stopwatch_start(&watch);
        for (uint64_t i = 0; i < ntasks; i++) {
            struct pool_task *task = &tasks[i];
#pragma omp task firstprivate(task)
            task->call(task, &sums[omp_get_thread_num()]);
        }
#pragma omp taskwait
    }
    for (unsigned i = 0; i < POOL_WORKERS + 1; i++)
        check += sums[i].value;
    int status = stopwatch_tell(&watch, ntasks, check);
    free(tasks);
    return status;
}
