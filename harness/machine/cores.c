/* SPDX-License-Identifier: MIT */
/*
 * How many workers make sense here. Not the number of CPUs: a container on a
 * machine of 64 may be allowed 4 of them, or the time of one and a half, and a
 * pool of 64 would then spend its day being throttled.
 */
#include "harness/machine/cores.h"

#include <math.h>

#include "harness/machine/cgroup.h"
#include "harness/machine/cpulist.h"
#include "harness/machine/small_file.h"

/* The affinity mask, less CPUs that are switched off: /proc still lists them.
 */
static unsigned cores_allowed(const char *root)
{
    char text[4096];
    struct cpulist allowed;
    struct cpulist online;

    if (small_file_field(root, "/proc/self/status", "Cpus_allowed_list", text,
                         sizeof text) < 0 ||
        cpulist_parse(text, &allowed) < 0)
        return 1;
    if (cpulist_read(root, "/sys/devices/system/cpu/online", &online) == 0)
        for (size_t i = 0; i < CPULIST_MAX / 64; i++)
            allowed.words[i] &= online.words[i];
    return cpulist_count(&allowed);
}

unsigned cores_usable(const char *root)
{
    unsigned cores = cores_allowed(root);
    struct cgroup_limits limits;

    cgroup_read_limits(root, &limits);
    if (limits.cpu_quota_cores < cores)
        cores = (unsigned)ceil(limits.cpu_quota_cores);
    return cores > 0 ? cores : 1;
}
