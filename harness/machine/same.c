/* SPDX-License-Identifier: MIT */
/* A list of facts that must not change within a session. */
#include "harness/machine/same.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What tells machines apart for people comes first, since one difference is
 * all that is told. */
static const char *const facts[] = {
    "cpu_model",
    "architecture",
    "hostname",
    "logical_cpus",
    "physical_cores",
    "smt",
    "cores_usable",
    "fast_cpus",
    "isolated_cpus",
    "numa_nodes",
    "memory_total_bytes",
    "swap_total_bytes",
    "kernel",
    "libc",
    "governor",
    "frequency_driver",
    "frequency_max_mhz",
    "boost",
    "platform_profile",
    "on_ac_power",
    "idle_driver",
    "virtualised",
    "hypervisor",
    "container",
    "mitigations",
    "clock_source",
    "aslr",
    "thp",
    "cgroup_cpu_quota_cores",
    "cgroup_memory_max_bytes",
    "cgroup_pids_max",
    "nofile_soft",
    "nproc_soft",
    "pid_max",
    "threads_max",
    "max_map_count",
    "somaxconn",
    "port_first",
    "port_last",
};

/* A fact as a word; "unknown" where it is null or missing. */
static void write_fact(const json_t *value, char *text, size_t room)
{
    char *dump = NULL;

    if (json_is_string(value)) {
        snprintf(text, room, "\"%s\"", json_string_value(value));
        return;
    }
    if (value != NULL && !json_is_null(value))
        dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
                                     JSON_REAL_PRECISION(6));
    snprintf(text, room, "%s", dump != NULL ? dump : "unknown");
    free(dump);
}

bool machine_same(const json_t *was, const json_t *is, char *text, size_t room)
{
    char before[48], now[48];

    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        const json_t *a = json_object_get(was, facts[i]);
        const json_t *b = json_object_get(is, facts[i]);
        /* An older plan may lack what is unknown here. */
        if (json_equal(a, b) ||
            ((a == NULL || json_is_null(a)) && (b == NULL || json_is_null(b))))
            continue;
        write_fact(a, before, sizeof before);
        write_fact(b, now, sizeof now);
        if (strcmp(before, now) == 0) /* they differ beyond the room */
            snprintf(text, room, "%s differs", facts[i]);
        else
            snprintf(text, room, "%s was %s and is %s", facts[i], before, now);
        return false;
    }
    return true;
}
