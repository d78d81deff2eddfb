/* SPDX-License-Identifier: MIT */
#ifndef MODELS_STEALING_H
#define MODELS_STEALING_H

#include <stdint.h>

/*
 * A queue for one producer and many workers, made of deques instead of a lock:
 * the producer pushes into a deque of its own, workers steal from it, several
 * items at a time, and keep what they do not do at once in a deque each, where
 * others may steal it again.
 *
 * A worker takes its items in about the order in which they were put. Items are
 * the caller's, and never NULL.
 */
struct stealing;

/* A queue of `capacity` items for workers 0 to nworkers - 1, who steal up to
 * `batch_max` items at a time (1 to STEALING_BATCH_MAX): what a worker has
 * stolen lies outside of the `capacity`. Returns 0 or -ENOMEM. */
enum { STEALING_BATCH_MAX = 64 };
int stealing_new(unsigned nworkers, uint64_t capacity, unsigned batch_max,
                 struct stealing **ret);

/* To be called when no worker uses it any more. */
void stealing_free(struct stealing *stealing);

/* The producer, one thread, adds an item; waits while the queue is full. */
void stealing_put(struct stealing *stealing, void *item);

/* Worker `worker` gets an item, after waiting for one: it looks for some
 * microseconds before it sleeps. NULL: the queue is closed and empty. */
void *stealing_get(struct stealing *stealing, unsigned worker);

/* The producer says that nothing more will come. */
void stealing_close(struct stealing *stealing);

#endif
