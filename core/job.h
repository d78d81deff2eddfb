/* SPDX-License-Identifier: MIT */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/parameter.h"
#include "core/peer.h"
#include "core/task.h"

struct model;
struct trace;

/* What is to be run, and how. */
struct job_plan {
    const struct workload *workload;
    const struct model *model; /* may be NULL for job_run_elided alone */
    const union value *workload_values; /* the caller's, one per parameter */
    const union value *model_values;
    uint64_t ntasks;
    uint64_t seed;
    unsigned workers;
    uint64_t inflight;
    bool pin;              /* worker i stays on the i-th usable core */
    bool elided;           /* waits are left out: only the result counts */
    uint64_t trace_events; /* kept per worker; 0: nothing is traced */
};

/* When a worker ran out of work; a line each, so that no stop watch slows the
 * neighbour. */
struct worker_end {
    _Alignas(CACHE_LINE) uint64_t ns;
};

/* A number that a model or a workload has to tell besides its times. */
struct job_metric {
    const char *name; /* a constant, with the unit at its end */
    double value;
};

enum { JOB_METRICS_MAX = 32 };

/*
 * A job: the tasks of one run and what their workers share, in one shared
 * anonymous mapping, so that forked workers answer in the same way as threads.
 * Whoever dies, nothing of it stays behind.
 */
struct job {
    struct job_plan plan;
    size_t mapping_bytes;
    size_t task_stride_bytes;
    unsigned char *tasks;    /* plan.ntasks, task_stride_bytes apart */
    struct worker_end *ends; /* plan.workers */
    void *shared;            /* the workload's */
    void *model_state;       /* the model's */
    struct peer peer;        /* the workload's, if it started one */
    struct trace *trace;     /* NULL: nothing is traced */
    bool open_loop;          /* its tasks have arrival times */
    uint64_t cpu_ns;  /* user and system time, known when `check` is called */
    bool table_grows; /* the descriptor table is left as small as it is,
                         which a workload may want for once */
    unsigned nmetrics;
    struct job_metric metrics[JOB_METRICS_MAX];

    _Alignas(CACHE_LINE) _Atomic uint64_t next; /* the next index to take */

    _Alignas(CACHE_LINE) _Atomic bool stop; /* take no more tasks */
    _Atomic int error; /* the first trouble, an errno value */
    char reason[128];  /* and what was being done */
    char limit[224];   /* and which limit explains it; "": not known */

    /* Called once by whoever meets the first trouble, on its stack, while all
     * that the job uses is still in use: it may fill in `limit`. NULL: nobody
     * looks. */
    void (*witness)(struct job *job, int error);
};

/* What all tasks together found out. */
struct job_result {
    uint64_t ntasks; /* finished ones */
    uint64_t digest; /* does not depend on the order of tasks */
    uint64_t steps;
    uint64_t longest_steps, shortest_steps; /* of one task */
    uint64_t bytes;
    int error; /* of the first task that has one, an errno value */
    uint64_t error_index;
};

/* How many workers can be traced: more lanes nobody can look at, and memory is
 * bounded. Those of the plan, or fewer. */
enum { JOB_RINGS_MAX = 256 };
unsigned job_rings(const struct job_plan *plan);

/* What a task of this workload takes in the job's mapping: itself and its
 * state, in whole cache lines. Nothing else that a job keeps grows with its
 * tasks. */
size_t job_task_bytes(const struct workload *workload);

/* Makes a job with all its tasks new-born. Every page of theirs has been
 * touched, so that no model pays for it. Only an elided job is not shared with
 * children. Returns 0, or -errno. The caller frees it. */
int job_new(const struct job_plan *plan, struct job **ret);

/* Gives the mapping back. job_free(NULL) does nothing. */
void job_free(struct job *job);

/* Takes the next task, for this caller alone; NULL: there are no more, or the
 * job was stopped. Any thread or process of the job may call it. */
struct task *job_next(struct job *job);

struct task *job_task(const struct job *job, uint64_t index);

/* The value of parameter `which` of the workload, or of the model. */
uint64_t job_workload_number(const struct job *job, unsigned which);
const char *job_workload_text(const struct job *job, unsigned which);
uint64_t job_model_number(const struct job *job, unsigned which);
const char *job_model_text(const struct job *job, unsigned which);

/* Stops the job because something was refused or went wrong: `error` is an
 * errno value, `format` says what was being done. The first call counts.
 * Returns -error, for `return job_fail(...)`. */
int job_fail(struct job *job, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds a metric to the run's result; `name` must be a constant. By one thread
 * of the measured process, when nobody runs tasks: in close, check or teardown.
 */
void job_metric(struct job *job, const char *name, double value);

/* For each worker (0 to workers - 1), in its own thread or process, before it
 * waits for work: gives it its ring of the trace, and takes it to its core, if
 * the plan says so. */
void job_worker_begin(struct job *job, unsigned worker);

/* Notes that this worker has run out of work. */
void job_worker_done(struct job *job, unsigned worker);

/* The time at which the last worker ran out of work; 0: none did. */
uint64_t job_end_ns(const struct job *job);

/* Runs all tasks one after the other with their waits left out. */
void job_run_elided(struct job *job);

/* Sums up; to be called when nobody runs tasks any more. */
void job_sum(const struct job *job, struct job_result *ret);

#endif
