/* SPDX-License-Identifier: MIT */
/*
 * What a primitive costs: a task repeats one, and the metric operation_ns tells
 * how long one takes. It is the median over up to 15 batches that are timed one
 * by one, so that an interrupt spoils one of them and not the figure. The first
 * is among them: the median does not mind its cold caches.
 *
 * The loop around it is part of the figure, some 0.3 ns; nothing is subtracted.
 * Look at costs.c for what there is, and at its methods for what that means.
 */
#include "benches/workloads/costs.h"

#include <errno.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { OF, OPERATIONS };

enum { BATCHES = 15 };

static const struct parameter parameters[] = {
    [OF] = {.name = "of",
            .meaning = "the primitive",
            .text = "switch",
            .choices = COST_CHOICES},
    [OPERATIONS] = {.name = "operations",
                    .unit = "times",
                    .meaning =
                        "it is repeated; 0: as often as takes some 50 ms",
                    .preset = 0,
                    .min = 0,
                    .max = 1000000000},
};

struct batches {
    uint64_t at;    /* the next of BATCHES, some of which may be empty */
    uint64_t n;     /* of those that were timed */
    uint64_t ndone; /* repetitions of which there is proof */
    double operation_ns[BATCHES];
};

static int cost_setup(struct job *job)
{
    struct cost *cost = job->shared;
    uint64_t operations = job_workload_number(job, OPERATIONS);

    cost->job = job;
    cost->primitive = cost_find(job_workload_text(job, OF));
    cost->nrepetitions = operations > 0 ? operations : cost->primitive->preset;
    cost->batch_most = (cost->nrepetitions + BATCHES - 1) / BATCHES;
    cost->elided = job->plan.elided;
    if (cost->elided || cost->primitive->open == NULL)
        return 0;
    return cost->primitive->open(cost);
}

static void cost_teardown_primitive(struct cost *cost)
{
    if (!cost->elided && cost->primitive->close != NULL)
        cost->primitive->close(cost);
}

/* How many repetitions batch i has: their sum is that of all. */
static uint64_t batch_length(const struct cost *cost, uint64_t i)
{
    return (cost->nrepetitions * (i + 1)) / BATCHES -
           cost->nrepetitions * i / BATCHES;
}

/* The shared part belongs to this process: there is but one worker, itself. */
static int run_batch(struct cost *cost, uint64_t n, struct batches *batches)
{
    const struct cost_primitive *primitive = cost->primitive;

    if (cost->elided) {
        batches->ndone += n;
        return 0;
    }
    if (primitive->ready != NULL)
        primitive->ready(cost);
    uint64_t began_ns = clock_ns();
    int result = primitive->run(cost, n, &batches->ndone);
    uint64_t ended_ns = clock_ns();
    batches->operation_ns[batches->n++] =
        (double)(ended_ns - began_ns) / ((double)n * primitive->parts);
    return result;
}

static bool cost_next(struct task *task)
{
    struct cost *cost = (struct cost *)(uintptr_t)task->shared;
    struct batches *batches = (struct batches *)(void *)task->state;
    uint64_t n = batch_length(cost, batches->at++);

    if (n > 0) {
        int result = run_batch(cost, n, batches);
        if (result != 0)
            return task_fail(task, -result);
    }
    if (batches->at < BATCHES)
        return op_yield(&task->op);
    task->digest = digest_u64(0, batches->ndone);
    return false;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static double median(double *values, uint64_t n)
{
    qsort(values, n, sizeof *values, by_value);
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Of several tasks, that of the first: they all do the same. */
static void cost_teardown(struct job *job)
{
    struct batches *batches = (struct batches *)(void *)job_task(job, 0)->state;

    cost_teardown_primitive(job->shared);
    if (job->plan.elided || batches->n == 0)
        return;
    job_metric(job, "operation_ns", median(batches->operation_ns, batches->n));
}

const struct workload workload_cost = {
    .name = "cost",
    .summary = "one primitive, over and over: what it costs here",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .alone = true,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 1,
    .state_bytes = sizeof(struct batches),
    .shared_bytes = sizeof(struct cost),
    .setup = cost_setup,
    .next = cost_next,
    .teardown = cost_teardown,
};
