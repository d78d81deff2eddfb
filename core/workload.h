/* SPDX-License-Identifier: MIT */
#ifndef CORE_WORKLOAD_H
#define CORE_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/parameter.h"

struct job;
struct task;

/*
 * A workload: WHAT is done. One file in benches/workloads/ defines one
 * `const struct workload workload_NAME`, one line in workloads.def names it.
 *
 * Models do not include this header: to them a workload is a forward
 * declaration, so no model can treat one workload unlike another.
 */
enum workload_kind {
    WORKLOAD_CPU,
    WORKLOAD_IO,
    WORKLOAD_MIXED,
};

struct workload {
    const char *name;
    const char *summary; /* one line */
    enum workload_kind kind;
    unsigned version; /* counted up when its work changes */
    const struct parameter *parameters;
    size_t nparameters;
    uint64_t ntasks;     /* the default */
    size_t state_bytes;  /* of a task's own state */
    size_t shared_bytes; /* of what all tasks of a job share */

    /* Its tasks change the process that runs them (its cores, its threads), so
     * one runs at a time, in the measured process: MODEL_ALONE. */
    bool alone;
    /* All its tasks have to be under way at once: no fewer workers will do. */
    bool all_at_once;
    /* It goes on for a stated time. How much its tasks do in it, their steps
     * and bytes, nobody knows beforehand: only digests are compared. */
    bool timed;

    /* Fills job->shared from the parameters; may start a peer, open
     * connections, write to the tasks' states. Not timed. Returns 0 or -errno
     * and then has left nothing behind. NULL: nothing to do. */
    int (*setup)(struct job *job);

    /* The next step of a task whose operation has been carried out: computes,
     * prepares the next operation and returns true, or returns false at the
     * end. The task has closed what it opened by then, by asking for it. Pure
     * computing asks for a YIELD after every so many units of work, never by
     * the clock: a task's steps then tell its share of all work, and the bounds
     * of speed-up come from that. */
    bool (*next)(struct task *task);

    /* Looks at what the tasks have done, once all have ended well; also after
     * a run with the waits left out. Not timed. Where work is not the same each
     * time, it replays what a task says that it did, and gives it a digest that
     * is the same each time if that is true, and another if not. Returns 0 or
     * -errno (see job_fail). NULL: nothing to do. */
    int (*check)(struct job *job);

    /* Undoes setup. Not timed. NULL: nothing to do. */
    void (*teardown)(struct job *job);

    /* The nanoseconds that task `index` must spend waiting, whatever the model
     * does; the bounds in charts come from it. NULL: none, or not known. */
    uint64_t (*wait_ns)(const struct job *job, uint64_t index);

    /* True if nobody can know beforehand what the tasks will find (a server
     * that is not ours): results are then marked unverified. NULL: never. */
    bool (*unverified)(const struct job *job);

    /* Writes what the tasks made (a picture) to `path`. Returns 0 or -errno.
     * NULL: there is nothing to see. */
    int (*write)(const struct job *job, const char *path);
};

#endif
