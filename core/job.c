/* SPDX-License-Identifier: MIT */
/*
 * The shared mapping of a job: header, worker ends, the workload's shared part,
 * then the tasks, each at least a cache line from the next.
 */
#include "core/job.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/trace.h"
#include "core/workload.h"

static size_t whole_lines(size_t bytes)
{
    return (bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

size_t job_task_bytes(const struct workload *workload)
{
    return whole_lines(sizeof(struct task) + workload->state_bytes);
}

static void bear_tasks(struct job *job)
{
    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        struct task *task = job_task(job, i);
        op_init(&task->op);
        task->workload = job->plan.workload;
        task->shared = job->shared;
        task->index = i;
        task->seed = job->plan.seed;
    }
}

unsigned job_rings(const struct job_plan *plan)
{
    return plan->workers < JOB_RINGS_MAX ? plan->workers : JOB_RINGS_MAX;
}

/* Elided tasks are run by whoever makes them, one after the other, and nobody
 * times them: their memory need not be shared, so it may have huge pages, which
 * makes a million of them in a fifth of the time. */
static void *map_tasks(size_t bytes, bool elided)
{
    int flags = elided ? MAP_PRIVATE : MAP_SHARED | MAP_POPULATE;
    void *at =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

    if (at != MAP_FAILED && elided)
        (void)madvise(at, bytes, MADV_HUGEPAGE);
    return at;
}

int job_new(const struct job_plan *plan, struct job **ret)
{
    const struct workload *workload = plan->workload;
    size_t ends_at = whole_lines(sizeof(struct job));
    size_t shared_at = ends_at + plan->workers * sizeof(struct worker_end);
    size_t tasks_at = shared_at + whole_lines(workload->shared_bytes);
    size_t stride = job_task_bytes(workload);

    if (plan->ntasks > (SIZE_MAX / 2 - tasks_at) / stride)
        return -ENOMEM;
    size_t bytes = tasks_at + plan->ntasks * stride;
    void *at = map_tasks(bytes, plan->elided);
    if (at == MAP_FAILED)
        return -errno;

    struct job *job = at;
    job->plan = *plan;
    job->peer.control = -1;
    job->mapping_bytes = bytes;
    job->task_stride_bytes = stride;
    job->ends = (void *)((unsigned char *)at + ends_at);
    job->shared = (unsigned char *)at + shared_at;
    job->tasks = (unsigned char *)at + tasks_at;
    int result =
        plan->trace_events == 0
            ? 0
            : trace_new(job_rings(plan), plan->trace_events, &job->trace);
    if (result != 0) {
        munmap(at, bytes);
        return result;
    }
    bear_tasks(job);
    *ret = job;
    return 0;
}

void job_free(struct job *job)
{
    if (job == NULL)
        return;
    trace_free(job->trace);
    munmap(job, job->mapping_bytes);
}

struct task *job_task(const struct job *job, uint64_t index)
{
    return (struct task *)(void *)(job->tasks + index * job->task_stride_bytes);
}

struct task *job_next(struct job *job)
{
    if (atomic_load_explicit(&job->stop, memory_order_relaxed))
        return NULL;
    uint64_t index =
        atomic_fetch_add_explicit(&job->next, 1, memory_order_relaxed);
    if (index >= job->plan.ntasks)
        return NULL;
    trace_task(index);
    return job_task(job, index);
}

uint64_t job_workload_number(const struct job *job, unsigned which)
{
    assert(which < job->plan.workload->nparameters);
    return job->plan.workload_values[which].number;
}

const char *job_workload_text(const struct job *job, unsigned which)
{
    assert(which < job->plan.workload->nparameters);
    return job->plan.workload_values[which].text;
}

uint64_t job_model_number(const struct job *job, unsigned which)
{
    return job->plan.model_values[which].number;
}

const char *job_model_text(const struct job *job, unsigned which)
{
    return job->plan.model_values[which].text;
}

int job_fail(struct job *job, int error, const char *format, ...)
{
    int none = 0;

    if (atomic_compare_exchange_strong(&job->error, &none, error)) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(job->reason, sizeof job->reason, format, arguments);
        va_end(arguments);
        if (job->witness != NULL)
            job->witness(job, error);
    }
    atomic_store(&job->stop, true);
    return -error;
}

void job_metric(struct job *job, const char *name, double value)
{
    assert(job->nmetrics < JOB_METRICS_MAX);
    job->metrics[job->nmetrics++] = (struct job_metric){name, value};
}

void job_worker_begin(struct job *job, unsigned worker)
{
    cpu_set_t usable, own;

    trace_join(job->trace, worker);
    if (!job->plan.pin || sched_getaffinity(0, sizeof usable, &usable) < 0)
        return;
    unsigned left = worker % (unsigned)CPU_COUNT(&usable);
    CPU_ZERO(&own);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &usable) || left-- > 0)
            continue;
        CPU_SET(cpu, &own);
        break;
    }
    if (sched_setaffinity(0, sizeof own, &own) < 0)
        job_fail(job, errno, "pinning worker %u", worker);
}

void job_worker_done(struct job *job, unsigned worker)
{
    assert(worker < job->plan.workers);
    job->ends[worker].ns = clock_ns();
    trace_state(TRACE_IDLE);
}

uint64_t job_end_ns(const struct job *job)
{
    uint64_t last_ns = 0;

    for (unsigned i = 0; i < job->plan.workers; i++)
        if (job->ends[i].ns > last_ns)
            last_ns = job->ends[i].ns;
    return last_ns;
}

void job_run_elided(struct job *job)
{
    struct task *task;

    while ((task = job_next(job)) != NULL)
        do
            op_elide(&task->op);
        while (task_step(task));
}

void job_sum(const struct job *job, struct job_result *ret)
{
    struct job_result sum = {0};

    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        const struct task *task = job_task(job, i);
        sum.ntasks += task->finished;
        /* A sum does not mind the order, and notices a task that is missing or
         * that was done twice. */
        sum.digest += digest_u64(mix64(task->index + 1), task->digest);
        sum.steps += task->steps;
        if (task->steps > sum.longest_steps)
            sum.longest_steps = task->steps;
        if (i == 0 || task->steps < sum.shortest_steps)
            sum.shortest_steps = task->steps;
        sum.bytes += task->bytes;
        if (task->error != 0 && sum.error == 0) {
            sum.error = task->error;
            sum.error_index = task->index;
        }
    }
    *ret = sum;
}
