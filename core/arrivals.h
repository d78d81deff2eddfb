/* SPDX-License-Identifier: MIT */
#ifndef CORE_ARRIVALS_H
#define CORE_ARRIVALS_H

#include <stdint.h>

#include "core/parameter.h"

struct job;
struct workload;

/*
 * Open-loop arrivals: when each task begins is fixed before the run, and no
 * slow answer delays the next question. A task is then a request, and how long
 * somebody waited for it counts from the moment it was meant to begin.
 *
 * A workload takes part by having these two parameters; models know nothing of
 * it, for they honour the deadline of OP_START anyway.
 */
#define ARRIVALS_PARAMETER                                                     \
    {                                                                          \
        .name = "arrivals",                                                    \
        .meaning = "when tasks begin: at once, or each at a time of its own; " \
                   "a task is then one request",                               \
        .text = "none", .choices = "none|constant|poisson"                     \
    }
#define RATE_PARAMETER                                                         \
    {                                                                          \
        .name = "rate_per_s", .unit = "requests/s",                            \
        .meaning = "how many arrive in a second, with arrivals", .preset = 0,  \
        .min = 0, .max = 10000000                                              \
    }

enum arrivals_kind {
    ARRIVALS_NONE,
    ARRIVALS_CONSTANT, /* equal gaps */
    ARRIVALS_POISSON,  /* independent, exponentially distributed gaps */
};

struct arrivals {
    enum arrivals_kind kind;
    uint64_t rate_per_s;
};

/* What the parameters of a workload say; ARRIVALS_NONE if it has no such. */
struct arrivals arrivals_of(const struct workload *workload,
                            const union value *values);

/*
 * Gives every task of the job the time at which it is to begin, in ns from the
 * beginning of the run; task 0 comes first. Constant: i / rate, exact to the
 * nanosecond. Poisson: sums of -ln(u) / rate, where u is uniform over (0, 1]
 * and drawn by the job's seed. Nothing to do without arrivals, and where waits
 * are left out.
 */
void arrivals_plan(struct job *job);

/* Makes these times absolute: the run begins at base_ns of the program's clock.
 * From here on tasks note when they begin and end. */
void arrivals_begin(struct job *job, uint64_t base_ns);

#endif
