/* SPDX-License-Identifier: MIT */
/* Workloads all of whose tasks have to be under way at once: how many workers
 * they get if nothing is said, and what is too few. And those that bear no more
 * than one. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"

unsigned configuration_crew(const struct configuration *c, unsigned ncores)
{
    if (!c->workload->all_at_once)
        return ncores;
    return c->ntasks < UINT32_MAX ? (unsigned)c->ntasks : UINT32_MAX;
}

int configuration_check_at_once(const struct configuration *c,
                                struct complaint *complaint)
{
    bool loops = c->model->knobs == MODEL_SCHEDULER;
    uint64_t at_once = loops ? c->inflight : c->workers;
    char cure[64];

    if (c->workload->alone &&
        (c->model->knobs != MODEL_ALONE || c->model->cpython != NULL)) {
        snprintf(complaint->text, sizeof complaint->text,
                 "%s times what models are made of, alone in its process, so "
                 "no model but one runs it: give sequential instead of %s",
                 c->workload->name, c->model->name);
        return -EINVAL;
    }
    if (!c->workload->all_at_once || at_once >= c->ntasks)
        return 0;
    if (c->model->knobs == MODEL_ALONE)
        snprintf(cure, sizeof cure, "--tasks 1, or another model");
    else
        snprintf(cure, sizeof cure, "--%s %" PRIu64,
                 loops ? "inflight" : "workers", c->ntasks);
    snprintf(complaint->text, sizeof complaint->text,
             "%s needs all its %" PRIu64 " tasks under way at once, and "
             "%s runs %" PRIu64 ": give %s",
             c->workload->name, c->ntasks, c->model->name, at_once, cure);
    return -EINVAL;
}
