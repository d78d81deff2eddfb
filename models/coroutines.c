/* SPDX-License-Identifier: MIT */
/*
 * Every task has a stack of its own, and one thread goes from stack to stack:
 * a task that must wait, or yields, switches away in some nanoseconds, and
 * comes back when the poller or its turn says so. Waits overlap without bound,
 * as in the event loop, yet the code reads like the sequential one: the stack
 * remembers. The price is that stack, a page or two of memory each.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/poller.h"
#include "core/trace.h"
#include "models/stacks.h"

enum { STACK_BYTES, SWITCH };

static const struct parameter parameters[] = {
    [STACK_BYTES] = {.name = "stack_bytes",
                     .unit = "B",
                     .meaning = "stack of a coroutine, its guard page included",
                     .preset = 65536,
                     .min = 16384,
                     .max = 1 << 23},
    [SWITCH] = {.name = "switch",
                .meaning = "our own switch, or that of ucontext(3)",
                .text = "native",
                .choices = "native|ucontext"},
};

/* Lives at the top of its own stack, in the page that is in use anyway. */
struct coroutine {
    struct context context;
    struct scheduler *scheduler;
    struct task *task;
    struct coroutine *next; /* in the queue of the ready */
    bool ended;
};

struct scheduler {
    struct job *job;
    struct poller poller;
    struct context context; /* of the thread's own stack */
    bool portable;
    uint64_t nlive;          /* admitted and not finished */
    uint64_t nlive_max;      /* so many stacks are reserved */
    bool starting;           /* the last one admitted has not arrived yet */
    struct coroutine *ready; /* first come, first served */
    struct coroutine **ready_end;
    uint64_t nready;
    struct stacks stacks;
};

struct coroutines {
    struct crew crew;
    struct scheduler schedulers[]; /* plan.workers */
};

static void make_ready(struct coroutine *coroutine)
{
    struct scheduler *scheduler = coroutine->scheduler;

    coroutine->next = NULL;
    *scheduler->ready_end = coroutine;
    scheduler->ready_end = &coroutine->next;
    scheduler->nready++;
}

static void scheduler_yield(struct coroutine *self)
{
    make_ready(self);
    context_switch(&self->context, &self->scheduler->context);
}

static _Noreturn void scheduler_end(struct coroutine *self)
{
    self->ended = true;
    context_exit(&self->context, &self->scheduler->context);
}

static void scheduler_park(struct coroutine *self)
{
    struct scheduler *scheduler = self->scheduler;
    int result = poller_watch(&scheduler->poller, self->task);

    if (result != 0) {
        job_fail(scheduler->job, -result, "watching task %llu",
                 (unsigned long long)self->task->index);
        scheduler_end(self);
    }
    context_switch(&self->context, &scheduler->context);
}

static void coroutine_main(void *argument)
{
    struct coroutine *self = argument;
    struct task *task = self->task;

    context_entered(&self->context);
    do {
        while (!op_try(&task->op))
            scheduler_park(self);
        if (task->op.kind == OP_YIELD)
            scheduler_yield(self);
        else if (task->op.kind == OP_START)
            self->scheduler->starting = false;
    } while (task_step(task));
    scheduler_end(self);
}

static void start(struct scheduler *scheduler, struct task *task)
{
    void *stack;
    int result = stacks_take(&scheduler->stacks, &stack);

    if (result != 0) {
        job_fail(scheduler->job, -result, "making stack %llu",
                 (unsigned long long)scheduler->nlive);
        return;
    }
    size_t stack_bytes =
        scheduler->stacks.stack_bytes - sizeof(struct coroutine);
    struct coroutine *coroutine =
        (void *)((unsigned char *)stack + stack_bytes);
    *coroutine = (struct coroutine){.scheduler = scheduler, .task = task};
    result = context_make(&coroutine->context, stack, stack_bytes,
                          coroutine_main, coroutine, scheduler->portable);
    if (result != 0) {
        stacks_put_back(&scheduler->stacks, stack);
        job_fail(scheduler->job, -result, "making a coroutine for task %llu",
                 (unsigned long long)task->index);
        return;
    }
    task->runner = coroutine;
    scheduler->nlive++;
    make_ready(coroutine);
}

/* Takes in new tasks as long as there is room, but only one ahead of its
 * arrival: what comes later is somebody else's if they are free by then. */
static void admit(struct scheduler *scheduler)
{
    struct task *task;

    while (scheduler->nlive < scheduler->nlive_max && !scheduler->starting &&
           (task = job_next(scheduler->job)) != NULL) {
        if (op_is_call(&task->op))
            scheduler->starting = true;
        start(scheduler, task);
    }
}

static void resume(struct coroutine *coroutine)
{
    struct scheduler *scheduler = coroutine->scheduler;

    trace_task(coroutine->task->index);
    context_switch(&scheduler->context, &coroutine->context);
    if (coroutine->ended) {
        context_fini(&coroutine->context);
        stacks_put_back(&scheduler->stacks, (unsigned char *)(coroutine + 1) -
                                                scheduler->stacks.stack_bytes);
        scheduler->nlive--;
    }
}

/* Everyone who is ready gets one turn. */
static void run_ready(struct scheduler *scheduler)
{
    for (uint64_t turns = scheduler->nready; turns > 0; turns--) {
        struct coroutine *coroutine = scheduler->ready;
        assert(coroutine != NULL);
        scheduler->ready = coroutine->next;
        if (scheduler->ready == NULL)
            scheduler->ready_end = &scheduler->ready;
        scheduler->nready--;
        resume(coroutine);
    }
}

/* Makes ready whose wait is over. Sleeps only if there is nobody to run, and
 * then takes one, as an event loop would; the others are at hand. */
static void wake(struct scheduler *scheduler)
{
    if (scheduler->nready == 0) {
        make_ready(poller_wait(&scheduler->poller)->runner);
    } else if (scheduler->nready < scheduler->nlive) {
        struct task *task;
        while ((task = poller_poll(&scheduler->poller)) != NULL)
            make_ready(task->runner);
    }
}

static void scheduler_run(struct job *job, unsigned worker)
{
    struct coroutines *model = job->model_state;
    struct scheduler *scheduler = &model->schedulers[worker];
    int result = context_of_thread(&scheduler->context, scheduler->portable);

    if (result != 0) {
        job_fail(job, -result, "making the context of worker %u", worker);
        return;
    }
    for (;;) {
        admit(scheduler);
        if (scheduler->nlive == 0)
            break;
        wake(scheduler);
        run_ready(scheduler);
    }
    context_fini(&scheduler->context);
    job_worker_done(job, worker);
}

static int scheduler_init(struct scheduler *scheduler, struct job *job)
{
    uint64_t nschedulers = job->plan.workers;

    *scheduler = (struct scheduler){
        .job = job,
        .portable = strcmp(job_model_text(job, SWITCH), "ucontext") == 0 ||
                    !context_is_native(),
        .nlive_max = (job->plan.inflight + nschedulers - 1) / nschedulers,
    };
    scheduler->ready_end = &scheduler->ready;
    int result = stacks_init(&scheduler->stacks, scheduler->nlive_max,
                             job_model_number(job, STACK_BYTES));
    if (result != 0)
        return job_fail(job, -result, "reserving %llu stacks",
                        (unsigned long long)scheduler->nlive_max);
    result = poller_init(&scheduler->poller);
    if (result != 0) {
        stacks_fini(&scheduler->stacks);
        return job_fail(job, -result, "making a poller");
    }
    return 0;
}

static void coroutines_free(struct coroutines *model, unsigned nschedulers)
{
    while (nschedulers > 0) {
        struct scheduler *scheduler = &model->schedulers[--nschedulers];
        poller_fini(&scheduler->poller);
        stacks_fini(&scheduler->stacks);
    }
    free(model);
}

static int coroutines_open(struct job *job)
{
    unsigned nschedulers = job->plan.workers;
    struct coroutines *model =
        calloc(1, sizeof *model + nschedulers * sizeof *model->schedulers);
    unsigned nready = 0;
    int result = 0;

    if (model == NULL)
        return job_fail(job, ENOMEM, "making room for %u schedulers",
                        nschedulers);
    job->model_state = model;
    while (result == 0 && nready < nschedulers) {
        result = scheduler_init(&model->schedulers[nready], job);
        nready += result == 0;
    }
    if (result == 0)
        result = crew_open(&model->crew, job, scheduler_run);
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
