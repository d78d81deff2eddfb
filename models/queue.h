/* SPDX-License-Identifier: MIT */
#ifndef MODELS_QUEUE_H
#define MODELS_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The textbook's bounded queue: one mutex, two condition variables, any number
 * of producers and consumers. First in, first out.
 */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty;
    pthread_cond_t not_full;
    bool closed;       /* nothing more will come */
    unsigned ntakers;  /* wait, and nobody has called them yet */
    unsigned nputters; /* likewise */
    uint64_t nitems;   /* in the ring now */
    uint64_t capacity;
    uint64_t first;
    void **ring;
};

/* An empty queue for `capacity` items (1 or more). Returns 0 or -ENOMEM. End
 * with queue_fini, when nobody uses it any more. */
int queue_init(struct queue *ret, uint64_t capacity);
void queue_fini(struct queue *queue);

/* Adds an item, which is not NULL and stays the caller's; waits while there is
 * no room. */
void queue_put(struct queue *queue, void *item);

/* Takes the oldest item, after waiting for one. NULL: the queue is empty and
 * closed. */
void *queue_take(struct queue *queue);

/* Nothing more will come: takers need not wait any longer. */
void queue_close(struct queue *queue);

#endif
