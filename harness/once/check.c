/* SPDX-License-Identifier: MIT */
#include "harness/once/check.h"

#include "core/job.h"
#include "core/workload.h"
#include "harness/once/trouble.h"

int check_job(struct job *job, struct job_result *ret,
              struct complaint *complaint)
{
    const struct workload *workload = job->plan.workload;

    job_sum(job, ret);
    int trouble = trouble_of_job(job, ret, complaint);
    if (trouble != 0 || workload->check == NULL ||
        ret->ntasks < job->plan.ntasks)
        return trouble;
    (void)workload->check(job); /* Its trouble is the job's. */
    job_sum(job, ret);
    return trouble_of_job(job, ret, complaint);
}
