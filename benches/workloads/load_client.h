/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_LOAD_CLIENT_H
#define WORKLOADS_LOAD_CLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/job.h"

/*
 * A client that loads an HTTP server on 127.0.0.1: one thread and one poller
 * hold any number of connections, each kept alive, with one request under way.
 *
 * In a closed loop a request follows the answer to the one before. In an open
 * loop each has its instant, planned before the run: number n of connection c
 * is due (n * nconnections + c) / offered_per_s after the beginning, and its
 * latency counts from then, also if the answer to its predecessor was late
 * (otherwise a slow server would be asked less often, and look well: Tene's
 * "coordinated omission").
 */
enum { LOAD_PORTS_MAX = 64, LOAD_TARGET_BYTES = 128 };

struct load_plan {
    unsigned nports; /* connection c goes to ports[c % nports] */
    uint16_t ports[LOAD_PORTS_MAX];
    unsigned nconnections;
    uint64_t requests;      /* on each connection; 0: any number */
    uint64_t duration_ns;   /* requests are sent for so long; 0: any time */
    uint64_t offered_per_s; /* over all connections; 0: closed loops */
    uint64_t patience_ns;   /* what takes longer is `late`; 0: any time */
    uint64_t latencies_max; /* so many are kept; further ones are counted */
    /* "": /k/CONNECTION/NUMBER, by which a server knows who asks what. */
    char target[LOAD_TARGET_BYTES];
    /* The server counts client->naccepted up. Nobody asks anything before it
     * has taken some on and, if `settle`, takes no more. */
    bool awaits;
    bool settle;
    pid_t server; /* whose memory is looked at, before and after; 0: none's */
    unsigned spared_cores; /* keeps off the first so many of its cores */
};

/* What a connection has seen, folded in the order of its requests. */
struct load_connection {
    uint64_t digest; /* see load_fold */
    uint64_t nanswered;
};

struct load_client {
    struct load_plan plan;
    size_t mapping_bytes;
    uint64_t *latencies_ns;
    uint64_t nanswered, nlate, nbroken;
    uint64_t began_ns, ended_ns;
    uint64_t cpu_ns;     /* of its own, from the one to the other */
    uint64_t nheld;      /* connections taken on before the first request, */
    uint64_t held_bytes; /* and by how much the server has grown by them */
    bool looked;         /* that is known */
    int error; /* the first trouble, an errno value: see load_client_trouble */
    /* By the server, as its tasks begin. */
    _Alignas(CACHE_LINE) _Atomic uint64_t naccepted;
    struct load_connection connections[];
};

/* Keeps this process off the first so many of its cores, so that a server can
 * have them. Returns 0 or -errno (EINVAL: none would be left). */
int load_leave_cores(unsigned spared);

/* A question and its answer, folded into the digest of a connection. */
uint64_t load_fold(uint64_t digest, const char *target, size_t target_length,
                   const char *body, size_t body_bytes);

/* Makes the shared memory of a client. Returns 0 or -errno. The caller frees it
 * when the client is gone. */
int load_client_new(const struct load_plan *plan, struct load_client **ret);
void load_client_free(struct load_client *client); /* NULL: does nothing */

/* Starts the client as a process, a peer like any other, and returns when all
 * its connections are made: 0 or -errno. */
int load_client_start(struct load_client *client, struct peer *ret);

/* Waits until it has written all that it knows. Returns 0, or -errno: its first
 * trouble; ECHILD: it has died. */
int load_client_finish(const struct peer *peer);

/* The client's life, in the calling process, until all is asked and answered or
 * `control` (-1: there is none) is closed at the other end. Returns 0 or
 * -errno, noted in client->error. */
int load_client_run(struct load_client *client, int control);

/* An errno value of the client's, in words. */
const char *load_client_trouble(int error);

/* The metrics of its requests, once it is done; sorts the latencies. Returns
 * their number. */
enum { LOAD_METRICS_MAX = 16 };
unsigned load_client_metrics(struct load_client *client,
                             struct job_metric *ret);

/* ---- Between the client and its connections (load_client_talk.c) ---- */

struct task;

/* A new-born task for connection `index`, whose socket is `fd`. NULL: there is
 * no memory. Its owner frees it when it has ended. */
struct task *load_talk_new(struct load_client *client, unsigned index, int fd);

#endif
