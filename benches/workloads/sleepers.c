/* SPDX-License-Identifier: MIT */
/*
 * Pure waiting: each task sleeps `rounds` times. No work to do, nothing to
 * contend for, so what a model adds to the sleep is the model's alone.
 */
#include "core/arrivals.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { SLEEP_US, JITTER_US, ROUNDS, ARRIVALS, RATE_PER_S };

static const struct parameter parameters[] = {
    [SLEEP_US] = {.name = "sleep_us",
                  .unit = "us",
                  .meaning = "the shortest sleep",
                  .preset = 50000,
                  .min = 0,
                  .max = 60000000},
    [JITTER_US] = {.name = "jitter_us",
                   .unit = "us",
                   .meaning = "up to so much more, drawn for each sleep",
                   .preset = 0,
                   .min = 0,
                   .max = 60000000},
    [ROUNDS] = {.name = "rounds",
                .unit = "sleeps",
                .meaning = "sleeps of a task, one after the other",
                .preset = 1,
                .min = 1,
                .max = 1000000},
    [ARRIVALS] = ARRIVALS_PARAMETER,
    [RATE_PER_S] = RATE_PARAMETER,
};

struct sleepers_shared {
    uint64_t sleep_us;
    uint64_t jitter_us;
    uint64_t rounds;
};

struct sleeper {
    uint64_t round;
};

static uint64_t duration_us(const struct sleepers_shared *shared, uint64_t seed,
                            uint64_t index, uint64_t round)
{
    return shared->sleep_us +
           draw_between(seed, index, round, 0, shared->jitter_us);
}

static int sleepers_setup(struct job *job)
{
    struct sleepers_shared *shared = job->shared;

    shared->sleep_us = job_workload_number(job, SLEEP_US);
    shared->jitter_us = job_workload_number(job, JITTER_US);
    shared->rounds = job_workload_number(job, ROUNDS);
    return 0;
}

static bool sleepers_next(struct task *task)
{
    const struct sleepers_shared *shared = task->shared;
    struct sleeper *sleeper = (struct sleeper *)(void *)task->state;

    if (sleeper->round == shared->rounds)
        return false;
    uint64_t us =
        duration_us(shared, task->seed, task->index, sleeper->round++);
    task->digest = digest_u64(task->digest, us);
    return op_sleep(&task->op, us * NS_PER_US);
}

static uint64_t sleepers_wait_ns(const struct job *job, uint64_t index)
{
    const struct sleepers_shared *shared = job->shared;
    uint64_t sum_us = 0;

    for (uint64_t round = 0; round < shared->rounds; round++)
        sum_us += duration_us(shared, job->plan.seed, index, round);
    return sum_us * NS_PER_US;
}

const struct workload workload_sleepers = {
    .name = "sleepers",
    .summary = "pure waiting, no work",
    .kind = WORKLOAD_IO,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 100,
    .state_bytes = sizeof(struct sleeper),
    .shared_bytes = sizeof(struct sleepers_shared),
    .setup = sleepers_setup,
    .next = sleepers_next,
    .wait_ns = sleepers_wait_ns,
};
