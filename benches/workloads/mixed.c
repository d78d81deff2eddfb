/* SPDX-License-Identifier: MIT */
/*
 * Computing and waiting in turns, in any proportion: the work for which "how
 * many threads?" has a formula, cores * (1 + wait / compute), to be put to the
 * test. Computing is a chain of multiplications, each of which needs the one
 * before: it touches no memory and leaves the rest of the core to others.
 */
#include "core/arrivals.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { COMPUTE, WAIT_US, ROUNDS, GRAIN, ARRIVALS, RATE_PER_S };

/* About 1 us at 4 GHz, where a round of mix64 takes some 13 cycles. */
enum { MIXES_PER_UNIT = 300 };

static const struct parameter parameters[] = {
    [COMPUTE] = {.name = "compute",
                 .unit = "units",
                 .meaning = "computed in a round; one is about 1 us",
                 .preset = 500,
                 .min = 0,
                 .max = 60000000},
    [WAIT_US] = {.name = "wait_us",
                 .unit = "us",
                 .meaning = "slept afterwards; 0: no sleep",
                 .preset = 5000,
                 .min = 0,
                 .max = 60000000},
    [ROUNDS] = {.name = "rounds",
                .unit = "rounds",
                .meaning = "of each task, one after the other",
                .preset = 2,
                .min = 1,
                .max = 1000000},
    [GRAIN] = {.name = "grain",
               .unit = "units",
               .meaning = "between two points where others may run",
               .preset = 20,
               .min = 1,
               .max = 60000000},
    [ARRIVALS] = ARRIVALS_PARAMETER,
    [RATE_PER_S] = RATE_PARAMETER,
};

struct mixed_shared {
    uint64_t compute;
    uint64_t wait_ns;
    uint64_t rounds;
    uint64_t grain;
};

struct turns {
    uint64_t round;
    uint64_t computed; /* units, in this round */
    uint64_t chain;
};

static int mixed_setup(struct job *job)
{
    struct mixed_shared *shared = job->shared;

    shared->compute = job_workload_number(job, COMPUTE);
    shared->wait_ns = job_workload_number(job, WAIT_US) * NS_PER_US;
    shared->rounds = job_workload_number(job, ROUNDS);
    shared->grain = job_workload_number(job, GRAIN);
    return 0;
}

static uint64_t compute(uint64_t chain, uint64_t units)
{
    for (uint64_t i = 0; i < units * MIXES_PER_UNIT; i++)
        chain = mix64(chain + 1);
    return chain;
}

static bool mixed_next(struct task *task)
{
    const struct mixed_shared *shared = task->shared;
    struct turns *turns = (struct turns *)(void *)task->state;

    if (task->op.kind == OP_START)
        turns->chain = draw_u64(task->seed, task->index, 0);
    if (turns->round == shared->rounds) {
        task->digest = turns->chain;
        return false;
    }
    uint64_t left = shared->compute - turns->computed;
    uint64_t units = left < shared->grain ? left : shared->grain;
    turns->chain = compute(turns->chain, units);
    turns->computed += units;
    if (turns->computed < shared->compute)
        return op_yield(&task->op);
    turns->computed = 0;
    turns->round++;
    return shared->wait_ns > 0 ? op_sleep(&task->op, shared->wait_ns)
                               : op_yield(&task->op);
}

static uint64_t mixed_wait_ns(const struct job *job, uint64_t index)
{
    const struct mixed_shared *shared = job->shared;

    (void)index; /* the same for all */
    return shared->rounds * shared->wait_ns;
}

const struct workload workload_mixed = {
    .name = "mixed",
    .summary = "computing and waiting in turns",
    .kind = WORKLOAD_MIXED,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 100,
    .state_bytes = sizeof(struct turns),
    .shared_bytes = sizeof(struct mixed_shared),
    .setup = mixed_setup,
    .next = mixed_next,
    .wait_ns = mixed_wait_ns,
};
