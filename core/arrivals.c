/* SPDX-License-Identifier: MIT */
/*
 * Arrival times, drawn before the run so that the run costs nothing for them.
 * Look at arrivals_plan: a request's place in time depends on the seed and its
 * index alone, never on what happened to the request before it.
 */
#include "core/arrivals.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

/* Which of an index's draws this is; workloads count theirs from 0. */
#define GAP_DRAW UINT64_MAX

struct arrivals arrivals_of(const struct workload *workload,
                            const union value *values)
{
    struct arrivals arrivals = {ARRIVALS_NONE, 0};

    for (size_t i = 0; i < workload->nparameters; i++) {
        if (strcmp(workload->parameters[i].name, "rate_per_s") == 0)
            arrivals.rate_per_s = values[i].number;
        if (strcmp(workload->parameters[i].name, "arrivals") != 0)
            continue;
        if (strcmp(values[i].text, "constant") == 0)
            arrivals.kind = ARRIVALS_CONSTANT;
        else if (strcmp(values[i].text, "poisson") == 0)
            arrivals.kind = ARRIVALS_POISSON;
    }
    return arrivals;
}

/* An exponentially distributed gap; 53 random bits, and never the 0 whose
 * logarithm is infinite. */
static double gap_ns(const struct job *job, uint64_t index, uint64_t rate_per_s)
{
    uint64_t bits = draw_u64(job->plan.seed, index, GAP_DRAW) >> 11;
    double u = ((double)bits + 1) * 0x1p-53;

    return -log(u) * (double)NS_PER_S / (double)rate_per_s;
}

void arrivals_plan(struct job *job)
{
    struct arrivals arrivals =
        arrivals_of(job->plan.workload, job->plan.workload_values);
    double poisson_ns = 0;

    if (job->plan.elided || arrivals.kind == ARRIVALS_NONE)
        return;
    assert(arrivals.rate_per_s > 0);
    job->open_loop = true;
    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        struct task *task = job_task(job, i);
        if (arrivals.kind == ARRIVALS_CONSTANT) {
            task->op.deadline_ns = i * NS_PER_S / arrivals.rate_per_s;
        } else {
            poisson_ns += gap_ns(job, i, arrivals.rate_per_s);
            task->op.deadline_ns = (uint64_t)poisson_ns;
        }
    }
}

void arrivals_begin(struct job *job, uint64_t base_ns)
{
    for (uint64_t i = 0; job->open_loop && i < job->plan.ntasks; i++) {
        struct task *task = job_task(job, i);
        task->op.deadline_ns += base_ns;
        task->intended_ns = task->op.deadline_ns;
    }
}
