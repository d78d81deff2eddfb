/* SPDX-License-Identifier: MIT */
#ifndef CORE_PEER_H
#define CORE_PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * The peer: the other end of every socket that a workload opens. A process of
 * its own, the same for every model, listening on 127.0.0.1. It is no child of
 * the measured process, so its CPU time is never counted as the model's; it
 * leaves by itself when the process that started it is gone.
 */
enum peer_protocol {
    PEER_ECHO, /* messages of `message_bytes`, sent back as they came */
    PEER_HTTP, /* HTTP/1.1 GET /page/N, kept alive */
};

struct peer_plan {
    enum peer_protocol protocol;
    uint64_t seed;
    uint64_t delay_us;       /* before each reply, */
    uint64_t jitter_us;      /* and up to so much more, drawn by seed */
    uint64_t message_bytes;  /* PEER_ECHO, 8 or more */
    uint64_t page_min_bytes; /* PEER_HTTP: the size of a page's body, drawn */
    uint64_t page_max_bytes; /* by seed and page number */
    uint64_t stall_every_ms; /* every so often (0: never) it does nothing, */
    uint64_t stall_ms;       /* for so long */
};

/* The two parameters by which a workload has its peer stall. */
#define PEER_STALL_EVERY_PARAMETER                                             \
    {                                                                          \
        .name = "stall_every_ms", .unit = "ms",                                \
        .meaning = "so often the peer does nothing for stall_ms; 0: never",    \
        .preset = 0, .min = 0, .max = 3600000                                  \
    }
#define PEER_STALL_PARAMETER                                                   \
    {                                                                          \
        .name = "stall_ms", .unit = "ms",                                      \
        .meaning = "how long it does nothing", .preset = 0, .min = 0,          \
        .max = 3600000                                                         \
    }

#define PEER_PORTS_MAX 64

struct peer {
    int control; /* -1: none was started. Its end, too, ends the peer */
    pid_t pid;
    int process; /* its pidfd */
    unsigned nports;
    uint16_t ports[PEER_PORTS_MAX];
};

/* The delay before the reply to page or message number `which`, ns. */
uint64_t peer_delay_ns(const struct peer_plan *plan, uint64_t which);

/* Starts a process of that kind: forked twice, it sheds all descriptors but its
 * end of `control`, and leaves when `live` returns, well if that is 0. What it
 * sends there is for the caller to receive from ret->control. Its ports are the
 * caller's to fill in. Returns 0 or -errno. */
int peer_spawn(int (*live)(const void *what, int control), const void *what,
               struct peer *ret);

/* Starts a peer that `nconnections` clients can reach at the same time: on as
 * many ports as keep each accept queue under 2000. Returns 0 or -errno. */
int peer_start(const struct peer_plan *plan, uint64_t nconnections,
               struct peer *ret);

/* Ends it and waits until it is gone. A peer that was never started is fine. */
void peer_stop(struct peer *peer);

/* Its user and system time so far; 0 if it was never started or has died. */
uint64_t peer_cpu_ns(const struct peer *peer);

/* Is it still there? True also if none was started. */
bool peer_alive(const struct peer *peer);

/* Where client number `index` connects. */
struct sockaddr_in peer_endpoint(const struct peer *peer, uint64_t index);

/* The peer's own life: serves until `control` is closed at the other end (or,
 * if it is -1, for ever), after it has written what peer_start waits for.
 * Returns 0 or -errno. */
int peer_serve(const struct peer_plan *plan, unsigned nports, int control);

#endif
