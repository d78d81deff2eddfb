/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_SERVE_H
#define WORKLOADS_SERVE_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "benches/workloads/load_client.h"
#include "core/job.h"

/* What serve.c, its tasks, and those who prepare and look after them share. */

/* Its parameters. */
enum {
    SERVE_CLIENT,
    SERVE_REQUESTS,
    SERVE_OFFERED_PER_S,
    SERVE_COMPUTE_STEPS,
    SERVE_WAIT_US,
    SERVE_BODY_BYTES,
    SERVE_CORES,
    SERVE_PATIENCE_MS,
    SERVE_PORT,
    SERVE_DURATION_S,
    SERVE_GRAIN,
    SERVE_PARAMETERS
};

enum {
    SERVE_BODY_MIN = 16,
    SERVE_BODY_MAX = 1024,
    SERVE_HEAD_BYTES = 192,    /* the longest head of an answer */
    SERVE_REQUEST_BYTES = 1024 /* the longest request */
};

#define SERVE_NOBODY UINT64_MAX

struct serve_wrk; /* serve_wrk.h */

struct serve_shared {
    uint64_t seed;
    uint64_t compute_steps, wait_ns, grain, body_bytes;
    /* The two heads, for a client that stays and for one that leaves; the date
     * goes to date_at. */
    char heads[2][SERVE_HEAD_BYTES];
    size_t head_bytes[2];
    size_t date_at;
    unsigned nlisteners;
    int listeners[LOAD_PORTS_MAX];
    struct load_client *client; /* ours; NULL: other people's */
    struct serve_wrk *wrk;      /* NULL: it is not wrk */
    bool confined;              /* to the first cores; before, it was on */
    cpu_set_t all_cores;        /* these */
    /* Counted up for a client that waits for it; NULL: none does. It lies with
     * the client, since tasks need not be shared with other processes. */
    _Atomic uint64_t *naccepted;
};

/* A task's own: a visitor and what they are told. */
struct serve_task {
    int fd;
    int error;           /* what has spoilt it, an errno value */
    uint64_t connection; /* the client's number for it, or SERVE_NOBODY */
    uint64_t nanswered, nrefused;
    bool hung_up; /* the client, in the middle of something */
    bool keep_alive;
    uint64_t value, steps_left; /* of the answer */
    size_t target_at, target_length;
    size_t request_bytes; /* of the one being answered */
    size_t nread;         /* bytes in `request` */
    int64_t date_s;       /* the second that `date` tells */
    char date[32];
    char request[SERVE_REQUEST_BYTES];
    char answer[SERVE_HEAD_BYTES + SERVE_BODY_MAX];
};

static inline struct serve_task *serve_task(struct task *task)
{
    return (struct serve_task *)(void *)task->state;
}

/* The workload's `setup`, `check`, `teardown` and `unverified`. */
int serve_setup(struct job *job);
int serve_check(struct job *job);
void serve_teardown(struct job *job);
bool serve_unverified(const struct job *job);

/* Writes an answer of status 200 and returns its length. */
size_t serve_write_answer(const struct serve_shared *shared,
                          struct serve_task *state);

/* Writes that of another status, which hangs up. */
size_t serve_write_refusal(struct serve_task *state, int status);

/* Prepares the heads of answers. */
void serve_make_heads(struct serve_shared *shared);

#endif
