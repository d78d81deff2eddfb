/* SPDX-License-Identifier: MIT */
#ifndef CORE_TASK_H
#define CORE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/op.h"

struct workload;

#define CACHE_LINE 64

/*
 * A task: computes until it must wait, then says what it waits for.
 *
 * It lives in the job's shared mapping, so a forked child fills in the same
 * fields as a thread does. Nobody but the worker that runs it touches it until
 * the run is over. What it does is a pure function of `seed`, `index` and
 * `shared`; never of time, of the model or of its neighbours.
 */
struct task {
    struct op op; /* what it waits for; OP_START when born */
    const struct workload *workload;
    const void *shared; /* the workload's, the same for all tasks of a job */
    uint64_t index;
    uint64_t seed;
    uint64_t digest; /* what it found out */
    uint64_t steps;  /* operations carried out, without OP_READ_SOME, OP_LEAVE
                        and OP_ENTER */
    uint64_t bytes;  /* read and written */
    /* Of a request (core/arrivals.h), on the program's clock. With intended_ns
     * 0 there are none, and nobody looks at the clock for them. */
    uint64_t intended_ns; /* when it was to begin, by plan */
    uint64_t began_ns;    /* when it first ran */
    uint64_t ended_ns;
    int error; /* the errno value that spoilt it, or 0 */
    bool finished;
    void *runner; /* the model's: what carries this task on */
    _Alignas(16) unsigned char state[]; /* the workload's own, zeroed */
};

/* Computes on from where the operation was carried out to where the next one
 * is needed. True: carry out task->op, then call again. False: finished. */
bool task_step(struct task *task);

/* Runs a task to its end in the simplest way there is: the kernel waits and the
 * stack remembers. All models without a scheduler of their own use it. */
void task_run(struct task *task);

/* For workloads: gives up with `error` (an errno value). Returns false, for
 * `return task_fail(...)`. Close what the task owns first. */
bool task_fail(struct task *task, int error);

#endif
