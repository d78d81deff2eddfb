/* SPDX-License-Identifier: MIT */
/*
 * Models with one lock for all threads: tasks that count in plain memory which
 * they share, and let go of the lock in every way there is, lose no count; and
 * ThreadSanitizer sees no race. That is all that keeps them apart.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/job.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/once/measure.h"

enum { NTASKS = 24, STEPS = 4000, WORKERS = 4, PARAMETERS_MAX = 16 };

extern const struct model model_gil, model_gil_ticks;

static uint64_t counter;

/* Counts under the lock only: between LEAVE and ENTER the task has not got it.
 */
static bool counting_next(struct task *task)
{
    if (task->op.kind == OP_LEAVE)
        return op_enter(&task->op);
    uint64_t *nsteps = (uint64_t *)(void *)task->state;
    uint64_t seen = counter;
    for (volatile unsigned i = 0; i < 200; i++)
        ;
    counter = seen + 1;
    if (++*nsteps == STEPS)
        return false;
    if (*nsteps % 50 == 0)
        return op_sleep(&task->op, 1000);
    if (*nsteps % 20 == 0)
        return op_leave(&task->op);
    return op_yield(&task->op);
}

static const struct workload counting = {
    .name = "counting", .next = counting_next, .state_bytes = sizeof(uint64_t)};

/* The model's defaults, but for one number. */
static void check(const struct model *model, const char *name, uint64_t number)
{
    union value values[PARAMETERS_MAX];
    struct job_plan plan = {.workload = &counting,
                            .model = model,
                            .model_values = values,
                            .ntasks = NTASKS,
                            .workers = WORKERS,
                            .inflight = WORKERS};
    struct extras extras = {.memory = false};
    struct complaint complaint;
    struct measurement m;

    assert(model->nparameters <= PARAMETERS_MAX);
    for (size_t i = 0; i < model->nparameters; i++) {
        const struct parameter *parameter = &model->parameters[i];
        if (parameter->text != NULL)
            values[i].text = parameter->text;
        else if (strcmp(parameter->name, name) == 0)
            values[i].number = number;
        else
            values[i].number = parameter->preset;
    }
    counter = 0;
    int result = measure(&plan, &extras, &m, &complaint);
    assert(result == 0);
    printf("%s, %s %ju: counted to %ju\n", model->name, name, (uintmax_t)number,
           (uintmax_t)counter);
    assert(counter == (uint64_t)NTASKS * STEPS);
}

int main(void)
{
    check(&model_gil, "interval_us", 1);
    check(&model_gil, "interval_us", 5000);
    check(&model_gil_ticks, "check_interval", 1);
    check(&model_gil_ticks, "check_interval", 7);
    return 0;
}
