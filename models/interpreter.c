/* SPDX-License-Identifier: MIT */
/*
 * What a thread does under a GIL. Look at interpreter_run: the loop of every
 * other model with a kernel that waits, and around each wait a release.
 */
#include "models/interpreter.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/job.h"

enum {
    INTERVAL,
    FORCED,
    FRESH,
    WAKE,
    LOOK_EVERY,
    IO_WORK,
    RELEASE,
};

const struct parameter interpreter_parameters[INTERPRETER_PARAMETERS] = {
    [INTERVAL] = {.name = "interval_us",
                  .unit = "us",
                  .meaning = "a waiter's patience: sys.setswitchinterval",
                  .preset = 5000,
                  .min = 1,
                  .max = 60000000},
    [FORCED] = {.name = "forced_switching",
                .meaning = "who was asked to let go sleeps till another has it",
                .text = "on",
                .choices = "on|off"},
    [FRESH] = {.name = "fresh_interval",
               .meaning = "each new holder gets a whole interval",
               .text = "on",
               .choices = "on|off"},
    [WAKE] = {.name = "wake",
              .meaning = "waiters woken when the lock becomes free",
              .text = "one",
              .choices = "one|all"},
    [LOOK_EVERY] = {.name = "look_every",
                    .unit = "yields",
                    .meaning = "looks up at every so manyth of a task's yields",
                    .preset = 1,
                    .min = 1,
                    .max = 1000000000},
    [IO_WORK] = {.name = "io_work_ns",
                 .unit = "ns",
                 .meaning = "computing under the lock before each operation",
                 .preset = 3000,
                 .min = 0,
                 .max = 1000000000},
    [RELEASE] = {.name = "release",
                 .meaning = "operations it lets go for: all, those that block",
                 .text = "always",
                 .choices = "always|blocking|never"},
};

static bool is_on(const struct job *job, unsigned which)
{
    return strcmp(job_model_text(job, which), "on") == 0;
}

/* Whoever ends a run that takes too long finds the reason in its last words. */
static void tell_unanswered(unsigned holder, uint64_t refusal_ns)
{
    dprintf(STDERR_FILENO,
            "heddle: worker %u holds the GIL and has not looked up for %.1f s, "
            "although it was asked to let go\n",
            holder, (double)refusal_ns / NS_PER_S);
}

struct gil_rules interpreter_rules(const struct job *job)
{
    return (struct gil_rules){
        .interval_ns = job_model_number(job, INTERVAL) * NS_PER_US,
        .forced_switching = is_on(job, FORCED),
        .fresh_interval = is_on(job, FRESH),
        .wake_all = strcmp(job_model_text(job, WAKE), "all") == 0,
        .unanswered = tell_unanswered,
    };
}

static enum release release_of(const struct job *job)
{
    const char *name = job_model_text(job, RELEASE);

    if (strcmp(name, "blocking") == 0)
        return RELEASE_BLOCKING;
    return strcmp(name, "never") == 0 ? RELEASE_NEVER : RELEASE_ALWAYS;
}

struct interpreter interpreter_new(const struct job *job, struct gil *gil,
                                   unsigned self)
{
    return (struct interpreter){
        .gil = gil,
        .self = self,
        .look_every = job_model_number(job, LOOK_EVERY),
        .io_work_ns = job_model_number(job, IO_WORK),
        .release = release_of(job),
    };
}

void interpreter_work(uint64_t ns)
{
    uint64_t end_ns = ns > 0 ? clock_ns() + ns : 0;

    while (ns > 0 && clock_ns() < end_ns)
        continue;
}

/* Carries out an operation that may wait. */
static void wait_outside(struct interpreter *it, struct op *op)
{
    interpreter_work(it->io_work_ns);
    if (it->release == RELEASE_NEVER) {
        op_finish(op);
        return;
    }
    /* A connection has to be waited for anyway, and one that is tried gets a
     * socket that never blocks. */
    if (it->release == RELEASE_BLOCKING && op->kind != OP_CONNECT && op_try(op))
        return;
    gil_release(it->gil, it->self);
    op_finish(op);
    gil_acquire(it->gil, it->self);
}

static void look_up(struct interpreter *it)
{
    if (++it->nyields < it->look_every)
        return;
    it->nyields = 0;
    gil_checkpoint(it->gil, it->self);
}

void interpreter_run(struct interpreter *it, struct task *task)
{
    bool outside = false; /* an extension let go of the lock */

    op_finish(&task->op);
    gil_acquire(it->gil, it->self);
    while (task_step(task)) {
        if (task->op.kind == OP_LEAVE) {
            gil_release(it->gil, it->self);
            outside = true;
        } else if (task->op.kind == OP_ENTER) {
            gil_acquire(it->gil, it->self);
            outside = false;
        } else if (outside) {
            op_finish(&task->op);
        } else if (task->op.kind == OP_YIELD) {
            look_up(it);
        } else {
            wait_outside(it, &task->op);
        }
    }
    if (!outside)
        gil_release(it->gil, it->self);
}

void interpreter_report(struct job *job, const struct gil *gil)
{
    job_metric(job, "gil_switches", (double)gil->switches);
    job_metric(job, "gil_requests", (double)gil->requests);
    job_metric(job, "gil_failed_wakeups", (double)gil->failed_wakeups);
    job_metric(job, "gil_longest_refusal_ns", (double)gil->longest_refusal_ns);
    job_metric(job, "gil_longest_refusal_worker", gil->longest_refuser);
}
