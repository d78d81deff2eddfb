/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_CONVOY_H
#define WORKLOADS_CONVOY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/job.h"
#include "core/peer_client.h"

/* What convoy.c, its tasks, and convoy_check.c, who looks after them, share.
 * The first `nechoes` tasks echo, the others compute. */
struct convoy_shared {
    uint64_t nechoes;
    uint64_t grain;
    uint64_t unit_ns;
    int listener;               /* -1: the waits are left out */
    struct peer_client *client; /* NULL: the waits are left out */
    int client_process;         /* its pidfd */
};

/* All that a task has to say for itself. */
struct convoy_task {
    int fd;             /* of its connection */
    uint64_t nmessages; /* sent back */
    uint64_t value;     /* after the steps below */
    uint64_t next_look; /* at the client, when so many steps are done */
    _Atomic uint64_t steps;
    unsigned char message[PEER_MESSAGE_MAX];
};

static inline struct convoy_task *convoy_task(struct task *task)
{
    return (struct convoy_task *)(void *)task->state;
}

/* The value that a task which computes starts from; never 0. */
uint64_t convoy_first_value(const struct task *task);

/* Steps of all tasks that compute, so far; `job` is a struct job. */
uint64_t convoy_progress(const void *job);

/* Notes the client's trouble, -errno, with job_fail, and returns it. */
int convoy_client_failed(struct job *job, int result);

/* The workload's `check`. */
int convoy_check(struct job *job);

#endif
