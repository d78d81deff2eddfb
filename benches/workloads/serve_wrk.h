/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_SERVE_WRK_H
#define WORKLOADS_SERVE_WRK_H

#include <stdatomic.h>
#include <stdint.h>

#include "core/job.h"

/*
 * wrk (https://github.com/wg/wrk) as the client: another program, which asks
 * for one page in closed loops for some seconds, and whose word for what it saw
 * is taken.
 */
struct serve_wrk {
    uint16_t port;
    uint64_t nconnections;
    uint64_t duration_s;
    unsigned spared_cores;      /* as in load_client.h */
    _Atomic uint64_t naccepted; /* connections that found a task */
    /* What it tells. */
    double requests, duration_us, latency_p50_us, latency_p99_us,
        latency_max_us, errors;
    double cpu_ns;
    uint64_t nserved; /* connections accepted while it asked */
};

/* Starts it in a process that is a peer; `wrk`, in shared memory, is filled in
 * by it. Returns 0 or -errno; ENOENT: wrk is not installed. */
int serve_wrk_start(struct serve_wrk *wrk, struct peer *ret);

/* Waits for its end. Returns 0 or -errno; EPROTO: it told something that we do
 * not understand. */
int serve_wrk_finish(const struct peer *peer);

#endif
