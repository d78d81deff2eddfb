/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CGROUP_H
#define HARNESS_CGROUP_H

#include <stdint.h>

/*
 * What the control groups of this process allow: the strictest limit of its own
 * group and of all above it that can be seen, version 2 and version 1 alike
 * (cgroups(7)). A container or a batch system sets such limits, and most
 * programs never look.
 */
struct cgroup_limits {
    double cpu_quota_cores;   /* cores' worth of CPU time; INFINITY: no quota */
    char cpu_quota_file[256]; /* where it is set; "" without one */
    uint64_t throttled_periods; /* so far, over all of these groups;
                                   UINT64_MAX: none of them counts */
    uint64_t pids_max;         /* processes and threads; UINT64_MAX: no limit */
    uint64_t memory_max_bytes; /* UINT64_MAX: no limit */
};

/* `root`: see small_file.h. Without control groups there are no limits. */
void cgroup_read_limits(const char *root, struct cgroup_limits *ret);

/* Calls `visit` with the path, below the root, of each file that counts how
 * often these groups used up a quota: "cpu.stat". */
void cgroup_each_cpu_stat(const char *root,
                          void (*visit)(const char *path, void *context),
                          void *context);

/* The same for the files that limit how many processes and threads they may
 * have: "pids.max". */
void cgroup_each_pids_max(const char *root,
                          void (*visit)(const char *path, void *context),
                          void *context);

#endif
