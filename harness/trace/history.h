/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_HISTORY_H
#define HARNESS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/trace.h"

struct job;

/*
 * What is left of a trace when the run is over: who was in which state, from
 * when to when. Times are nanoseconds since the run began. Where a ring was
 * full its oldest events are gone, so the history of all begins where that of
 * the last one does, at known_ns.
 */
struct stretch {
    uint64_t from_ns, to_ns; /* from < to */
    uint32_t task;           /* index; TRACE_NO_TASK: none */
    enum trace_state state;
};

/* When it asked the holder of the GIL to let go. */
struct mark {
    uint64_t ns;
};

struct lane {
    size_t nstretches; /* one after the other, without gaps, the first at
                          known_ns or later, the last until end_ns */
    struct stretch *stretches;
    size_t nmarks;
    struct mark *marks;
    const void *lock; /* the GIL that it held; NULL: none */
};

struct history {
    uint64_t began_ns; /* of the run, on the program's clock */
    uint64_t known_ns; /* all is known from here ... */
    uint64_t end_ns;   /* ... to here, when the last ran out of work */
    unsigned nlanes;   /* one for each worker that was traced */
    struct lane *lanes;
    uint64_t nevents; /* that were written */
    uint64_t nlost;   /* of these, overwritten by later ones */
    uint64_t nunseen; /* workers that were not traced, for want of a lane */
    uint64_t longest; /* the most that one worker wrote */
};

/* How many events each worker may write so that all rings together have 64 MiB,
 * for a job with so many rings. */
uint64_t history_capacity(unsigned nrings);

/* Reads the rings of a job whose run began and ended at these times, and that
 * nobody runs any more. Returns 0 or -ENOMEM; end with history_fini. */
int history_read(const struct job *job, uint64_t began_ns, uint64_t ended_ns,
                 struct history *ret);
void history_fini(struct history *history);

/* Nanoseconds of [from_ns, to_ns) that a worker spent in each state. */
void history_times(const struct lane *lane, uint64_t from_ns, uint64_t to_ns,
                   uint64_t ret[TRACE_STATES]);

/* The state that filled most of [from_ns, to_ns); TRACE_STATES if nothing is
 * known. */
enum trace_state history_state(const struct lane *lane, uint64_t from_ns,
                               uint64_t to_ns);

/* The first stretch that ends after `ns`; nstretches if there is none. */
size_t history_find(const struct lane *lane, uint64_t ns);

#endif
