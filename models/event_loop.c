/* SPDX-License-Identifier: MIT */
/*
 * One thread asks epoll which of many waits is over, and lets that task compute
 * up to its next wait. No stack remembers anything: the waiting state is the
 * task itself, a few hundred bytes. Waits overlap without bound, computing does
 * not: whoever computes, or reads a file, holds up everybody else in the loop.
 */
#include <errno.h>
#include <stdlib.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/poller.h"
#include "core/trace.h"

struct loop {
    struct job *job;
    struct poller poller;
    uint64_t nlive; /* admitted and not finished */
    bool starting;  /* the last one admitted has not arrived yet */
};

struct event_loop {
    struct crew crew;
    struct loop loops[]; /* plan.workers */
};

static void loop_resume(struct loop *loop, struct task *task)
{
    trace_task(task->index);
    while (op_try(&task->op)) {
        if (task->op.kind == OP_START)
            loop->starting = false;
        if (!task_step(task)) {
            loop->nlive--;
            return;
        }
    }
    int result = poller_watch(&loop->poller, task);
    if (result != 0) {
        job_fail(loop->job, -result, "watching task %llu",
                 (unsigned long long)task->index);
        loop->nlive--;
    }
}

/* Takes in new tasks as long as there is room, but only one ahead of its
 * arrival: what comes later is somebody else's if they are free by then. */
static void loop_admit(struct loop *loop, uint64_t nlive_max)
{
    struct task *task;

    while (loop->nlive < nlive_max && !loop->starting &&
           (task = job_next(loop->job)) != NULL) {
        loop->nlive++;
        loop->starting = true;
        loop_resume(loop, task);
    }
}

static void loop_run(struct job *job, unsigned worker)
{
    struct event_loop *model = job->model_state;
    struct loop *loop = &model->loops[worker];
    uint64_t nloops = job->plan.workers;
    uint64_t nlive_max = (job->plan.inflight + nloops - 1) / nloops;

    for (;;) {
        loop_admit(loop, nlive_max);
        if (loop->nlive == 0)
            break;
        loop_resume(loop, poller_wait(&loop->poller));
    }
    job_worker_done(job, worker);
}

static void fini_pollers(struct event_loop *model, unsigned npollers)
{
    while (npollers > 0)
        poller_fini(&model->loops[--npollers].poller);
}

static int event_loop_open(struct job *job)
{
    unsigned nloops = job->plan.workers;
    struct event_loop *model =
        calloc(1, sizeof *model + nloops * sizeof *model->loops);

    if (model == NULL)
        return job_fail(job, ENOMEM, "making room for %u loops", nloops);
    job->model_state = model;
    for (unsigned i = 0; i < nloops; i++) {
        model->loops[i].job = job;
        int result = poller_init(&model->loops[i].poller);
        if (result != 0) {
            fini_pollers(model, i);
            free(model);
            return job_fail(job, -result, "making poller %u of %u", i + 1,
                            nloops);
        }
    }
    int result = crew_open(&model->crew, job, loop_run);
    if (result != 0) {
        fini_pollers(model, nloops);
        free(model);
    }
    return result;
}

static void event_loop_run(struct job *job)
{
    struct event_loop *model = job->model_state;

    crew_run(&model->crew);
}

static void event_loop_close(struct job *job)
{
    struct event_loop *model = job->model_state;

    crew_close(&model->crew);
    fini_pollers(model, job->plan.workers);
    free(model);
}

const struct model model_event_loop = {
    .name = "event_loop",
    .summary = "epoll: one thread for all waits",
    .knobs = MODEL_SCHEDULER,
    .open = event_loop_open,
    .run = event_loop_run,
    .close = event_loop_close,
};
