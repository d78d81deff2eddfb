/* SPDX-License-Identifier: MIT */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/clock.h"

/*
 * A trace: who ran, who waited, when. Every worker writes into a ring of its
 * own, so there is no lock; the rings lie in shared memory, so that children
 * write as threads do. A worker is in one state at a time, from one event to
 * the next. Where nobody traces, a worker has no ring, and a point where it
 * would write costs a look at a thread-local pointer.
 */
enum trace_state {
    TRACE_IDLE,    /* nothing to do: no task, or all of its tasks wait */
    TRACE_RUNNING, /* computing */
    TRACE_HOLDING, /* computing, and holding the GIL */
    TRACE_WAITING, /* for the GIL */
    TRACE_ASLEEP,  /* has had to let go of the GIL, until another has it */
    TRACE_SYSTEM,  /* in a system call, perhaps waiting there; letting go of
                      the GIL is one, for it may wake somebody */
    TRACE_STATES,
    /* A mark, no state: at this moment the worker, which goes on waiting for
     * the GIL, asks its holder to let go. */
    TRACE_ASKED = TRACE_STATES
};

/* "idle", "running", ... */
extern const char *const trace_state_names[TRACE_STATES];

#define TRACE_NO_TASK UINT32_MAX

struct trace_event {
    uint64_t ns;    /* since when, on the program's clock */
    uint32_t task;  /* index; TRACE_NO_TASK: none */
    uint32_t state; /* enum trace_state; TRACE_ASKED: a mark */
};

struct trace_ring {
    /* Written so far; the last `capacity` of them are there. Only the worker
     * writes; whoever reads while it does may find the oldest ones replaced. */
    _Alignas(64) _Atomic uint64_t nevents;
    uint64_t capacity;
    struct trace_event *events;
    uint32_t task;
    enum trace_state computing; /* RUNNING; under a GIL HOLDING */
    uint32_t last_task;         /* of the last event that is no mark */
    uint32_t last_state;        /* likewise; TRACE_STATES: there is none */
    const void *lock;           /* the GIL that it holds or last held */
    _Atomic bool taken;         /* a worker writes into it */
};

struct trace {
    size_t mapping_bytes;
    unsigned nrings;
    _Atomic uint64_t nunseen; /* workers that found no ring */
    struct trace_ring rings[];
};

/* Makes `nrings` rings of `capacity` events (rounded up to a power of two), in
 * shared memory whose pages are all there. Returns 0 or -errno. */
int trace_new(unsigned nrings, uint64_t capacity, struct trace **ret);

/* Gives them back; the calling thread writes nowhere from now on, the others
 * have ended. trace_free(NULL) does nothing. */
void trace_free(struct trace *trace);

/* From here on the calling thread writes into ring `ring`, beginning with IDLE.
 * With trace NULL, or if there is no such ring, it writes nowhere. */
void trace_join(struct trace *trace, unsigned ring);

/* The same with the first ring that is nobody's, for a worker that comes and
 * goes; and the end of that: IDLE, and the ring is free for another. Whoever
 * finds none writes nowhere and is counted: memory stays bounded. */
void trace_join_any(struct trace *trace);
void trace_leave(void);

/* The calling thread's ring; NULL: it writes nowhere. */
extern _Thread_local struct trace_ring *trace_mine;

/* Appends an event to the calling thread's ring; for the functions below. A
 * state that it is in already is not written again. */
void trace_put(enum trace_state state);

/* The calling thread's state from now on. */
static inline void trace_state(enum trace_state state)
{
    if (trace_mine != NULL)
        trace_put(state);
}

/* What it does from now on, it does for task `task`. */
static inline void trace_task(uint64_t task)
{
    if (trace_mine != NULL)
        trace_mine->task = (uint32_t)task;
}

/* It computes from now on, for task `task`. */
static inline void trace_compute(uint64_t task)
{
    if (trace_mine != NULL) {
        trace_mine->task = (uint32_t)task;
        trace_put(trace_mine->computing);
    }
}

/* It holds this GIL from now on (NULL: none): what computing means for it. To
 * be called while it does hold it, before it lets go: then no two workers are
 * ever seen holding one lock. */
static inline void trace_hold(const void *lock)
{
    if (trace_mine != NULL) {
        if (lock != NULL)
            trace_mine->lock = lock;
        trace_mine->computing = lock != NULL ? TRACE_HOLDING : TRACE_RUNNING;
        trace_put(lock != NULL ? TRACE_HOLDING : TRACE_SYSTEM);
    }
}

/* The ring's event number `which` (0 is the first ever), if it is still there:
 * returns whether it was, and in *ret a copy. Any thread may ask. */
bool trace_get(const struct trace_ring *ring, uint64_t which,
               struct trace_event *ret);

#endif
