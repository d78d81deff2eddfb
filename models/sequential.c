/* SPDX-License-Identifier: MIT */
/*
 * One task after the other. Every wait is everybody's wait; the waiting state
 * is the program's own stack, and there is nothing to create. What all other
 * models are measured against.
 */
#include "core/job.h"
#include "core/model.h"

static void sequential_run(struct job *job)
{
    struct task *task;

    job_worker_begin(job, 0);
    while ((task = job_next(job)) != NULL)
        task_run(task);
    job_worker_done(job, 0);
}

const struct model model_sequential = {
    .name = "sequential",
    .summary = "one task after the other",
    .knobs = MODEL_ALONE,
    .run = sequential_run,
};
