/* SPDX-License-Identifier: MIT */
#ifndef TESTS_INTERLEAVE_EXPLORER_H
#define TESTS_INTERLEAVE_EXPLORER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/gil.h"

/*
 * Runs the compiled lock (core/gil.c, or another file with the same functions)
 * under every schedule there is, up to bounds. "Threads" are contexts that take
 * turns; who goes on is decided before every operation that another thread
 * could notice.
 */
enum { EXPLORER_THREADS = 4 };

/*
 * What each thread does, a letter an operation:
 *   a  gil_acquire, then compute      c  gil_checkpoint, then compute
 *   r  gil_release                    i  wait for input and output
 */
struct scenario {
    const char *name;
    struct gil_rules rules;
    const char *programs[EXPLORER_THREADS]; /* NULL: no such thread */
};

/*
 * A preemption takes the processor from a thread that could go on; where it
 * computes or waits for input it is left for nothing. Schedules with few
 * preemptions find nearly all bugs (M. Musuvathi, S. Qadeer: Iterative context
 * bounding for systematic testing of multithreaded programs, PLDI 2007).
 */
#define EXPLORER_UNBOUNDED UINT32_MAX

struct bounds {
    unsigned preemptions; /* or EXPLORER_UNBOUNDED */
    unsigned time_outs;   /* intervals of waiting that come to their end */
    unsigned spurious;    /* wake-ups that nobody caused */
};

struct findings {
    uint64_t nschedules; /* that went to their end */
    uint64_t nstates;    /* others came to one of these states again */
    unsigned most_steps; /* of one schedule */
    unsigned
        most_passed_over; /* others got the lock before one who had asked */
    const char *broken;   /* name of the property; NULL: all hold */
    char sentence[160];   /* what happened */
};

/* Names and meanings of the properties that hold in every schedule. */
struct property {
    const char *name;
    const char *meaning;
};
extern const struct property explorer_properties[];
extern const unsigned explorer_nproperties;

/* Goes through all schedules, first those without a preemption, then those with
 * at most one, then all, until a property is broken: so that is shown with few
 * preemptions where few will do. */
struct findings explorer_explore(const struct scenario *scenario,
                                 const struct bounds *bounds);

/* Runs the last schedule of explorer_explore again and prints its steps. */
void explorer_tell(const struct scenario *scenario);

#endif
