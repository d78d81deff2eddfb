/* SPDX-License-Identifier: MIT */
/*
 * The step of a task: count what was carried out, then let the workload compute
 * up to the next operation. The only caller of a workload's `next`.
 */
#include "core/task.h"

#include "core/clock.h"
#include "core/trace.h"
#include "core/workload.h"

bool task_step(struct task *task)
{
    if (task->intended_ns != 0 && task->op.kind == OP_START)
        task->began_ns = clock_ns();
    trace_compute(task->index);
    task->steps += task->op.kind != OP_READ_SOME;
    task->bytes += task->op.done;
    if (task->workload->next(task))
        return true;
    if (task->intended_ns != 0)
        task->ended_ns = clock_ns();
    task->finished = true;
    return false;
}

void task_run(struct task *task)
{
    do
        op_finish(&task->op);
    while (task_step(task));
}

bool task_fail(struct task *task, int error)
{
    task->error = error;
    return false;
}
