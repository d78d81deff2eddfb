/* SPDX-License-Identifier: MIT */
/*
 * The step of a task: count what was carried out, then let the workload compute
 * up to the next operation. The only caller of a workload's `next`.
 */
#include "core/task.h"

#include "core/clock.h"
#include "core/trace.h"
#include "core/workload.h"

/* How often a READ_SOME is needed is up to the network, and how often a task
 * has to leave the GIL for a lock is up to its neighbours: steps are the same
 * for every model. */
static bool is_counted(const struct op *op)
{
    return op->kind != OP_READ_SOME && op->kind != OP_LEAVE &&
           op->kind != OP_ENTER;
}

bool task_step(struct task *task)
{
    if (task->intended_ns != 0 && task->op.kind == OP_START)
        task->began_ns = clock_ns();
    trace_compute(task->index);
    task->steps += is_counted(&task->op);
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
