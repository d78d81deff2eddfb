/* SPDX-License-Identifier: MIT */
/*
 * Every task has a stack of its own, and one thread goes from stack to stack:
 * a task that must wait, or yields, switches away in some nanoseconds, and
 * comes back when the poller or its turn says so. Waits overlap without bound,
 * as in the event loop, yet the code reads like the sequential one: the stack
 * remembers. The price is that stack, a page or two of memory each.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/poller.h"
#include "core/trace.h"
#include "models/overflow.h"
#include "models/scheduler.h"

enum { STACK_BYTES, STACK_CHECK, SWITCH };

static const struct parameter parameters[] = {
    [STACK_BYTES] = {.name = "stack_bytes",
                     .unit = "B",
                     .meaning = "stack of a coroutine, beside its guard page",
                     .preset = 65536,
                     .min = 4096,
                     .max = 1 << 23},
    [STACK_CHECK] = {.name = "stack_check",
                     .meaning = "an overflow meets a guard page, or is looked "
                                "for at each switch",
                     .text = "guard",
                     .choices = "guard|checked"},
    [SWITCH] = {.name = "switch",
                .meaning = "our own switch, or that of ucontext(3)",
                .text = "native",
                .choices = "native|ucontext"},
};

/* A scheduler of coroutines, and what makes them ready: tasks that arrive, and
 * the poller. */
struct loop {
    struct job *job;
    struct scheduler scheduler;
    struct poller poller;
    uint64_t nlive_max; /* so many stacks are reserved */
    bool starting;      /* the last one admitted has not arrived yet */
};

struct coroutines {
    struct crew crew;
    struct loop loops[]; /* plan.workers */
};

static struct loop *loop_of(struct coroutine *self)
{
    struct scheduler *scheduler = self->scheduler;

    return (struct loop *)(void *)((unsigned char *)scheduler -
                                   offsetof(struct loop, scheduler));
}

/* Until the poller says that the task's operation should be tried again.
 * Returns whether it can be waited for. */
static bool park(struct coroutine *self)
{
    struct loop *loop = loop_of(self);
    struct task *task = self->argument;
    int result = poller_watch(&loop->poller, task);

    if (result == 0)
        scheduler_park(self);
    else
        job_fail(loop->job, -result, "watching task %llu",
                 (unsigned long long)task->index);
    trace_task(task->index);
    return result == 0;
}

static void run_task(struct coroutine *self)
{
    struct task *task = self->argument;

    trace_task(task->index);
    do {
        while (!op_try(&task->op))
            if (!park(self))
                return;
        if (task->op.kind == OP_YIELD) {
            scheduler_yield(self);
            trace_task(task->index);
        } else if (task->op.kind == OP_START) {
            loop_of(self)->starting = false;
        }
    } while (task_step(task));
}

/* Takes in new tasks as long as there is room, but only one ahead of its
 * arrival: what comes later is somebody else's if they are free by then. Each
 * runs at once, while what has just been touched is in the cache. */
static void admit(struct loop *loop)
{
    struct coroutine *coroutine;
    struct task *task;

    while (loop->scheduler.nlive < loop->nlive_max && !loop->starting &&
           (task = job_next(loop->job)) != NULL) {
        int result =
            scheduler_spawn(&loop->scheduler, run_task, task, &coroutine);
        if (result != 0) {
            job_fail(loop->job, -result, "making a coroutine for task %llu",
                     (unsigned long long)task->index);
            return;
        }
        task->runner = coroutine;
        loop->starting = true;
        scheduler_resume(&loop->scheduler, coroutine);
    }
}

/* Whose wait is over goes on. Sleeps only if nobody is ready; otherwise all who
 * wait get a turn at most, or those who are ready would never have another. */
static void wake(struct loop *loop)
{
    struct scheduler *scheduler = &loop->scheduler;

    if (scheduler->nready == 0) {
        scheduler_resume(scheduler, poller_wait(&loop->poller)->runner);
        return;
    }
    for (uint64_t n = scheduler->nlive - scheduler->nready; n > 0; n--) {
        struct task *task = poller_poll(&loop->poller);
        if (task == NULL)
            break;
        scheduler_resume(scheduler, task->runner);
    }
}

static void tell_overflow(struct job *job, const struct coroutine *coroutine)
{
    const struct task *task = coroutine->argument;
    uint64_t bytes = job_model_number(job, STACK_BYTES);

    job_fail(job, EFAULT,
             "the coroutine of task %llu overflowed its stack of %llu B; "
             "try --set coroutines.stack_bytes=%llu",
             (unsigned long long)task->index, (unsigned long long)bytes,
             (unsigned long long)bytes * 2);
}

static void loop_run(struct job *job, unsigned worker)
{
    struct coroutines *model = job->model_state;
    struct loop *loop = &model->loops[worker];
    int result = scheduler_enter(&loop->scheduler);

    if (result != 0) {
        job_fail(job, -result, "making the context of worker %u", worker);
        return;
    }
    for (;;) {
        admit(loop);
        if (loop->scheduler.nlive == 0 ||
            scheduler_lost(&loop->scheduler) != NULL)
            break;
        wake(loop);
        scheduler_turn(&loop->scheduler);
    }
    if (scheduler_lost(&loop->scheduler) != NULL)
        tell_overflow(job, scheduler_lost(&loop->scheduler));
    scheduler_leave(&loop->scheduler);
    job_worker_done(job, worker);
}

static int loop_init(struct loop *loop, struct job *job)
{
    uint64_t nloops = job->plan.workers;
    struct scheduler_plan plan = {
        .ncoroutines = (job->plan.inflight + nloops - 1) / nloops,
        .stack_bytes = job_model_number(job, STACK_BYTES),
        .checked = strcmp(job_model_text(job, STACK_CHECK), "checked") == 0,
        .portable = strcmp(job_model_text(job, SWITCH), "ucontext") == 0,
    };

    loop->job = job;
    loop->nlive_max = plan.ncoroutines;
    int result = scheduler_init(&loop->scheduler, &plan);
    if (result != 0)
        return job_fail(job, -result, "reserving %llu stacks",
                        (unsigned long long)plan.ncoroutines);
    result = poller_init(&loop->poller);
    if (result != 0) {
        scheduler_fini(&loop->scheduler);
        return job_fail(job, -result, "making a poller");
    }
    return 0;
}

static void coroutines_free(struct coroutines *model, unsigned nloops)
{
    overflow_close();
    while (nloops > 0) {
        struct loop *loop = &model->loops[--nloops];
        poller_fini(&loop->poller);
        scheduler_fini(&loop->scheduler);
    }
    free(model);
}

static int coroutines_open(struct job *job)
{
    unsigned nloops = job->plan.workers;
    struct coroutines *model =
        calloc(1, sizeof *model + nloops * sizeof *model->loops);
    unsigned nready = 0;

    if (model == NULL)
        return job_fail(job, ENOMEM, "making room for %u schedulers", nloops);
    job->model_state = model;
    overflow_open();
    int result = 0;
    while (result == 0 && nready < nloops) {
        result = loop_init(&model->loops[nready], job);
        nready += result == 0;
    }
    if (result == 0)
        result = crew_open(&model->crew, job, loop_run);
    if (result != 0)
        coroutines_free(model, nready);
    return result;
}

static void coroutines_run(struct job *job)
{
    struct coroutines *model = job->model_state;

    crew_run(&model->crew);
}

static void coroutines_close(struct job *job)
{
    struct coroutines *model = job->model_state;

    crew_close(&model->crew);
    coroutines_free(model, job->plan.workers);
}

const struct model model_coroutines = {
    .name = "coroutines",
    .summary = "a stack per task, switched in user space",
    .knobs = MODEL_SCHEDULER,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .open = coroutines_open,
    .run = coroutines_run,
    .close = coroutines_close,
};
