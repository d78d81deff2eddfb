/* SPDX-License-Identifier: MIT */
/*
 * Threads under the lock that CPython had before 3.2. Nobody asks for it: the
 * holder counts what it interprets, and after every 100 ticks lets go and wants
 * it back at once. Waiters are woken each time and nearly always come too late,
 * so two threads that compute are slower than one; but who waits for I/O beside
 * them hardly waits for the lock. Look at look_up: that is all of it.
 *
 * A tick is an OP_YIELD: give the task a grain of some tens of nanoseconds.
 */
#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"
#include "models/interpreter.h"

enum { CHECK_INTERVAL, IO_WORK };

static const struct parameter parameters[] = {
    [CHECK_INTERVAL] = {.name = "check_interval",
                        .unit = "ticks",
                        .meaning = "lets go after so many: "
                                   "sys.setcheckinterval",
                        .preset = 100,
                        .min = 1,
                        .max = 1000000000},
    [IO_WORK] = {.name = "io_work_ns",
                 .unit = "ns",
                 .meaning = "computing under the lock before each operation",
                 .preset = 3000,
                 .min = 0,
                 .max = 1000000000},
};

struct ticking {
    struct crew crew;
    sem_t lock;
    /* Of all threads together, as in CPython; only the holder touches them. */
    uint64_t ticks_left;
    uint64_t releases;
    uint64_t switches;
    uint64_t longest_refusal_ns;
    unsigned longest_refuser;
    /* Only the holder writes these; who waits looks at them. */
    _Atomic uint64_t drops;
    _Atomic unsigned last_holder;
};

/* Waits for the lock. If it is let go of only once meanwhile, then all of the
 * wait was for one holder that did not look up. */
static void await(struct ticking *model)
{
    uint64_t began_ns = clock_ns();
    uint64_t drops = atomic_load_explicit(&model->drops, memory_order_relaxed);
    unsigned holder =
        atomic_load_explicit(&model->last_holder, memory_order_relaxed);

    trace_state(TRACE_WAITING);
    while (sem_wait(&model->lock) != 0)
        assert(errno == EINTR);
    uint64_t refusal_ns = clock_ns() - began_ns;
    drops = atomic_load_explicit(&model->drops, memory_order_relaxed) - drops;
    if (drops <= 1 && refusal_ns > model->longest_refusal_ns) {
        model->longest_refusal_ns = refusal_ns;
        model->longest_refuser = holder;
    }
}

static void take(struct ticking *model, unsigned self)
{
    if (sem_trywait(&model->lock) != 0)
        await(model);
    model->switches +=
        atomic_load_explicit(&model->last_holder, memory_order_relaxed) != self;
    atomic_store_explicit(&model->last_holder, self, memory_order_relaxed);
    trace_hold(model);
}

static void drop(struct ticking *model)
{
    trace_hold(NULL);
    atomic_store_explicit(
        &model->drops,
        atomic_load_explicit(&model->drops, memory_order_relaxed) + 1,
        memory_order_relaxed);
    int error = sem_post(&model->lock);
    assert(error == 0);
}

static void look_up(struct ticking *model, uint64_t check_interval,
                    unsigned self)
{
    if (--model->ticks_left > 0)
        return;
    model->ticks_left = check_interval;
    model->releases++;
    drop(model);
    take(model, self);
}

static void run(struct job *job, struct task *task, unsigned self)
{
    struct ticking *model = job->model_state;
    uint64_t check_interval = job_model_number(job, CHECK_INTERVAL);
    uint64_t io_work_ns = job_model_number(job, IO_WORK);
    bool outside = false; /* an extension let go of the lock */

    op_finish(&task->op);
    take(model, self);
    while (task_step(task)) {
        if (task->op.kind == OP_YIELD && !outside) {
            look_up(model, check_interval, self);
        } else if (task->op.kind == OP_LEAVE) {
            drop(model);
            outside = true;
        } else if (task->op.kind == OP_ENTER) {
            take(model, self);
            outside = false;
        } else if (outside) {
            op_finish(&task->op);
        } else {
            interpreter_work(io_work_ns);
            drop(model);
            op_finish(&task->op);
            take(model, self);
        }
    }
    if (!outside)
        drop(model);
}

static void work(struct job *job, unsigned worker)
{
    struct task *task;

    while ((task = job_next(job)) != NULL)
        run(job, task, worker);
    job_worker_done(job, worker);
}

static int gil_ticks_open(struct job *job)
{
    struct ticking *model = calloc(1, sizeof *model);

    if (model == NULL)
        return job_fail(job, ENOMEM, "making the lock");
    sem_init(&model->lock, 0, 1);
    model->ticks_left = job_model_number(job, CHECK_INTERVAL);
    model->last_holder = GIL_NOBODY;
    job->model_state = model;
    int result = crew_open(&model->crew, job, work);
    if (result != 0) {
        sem_destroy(&model->lock);
        free(model);
    }
    return result;
}

static void gil_ticks_run(struct job *job)
{
    struct ticking *model = job->model_state;

    crew_run(&model->crew);
}

static void gil_ticks_close(struct job *job)
{
    struct ticking *model = job->model_state;

    crew_close(&model->crew);
    job_metric(job, "gil_switches", (double)model->switches);
    job_metric(job, "gil_releases", (double)model->releases);
    job_metric(job, "gil_longest_refusal_ns",
               (double)model->longest_refusal_ns);
    job_metric(job, "gil_longest_refusal_worker", model->longest_refuser);
    sem_destroy(&model->lock);
    free(model);
}

const struct model model_gil_ticks = {
    .name = "gil_ticks",
    .summary = "threads under one lock, as in CPython before 3.2",
    .knobs = MODEL_WORKERS,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .open = gil_ticks_open,
    .run = gil_ticks_run,
    .close = gil_ticks_close,
};
