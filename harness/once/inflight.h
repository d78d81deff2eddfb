/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_INFLIGHT_H
#define HARNESS_INFLIGHT_H

#include <stdint.h>

struct job;

/*
 * How many requests are in flight (have arrived by plan and have not ended),
 * seen by a process that only sleeps and looks: L of Little's law, found
 * without adding up a single latency ("A proof for the queuing formula
 * L = lambda W", Operations Research 9, 1961).
 *
 * It looks at random instants, since equal steps would keep in step with
 * constant arrivals, and weighs each count by the time it stands for, so that
 * a look that comes late does no harm.
 */
struct inflight {
    uint64_t nlooks;
    double area_ns; /* requests in flight times ns, over the whole run */
    /* Standard error of the area, from the differences of neighbouring counts
     * (Wolter, "Introduction to Variance Estimation", 2007, on systematic
     * samples); a trend counts as noise, so it is rather too large. */
    double error_ns;
    uint64_t wake_p99_ns; /* how late the sampler itself was woken */
};

struct inflight_sampler {
    int control;
};

/* Starts a sampler for a job that is about to be opened. Returns 0 or
 * -errno. */
int inflight_start(const struct job *job, struct inflight_sampler *ret);

/* The arrival times are absolute now: begin to look. */
void inflight_go(struct inflight_sampler *sampler);

/* After the run: what it saw. Returns 0, or -ENODATA if it did not live to
 * tell. */
int inflight_finish(struct inflight_sampler *sampler, struct inflight *ret);

#endif
