/* SPDX-License-Identifier: MIT */
#include "core/timers.h"

#include <errno.h>
#include <stdlib.h>

#include "core/op.h"

enum { CHILDREN = 4 };

void timers_init(struct timers *timers)
{
    *timers = (struct timers){.heap = NULL};
}

void timers_fini(struct timers *timers)
{
    free(timers->heap);
}

static void put(struct timers *timers, size_t place, struct timer timer)
{
    timers->heap[place] = timer;
    *timer.place = place;
}

static void sift_up(struct timers *timers, size_t place, struct timer timer)
{
    while (place > 0) {
        size_t parent = (place - 1) / CHILDREN;
        if (timers->heap[parent].deadline_ns <= timer.deadline_ns)
            break;
        put(timers, place, timers->heap[parent]);
        place = parent;
    }
    put(timers, place, timer);
}

/* The earliest child of `place`, which has one. */
static size_t earliest_child(const struct timers *timers, size_t place)
{
    size_t earliest = CHILDREN * place + 1;
    size_t end = earliest + CHILDREN;

    if (end > timers->ntimers)
        end = timers->ntimers;
    for (size_t child = earliest + 1; child < end; child++)
        if (timers->heap[child].deadline_ns <
            timers->heap[earliest].deadline_ns)
            earliest = child;
    return earliest;
}

static void sift_down(struct timers *timers, size_t place, struct timer timer)
{
    while (CHILDREN * place + 1 < timers->ntimers) {
        size_t child = earliest_child(timers, place);
        if (timers->heap[child].deadline_ns >= timer.deadline_ns)
            break;
        put(timers, place, timers->heap[child]);
        place = child;
    }
    put(timers, place, timer);
}

int timers_add(struct timers *timers, uint64_t deadline_ns, void *owner,
               size_t *place)
{
    if (timers->ntimers == timers->capacity) {
        size_t capacity = timers->capacity > 0 ? 2 * timers->capacity : 64;
        struct timer *heap =
            realloc(timers->heap, capacity * sizeof *timers->heap);
        if (heap == NULL)
            return -ENOMEM;
        timers->heap = heap;
        timers->capacity = capacity;
    }
    sift_up(timers, timers->ntimers++,
            (struct timer){deadline_ns, owner, place});
    return 0;
}

void timers_remove(struct timers *timers, size_t place)
{
    struct timer last = timers->heap[--timers->ntimers];

    *timers->heap[place].place = TIMER_NONE;
    if (place == timers->ntimers)
        return;
    /* The last entry fills the hole; it may belong above it or below. */
    if (place > 0 &&
        timers->heap[(place - 1) / CHILDREN].deadline_ns > last.deadline_ns)
        sift_up(timers, place, last);
    else
        sift_down(timers, place, last);
}

void *timers_expire(struct timers *timers, uint64_t now_ns)
{
    if (timers->ntimers == 0 || timers->heap[0].deadline_ns > now_ns)
        return NULL;
    void *owner = timers->heap[0].owner;
    timers_remove(timers, 0);
    return owner;
}
