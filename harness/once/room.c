/* SPDX-License-Identifier: MIT */
#include "harness/once/room.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/job.h"
#include "harness/configuration.h"
#include "harness/machine/facts.h"
#include "harness/machine/machine.h"

/* Less than this is there, or nothing works any more. */
static const uint64_t small_bytes = 64 << 20;

/* In bytes; UINT64_MAX: not known. */
static uint64_t known(json_t *fact)
{
    uint64_t bytes =
        fact != NULL ? (uint64_t)json_integer_value(fact) : UINT64_MAX;

    json_decref(fact);
    return bytes;
}

static uint64_t free_bytes(void)
{
    uint64_t machine = known(fact_memory(machine_root(), "MemAvailable"));
    uint64_t group = known(fact_memory_max(machine_root(), NULL));

    return machine < group ? machine : group;
}

int room_for_tasks(const struct job_plan *plan, struct complaint *complaint)
{
    uint64_t task_bytes = job_task_bytes(plan->workload);

    if (plan->ntasks <= small_bytes / task_bytes)
        return 0;
    uint64_t usable_bytes = free_bytes() / 8 * 7;
    if (plan->ntasks <= usable_bytes / task_bytes)
        return 0;
    snprintf(complaint->text, sizeof complaint->text,
             "making the tasks: no memory (ENOMEM): %" PRIu64
             " tasks of %" PRIu64
             " B each take %.1f GiB; there is room for --tasks %" PRIu64,
             plan->ntasks, task_bytes,
             (double)plan->ntasks * (double)task_bytes / (1 << 30),
             usable_bytes / task_bytes);
    return -ENOMEM;
}
