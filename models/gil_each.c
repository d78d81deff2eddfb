/* SPDX-License-Identifier: MIT */
/*
 * An interpreter with a lock of its own for each thread: what sub-interpreters
 * do since CPython 3.12 (PEP 684). The rules are those of `gil`, but nobody
 * ever waits for a lock, so they never apply: computing uses all cores, and
 * what is left of the GIL is taking a free lock around each operation.
 */
#include <errno.h>
#include <stdlib.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "models/interpreter.h"

struct interpreters {
    struct crew crew;
    struct {
        _Alignas(CACHE_LINE) struct gil gil;
    } each[]; /* plan.workers */
};

static void work(struct job *job, unsigned worker)
{
    struct interpreters *model = job->model_state;
    struct interpreter interpreter =
        interpreter_new(job, &model->each[worker].gil, worker);
    struct task *task;

    while ((task = job_next(job)) != NULL)
        interpreter_run(&interpreter, task);
    job_worker_done(job, worker);
}

static void fini_locks(struct interpreters *model, unsigned nlocks)
{
    while (nlocks > 0)
        gil_fini(&model->each[--nlocks].gil);
}

static int init_locks(struct job *job, struct interpreters *model)
{
    struct gil_rules rules = interpreter_rules(job);

    for (unsigned i = 0; i < job->plan.workers; i++) {
        int result = gil_init(&model->each[i].gil, &rules);
        if (result != 0) {
            fini_locks(model, i);
            return job_fail(job, -result, "making lock %u", i + 1);
        }
    }
    return 0;
}

static int gil_each_open(struct job *job)
{
    size_t bytes =
        sizeof(struct interpreters) +
        job->plan.workers * sizeof(((struct interpreters *)0)->each[0]);
    bytes = (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    struct interpreters *model = aligned_alloc(CACHE_LINE, bytes);

    if (model == NULL)
        return job_fail(job, ENOMEM, "making room for %u locks",
                        job->plan.workers);
    job->model_state = model;
    int result = init_locks(job, model);
    if (result == 0) {
        result = crew_open(&model->crew, job, work);
        if (result != 0)
            fini_locks(model, job->plan.workers);
    }
    if (result != 0)
        free(model);
    return result;
}

static void gil_each_run(struct job *job)
{
    struct interpreters *model = job->model_state;

    crew_run(&model->crew);
}

static void gil_each_close(struct job *job)
{
    struct interpreters *model = job->model_state;

    crew_close(&model->crew);
    fini_locks(model, job->plan.workers);
    free(model);
}

const struct model model_gil_each = {
    .name = "gil_each",
    .summary = "threads with a lock each, as sub-interpreters have",
    .knobs = MODEL_WORKERS,
    .parameters = interpreter_parameters,
    .nparameters = INTERPRETER_PARAMETERS,
    .open = gil_each_open,
    .run = gil_each_run,
    .close = gil_each_close,
};
