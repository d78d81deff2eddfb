/* SPDX-License-Identifier: MIT */
/*
 * Processes made once, before there is work; each takes the next task from a
 * counter in shared memory until none is left. The kernel waits, a process per
 * wait, so waits overlap only as far as there are workers. No task pays for a
 * fork, and no lock is needed: one atomic add hands out a task.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/child.h"
#include "core/gate.h"
#include "core/job.h"
#include "core/model.h"

struct process_pool {
    struct gate gate;
    unsigned nchildren;
    pid_t children[];
};

static void work(struct job *job, struct gate *gate, unsigned worker)
{
    struct task *task;

    job_worker_begin(job, worker);
    gate_be_worker(gate);
    if (gate_enter(gate) != 0)
        _exit(0); /* Sent home: the parent could not make all of us. */
    while ((task = job_next(job)) != NULL)
        task_run(task);
    job_worker_done(job, worker);
    _exit(0);
}

static void reap_all(struct job *job, struct process_pool *pool)
{
    int status;

    for (; pool->nchildren > 0; pool->nchildren--) {
        pid_t child = pool->children[pool->nchildren - 1];
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
        child_judge(job, status);
    }
}

/* Also ends workers that still stand at the gate: they see it torn down. */
static void process_pool_close(struct job *job)
{
    struct process_pool *pool = job->model_state;

    gate_fini(&pool->gate);
    reap_all(job, pool);
    free(pool);
}

static int process_pool_open(struct job *job)
{
    unsigned wanted = job->plan.workers;
    struct process_pool *pool =
        calloc(1, sizeof *pool + wanted * sizeof *pool->children);
    int result = pool == NULL ? -ENOMEM : gate_init(&pool->gate);

    if (result != 0) {
        free(pool);
        return job_fail(job, -result, "making the gate");
    }
    job->model_state = pool;
    while (result == 0 && pool->nchildren < wanted) {
        pid_t pid = child_fork();
        if (pid == 0)
            work(job, &pool->gate, pool->nchildren);
        if (pid < 0)
            result = job_fail(job, -pid, "forking worker %u of %u",
                              pool->nchildren + 1, wanted);
        else
            pool->children[pool->nchildren++] = pid;
    }
    gate_be_opener(&pool->gate);
    if (result == 0)
        result = gate_await(&pool->gate, wanted);
    if (result != 0)
        process_pool_close(job);
    return result;
}

static void process_pool_run(struct job *job)
{
    struct process_pool *pool = job->model_state;

    gate_open(&pool->gate, pool->nchildren);
    reap_all(job, pool);
}

const struct model model_process_pool = {
    .name = "process_pool",
    .summary = "processes made once, tasks from a shared counter",
    .knobs = MODEL_WORKERS,
    .open = process_pool_open,
    .run = process_pool_run,
    .close = process_pool_close,
};
