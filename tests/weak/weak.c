/* SPDX-License-Identifier: MIT */
/*
 * The search: as in tests/interleave/explorer.c, a schedule is a list of
 * choices, and the next one is the same list with its last choice changed that
 * still can be. What may happen next is that a thread goes on to its next
 * access, or that a store of a thread reaches the others.
 *
 * usage: weak [--expect SCENARIO]
 *
 * Status 0: every scenario holds in every order; with --expect, only SCENARIO
 * is explored, and does not.
 */
#include "tests/weak/weak.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/interleave/visited.h"

enum { STACK_BYTES = 1 << 16, MAX_STEPS = 400, MAX_CHOICES = 2 * MAX_STEPS };

struct weak_world weak;
static unsigned char stacks[WEAK_THREADS][STACK_BYTES];

static struct {
    struct {
        unsigned chosen, of;
    } list[MAX_CHOICES];
    unsigned nknown, next;
} choices;

unsigned weak_choose(unsigned n)
{
    if (n == 1)
        return 0;
    if (choices.next == choices.nknown) {
        assert(choices.nknown < MAX_CHOICES);
        choices.list[choices.nknown].chosen = 0;
        choices.list[choices.nknown++].of = n;
    }
    assert(choices.list[choices.next].of == n);
    return choices.list[choices.next++].chosen;
}

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

void weak_find_out(uint64_t value)
{
    struct weak_thread *self = &weak.threads[weak.running];

    self->found_out = visited_mix(self->found_out, value);
}

void weak_pause(void)
{
    context_switch(&weak.threads[weak.running].context, &weak.home);
}

void weak_wait(bool (*condition)(void))
{
    weak.threads[weak.running].waits_for = condition;
    weak_pause();
    weak.threads[weak.running].waits_for = NULL;
    weak_find_out(1);
}

void weak_break(const char *format, ...)
{
    va_list arguments;

    if (weak.broken)
        return;
    weak.broken = true;
    va_start(arguments, format);
    vsnprintf(weak.sentence, sizeof weak.sentence, format, arguments);
    va_end(arguments);
}

static void thread_main(void *argument)
{
    struct weak_thread *self = argument;

    context_entered(&self->context);
    self->main((unsigned)(self - weak.threads));
    self->ended = true;
    context_exit(&self->context, &weak.home);
}

static void begin(const struct scenario *scenario)
{
    bool portable = !context_is_native();

    weak = (struct weak_world){.running = WEAK_NOBODY};
    memory_begin();
    scenario->begin();
    memory_settle();
    int result = context_of_thread(&weak.home, portable);
    assert(result == 0);
    for (unsigned i = 0; i < WEAK_THREADS && scenario->threads[i]; i++) {
        struct weak_thread *thread = &weak.threads[i];
        thread->main = scenario->threads[i];
        result = context_make(&thread->context, stacks[i], STACK_BYTES,
                              thread_main, thread, portable);
        assert(result == 0);
        weak.nthreads++;
    }
}

static void finish(void)
{
    for (unsigned i = 0; i < weak.nthreads; i++)
        context_fini(&weak.threads[i].context);
    context_fini(&weak.home);
}

/* A thread goes on, or (`store` > 0) its store number store - 1 is published.
 */
struct event {
    unsigned thread, store;
};

static bool can_go(const struct weak_thread *thread)
{
    return !thread->ended && thread->sleeps_on == NULL &&
           (thread->waits_for == NULL || thread->waits_for());
}

static unsigned list_events(struct event *ret, unsigned current,
                            unsigned preemptions_left)
{
    bool may_leave = preemptions_left > 0 || !can_go(&weak.threads[current]);
    unsigned n = 0;

    for (unsigned i = 0; i < weak.nthreads; i++) {
        const struct weak_thread *thread = &weak.threads[i];
        if (can_go(thread) && (i == current || may_leave))
            ret[n++] = (struct event){i, 0};
        for (unsigned k = 0; k < thread->nstores; k++)
            if (memory_may_publish(thread, k))
                ret[n++] = (struct event){i, k + 1};
    }
    return n;
}

static void happen(struct event event, unsigned *current,
                   unsigned *preemptions_left)
{
    weak.nsteps++;
    if (event.store > 0) {
        memory_publish(&weak.threads[event.thread], event.store - 1);
        return;
    }
    if (event.thread != *current && can_go(&weak.threads[*current]) &&
        *preemptions_left != WEAK_UNBOUNDED)
        --*preemptions_left;
    *current = event.thread;
    weak.running = event.thread;
    weak_find_out(0);
    context_switch(&weak.home, &weak.threads[event.thread].context);
    weak.running = WEAK_NOBODY;
}

/* What a thread has in its variables follows from what it has found out. */
static uint64_t world_hash(unsigned current, unsigned preemptions_left)
{
    uint64_t hash = memory_hash(preemptions_left);

    if (preemptions_left != WEAK_UNBOUNDED)
        hash = visited_mix(hash, current);

    for (unsigned i = 0; i < weak.nthreads; i++) {
        const struct weak_thread *thread = &weak.threads[i];
        hash = visited_mix(hash, thread->found_out);
        hash = visited_mix(hash, (uint64_t)thread->ended << 1 |
                                     (thread->sleeps_on != NULL));
        for (unsigned k = 0; k < thread->nstores; k++) {
            hash = visited_mix(hash, (uintptr_t)thread->stores[k].at);
            hash = visited_mix(hash, thread->stores[k].value);
        }
        hash = visited_mix(hash, thread->nstores);
    }
    return hash;
}

/* Ends early in a state that has been seen: all goes from there as it went. */
static void run_once(const struct scenario *scenario)
{
    struct event events[WEAK_THREADS * (1 + WEAK_BUFFERED)];
    unsigned preemptions_left = scenario->preemptions;
    unsigned current = 0;
    unsigned n;

    choices.next = 0;
    begin(scenario);
    while (!weak.broken &&
           (n = list_events(events, current, preemptions_left)) > 0) {
        happen(events[weak_choose(n)], &current, &preemptions_left);
        if (choices.next == choices.nknown &&
            !visited_add(world_hash(current, preemptions_left)))
            return;
        if (weak.nsteps == MAX_STEPS)
            weak_break("after %d steps no end is in sight", MAX_STEPS);
    }
    for (unsigned i = 0; i < weak.nthreads && !weak.broken; i++)
        if (!weak.threads[i].ended)
            weak_break("thread %c waits for ever", (char)('A' + (int)i));
    if (!weak.broken)
        scenario->end();
}

/* Returns whether it holds. */
static bool explore(const struct scenario *scenario)
{
    uint64_t nschedules = 0;

    choices.nknown = 0;
    visited_clear();
    do {
        run_once(scenario);
        finish();
        nschedules++;
    } while (!weak.broken && next_schedule());
    printf("%-40s %8llu schedules, %8zu states: %s\n", scenario->name,
           (unsigned long long)nschedules, visited_count(),
           weak.broken ? weak.sentence : "holds");
    return !weak.broken;
}

int main(int argc, char **argv)
{
    const char *expected =
        argc == 3 && strcmp(argv[1], "--expect") == 0 ? argv[2] : NULL;

    bool as_expected = true;

    setvbuf(stdout, NULL, _IOLBF, 0);
    for (unsigned i = 0; i < weak_nscenarios; i++)
        if (expected == NULL)
            as_expected &= explore(&weak_scenarios[i]);
        else if (strcmp(expected, weak_scenarios[i].name) == 0)
            as_expected = !explore(&weak_scenarios[i]);
    return !as_expected;
}
