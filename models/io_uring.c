/* SPDX-License-Identifier: MIT */
/*
 * An event loop the other way round: not "tell me when it would not wait, then
 * I call", but "do it, and tell me what came of it". Many operations go to the
 * kernel in one system call, none is tried in vain, and files hold up nobody: a
 * thread of the kernel's reads them. Look at loop_run, and beside event_loop.c
 * at what is not here: a poller, timers.
 */
#include <errno.h>
#include <stdlib.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"
#include "models/ring.h"

struct loop {
    struct job *job;
    struct ring ring;
    uint64_t nlive; /* admitted and not finished */
    bool starting;  /* the last one admitted has not arrived yet */
};

struct loops {
    struct crew crew;
    struct loop loops[]; /* plan.workers */
};

static void lose(struct loop *loop, const struct task *task, int result)
{
    job_fail(loop->job, -result, "submitting for task %llu",
             (unsigned long long)task->index);
    loop->nlive--;
}

static void loop_submit(struct loop *loop, struct task *task)
{
    int result = ring_put(&loop->ring, task);

    if (result != 0)
        lose(loop, task, result);
}

/* Its operation has been carried out. */
static void loop_resume(struct loop *loop, struct task *task)
{
    trace_task(task->index);
    do {
        if (task->op.kind == OP_START)
            loop->starting = false;
        if (!task_step(task)) {
            loop->nlive--;
            return;
        }
    } while (ring_done_at_once(task));
    loop_submit(loop, task);
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
        if (ring_done_at_once(task))
            loop_resume(loop, task);
        else
            loop_submit(loop, task);
    }
}

static void loop_complete(struct loop *loop)
{
    struct task *task;
    int error;

    while (ring_take(&loop->ring, &task, &error)) {
        if (error != 0)
            lose(loop, task, error);
        else if (task != NULL)
            loop_resume(loop, task);
    }
}

static void loop_run(struct job *job, unsigned worker)
{
    struct loops *model = job->model_state;
    struct loop *loop = &model->loops[worker];
    uint64_t nloops = job->plan.workers;
    uint64_t nlive_max = (job->plan.inflight + nloops - 1) / nloops;
    int result = ring_join(&loop->ring);

    while (result >= 0) {
        loop_admit(loop, nlive_max);
        if (loop->nlive == 0)
            break;
        result = ring_wait(&loop->ring);
        loop_complete(loop);
    }
    if (result < 0)
        job_fail(job, -result, "waiting for completions");
    job_worker_done(job, worker);
}

static void loops_free(struct loops *model, unsigned nrings)
{
    while (nrings > 0)
        ring_fini(&model->loops[--nrings].ring);
    free(model);
}

/* The machine may know io_uring and yet forbid it; say who could have. */
static int refuse(struct job *job, int result, unsigned nth)
{
    if (result == -EPERM || result == -ENOSYS)
        return job_fail(job, -result,
                        "setting up io_uring (forbidden by sysctl "
                        "kernel.io_uring_disabled or a container's seccomp?)");
    return job_fail(job, -result, "setting up ring %u of %u", nth,
                    job->plan.workers);
}

static int io_uring_open(struct job *job)
{
    unsigned nloops = job->plan.workers;
    struct loops *model =
        calloc(1, sizeof *model + nloops * sizeof *model->loops);
    unsigned nrings = 0;
    int result = 0;

    if (model == NULL)
        return job_fail(job, ENOMEM, "making room for %u loops", nloops);
    job->model_state = model;
    while (result == 0 && nrings < nloops) {
        model->loops[nrings].job = job;
        result = ring_init(&model->loops[nrings].ring);
        if (result == 0)
            nrings++;
        else
            refuse(job, result, nrings + 1);
    }
    if (result == 0)
        result = crew_open(&model->crew, job, loop_run);
    if (result != 0)
        loops_free(model, nrings);
    return result;
}

static void io_uring_run(struct job *job)
{
    struct loops *model = job->model_state;

    crew_run(&model->crew);
}

static void io_uring_close(struct job *job)
{
    struct loops *model = job->model_state;

    crew_close(&model->crew);
    loops_free(model, job->plan.workers);
}

const struct model model_io_uring = {
    .name = "io_uring",
    .summary = "rings: the kernel does what is asked, and tells",
    .knobs = MODEL_SCHEDULER,
    .open = io_uring_open,
    .run = io_uring_run,
    .close = io_uring_close,
};
