/* SPDX-License-Identifier: MIT */
/*
 * A child process per task. The kernel waits, each child for itself; the
 * waiting state is a whole process: page tables, kernel stack, and a copy of
 * every page it writes. The price is fork, exit and wait per task (look for
 * them in the system time), the gain is that tasks cannot harm each other.
 */
#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/child.h"
#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"

static void reap_one(struct job *job)
{
    int status;

    while (waitpid(-1, &status, 0) < 0 && errno == EINTR)
        continue;
    child_judge(job, status);
}

/* The arrival is waited for here: a child exists only while its task does. A
 * connection it arrived with is the child's alone. */
static int start_child(struct job *job, struct task *task)
{
    op_finish(&task->op);
    int connection = task->op.fd;
    pid_t pid = child_fork();
    if (pid != 0 && connection >= 0)
        close(connection);
    if (pid < 0)
        return job_fail(job, -pid, "forking for task %llu",
                        (unsigned long long)task->index);
    if (pid == 0) {
        trace_join_any(job->trace);
        while (task_step(task))
            op_finish(&task->op);
        trace_leave();
        _exit(0);
    }
    return 0;
}

static void fork_run(struct job *job)
{
    uint64_t nchildren = 0;
    struct task *task;

    while ((task = job_next(job)) != NULL) {
        if (nchildren == job->plan.inflight) {
            reap_one(job);
            nchildren--;
        }
        if (start_child(job, task) == 0)
            nchildren++;
    }
    for (; nchildren > 0; nchildren--)
        reap_one(job);
    job_worker_done(job, 0);
}

const struct model model_fork = {
    .name = "fork",
    .summary = "a child process per task",
    .knobs = MODEL_PER_TASK,
    .run = fork_run,
};
