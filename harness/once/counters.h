/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_COUNTERS_H
#define HARNESS_COUNTERS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/figures.h"

/*
 * What the kernel and the processor count of a run, by perf_event_open(2), with
 * all threads and processes that it makes. Counting is not free: here it made
 * the creation of a thread 20 to 50 % dearer, and a switch between two 15 to
 * 30 %. So no run that counts is timed; a session counts in the discarded
 * block.
 */
enum counter {
    COUNTER_TASK_CLOCK_NS,
    COUNTER_CONTEXT_SWITCHES,
    COUNTER_CPU_MIGRATIONS,
    COUNTER_PAGE_FAULTS,
    COUNTER_CYCLES, /* from here on by the processor */
    COUNTER_INSTRUCTIONS,
    COUNTER_CACHE_MISSES,
    COUNTER_MAX
};
extern const char *const counter_names[COUNTER_MAX];

/* FIGURE_UNKNOWN: not here, or not counted. */
struct counters {
    int64_t figures[COUNTER_MAX];
};

/* Counters that run; a descriptor of -1: not here. */
struct counting {
    int fds[COUNTER_MAX];
};

/* Counts this thread, and from now on what it creates. */
void counters_start(struct counting *ret);

/* Reads and closes them. */
void counters_stop(struct counting *counting, struct counters *ret);

/* Can a counter be had, for kernel and program together? 0 or -errno:
 * -EACCES or -EPERM if this user may not, -ENOENT or -EOPNOTSUPP if there is no
 * such counter. */
int counters_try(enum counter counter);

#endif
