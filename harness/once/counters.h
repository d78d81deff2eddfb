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

enum { COUNTER_REASON = 64 };

/* FIGURE_UNKNOWN: not here, or not counted; the reason says which. */
struct counters {
    int64_t figures[COUNTER_MAX];
    char missing[COUNTER_MAX][COUNTER_REASON]; /* "": there, or not asked for */
};

/* Counters that run: a descriptor each, or -errno. */
struct counting {
    int fds[COUNTER_MAX];
};

/* Nothing is known, and nobody has asked. */
void counters_forget(struct counters *counters);

/* Counts this thread, and from now on what it creates. */
void counters_start(struct counting *ret);

/* Reads and closes them. */
void counters_stop(struct counting *counting, struct counters *ret);

/* Can a counter be had, for kernel and program together? 0 or -errno:
 * -EACCES or -EPERM if this user may not, -ENOENT or -EOPNOTSUPP if there is no
 * such counter. */
int counters_try(enum counter counter);

/* Why there is none, in words, from what counters_try returned: "this machine
 * has none". The text is valid until the next call. */
const char *counters_reason(int error);

/* {"cycles": 7, "instructions": null, "instructions_missing": "...",
 * "per_task": {"cycles": 3.5, "instructions": null}}. Reasons only where there
 * are some; per_task holds them all. Returns a new reference; NULL: no memory.
 */
json_t *counters_json(const struct counters *counters, uint64_t ntasks);

/* Takes reasons out of such an object, where a figure is unknown; anything that
 * is not there or no text is left out. */
void counters_read_reasons(const json_t *object, struct counters *ret);

#endif
