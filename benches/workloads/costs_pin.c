/* SPDX-License-Identifier: MIT */
/*
 * Two threads on one core, or on two. A hand-over between two hardware threads
 * of one core is neither: they share its caches, yet both run at once.
 */
#include <errno.h>
#include <stdio.h>

#include "benches/workloads/costs.h"
#include "core/job.h"

/* A number from a file of the processor's topology; -1: there is none. */
static int topology(unsigned cpu, const char *file)
{
    char path[96];
    int number = -1;

    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/topology/%s",
             cpu, file);
    FILE *in = fopen(path, "re");
    if (in != NULL && fscanf(in, "%d", &number) != 1)
        number = -1;
    if (in != NULL)
        fclose(in);
    return number;
}

/* Where the kernel does not say, processors are taken for cores. */
static bool same_core(unsigned a, unsigned b)
{
    return topology(a, "core_id") >= 0 &&
           topology(a, "core_id") == topology(b, "core_id") &&
           topology(a, "physical_package_id") ==
               topology(b, "physical_package_id");
}

static unsigned first_usable(const cpu_set_t *usable)
{
    unsigned cpu = 0;

    while (cpu < CPU_SETSIZE - 1 && !CPU_ISSET(cpu, usable))
        cpu++;
    return cpu;
}

/* CPU_SETSIZE: there is no second core. */
static unsigned second_usable(const cpu_set_t *usable)
{
    unsigned first = first_usable(usable);

    for (unsigned cpu = first + 1; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, usable) && !same_core(first, cpu))
            return cpu;
    return CPU_SETSIZE;
}

static void stay_on(unsigned cpu)
{
    cpu_set_t own;

    CPU_ZERO(&own);
    CPU_SET(cpu, &own);
    /* It was usable when we looked; if it is gone, the figure says so. */
    (void)sched_setaffinity(0, sizeof own, &own);
}

int cost_pin(struct cost *cost)
{
    if (sched_getaffinity(0, sizeof cost->usable, &cost->usable) < 0)
        return job_fail(cost->job, errno, "looking for usable cores");
    if (cost->primitive->across && second_usable(&cost->usable) == CPU_SETSIZE)
        return job_fail(cost->job, ENOTSUP,
                        "%s needs two cores, and one is usable",
                        cost->primitive->name);
    stay_on(first_usable(&cost->usable));
    cost->pinned = true;
    return 0;
}

void cost_pin_other(const struct cost *cost)
{
    if (cost->primitive->across)
        stay_on(second_usable(&cost->usable));
    else
        stay_on(first_usable(&cost->usable));
}

void cost_unpin(struct cost *cost)
{
    if (cost->pinned)
        (void)sched_setaffinity(0, sizeof cost->usable, &cost->usable);
    cost->pinned = false;
}
