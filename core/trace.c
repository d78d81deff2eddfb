/* SPDX-License-Identifier: MIT */
/*
 * The rings of a trace. An event costs a look at the clock and two stores, some
 * 50 ns; an event like the one before it is not written at all.
 */
#include "core/trace.h"

#include <errno.h>
#include <sys/mman.h>

const char *const trace_state_names[TRACE_STATES] = {
    "idle", "running", "holding", "waiting", "asleep", "system"};

_Thread_local struct trace_ring *trace_mine;

static uint64_t power_of_two(uint64_t least)
{
    uint64_t power = 2;

    while (power < least)
        power *= 2;
    return power;
}

int trace_new(unsigned nrings, uint64_t capacity, struct trace **ret)
{
    size_t events_at =
        sizeof(struct trace) + nrings * sizeof(struct trace_ring);

    capacity = power_of_two(capacity);
    if (capacity > SIZE_MAX / 2 / sizeof(struct trace_event) / (nrings + 1))
        return -ENOMEM;
    size_t bytes = events_at + nrings * capacity * sizeof(struct trace_event);
    struct trace *trace =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (trace == MAP_FAILED)
        return -errno;
    trace->mapping_bytes = bytes;
    trace->nrings = nrings;
    struct trace_event *events = (void *)((unsigned char *)trace + events_at);
    for (unsigned i = 0; i < nrings; i++) {
        trace->rings[i].capacity = capacity;
        trace->rings[i].events = events + i * capacity;
        trace->rings[i].last_state = TRACE_STATES;
    }
    *ret = trace;
    return 0;
}

void trace_free(struct trace *trace)
{
    if (trace == NULL)
        return;
    trace_mine = NULL;
    munmap(trace, trace->mapping_bytes);
}

static void begin(struct trace_ring *ring)
{
    trace_mine = ring;
    ring->task = TRACE_NO_TASK;
    ring->computing = TRACE_RUNNING;
    trace_put(TRACE_IDLE);
}

void trace_join(struct trace *trace, unsigned ring)
{
    trace_mine = NULL;
    if (trace == NULL)
        return;
    if (ring < trace->nrings)
        begin(&trace->rings[ring]);
    else
        atomic_fetch_add(&trace->nunseen, 1);
}

void trace_join_any(struct trace *trace)
{
    trace_mine = NULL;
    if (trace == NULL)
        return;
    for (unsigned i = 0; i < trace->nrings; i++)
        if (!atomic_exchange(&trace->rings[i].taken, true)) {
            begin(&trace->rings[i]);
            return;
        }
    atomic_fetch_add(&trace->nunseen, 1);
}

void trace_leave(void)
{
    if (trace_mine == NULL)
        return;
    trace_put(TRACE_IDLE);
    atomic_store(&trace_mine->taken, false);
    trace_mine = NULL;
}

void trace_put(enum trace_state state)
{
    struct trace_ring *ring = trace_mine;
    uint64_t n = atomic_load_explicit(&ring->nevents, memory_order_relaxed);
    uint32_t task = state == TRACE_IDLE ? TRACE_NO_TASK : ring->task;

    if (ring->last_state == (uint32_t)state && ring->last_task == task)
        return;
    if (state < TRACE_STATES) {
        ring->last_state = (uint32_t)state;
        ring->last_task = task;
    }
    ring->events[n & (ring->capacity - 1)] =
        (struct trace_event){clock_ns(), task, (uint32_t)state};
    atomic_store_explicit(&ring->nevents, n + 1, memory_order_release);
}

bool trace_get(const struct trace_ring *ring, uint64_t which,
               struct trace_event *ret)
{
    uint64_t n = atomic_load_explicit(&ring->nevents, memory_order_acquire);

    if (which >= n || n - which > ring->capacity)
        return false;
    struct trace_event event = ring->events[which & (ring->capacity - 1)];
    n = atomic_load_explicit(&ring->nevents, memory_order_acquire);
    /* The writer may be at work on the place behind the last event. */
    if (n - which >= ring->capacity)
        return false;
    *ret = event;
    return true;
}
