/* SPDX-License-Identifier: MIT */
/*
 * What must hold in every schedule. It is judged from outside: by what threads
 * call, by who takes the lock and who frees it, and by who sets drop_request;
 * how the lock does it is its own affair. Look at the table.
 */
#include <errno.h>

#include "tests/interleave/visited.h"
#include "tests/interleave/world.h"

#define EXCLUSION    "mutual exclusion"
#define LOST_WAKE_UP "no lost wake-up"
#define DEADLOCK     "no deadlock"
#define FORCED       "forced switching"
#define FRESH        "fresh interval"
#define PATIENCE     "patience"
#define ANSWERED     "answered requests"
#define FOUNDED      "founded requests"
#define ERRNO_KEPT   "errno"
#define COUNTS       "counts"

const struct property explorer_properties[] = {
    {EXCLUSION, "at most one thread is between taking and letting go"},
    {LOST_WAKE_UP, "no thread sleeps while nothing but the end of an interval "
                   "or a spurious wake-up could wake it"},
    {DEADLOCK, "no threads wait for each other's mutexes"},
    {FORCED, "who let go because it was asked is not the next to have the "
             "lock, if the rule is on"},
    {FRESH, "a holder is asked only by who has waited for a whole interval "
            "since it took the lock, if the rule is on"},
    {PATIENCE, "who has waited for a whole interval, and nobody new got the "
               "lock, asks for it"},
    {ANSWERED, "who takes the lock has not been asked for it already, and none "
               "is asked in the end"},
    {FOUNDED, "a holder is asked only while another thread wants the lock"},
    {ERRNO_KEPT, "gil_acquire leaves errno as the call before it did"},
    {PROPERTY_RACE, "plain members are ordered by the mutexes"},
    {PROPERTY_MUTEXES, "a mutex is unlocked by who has locked it"},
    {PROPERTY_ASSERTION, "the lock's own assertions hold"},
    {COUNTS, "switches and requests are as many as were seen"},
    {PROPERTY_END, "every thread gets to its end"},
};
const unsigned explorer_nproperties =
    sizeof explorer_properties / sizeof *explorer_properties;

static struct {
    bool locked;
    unsigned holder; /* who has the lock or had it last */
    unsigned asked;  /* the holder that has been asked */
    unsigned evicted;
    bool taken_since_asked;
    uint64_t switches;
    uint64_t requests;
    unsigned most_passed_over;
} seen;

void properties_begin(void)
{
    seen.locked = false;
    seen.holder = seen.asked = seen.evicted = NO_THREAD;
    seen.taken_since_asked = false;
    seen.switches = seen.requests = 0;
    seen.most_passed_over = 0;
}

uint64_t properties_hash(uint64_t hash)
{
    hash = visited_mix(hash, (uint64_t)seen.holder << 32 | seen.asked);
    hash = visited_mix(hash, (uint64_t)seen.evicted << 32 |
                                 (uint64_t)seen.taken_since_asked << 1 |
                                 seen.locked);
    hash = visited_mix(hash, seen.switches << 32 | seen.requests);
    for (unsigned i = 0; i < world.nthreads; i++) {
        const struct thread *thread = &world.threads[i];
        hash = visited_mix(hash, (uint64_t)thread->inside << 2 |
                                     (uint64_t)thread->in_call << 1 |
                                     thread->has_asked);
        hash = visited_mix(hash, thread->switches_at_sleep << 32 |
                                     thread->passed_over);
    }
    return hash;
}

unsigned properties_most_passed_over(void)
{
    return seen.most_passed_over;
}

/* What errno is before thread `running` calls. */
static int own_errno(void)
{
    return 1000 + (int)world.running;
}

void properties_call(char operation)
{
    static const char *const calls[] = {
        ['a'] = "calls gil_acquire",
        ['c'] = "calls gil_checkpoint",
        ['r'] = "calls gil_release",
        ['i'] = "waits for input",
    };

    world_tell("%c %s", world_name(world.running),
               calls[(unsigned char)operation]);
    world_self()->inside = false;
    world_self()->in_call = operation == 'a' || operation == 'c';
    world_self()->timed_out = false;
    errno = own_errno();
}

static void check_request(void)
{
    bool wanted = false;

    if (!seen.taken_since_asked)
        for (unsigned i = 0; i < world.nthreads; i++)
            wanted |= i != world.running && world.threads[i].in_call;
    if (seen.taken_since_asked)
        world_break(ANSWERED,
                    "%c takes the lock, and finds a request that was meant "
                    "for the holder before it.",
                    world_name(world.running));
    else if (!wanted)
        world_break(FOUNDED, "%c is asked to let go, and nobody waits.",
                    world_name(world.running));
}

void properties_returned(char operation)
{
    unsigned self = world.running;

    if (operation == 'r' || operation == 'i')
        return;
    world_self()->in_call = false;
    world_self()->inside = true;
    world_tell("%c computes", world_name(self));
    for (unsigned i = 0; i < world.nthreads; i++)
        if (i != self && world.threads[i].inside)
            world_break(EXCLUSION, "%c and %c have the lock at the same time.",
                        world_name(i), world_name(self));
    if (operation == 'a' && errno != own_errno())
        world_break(ERRNO_KEPT, "%c finds errno changed.", world_name(self));
    if (world.gil.drop_request)
        check_request();
}

void properties_sleep(void)
{
    struct thread *self = world_self();

    if (self->timed_out && self->switches_at_sleep == seen.switches &&
        !world.gil.drop_request)
        world_break(PATIENCE,
                    "%c has waited for a whole interval, nobody new got the "
                    "lock, and it has not asked for it.",
                    world_name(world.running));
    self->switches_at_sleep = seen.switches;
}

void properties_asked(void)
{
    unsigned self = world.running;

    seen.requests++;
    seen.taken_since_asked = false;
    seen.asked = seen.holder;
    world_self()->has_asked = true;
    if (!seen.locked)
        world_break(FOUNDED, "%c asks for the lock, and nobody has it.",
                    world_name(self));
    if (world.scenario->rules.fresh_interval &&
        world_self()->switches_at_sleep != seen.switches)
        world_break(FRESH,
                    "%c asks %c to let go, which took the lock after %c had "
                    "begun to wait.",
                    world_name(self), world_name(seen.holder),
                    world_name(self));
}

static void taken(unsigned thread)
{
    world_tell("%c has taken the lock", world_name(thread));
    if (thread == seen.evicted)
        world_break(FORCED,
                    "%c was asked to let go, did, and took the lock back "
                    "before anybody else had it.",
                    world_name(thread));
    seen.switches += thread != seen.holder;
    seen.holder = thread;
    seen.asked = seen.evicted = NO_THREAD;
    seen.taken_since_asked = true;
    for (unsigned i = 0; i < world.nthreads; i++) {
        struct thread *waiter = &world.threads[i];
        if (i == thread)
            waiter->has_asked = false;
        waiter->passed_over = waiter->has_asked ? waiter->passed_over + 1 : 0;
        if (waiter->passed_over > seen.most_passed_over)
            seen.most_passed_over = waiter->passed_over;
    }
}

static void freed(void)
{
    world_tell("the lock is free");
    if (seen.asked == seen.holder && world.scenario->rules.forced_switching)
        seen.evicted = seen.holder;
}

void properties_step(unsigned thread)
{
    if (world.gil.locked && !seen.locked)
        taken(thread);
    if (!world.gil.locked && seen.locked)
        freed();
    seen.locked = world.gil.locked;
}

void properties_stuck(void)
{
    for (unsigned i = 0; i < world.nthreads; i++) {
        const struct thread *thread = &world.threads[i];
        if (thread->ended)
            continue;
        if (thread->sleeps_on == NULL) {
            world_break(DEADLOCK, "%c wants %s, and nobody lets go of it.",
                        world_name(i), world_member(thread->wants));
            return;
        }
    }
    for (unsigned i = 0; i < world.nthreads; i++)
        if (world.threads[i].sleeps_on != NULL)
            world_break(LOST_WAKE_UP,
                        "%c sleeps on %s%s, and nobody is awake to wake it.",
                        world_name(i), world_member(world.threads[i].sleeps_on),
                        world.gil.locked ? "" : " though the lock is free");
}

void properties_end(void)
{
    if (world.gil.locked)
        world_break(EXCLUSION, "the lock is held when all have let go.");
    if (world.gil.drop_request || world.gil.requested_ns != 0)
        world_break(ANSWERED, "a request is left when all have ended.");
    if (world.gil.switches != seen.switches)
        world_break(COUNTS, "%d switches were seen, and %d are counted.",
                    (int)seen.switches, (int)world.gil.switches);
    if (world.gil.requests != seen.requests)
        world_break(COUNTS, "%d requests were seen, and %d are counted.",
                    (int)seen.requests, (int)world.gil.requests);
}
