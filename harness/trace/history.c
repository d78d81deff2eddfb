/* SPDX-License-Identifier: MIT */
/*
 * From events to stretches: a state lasts until the worker's next event. What
 * happened before the run (workers that stand at the gate) is cut off.
 */
#include "harness/trace/history.h"

#include <errno.h>
#include <stdlib.h>

#include "core/job.h"

enum { RINGS_BYTES = 64 << 20, CAPACITY_MAX = 1 << 20 };

uint64_t history_capacity(unsigned nrings)
{
    uint64_t capacity = CAPACITY_MAX;

    while (capacity * nrings * sizeof(struct trace_event) > RINGS_BYTES)
        capacity /= 2;
    return capacity;
}

/* The number of a ring's oldest event that is still there. */
static uint64_t oldest(const struct trace_ring *ring)
{
    return ring->nevents > ring->capacity ? ring->nevents - ring->capacity + 1
                                          : 0;
}

static uint64_t since(const struct history *history, uint64_t ns)
{
    return ns > history->began_ns ? ns - history->began_ns : 0;
}

static void append(struct lane *lane, const struct stretch *stretch)
{
    if (stretch->from_ns < stretch->to_ns)
        lane->stretches[lane->nstretches++] = *stretch;
}

/* Until its first event a worker does not exist: it is idle. */
static int read_ring(const struct trace_ring *ring,
                     const struct history *history, struct lane *lane)
{
    uint64_t n = ring->nevents - oldest(ring);
    struct stretch now = {history->known_ns, 0, TRACE_NO_TASK, TRACE_IDLE};
    struct trace_event event;

    lane->lock = ring->lock;
    lane->stretches = calloc(n + 1, sizeof *lane->stretches);
    lane->marks = calloc(n + 1, sizeof *lane->marks);
    if (lane->stretches == NULL || lane->marks == NULL)
        return -ENOMEM;
    for (uint64_t i = oldest(ring); trace_get(ring, i, &event); i++) {
        uint64_t ns = since(history, event.ns);
        if (ns > history->end_ns)
            break;
        if (event.state == TRACE_ASKED) {
            if (ns >= history->known_ns)
                lane->marks[lane->nmarks++] = (struct mark){ns};
            continue;
        }
        now.to_ns = ns;
        append(lane, &now);
        if (ns > now.from_ns)
            now.from_ns = ns;
        now.task = event.task;
        now.state = (enum trace_state)event.state;
    }
    now.to_ns = history->end_ns;
    append(lane, &now);
    return 0;
}

static void count(const struct trace *trace, struct history *history)
{
    for (unsigned i = 0; i < trace->nrings; i++) {
        const struct trace_ring *ring = &trace->rings[i];
        struct trace_event event;
        uint64_t first = oldest(ring);

        history->nevents += ring->nevents;
        history->nlost += first;
        if (ring->nevents > history->longest)
            history->longest = ring->nevents;
        if (first > 0 && trace_get(ring, first, &event) &&
            since(history, event.ns) > history->known_ns)
            history->known_ns = since(history, event.ns);
    }
}

int history_read(const struct job *job, uint64_t began_ns, uint64_t ended_ns,
                 struct history *ret)
{
    const struct trace *trace = job->trace;
    struct history history = {
        .began_ns = began_ns,
        .end_ns = ended_ns > began_ns ? ended_ns - began_ns : 0,
        .nunseen = trace->nunseen,
    };
    int result = 0;

    history.lanes = calloc(trace->nrings + 1, sizeof *history.lanes);
    if (history.lanes == NULL)
        return -ENOMEM;
    count(trace, &history);
    for (unsigned i = 0; i < trace->nrings && result == 0; i++) {
        const struct trace_ring *ring = &trace->rings[i];
        if (ring->nevents > 0)
            result =
                read_ring(ring, &history, &history.lanes[history.nlanes++]);
    }
    if (result != 0)
        history_fini(&history);
    else
        *ret = history;
    return result;
}

void history_fini(struct history *history)
{
    for (unsigned i = 0; i < history->nlanes; i++) {
        free(history->lanes[i].stretches);
        free(history->lanes[i].marks);
    }
    free(history->lanes);
}

size_t history_find(const struct lane *lane, uint64_t ns)
{
    size_t low = 0, high = lane->nstretches;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (lane->stretches[middle].to_ns > ns)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void history_times(const struct lane *lane, uint64_t from_ns, uint64_t to_ns,
                   uint64_t ret[TRACE_STATES])
{
    for (size_t i = 0; i < TRACE_STATES; i++)
        ret[i] = 0;
    for (size_t i = history_find(lane, from_ns);
         i < lane->nstretches && lane->stretches[i].from_ns < to_ns; i++) {
        const struct stretch *s = &lane->stretches[i];
        uint64_t from = s->from_ns > from_ns ? s->from_ns : from_ns;
        uint64_t to = s->to_ns < to_ns ? s->to_ns : to_ns;
        ret[s->state] += to - from;
    }
}

enum trace_state history_state(const struct lane *lane, uint64_t from_ns,
                               uint64_t to_ns)
{
    uint64_t times[TRACE_STATES];
    enum trace_state most = TRACE_STATES;

    history_times(lane, from_ns, to_ns, times);
    for (enum trace_state i = TRACE_IDLE; i < TRACE_STATES; i++)
        if (times[i] > 0 && (most == TRACE_STATES || times[i] > times[most]))
            most = i;
    return most;
}
