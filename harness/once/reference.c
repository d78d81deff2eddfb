/* SPDX-License-Identifier: MIT */
#include "harness/once/reference.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/child.h"
#include "core/job.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/check.h"
#include "harness/once/descriptors.h"
#include "harness/once/limits.h"
#include "harness/once/room.h"
#include "harness/once/trouble.h"

/* Waits are known by the plan as it stands; nothing needs to run for them. */
static void sum_waits(const struct job *job, struct reference *reference)
{
    const struct workload *workload = job->plan.workload;

    for (uint64_t i = 0; workload->wait_ns != NULL && i < job->plan.ntasks;
         i++) {
        uint64_t wait_ns = workload->wait_ns(job, i);
        reference->sum_wait_ns += wait_ns;
        if (wait_ns > reference->longest_wait_ns)
            reference->longest_wait_ns = wait_ns;
    }
}

static int run_elided(struct job *job, struct reference *ret,
                      struct complaint *complaint)
{
    const struct workload *workload = job->plan.workload;
    struct reference reference = {0};
    struct job_result result;

    if (workload->setup != NULL && workload->setup(job) != 0)
        return trouble_of_job(job, NULL, complaint);
    sum_waits(job, &reference);
    reference.unverified =
        workload->unverified != NULL && workload->unverified(job);
    if (!reference.unverified)
        job_run_elided(job);
    int trouble = check_job(job, &result, complaint);
    if (workload->teardown != NULL)
        workload->teardown(job);
    reference.ntasks = result.ntasks;
    reference.digest = result.digest;
    reference.steps = result.steps;
    reference.longest_steps = result.longest_steps;
    reference.shortest_steps = result.shortest_steps;
    reference.bytes = result.bytes;
    if (trouble == 0)
        *ret = reference;
    return trouble;
}

int reference_compute(const struct job_plan *plan, struct reference *ret,
                      struct complaint *complaint)
{
    struct job_plan elided = *plan;
    struct job *job;

    elided.elided = true;
    int result = room_for_tasks(plan, complaint);
    if (result != 0)
        return result;
    descriptors_allow_all();
    result = job_new(&elided, &job);
    if (result != 0)
        return trouble_of_system(-result, "making the tasks", complaint);
    limits_watch(job);
    result = run_elided(job, ret, complaint);
    job_free(job);
    return result;
}

struct answer {
    int result;
    struct reference reference;
    struct complaint complaint;
};

int reference_compute_apart(const struct job_plan *plan, struct reference *ret,
                            struct complaint *complaint)
{
    struct answer answer = {0};
    int ends[2];
    int status;

    if (pipe(ends) < 0)
        return trouble_of_system(errno, "making a pipe", complaint);
    pid_t pid = child_fork();
    if (pid == 0) {
        answer.result =
            reference_compute(plan, &answer.reference, &answer.complaint);
        _exit(write(ends[1], &answer, sizeof answer) != sizeof answer);
    }
    close(ends[1]);
    ssize_t n = pid > 0 ? read(ends[0], &answer, sizeof answer) : 0;
    close(ends[0]);
    if (pid < 0)
        return trouble_of_system(-pid, "forking for the reference", complaint);
    waitpid(pid, &status, 0);
    if (n != sizeof answer)
        return trouble_of_system(ECHILD, "computing the reference", complaint);
    *complaint = answer.complaint;
    if (answer.result == 0)
        *ret = answer.reference;
    return answer.result;
}
