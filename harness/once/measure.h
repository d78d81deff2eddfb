/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_MEASURE_H
#define HARNESS_MEASURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/job.h"
#include "harness/configuration.h"
#include "harness/once/counters.h"
#include "harness/once/latency.h"
#include "harness/once/memory.h"

struct history;
struct job_plan;

/* What one run in this process cost and found. */
struct measurement {
    uint64_t startup_ns;  /* open: until everything is ready to run */
    uint64_t run_ns;      /* until the last worker ran out of work */
    uint64_t opened_ns;   /* when the run began, on the program's clock */
    uint64_t shutdown_ns; /* until everything is gone again */
    uint64_t user_ns;     /* over these three, with all children waited for */
    uint64_t system_ns;
    uint64_t voluntary_switches;
    uint64_t involuntary_switches;
    uint64_t minor_faults;
    uint64_t major_faults;   /* those that had to wait for a disk */
    uint64_t peak_rss_bytes; /* of the largest process */
    uint64_t peer_cpu_ns;
    struct job_result result;
    bool unverified; /* nobody knows what it should have found */
    bool sampled;    /* memory was, as asked for */
    struct memory_growth memory;
    struct counters counters; /* if they were asked for */
    unsigned nmetrics;        /* of the model's and the workload's own */
    struct job_metric metrics[JOB_METRICS_MAX];
    bool open_loop; /* its tasks arrived by plan, and all ended: */
    struct latency latency;
};

/* What is asked for besides times; it may cost some. */
struct extras {
    bool memory;         /* sampled while all tasks wait */
    bool counters;       /* of perf, from open to closed */
    const char *picture; /* a file for what the tasks made; NULL: not wanted */
    /* Who ran and who waited, if the plan has events for it: the caller ends it
     * with history_fini after a measure that returned 0. NULL: not wanted. */
    struct history *history;
    FILE *live; /* lanes are drawn there (harness/live); NULL: nowhere */
};

/* Order of a run: setup, open, gate, run, close, teardown. Returns 0, or -errno
 * with a complaint if anything was refused or went wrong; then `ret` holds what
 * is known so far. */
int measure(const struct job_plan *plan, const struct extras *extras,
            struct measurement *ret, struct complaint *complaint);

#endif
