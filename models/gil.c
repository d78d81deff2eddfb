/* SPDX-License-Identifier: MIT */
/*
 * Threads of an interpreter with one lock for all, as in CPython since 3.2: any
 * number of threads, and one of them computes. Waits overlap, for the lock is
 * let go around them; computing does not. The price of a hand-over is some 2.7
 * context switches; the price for who waits beside a thread that computes is an
 * interval (5 ms) each time it wants the lock back. The lock is core/gil.c, the
 * loop under it models/interpreter.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "models/interpreter.h"

struct threads_with_gil {
    struct crew crew;
    struct gil gil;
};

static void work(struct job *job, unsigned worker)
{
    struct threads_with_gil *model = job->model_state;
    struct interpreter interpreter = interpreter_new(job, &model->gil, worker);
    struct task *task;

    while ((task = job_next(job)) != NULL)
        interpreter_run(&interpreter, task);
    job_worker_done(job, worker);
}

static int gil_open(struct job *job)
{
    struct threads_with_gil *model = calloc(1, sizeof *model);
    struct gil_rules rules = interpreter_rules(job);
    int result = model == NULL ? -ENOMEM : gil_init(&model->gil, &rules);

    if (result != 0) {
        free(model);
        return job_fail(job, -result, "making the lock");
    }
    job->model_state = model;
    result = crew_open(&model->crew, job, work);
    if (result != 0) {
        gil_fini(&model->gil);
        free(model);
    }
    return result;
}

static void gil_run(struct job *job)
{
    struct threads_with_gil *model = job->model_state;

    crew_run(&model->crew);
}

static void gil_close(struct job *job)
{
    struct threads_with_gil *model = job->model_state;

    crew_close(&model->crew);
    interpreter_report(job, &model->gil);
    gil_fini(&model->gil);
    free(model);
}

const struct model model_gil = {
    .name = "gil",
    .summary = "threads under one lock, as in CPython since 3.2",
    .knobs = MODEL_WORKERS,
    .parameters = interpreter_parameters,
    .nparameters = INTERPRETER_PARAMETERS,
    .open = gil_open,
    .run = gil_run,
    .close = gil_close,
};
