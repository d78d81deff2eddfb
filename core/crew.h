/* SPDX-License-Identifier: MIT */
#ifndef CORE_CREW_H
#define CORE_CREW_H

#include <pthread.h>

#include "core/gate.h"

struct job;

/*
 * A crew: the workers of a job as threads that wait at a gate. The caller of
 * crew_run is worker 0, so a crew of one needs no thread at all.
 */
struct crew_member {
    struct crew *crew;
    unsigned worker; /* its number */
    pthread_t thread;
};

struct crew {
    struct job *job;
    void (*work)(struct job *job, unsigned worker);
    struct gate gate;
    unsigned nthreads; /* started; worker 0 is none of them */
    bool dismissed;    /* the gate opens only to send them home */
    struct crew_member *members;
};

/* Starts job->plan.workers - 1 threads and waits until all are at the gate.
 * Returns 0 or -errno (noted with job_fail), with nothing left behind. */
int crew_open(struct crew *crew, struct job *job,
              void (*work)(struct job *job, unsigned worker));

/* Has every worker call `work` once, and returns when all have returned. */
void crew_run(struct crew *crew);

/* Gives everything back; a crew that never ran is sent home. */
void crew_close(struct crew *crew);

/* Creates a thread whose stack has `stack_bytes` (at least what the system
 * demands; sanitizers add what they need). Returns 0 or -errno. */
int thread_create(pthread_t *ret, size_t stack_bytes, void *(*entry)(void *),
                  void *argument);

#endif
