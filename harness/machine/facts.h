/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_FACTS_H
#define HARNESS_FACTS_H

#include <jansson.h>

/*
 * The readers behind machine_environment. Each returns a new reference, or NULL
 * if the fact cannot be told here; `root` is that of small_file.h, and `path`
 * the path, or the name, that stands beside the reader in the table of facts.
 */
typedef json_t *read_fact(const char *root, const char *path);

/* Files that hold a single value. */
read_fact fact_text;
read_fact fact_number;
read_fact fact_choice; /* the chosen one of "always [madvise] never" */
read_fact fact_flag;   /* 1: true, 0: false */
read_fact fact_khz;    /* kHz, as MHz */

/* The processor (facts_cpu.c). */
read_fact fact_cpu_model;
read_fact fact_logical_cpus;
read_fact fact_physical_cores;
read_fact fact_smt;
read_fact fact_core_kinds; /* 2: fast and frugal cores in one machine */
read_fact fact_fast_cpus;  /* those of the fastest kind: "0-7" */
read_fact fact_cpus_usable;
read_fact fact_numa_nodes;
read_fact fact_cache_bytes; /* path: "1 Data", level and type */
read_fact fact_governor;    /* of all CPUs: "powersave" */
read_fact fact_boost;
read_fact fact_thermal_throttles; /* since boot, over all CPUs */
read_fact fact_virtualised;
read_fact fact_hypervisor;
read_fact fact_mitigations; /* an object: vulnerability, state */

/* The system at this moment, and its limits (facts_system.c). */
read_fact fact_hostname;
read_fact fact_container;
read_fact fact_load;       /* path: "1", "5" or "15" minutes */
read_fact fact_runnable;   /* threads that run or could, without this one */
read_fact fact_threads;    /* that exist */
read_fact fact_pressure;   /* path: file; % of the last 10 s */
read_fact fact_memory;     /* path: a name of /proc/meminfo; bytes */
read_fact fact_limit_soft; /* path: a name of /proc/self/limits */
read_fact fact_limit_hard;
read_fact fact_port_first;
read_fact fact_port_last;
read_fact fact_quota_cores;
read_fact fact_quota_file;
read_fact fact_throttled_periods; /* of the groups with a quota, so far */
read_fact fact_pids_max;
read_fact fact_memory_max;
read_fact fact_on_ac_power;
read_fact fact_battery;
read_fact fact_superuser;

read_fact fact_cpus_allowed; /* the affinity mask: "0-3" */
read_fact fact_nohz_full;    /* CPUs without a periodic tick */

/* Who else computes: [{"name": "firefox", "core_ratio": 0.4}], the busiest
 * first; takes 0.2 s (facts_now.c). */
read_fact fact_top_consumers;

/* This program (facts_program.c). */
read_fact fact_architecture;
read_fact fact_libc;
read_fact fact_compiler;
read_fact fact_compiler_flags;
read_fact fact_build_type;
read_fact fact_heddle_version;
read_fact fact_git_commit;
read_fact fact_hwloc_version;
read_fact fact_clock_resolution_ns;
read_fact fact_page_bytes;
read_fact fact_build_id; /* that the linker gave it */
read_fact fact_locale;
read_fact fact_cpythons; /* where they are, if that has been looked up */
read_fact fact_perf;     /* path: "cycles"; whether it can be counted */

#endif
