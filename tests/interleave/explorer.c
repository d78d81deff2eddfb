/* SPDX-License-Identifier: MIT */
/*
 * Stateless search (P. Godefroid, POPL 1997): a schedule is a list of choices.
 * The next one is the same list with its last choice changed that still can be,
 * played from the start. Nothing is remembered but that list. Look at run_once,
 * which is all of the scheduler.
 */
#include "tests/interleave/explorer.h"

#include <assert.h>
#include <string.h>

#include "tests/interleave/visited.h"
#include "tests/interleave/world.h"

enum {
    MAX_STEPS = 1000,
    MAX_CHOICES = 2 * MAX_STEPS,
    STACK_BYTES = 1 << 16,
    MOST_STEPWISE = 1
};

static struct {
    struct {
        unsigned chosen, of;
    } list[MAX_CHOICES];
    unsigned nknown, next;
} choices;

/* What may happen next: a thread goes on, or its sleep is over. */
struct event {
    enum { GO_ON, TIME_OUT, SPURIOUS_WAKE_UP } kind;
    unsigned thread;
};

unsigned world_choose(unsigned n)
{
    if (n == 1)
        return 0;
    if (choices.next == choices.nknown) {
        assert(choices.nknown < MAX_CHOICES);
        choices.list[choices.nknown].chosen = 0;
        choices.list[choices.nknown++].of = n;
    }
    /* The same choices so far, so there is the same to choose from. */
    assert(choices.list[choices.next].of == n);
    return choices.list[choices.next++].chosen;
}

/* Returns whether there is another schedule. */
static bool next_schedule(void)
{
    while (choices.nknown > 0) {
        unsigned last = choices.nknown - 1;
        if (++choices.list[last].chosen < choices.list[last].of)
            return true;
        choices.nknown = last;
    }
    return false;
}

/* All that may happen next, the thread that is at it first, as far as the
 * bounds let it. Time-outs come only while a thread can go on: in the end no
 * thread may depend on them. */
static unsigned list_events(struct event *ret, unsigned current,
                            const struct bounds *left)
{
    const struct thread *at_it = &world.threads[current];
    bool can_go = !at_it->ended && stand_ins_can_go(at_it);
    bool may_leave = !can_go || at_it->at_leisure || left->preemptions > 0;
    unsigned n = 0;

    if (can_go)
        ret[n++] = (struct event){GO_ON, current};
    for (unsigned i = 0; i < world.nthreads && may_leave; i++)
        if (i != current && !world.threads[i].ended &&
            stand_ins_can_go(&world.threads[i]))
            ret[n++] = (struct event){GO_ON, i};
    if (n == 0)
        return 0;
    for (unsigned i = 0; i < world.nthreads; i++) {
        const struct thread *thread = &world.threads[i];
        if (thread->sleeps_on != NULL && thread->timed && left->time_outs > 0)
            ret[n++] = (struct event){TIME_OUT, i};
        if (thread->sleeps_on != NULL && left->spurious > 0)
            ret[n++] = (struct event){SPURIOUS_WAKE_UP, i};
    }
    return n;
}

static void happen(struct event event, unsigned *current, struct bounds *left)
{
    const struct thread *at_it = &world.threads[*current];

    if (event.kind == TIME_OUT) {
        left->time_outs--;
        world_tell("the interval of %c is over", world_name(event.thread));
        stand_ins_wake(event.thread, true);
    } else if (event.kind == SPURIOUS_WAKE_UP) {
        left->spurious--;
        world_tell("%c wakes up for no reason", world_name(event.thread));
        stand_ins_wake(event.thread, false);
    } else {
        if (event.thread != *current && !at_it->ended && !at_it->at_leisure &&
            stand_ins_can_go(at_it) && left->preemptions != EXPLORER_UNBOUNDED)
            left->preemptions--;
        *current = event.thread;
        world_go_on(event.thread);
    }
}

static uint64_t state_hash(unsigned current, const struct bounds *left)
{
    uint64_t hash = visited_mix(current, left->preemptions);

    hash = visited_mix(hash, (uint64_t)left->time_outs << 32 | left->spurious);
    return world_hash(hash);
}

/* Returns whether it went to its end; it does not if it came to a state that
 * has been seen, from which all goes as it went from there. */
static bool run_once(const struct scenario *scenario,
                     const struct bounds *bounds)
{
    struct event events[3 * EXPLORER_THREADS];
    struct bounds left = *bounds;
    unsigned current = 0;
    unsigned n;

    choices.next = 0;
    world_begin(scenario);
    while (world.broken == NULL &&
           (n = list_events(events, current, &left)) > 0) {
        happen(events[world_choose(n)], &current, &left);
        if (choices.next == choices.nknown &&
            !visited_add(state_hash(current, &left)))
            return true;
        if (world.nsteps == MAX_STEPS)
            world_break(PROPERTY_END, "after %d steps no end is in sight.",
                        MAX_STEPS);
    }
    bool all_ended = true;
    for (unsigned i = 0; i < world.nthreads; i++)
        all_ended &= world.threads[i].ended;
    if (world.broken == NULL && all_ended)
        properties_end();
    else if (world.broken == NULL)
        properties_stuck();
    return true;
}

static struct bounds last_bounds;

struct findings explorer_explore(const struct scenario *scenario,
                                 const struct bounds *bounds)
{
    struct findings findings = {.nschedules = 0};

    last_bounds = *bounds;
    last_bounds.preemptions = 0;
    for (;;) {
        findings.nschedules = 0;
        choices.nknown = 0;
        visited_clear();
        do {
            findings.nschedules += run_once(scenario, &last_bounds);
            world_end();
            findings.nstates = visited_count();
            if (world.nsteps > findings.most_steps)
                findings.most_steps = world.nsteps;
            if (properties_most_passed_over() > findings.most_passed_over)
                findings.most_passed_over = properties_most_passed_over();
            if (world.broken != NULL) {
                findings.broken = world.broken;
                memcpy(findings.sentence, world.sentence,
                       sizeof findings.sentence);
                return findings;
            }
        } while (next_schedule());
        if (last_bounds.preemptions == bounds->preemptions)
            return findings;
        last_bounds.preemptions = last_bounds.preemptions < MOST_STEPWISE
                                      ? last_bounds.preemptions + 1
                                      : bounds->preemptions;
    }
}

void explorer_tell(const struct scenario *scenario)
{
    world.telling = true;
    visited_clear();
    run_once(scenario, &last_bounds);
    world_end();
    world.telling = false;
}
