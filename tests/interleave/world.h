/* SPDX-License-Identifier: MIT */
#ifndef TESTS_INTERLEAVE_WORLD_H
#define TESTS_INTERLEAVE_WORLD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"
#include "tests/interleave/explorer.h"

/* What the parts of the explorer share: one world, begun anew per schedule. */

#define NO_THREAD UINT32_MAX

/* A vector clock: how much of each thread's past is known to have happened. */
struct vector {
    uint32_t at[EXPLORER_THREADS];
};

struct thread {
    struct context context;
    void *stack;
    const char *program;
    bool ended;
    bool at_leisure;              /* may be left without a preemption */
    const pthread_mutex_t *wants; /* goes on once this is free; NULL: at once */
    const pthread_cond_t *sleeps_on; /* asleep until woken; NULL: awake */
    bool timed;                      /* its sleep has an end */
    bool timed_out;
    int kept_errno; /* errno belongs to a thread */
    struct vector knows;
    uint64_t found_out; /* a hash of all that it has read and been told */

    /* For the properties. */
    bool inside;                /* computes under the lock */
    bool in_call;               /* of gil_acquire or gil_checkpoint */
    uint64_t switches_at_sleep; /* when its last timed sleep began */
    bool has_asked;             /* since it began to wait for the lock */
    unsigned passed_over;       /* since then */
};

struct world {
    const struct scenario *scenario;
    struct gil gil;
    struct context home;
    struct thread threads[EXPLORER_THREADS];
    unsigned nthreads;
    unsigned running; /* NO_THREAD: the explorer itself */
    unsigned nsteps;
    const char *broken;
    char sentence[160];
    bool telling;
};

extern struct world world;

/* Everything anew, no thread has begun; and giving it all back. */
void world_begin(const struct scenario *scenario);
void world_end(void);

/* A step of the thread: what it stopped before, up to the next such place. */
void world_go_on(unsigned thread);

/* Mixes in all that the world's future depends on. */
uint64_t world_hash(uint64_t hash);

/* 'A', 'B', ...: what a thread is called in sentences. */
char world_name(unsigned thread);

/* The thread whose turn it is. */
struct thread *world_self(void);

/* explorer.c: one of `n` possibilities, 0 to n-1; each schedule makes another
 * choice. */
unsigned world_choose(unsigned n);

/* The running thread stops here; returns when it is its turn again. */
void world_pause(void);

/* The thread has seen this value, on which its further way may depend. */
void world_find_out(unsigned thread, uint64_t value);

/* A line of the story, if it is being told. */
__attribute__((format(printf, 1, 2))) void world_tell(const char *format, ...);

/* The property is broken: this schedule is the last. */
__attribute__((format(printf, 2, 3))) void world_break(const char *property,
                                                       const char *format, ...);

/* The member of struct gil that lies at an address: "mutex", ... */
const char *world_member(const volatile void *at);

/* Each part's: to be called by world_begin, and to mix in its own of what the
 * future depends on. */
void stand_ins_begin(void);
void accesses_begin(void);
void properties_begin(void);
uint64_t stand_ins_hash(uint64_t hash);
uint64_t accesses_hash(uint64_t hash);
uint64_t properties_hash(uint64_t hash);

/* stand_ins.c: threads that can go on, and what wakes sleepers. */
bool stand_ins_can_go(const struct thread *thread);
void stand_ins_wake(unsigned thread, bool timed_out);

/* accesses.c: what locking a mutex tells its thread of others' past, and what
 * unlocking it tells the next one. */
void accesses_acquire(struct vector *from);
void accesses_release(struct vector *to);

/* properties.c: to be told of what happens. */
void properties_call(char operation);     /* self is about to */
void properties_returned(char operation); /* self has */
void properties_sleep(void);              /* self, for an interval */
void properties_asked(void);              /* self has set drop_request */
void properties_step(unsigned thread);    /* it has made a step */
void properties_stuck(void);              /* nobody can go on */
void properties_end(void);                /* all have ended */
unsigned properties_most_passed_over(void);

#define PROPERTY_MUTEXES   "mutexes"
#define PROPERTY_RACE      "no data race"
#define PROPERTY_ASSERTION "assertions"
#define PROPERTY_END       "an end"

#endif
