/* SPDX-License-Identifier: MIT */
#ifndef CORE_GATE_H
#define CORE_GATE_H

#include <stdbool.h>

/*
 * A gate: workers gather behind it and start at once. Made of two pipes, for
 * these work among threads and among processes, and tell when a process died.
 *
 * Threads share one gate. Processes must not keep it in shared memory: each has
 * a copy of its own from fork, and says which side it stands on.
 */
struct gate {
    int ready[2];         /* workers write a byte each when they have come */
    int go[2];            /* and read a byte each to pass */
    bool own_worker_ends; /* nobody else writes to this copy of ready[1] */
};

/* Returns 0 or -errno. */
int gate_init(struct gate *gate);
void gate_fini(struct gate *gate);

/* Among processes, for each worker at its birth and for the opener after the
 * last fork: give up the ends of the other side, so that a death is seen as the
 * end of a stream. */
void gate_be_worker(struct gate *gate);
void gate_be_opener(struct gate *gate);

/* For a worker: comes to the gate and waits until it opens. Returns 0, or
 * -EPIPE if the opener died. */
int gate_enter(struct gate *gate);

/* For the opener: waits until `nworkers` have come. Returns 0, or -ECHILD if
 * one of them died before (among processes only). */
int gate_await(struct gate *gate, unsigned nworkers);

/* For the opener: lets `nworkers` pass. Needs SIGPIPE ignored. */
void gate_open(struct gate *gate, unsigned nworkers);

#endif
