/* SPDX-License-Identifier: MIT */
/*
 * Even computing: every task counts down from the same number, so that each
 * costs exactly as much as any other, and 21 tasks exactly 5 % more than 20.
 * With that, a known difference can be put into an experiment.
 */
#include "benches/workloads/steps.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { STEPS, GRAIN };

/* A step takes six cycles: a task about a millisecond, a grain about 20 us. */
static const struct parameter parameters[] = {
    [STEPS] = {.name = "steps",
               .unit = "steps",
               .meaning = "counted down by each task",
               .preset = 600000,
               .min = 1,
               .max = 1000000000000},
    [GRAIN] = {.name = "grain",
               .unit = "steps",
               .meaning = "between two points where others may run",
               .preset = 12000,
               .min = 1,
               .max = 1000000000},
};

struct countdown_shared {
    uint64_t steps;
    uint64_t grain;
};

struct countdown {
    uint64_t left;
    uint64_t value; /* depends on all steps so far */
};

static int countdown_setup(struct job *job)
{
    struct countdown_shared *shared = job->shared;

    shared->steps = job_workload_number(job, STEPS);
    shared->grain = job_workload_number(job, GRAIN);
    return 0;
}

static bool countdown_next(struct task *task)
{
    const struct countdown_shared *shared = task->shared;
    struct countdown *state = (struct countdown *)(void *)task->state;

    if (task->op.kind == OP_START)
        *state = (struct countdown){shared->steps, task->index + 1};
    uint64_t steps = state->left < shared->grain ? state->left : shared->grain;
    state->value = steps_compute(state->value, steps);
    state->left -= steps;
    if (state->left > 0)
        return op_yield(&task->op);
    task->digest = mix64(state->value);
    return false;
}

const struct workload workload_countdown = {
    .name = "countdown",
    .summary = "even computing: all tasks cost exactly the same",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 64,
    .state_bytes = sizeof(struct countdown),
    .shared_bytes = sizeof(struct countdown_shared),
    .setup = countdown_setup,
    .next = countdown_next,
};
