/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_LATENCY_H
#define HARNESS_LATENCY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "core/latency_rank.h"

struct inflight;
struct job;

/*
 * What one run with arrivals says about its requests:
 *
 *   latency  from the intended start to the end: what whoever asked waited
 *   service  from when it first ran to the end: what a client notes down that
 *            asks again only when it has its answer
 *   lateness from the intended start to when it first ran; the sum of service
 *            and lateness is the latency
 *
 * The intended start is the only honest one: a server that stalls also keeps
 * the next questions from being asked, and their waiting belongs to it.
 * Percentiles come from all requests, sorted; nothing is binned or corrected.
 */

/* The shares we tell, rising: steps of 1-2-5 in requests per slower one. */
enum { LATENCY_SHARES = 13 };
extern const unsigned latency_shares[LATENCY_SHARES];

/* A share is told only if at least this many requests are slower: n (1 - p) >=
 * 10. p99 needs 1000 requests, p99.9 needs 10 000. */
enum { LATENCY_ABOVE = 10 };

struct latency_percentile {
    unsigned share;
    uint64_t latency_ns;
    uint64_t service_ns;
    uint64_t lateness_ns;
};

struct latency {
    uint64_t nrequests;
    size_t npercentiles;
    struct latency_percentile percentiles[LATENCY_SHARES];
    uint64_t mean_ns, max_ns; /* of the latency */

    /* How fast requests ended, over how fast they were to arrive; both between
     * the first and the 99th of 100, so that one straggler is no overload. */
    double load_ratio;

    /* Little's law: requests in flight as the sampler saw them, the standard
     * error of that, and the same from rate times mean latency. All three over
     * the time from the first arrival to the last end, where the law is exact
     * and needs no steady state. */
    double inflight;
    double inflight_error;
    double inflight_expected;
    uint64_t nlooks;
    uint64_t wake_p99_ns; /* how late the sampler's own timers were */
};

/* Sums up a job all of whose tasks have ended. Returns 0 or -ENOMEM. */
int latency_sum_up(const struct job *job, const struct inflight *inflight,
                   struct latency *ret);

/* The same for the line of `heddle once --json`. NULL: no memory. */
json_t *latency_json(const struct latency *latency);

#endif
