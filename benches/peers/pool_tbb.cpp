/* SPDX-License-Identifier: MIT */
/* oneTBB: a task group. Who waits for it helps, so that it has three threads:
 * two workers and the one that hands over. */
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include "benches/peers/pool.h"

static struct pool_sum sums[POOL_WORKERS + 1];

int main(int argc, char **argv)
{
    uint64_t ntasks = pool_number(argc, argv, 1, 1000000);
    uint64_t check = 0;
    struct pool_task *tasks = pool_tasks(ntasks);
    tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                POOL_WORKERS + 1);
    tbb::task_arena arena(POOL_WORKERS + 1);
    struct stopwatch watch;
    int status = 0;

    arena.execute([&] {
        tbb::task_group group;
        stopwatch_start(&watch);
        for (uint64_t i = 0; i < ntasks; i++)
            group.run([task = &tasks[i]] {
                int worker = tbb::this_task_arena::current_thread_index();
                task->call(task, &sums[worker]);
            });
        group.wait();
        for (struct pool_sum &sum : sums)
            check += sum.value;
        status = stopwatch_tell(&watch, ntasks, check);
    });
    free(tasks);
    return status;
}
