/* SPDX-License-Identifier: MIT */
#ifndef CORE_GIL_H
#define CORE_GIL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A global interpreter lock, by the rules that CPython's has had since 3.2
 * (Antoine Pitrou, 2009; described at the top of its Python/ceval_gil.c). One
 * thread holds it and computes. Who wants it waits for `interval_ns`; if nobody
 * new has got it by then, it asks the holder to let go, and the holder finds
 * the request at its next look (gil_checkpoint).
 *
 * Threads are known by numbers from 0 on. Order of the two mutexes: `mutex`,
 * then `switch_mutex`.
 */
struct gil_rules {
    uint64_t interval_ns; /* a waiter's patience */
    /* Who let go because it was asked to sleeps until another thread holds the
     * lock. Without: it may take its own lock back before the other is awake.
     */
    bool forced_switching;
    /* A waiter asks only if nobody new got the lock while it waited. Without:
     * a new holder may be asked before it has had its interval. */
    bool fresh_interval;
    /* All waiters are woken when the lock becomes free, not one. */
    bool wake_all;
    /* Told by a waiter, once in the lock's life, that a holder has not let go
     * for GIL_UNANSWERED_NS since it was asked to, and perhaps never will. Must
     * not touch the lock. NULL: nobody wants to know. */
    void (*unanswered)(unsigned holder, uint64_t refusal_ns);
};

#define GIL_UNANSWERED_NS 1000000000ULL

struct gil {
    struct gil_rules rules;
    pthread_mutex_t mutex; /* guards all but the three below it */
    pthread_cond_t freed;  /* the lock has become free */
    pthread_mutex_t switch_mutex;
    pthread_cond_t switched;      /* somebody has taken the lock */
    _Atomic unsigned last_holder; /* who has or had it; GIL_NOBODY */
    _Atomic bool drop_request;    /* a waiter's patience has run out */
    bool locked;

    /* Counted since gil_init; to be read when no thread is at it any more. */
    uint64_t switches;       /* taken by another thread than before */
    uint64_t requests;       /* times that a holder was asked to let go */
    uint64_t failed_wakeups; /* woken for the lock, and found it taken again */
    uint64_t longest_refusal_ns; /* from asking to getting somebody to let go */
    unsigned longest_refuser;    /* whom */
    uint64_t requested_ns;       /* when the holder was asked; 0: it was not */
    unsigned requested;          /* the holder then */
    bool told;                   /* unanswered has been called */
};

#define GIL_NOBODY UINT32_MAX

/* Free, never held. Returns 0 or -errno. */
int gil_init(struct gil *ret, const struct gil_rules *rules);

/* Nobody may hold it or wait for it. */
void gil_fini(struct gil *gil);

/* Waits until `self` holds the lock. */
void gil_acquire(struct gil *gil, unsigned self);

/* Lets go of it; if that was asked for, returns only when another has it (see
 * forced_switching). There is no hand-over: whoever comes first takes it. */
void gil_release(struct gil *gil, unsigned self);

/* The look-up of the interpreter: if the holder has been asked to let go, it
 * does, and comes back when it holds the lock again. */
void gil_checkpoint(struct gil *gil, unsigned self);

#endif
