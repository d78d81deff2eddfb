/* SPDX-License-Identifier: MIT */
/* Parameters that mean something only together: a rate needs arrivals, a stall
 * its period. Said by name, for every workload that has them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/arrivals.h"
#include "core/workload.h"
#include "harness/configuration.h"

/* A median needs 10 requests above it (harness/once/latency.h). */
enum { REQUESTS_MIN = 20 };

/* 0 if the workload has no such parameter. */
static uint64_t number_of(const struct configuration *c, const char *name)
{
    for (size_t i = 0; i < c->workload->nparameters; i++)
        if (strcmp(c->workload->parameters[i].name, name) == 0)
            return c->workload_values[i].number;
    return 0;
}

static int check_rate(const struct configuration *c, struct arrivals arrivals,
                      struct complaint *complaint)
{
    const char *name = c->workload->name;
    char *text = complaint->text;
    size_t room = sizeof complaint->text;

    if (arrivals.kind == ARRIVALS_NONE && arrivals.rate_per_s > 0)
        snprintf(text, room,
                 "%s.rate_per_s=%" PRIu64 " means nothing without arrivals: "
                 "set %s.arrivals=constant or poisson as well",
                 name, arrivals.rate_per_s, name);
    else if (arrivals.kind != ARRIVALS_NONE && arrivals.rate_per_s == 0)
        snprintf(text, room,
                 "%s.arrivals needs a rate: set %s.rate_per_s, for example to "
                 "1000",
                 name, name);
    else if (arrivals.kind != ARRIVALS_NONE && c->ntasks < REQUESTS_MIN)
        snprintf(text, room,
                 "%s.arrivals with %" PRIu64 " tasks: a task is a request, and "
                 "latencies need %d of them (1000 for p99)",
                 name, c->ntasks, REQUESTS_MIN);
    else
        return 0;
    return -EINVAL;
}

static int check_stalls(const struct configuration *c,
                        struct complaint *complaint)
{
    uint64_t every_ms = number_of(c, "stall_every_ms");
    uint64_t stall_ms = number_of(c, "stall_ms");
    const char *name = c->workload->name;

    if ((every_ms == 0) == (stall_ms == 0) &&
        (stall_ms < every_ms || every_ms == 0))
        return 0;
    snprintf(complaint->text, sizeof complaint->text,
             "%s.stall_ms=%" PRIu64 " in every %s.stall_every_ms=%" PRIu64
             ": set both, the stall shorter than its period",
             name, stall_ms, name, every_ms);
    return -EINVAL;
}

int configuration_check_arrivals(const struct configuration *c,
                                 struct complaint *complaint)
{
    int result =
        check_rate(c, arrivals_of(c->workload, c->workload_values), complaint);

    return result == 0 ? check_stalls(c, complaint) : result;
}

bool configuration_arrivals(const struct configuration *c)
{
    return arrivals_of(c->workload, c->workload_values).kind != ARRIVALS_NONE;
}
