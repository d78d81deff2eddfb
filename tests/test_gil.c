/* SPDX-License-Identifier: MIT */
/*
 * The lock under real threads: a counter that only the lock protects, with an
 * interval of a microsecond and signals arriving all the time. Every schedule
 * up to some bounds is tests/interleave's affair; this is for the real pthreads
 * below, and for ThreadSanitizer, which sees a race if the lock lets one in.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/time.h>

#include "core/gil.h"

enum { NTHREADS = 4, ROUNDS = 40 };

struct worker {
    pthread_t thread;
    unsigned number;
    uint64_t ncounted; /* its own part of the counter */
};

static struct {
    struct gil gil;
    /* Nothing guards these but the lock. */
    uint64_t counter;
    unsigned nleft;       /* threads that will want it again */
    volatile bool inside; /* compilers would leave out a plain one */
    uint64_t nanswers;    /* look-ups that found a request */
} trial;

static atomic_uint nalarms;

static void note_alarm(int signal)
{
    (void)signal;
    atomic_fetch_add_explicit(&nalarms, 1, memory_order_relaxed);
}

/* A signal every 200 us, to any thread that takes it, and system calls that it
 * interrupts are not restarted. */
static void begin_alarms(void)
{
    struct sigaction action = {.sa_handler = note_alarm};
    struct itimerval every = {{0, 200}, {0, 200}};

    sigemptyset(&action.sa_mask);
    int result = sigaction(SIGALRM, &action, NULL);
    assert(result == 0);
    result = setitimer(ITIMER_REAL, &every, NULL);
    assert(result == 0);
}

static void end_alarms(void)
{
    struct itimerval never = {{0, 0}, {0, 0}};

    while (atomic_load_explicit(&nalarms, memory_order_relaxed) == 0)
        sched_yield();
    int result = setitimer(ITIMER_REAL, &never, NULL);
    assert(result == 0);
}

/* To be called by who holds the lock. Another one amid this would show. */
static void count(struct worker *self)
{
    self->ncounted++;
    assert(!trial.inside);
    trial.inside = true;
    uint64_t seen = trial.counter;
    for (volatile unsigned i = 0; i < 100; i++)
        ;
    trial.counter = seen + 1;
    trial.inside = false;
}

static void acquire(unsigned self)
{
    errno = 1000 + (int)self;
    gil_acquire(&trial.gil, self);
    assert(errno == 1000 + (int)self);
}

/* A holder that finds a request leaves, and with forced switching another has
 * the lock before it comes back: two switches at least. */
static void look_up(const struct worker *self)
{
    bool asked = trial.gil.drop_request;
    uint64_t switches = trial.gil.switches;

    gil_checkpoint(&trial.gil, self->number);
    trial.nanswers += asked;
    if (asked && trial.gil.rules.forced_switching)
        assert(trial.gil.switches >= switches + 2);
}

/* While others will want the lock, one of them is bound to ask for it. */
static void compute_until_asked(struct worker *self)
{
    uint64_t nanswers = trial.nanswers;

    while (trial.nleft > 1 && trial.nanswers == nanswers) {
        sched_yield(); /* it may need this core for that */
        look_up(self);
        count(self);
    }
}

/* Threads end one after the other, so that every number of them is met. */
static void *work(void *argument)
{
    struct worker *self = argument;

    for (uint64_t left = (uint64_t)ROUNDS * (self->number + 1); left > 0;
         left--) {
        acquire(self->number);
        count(self);
        if (left % 2 == 0)
            compute_until_asked(self);
        trial.nleft -= left == 1;
        gil_release(&trial.gil, self->number);
        if (left % 3 == 0)
            sched_yield();
    }
    return NULL;
}

static void check(const struct gil_rules *rules)
{
    struct worker workers[NTHREADS];
    uint64_t ncounted = 0;

    trial.counter = trial.nanswers = 0;
    trial.nleft = NTHREADS;
    int result = gil_init(&trial.gil, rules);
    assert(result == 0);
    for (unsigned i = 0; i < NTHREADS; i++) {
        workers[i] = (struct worker){.number = i};
        result = pthread_create(&workers[i].thread, NULL, work, &workers[i]);
        assert(result == 0);
    }
    for (unsigned i = 0; i < NTHREADS; i++) {
        result = pthread_join(workers[i].thread, NULL);
        assert(result == 0);
        ncounted += workers[i].ncounted;
    }
    printf("forced %d, fresh %d, wake all %d: %ju switches, %ju requests, %ju "
           "answered\n",
           rules->forced_switching, rules->fresh_interval, rules->wake_all,
           (uintmax_t)trial.gil.switches, (uintmax_t)trial.gil.requests,
           (uintmax_t)trial.nanswers);
    assert(trial.counter == ncounted);
    assert(trial.nanswers > 0);
    assert(trial.gil.switches >= NTHREADS);
    assert(trial.gil.requests >= trial.nanswers);
    assert(!trial.gil.drop_request && trial.gil.requested_ns == 0);
    gil_fini(&trial.gil);
}

int main(void)
{
    begin_alarms();
    for (unsigned i = 0; i < 8; i++)
        check(&(struct gil_rules){.interval_ns = 1000,
                                  .forced_switching = (i & 1) != 0,
                                  .fresh_interval = (i & 2) != 0,
                                  .wake_all = (i & 4) != 0});
    end_alarms();
    printf("%u signals\n", atomic_load(&nalarms));
    return 0;
}
