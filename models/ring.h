/* SPDX-License-Identifier: MIT */
#ifndef MODELS_RING_H
#define MODELS_RING_H

#include <liburing.h>
#include <stdbool.h>

struct task;

/*
 * Operations of tasks (core/op.h) by completions: they are written into a ring
 * shared with the kernel, many for one system call, and their results are read
 * from another. Made by any thread, used by one.
 */
enum { RING_ENTRIES = 256 }; /* a power of two; more are submitted in between */

struct ring {
    struct io_uring uring;
    /* Of the entry with the same place: read when that is submitted. */
    struct __kernel_timespec ends[RING_ENTRIES];
};

/* Returns 0 or -errno; -EPERM and -ENOSYS: it is not allowed here. */
int ring_init(struct ring *ring);

/* What is still under way is given up. */
void ring_fini(struct ring *ring);

/* From here on the ring is the calling thread's. Returns 0 or -errno. */
int ring_join(struct ring *ring);

/* What needs no kernel, or no waiting: a YIELD, a time that is over, a socket
 * to connect. True: the operation has been carried out by that. */
bool ring_done_at_once(struct task *task);

/* Writes the task's operation into the ring, with its time-out if it has one.
 * Returns 0 or -errno. */
int ring_put(struct ring *ring, struct task *task);

/* Submits what there is, and waits until something is completed. Returns at
 * least 0, or -errno. */
int ring_wait(struct ring *ring);

/* Takes the next completion, if there is one: returns whether. *task is the one
 * whose operation has been carried out by it, or NULL; *error 0, or -errno if
 * what has to be asked once more for *task could not be. */
bool ring_take(struct ring *ring, struct task **task, int *error);

#endif
