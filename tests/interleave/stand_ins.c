/* SPDX-License-Identifier: MIT */
/*
 * What the linker puts in the place of the functions of pthreads that the lock
 * calls. Each stops before it acts, so that any other thread may come first.
 * Only pthread_mutex_unlock does not: to let go earlier could never let less
 * happen (it is a left mover: R. Lipton, CACM 1975).
 */
#include <errno.h>
#include <time.h>

#include "core/clock.h"
#include "tests/interleave/visited.h"
#include "tests/interleave/world.h"

enum { MAX_MUTEXES = 8 };

struct mutex {
    const pthread_mutex_t *at;
    unsigned owner;
    struct vector knows; /* who locks it knows what they did who unlocked it */
};

static struct mutex mutexes[MAX_MUTEXES];
static unsigned nmutexes;

void stand_ins_begin(void)
{
    nmutexes = 0;
}

static struct mutex *find(const pthread_mutex_t *at)
{
    unsigned i = 0;

    while (i < nmutexes && mutexes[i].at != at)
        i++;
    if (i == nmutexes)
        mutexes[nmutexes++] = (struct mutex){.at = at, .owner = NO_THREAD};
    return &mutexes[i];
}

uint64_t stand_ins_hash(uint64_t hash)
{
    for (unsigned i = 0; i < nmutexes; i++) {
        hash = visited_mix(hash, (uintptr_t)mutexes[i].at);
        hash = visited_mix(hash, mutexes[i].owner);
        for (unsigned j = 0; j < world.nthreads; j++)
            hash = visited_mix(hash, mutexes[i].knows.at[j]);
    }
    return hash;
}

bool stand_ins_can_go(const struct thread *thread)
{
    return thread->sleeps_on == NULL &&
           (thread->wants == NULL || find(thread->wants)->owner == NO_THREAD);
}

void stand_ins_wake(unsigned thread, bool timed_out)
{
    world.threads[thread].sleeps_on = NULL;
    world.threads[thread].timed_out = timed_out;
}

/* Real calls may leave anything in errno. */
static int done(int error)
{
    errno = EPROTO;
    return error;
}

/* Stops until the mutex is free and the thread is chosen, then takes it. */
static void take(pthread_mutex_t *at)
{
    struct thread *self = world_self();

    self->wants = at;
    world_pause();
    self->wants = NULL;
    find(at)->owner = world.running;
    accesses_acquire(&find(at)->knows);
}

static void give(pthread_mutex_t *at)
{
    if (find(at)->owner != world.running)
        world_break(PROPERTY_MUTEXES, "%c lets go of %s, which it has not.",
                    world_name(world.running), world_member(at));
    accesses_release(&find(at)->knows);
    find(at)->owner = NO_THREAD;
}

static void sleep_on(pthread_cond_t *condition, pthread_mutex_t *mutex,
                     bool timed)
{
    struct thread *self = world_self();

    world_pause();
    world_tell("%c lets go of %s and sleeps on %s%s", world_name(world.running),
               world_member(mutex), world_member(condition),
               timed ? " for an interval" : "");
    if (timed)
        properties_sleep();
    give(mutex);
    self->sleeps_on = condition;
    self->timed = timed;
    self->timed_out = false;
    take(mutex);
    world_find_out(world.running, self->timed_out);
    world_tell("%c wakes up on %s and locks %s", world_name(world.running),
               world_member(condition), world_member(mutex));
}

/* Wakes a sleeper, any of them; returns whether there was one. */
static bool wake_one(const pthread_cond_t *condition)
{
    unsigned sleepers[EXPLORER_THREADS];
    unsigned n = 0;

    for (unsigned i = 0; i < world.nthreads; i++)
        if (world.threads[i].sleeps_on == condition)
            sleepers[n++] = i;
    if (n == 0)
        return false;
    unsigned woken = sleepers[world_choose(n)];
    stand_ins_wake(woken, false);
    world_tell("%c signals %s: %c will wake up", world_name(world.running),
               world_member(condition), world_name(woken));
    return true;
}

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex);
int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition,
                                  pthread_mutex_t *mutex,
                                  const struct timespec *end);
int __wrap_pthread_cond_signal(pthread_cond_t *condition);
int __wrap_pthread_cond_broadcast(pthread_cond_t *condition);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);
_Noreturn void __real___assert_fail(const char *assertion, const char *file,
                                    unsigned line, const char *function);
_Noreturn void __wrap___assert_fail(const char *assertion, const char *file,
                                    unsigned line, const char *function);

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    take(mutex);
    world_tell("%c locks %s", world_name(world.running), world_member(mutex));
    return done(0);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    world_tell("%c unlocks %s", world_name(world.running), world_member(mutex));
    give(mutex);
    return done(0);
}

int __wrap_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    sleep_on(condition, mutex, false);
    return done(0);
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *condition,
                                  pthread_mutex_t *mutex,
                                  const struct timespec *end)
{
    (void)end;
    sleep_on(condition, mutex, true);
    return done(world_self()->timed_out ? ETIMEDOUT : 0);
}

int __wrap_pthread_cond_signal(pthread_cond_t *condition)
{
    world_pause();
    if (!wake_one(condition))
        world_tell("%c signals %s: nobody sleeps there",
                   world_name(world.running), world_member(condition));
    return done(0);
}

int __wrap_pthread_cond_broadcast(pthread_cond_t *condition)
{
    world_pause();
    while (wake_one(condition))
        ;
    return done(0);
}

/* A step takes a microsecond. Deadlines are of no account: that an interval is
 * over is one of the things that may happen at any time. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
    (void)clock;
    *ret = clock_timespec((world.nsteps + 1) * NS_PER_US);
    return done(0);
}

/* The schedule ends here; the thread is never gone back to. An assertion of
 * the explorer's own is another matter. */
_Noreturn void __wrap___assert_fail(const char *assertion, const char *file,
                                    unsigned line, const char *function)
{
    if (world.running == NO_THREAD)
        __real___assert_fail(assertion, file, line, function);
    world_break(PROPERTY_ASSERTION, "%s:%u: %s: %s does not hold.", file, line,
                function, assertion);
    for (;;)
        world_pause();
}
/* NOLINTEND(bugprone-reserved-identifier) */
