/* SPDX-License-Identifier: MIT */
#ifndef CORE_PEER_CLIENT_H
#define CORE_PEER_CLIENT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/job.h"

/*
 * The peer in its client role: connections to a server on 127.0.0.1 that sends
 * back what it gets. Each is a closed loop: a message, its reply, and only then
 * the next. The client keeps the time of a run that is bounded by time:
 *
 *   it waits until `nawaited` tasks have begun, but not beyond patience_ns;
 *   talks for warmup_ns, which is not counted;
 *   talks for duration_ns, in which every request that is sent and answered
 *   counts; raises `stop`; waits for the last replies; closes.
 *
 * What it knows it writes into shared memory, as the tasks do.
 */
enum { PEER_MESSAGE_MAX = 4096 }; /* bytes */

struct peer_client_plan {
    uint64_t seed;
    uint16_t port;
    unsigned nconnections; /* 0: it only keeps the time */
    uint64_t message_bytes;
    uint64_t nawaited;
    uint64_t patience_ns;
    uint64_t warmup_ns;
    uint64_t duration_ns;
    uint64_t latencies_max; /* so many are kept; further ones are counted */
    /* Looked at when the time begins and when it is over. NULL: nothing is. */
    uint64_t (*progress)(const void *of);
    const void *of;
};

struct peer_connection {
    _Alignas(CACHE_LINE) struct peer_client *client;
    unsigned index;
    int fd;
    pthread_t thread;
    uint64_t nmessages;     /* answered, warm-up and what came late included */
    uint64_t unanswered_ns; /* of what was under way at the end; 0: nothing */
};

struct peer_client {
    struct peer_client_plan plan;
    size_t mapping_bytes;
    int left; /* an eventfd: connections that have ended */
    uint64_t *latencies_ns;
    uint64_t progress_began, progress_began_ns;
    uint64_t progress_ended, progress_ended_ns;

    /* Lines of their own: tasks look at the first all the time. */
    _Alignas(CACHE_LINE) _Atomic bool stop;
    _Alignas(CACHE_LINE) _Atomic uint64_t nbegun;   /* for tasks to count up */
    _Alignas(CACHE_LINE) _Atomic uint64_t began_ns; /* 0: not yet */
    _Atomic uint64_t ended_ns;
    _Atomic uint64_t nrequests; /* that count */
    /* The first trouble, an errno value: ECONNREFUSED (nobody listens),
     * ECONNRESET (the server has hung up), EBADMSG (it sent something else). */
    _Atomic int error;
    struct peer_connection connections[];
};

/* Makes the shared memory of a client. Returns 0 or -errno. The caller frees it
 * when the client is gone. */
int peer_client_new(const struct peer_client_plan *plan,
                    struct peer_client **ret);
void peer_client_free(struct peer_client *client); /* NULL: does nothing */

/* Starts the client as a process, which is a peer like any other, and returns
 * when it is connected: 0 or -errno. */
int peer_client_start(struct peer_client *client, struct peer *ret);

/* Waits until it has written all that it knows. Returns 0, or -errno: its first
 * trouble (see `error`); ECHILD: it has died. */
int peer_client_finish(const struct peer *peer);

/* The client's life, in the calling process, until its time is over or
 * `control` (-1: there is none) is closed at the other end. Tries for 5 s to
 * connect where nobody listens. Returns 0 or -errno, noted in client->error. */
int peer_client_run(struct peer_client *client, int control);

/* What message `number` on connection `connection` consists of. */
void peer_client_message(const struct peer_client_plan *plan,
                         uint64_t connection, uint64_t number,
                         unsigned char *ret);

/* One connection's talk, until the client's `stop`; for the client's threads.
 * Returns 0 or an errno value. */
int peer_client_converse(struct peer_connection *connection);

/* Requests under way when the time was over. */
uint64_t peer_client_unanswered(const struct peer_client *client);

/* The metrics of its requests, once it is done; sorts the latencies. Those of
 * no request at all are left out. With unit_ns also the shares of requests that
 * took n units, but less than n + 1, n = 0 to 4; 4: or more; and the medians of
 * those that took 1, and 2. Returns their number. */
enum { PEER_CLIENT_METRICS_MAX = 16 };
unsigned peer_client_metrics(struct peer_client *client, uint64_t unit_ns,
                             struct job_metric *ret);

#endif
