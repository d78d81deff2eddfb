/* SPDX-License-Identifier: MIT */
/*
 * Nothing. What is left is what a task costs: being made, started, noticed when
 * it ends, and disposed of.
 */
#include "core/digest.h"
#include "core/task.h"
#include "core/workload.h"

static bool empty_next(struct task *task)
{
    task->digest = mix64(task->index);
    return false;
}

const struct workload workload_empty = {
    .name = "empty",
    .summary = "no work at all: what a task costs",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .ntasks = 10000,
    .next = empty_next,
};
