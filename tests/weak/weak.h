/* SPDX-License-Identifier: MIT */
#ifndef TESTS_WEAK_WEAK_H
#define TESTS_WEAK_WEAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"

/*
 * Runs compiled code whose threads share atomics under every order of its
 * accesses, stores that reach the others late included. What the parts of the
 * explorer share. "Threads" are contexts that take turns.
 */
enum { WEAK_THREADS = 4, WEAK_BUFFERED = 6 };

#define WEAK_NOBODY UINT32_MAX

/* A store that the others do not see yet. */
struct store {
    void *at;
    uint64_t value;
    unsigned nbytes;
    bool release; /* all earlier ones of its thread come before it */
};

struct weak_thread {
    struct context context;
    void *stack;
    void (*main)(unsigned self);
    bool ended;
    const void *sleeps_on;   /* a futex; NULL: awake */
    bool (*waits_for)(void); /* goes on once this holds; NULL: at once */
    uint64_t found_out;      /* a hash of all that it has read */
    struct store stores[WEAK_BUFFERED]; /* oldest first */
    unsigned nstores;
};

/* A preemption takes the processor from a thread that could go on. Few of them
 * find nearly all bugs (M. Musuvathi, S. Qadeer, PLDI 2007). */
#define WEAK_UNBOUNDED UINT32_MAX

struct scenario {
    const char *name;
    unsigned preemptions;
    void (*begin)(void);                          /* before the threads */
    void (*threads[WEAK_THREADS])(unsigned self); /* NULL: no such thread */
    void (*end)(void); /* after them: checks what came out */
};

struct weak_world {
    struct context home;
    struct weak_thread threads[WEAK_THREADS];
    unsigned nthreads;
    unsigned running; /* WEAK_NOBODY: the explorer itself */
    unsigned nsteps;
    bool broken;
    char sentence[160];
};

extern struct weak_world weak;
extern const struct scenario weak_scenarios[];
extern const unsigned weak_nscenarios;

/* One of `n` possibilities, 0 to n - 1; each schedule makes another choice. */
unsigned weak_choose(unsigned n);

/* The running thread stops here; returns when it is its turn again. */
void weak_pause(void);

/* It goes on only when `condition` holds. */
void weak_wait(bool (*condition)(void));

/* The running thread has seen this, and may do what it does because of it. */
void weak_find_out(uint64_t value);

/* Something is wrong: this schedule is the last. */
__attribute__((format(printf, 1, 2))) void weak_break(const char *format, ...);

/* memory.c: what is allocated between these two lies at the same place in every
 * schedule, and is part of its state. */
void memory_begin(void);
void memory_settle(void);
uint64_t memory_hash(uint64_t hash);

/* Lets the others see store number `which` of a thread; may it be the next? */
void memory_publish(struct weak_thread *thread, unsigned which);
bool memory_may_publish(const struct weak_thread *thread, unsigned which);

#endif
