/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H

#include <stddef.h>

#include "core/parameter.h"

struct cpython;
struct job;

/*
 * A model: HOW the tasks of a job are run. One file in models/ defines one
 * `const struct model model_NAME`, one line in models.def names it.
 *
 * Order of a run: the workload's setup; open (timed: start-up); run (timed);
 * close (timed: shutdown); the workload's teardown. Every fixed worker calls
 * job_worker_begin before it waits for work and job_worker_done when there is
 * no more: the run ends with the last of them.
 */

/* What a model understands by the numbers `workers` and `inflight`. */
enum model_knobs {
    MODEL_ALONE,     /* one worker, one task; neither can be set */
    MODEL_PER_TASK,  /* a worker per task: inflight; workers means the same */
    MODEL_WORKERS,   /* a fixed crew that takes tasks itself: workers */
    MODEL_QUEUE,     /* a fixed crew behind a queue: workers, and inflight is
                        the length of the queue */
    MODEL_SCHEDULER, /* loops that admit many tasks each: both */
};

struct model {
    const char *name;
    const char *summary; /* one line */
    enum model_knobs knobs;
    const struct parameter *parameters;
    size_t nparameters;

    /* Makes everything ready to run; fixed workers exist and wait. Keeps what
     * it needs in job->model_state. Returns 0 or -errno (see job_fail) and then
     * has left nothing behind. NULL: nothing to do. */
    int (*open)(struct job *job);

    /* Runs all tasks, and returns when the last has ended. Trouble goes to
     * job_fail; what is under way is still brought to its end. */
    void (*run)(struct job *job);

    /* Undoes open. NULL: nothing to do. */
    void (*close)(struct job *job);

    /* Another program carries it out (harness/cpython/), and the three above
     * are not there. NULL: this one does. */
    const struct cpython *cpython;
};

#endif
