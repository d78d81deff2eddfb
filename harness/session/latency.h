/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SESSION_LATENCY_H
#define HARNESS_SESSION_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arrivals.h"
#include "harness/once/latency.h"
#include "harness/session/estimate.h"

struct run;
struct session;

/*
 * Latency over the runs of a point. Requests of one run share its fate, so the
 * run is the unit: each percentile is taken within the runs, and what is told
 * is the median of these with its interval.
 *
 * When is a run believed? Models admit their requests themselves, so a request
 * that begins late has, as a rule, waited in a queue: that is a result, and the
 * reason why latency counts from the intended start. It is no ground to throw a
 * run away, as it would be where a generator of load was late by itself. What
 * spoils a run is this, in its flags:
 *
 *   overloaded  requests ended at less than 98 % of the rate at which they
 *               arrived: the queue grew as long as the run lasted. There is no
 *               steady state, and a longer run would show longer latencies.
 *   little      the requests in flight that the sampler counted differ from
 *               rate times mean latency by more than 3 % and three standard
 *               errors of the count: one of the two was measured wrongly.
 *
 * One more flag is a remark and spoils nothing, for it meets all models alike:
 *
 *   late        p99 of the lateness is above 10 % of the median latency, and so
 *               is that of the sampler's own timers, a process that does little
 *               but sleep: a part of the tail is the machine's.
 *
 * A point has a flag when at least half of its runs have it. Flagged points are
 * shown, and said to be so.
 */
enum latency_flag {
    LATENCY_OVERLOADED = 1,
    LATENCY_LITTLE = 2,
    LATENCY_LATE = 4,
    LATENCY_SPOILT = LATENCY_OVERLOADED | LATENCY_LITTLE,
};
enum { LATENCY_FLAGS = 3 };

/* "overloaded", "little", "late": flag number i is 1 << i. */
extern const char *const latency_flag_names[LATENCY_FLAGS];

/* The flags of one run; 0 without latencies. */
unsigned latency_run_flags(const struct run *run);

struct latency_location {
    unsigned share;                                   /* of LATENCY_WHOLE */
    struct stats_location latency, service, lateness; /* ns */
};

struct latency_estimate {
    struct arrivals arrivals;
    uint64_t nrequests; /* of one run */
    size_t nruns;
    size_t npercentiles;
    struct latency_location percentiles[LATENCY_SHARES];
    struct stats_location mean;         /* of the latency, ns */
    struct stats_location load_ratio;   /* struct latency */
    struct stats_location little_ratio; /* counted over expected */
    unsigned flags;                     /* of at least half of the runs */
    size_t nflagged[LATENCY_FLAGS];     /* runs with each */
};

/* Returns 0; -ENODATA if no good run of the point has latencies; or -ENOMEM. */
int latency_estimate(const struct session *session, unsigned point,
                     struct latency_estimate *ret);

/* The percentile at that share; NULL: so few requests do not have it. */
const struct latency_location *
latency_at(const struct latency_estimate *estimate, unsigned share);

/* Why the estimate is spoilt, in a sentence without a full stop; NULL: it is
 * not. */
const char *latency_reason(unsigned flags);

/* The share by which points with so many requests are compared: p99, or the
 * median where there is no p99. */
unsigned latency_main_share(uint64_t nrequests);

/* Metrics of runs, for estimates: the main shares of latency and service. */
extern const struct quantity quantity_latency_p99, quantity_service_p99;
extern const struct quantity quantity_latency_p50, quantity_service_p50;

#endif
