/* SPDX-License-Identifier: MIT */
/*
 * The world of one schedule: the lock, and threads that are contexts. One of
 * them runs until it stops in world_pause, before what it does next.
 */
#include "tests/interleave/world.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/interleave/visited.h"

enum { STACK_BYTES = 1 << 16 };

struct world world;

char world_name(unsigned thread)
{
    return (char)('A' + (int)thread);
}

struct thread *world_self(void)
{
    return &world.threads[world.running];
}

void world_tell(const char *format, ...)
{
    va_list arguments;

    if (!world.telling)
        return;
    printf("%5u  ", world.nsteps);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

void world_break(const char *property, const char *format, ...)
{
    va_list arguments;

    if (world.broken != NULL)
        return;
    world.broken = property;
    va_start(arguments, format);
    vsnprintf(world.sentence, sizeof world.sentence, format, arguments);
    va_end(arguments);
}

void world_find_out(unsigned thread, uint64_t value)
{
    struct thread *who = &world.threads[thread];

    who->found_out = visited_mix(who->found_out, value);
}

void world_pause(void)
{
    struct thread *self = world_self();

    self->kept_errno = errno;
    context_switch(&self->context, &world.home);
    errno = self->kept_errno;
}

static void play(char operation, unsigned self)
{
    properties_call(operation);
    if (operation == 'a')
        gil_acquire(&world.gil, self);
    else if (operation == 'c')
        gil_checkpoint(&world.gil, self);
    else if (operation == 'r')
        gil_release(&world.gil, self);
    properties_returned(operation);
    if (operation == 'r')
        return;
    world_self()->at_leisure = true;
    world_pause();
    world_self()->at_leisure = false;
}

static void thread_main(void *argument)
{
    struct thread *self = argument;
    unsigned number = (unsigned)(self - world.threads);

    context_entered(&self->context);
    for (const char *at = self->program; *at != '\0'; at++)
        play(*at, number);
    self->ended = true;
    context_exit(&self->context, &world.home);
}

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes);

    if (memory == NULL) {
        fprintf(stderr, "out of memory\n");
        abort();
    }
    return memory;
}

void world_begin(const struct scenario *scenario)
{
    bool portable = !context_is_native();
    bool telling = world.telling;

    world = (struct world){.scenario = scenario, .running = NO_THREAD};
    world.telling = telling;
    stand_ins_begin();
    accesses_begin();
    properties_begin();
    int result = gil_init(&world.gil, &scenario->rules);
    assert(result == 0);
    result = context_of_thread(&world.home, portable);
    assert(result == 0);
    for (unsigned i = 0; i < EXPLORER_THREADS; i++) {
        struct thread *thread = &world.threads[i];
        if (scenario->programs[i] == NULL)
            break;
        thread->program = scenario->programs[i];
        thread->knows.at[i] = 1;
        thread->stack = allocate(STACK_BYTES);
        result = context_make(&thread->context, thread->stack, STACK_BYTES,
                              thread_main, thread, portable);
        assert(result == 0);
        world.nthreads++;
    }
}

/* A lock that was found broken may be held for ever: it is only given back. */
void world_end(void)
{
    for (unsigned i = 0; i < world.nthreads; i++) {
        context_fini(&world.threads[i].context);
        free(world.threads[i].stack);
    }
    context_fini(&world.home);
    world.gil.locked = false;
    gil_fini(&world.gil);
}

void world_go_on(unsigned thread)
{
    world.running = thread;
    world.nsteps++;
    context_switch(&world.home, &world.threads[thread].context);
    world.running = NO_THREAD;
    properties_step(thread);
    world_find_out(thread, world.threads[thread].ended);
}

/* What a thread has in its variables depends on what it has found out so far,
 * so that stands for it. */
uint64_t world_hash(uint64_t hash)
{
    for (unsigned i = 0; i < world.nthreads; i++) {
        const struct thread *thread = &world.threads[i];
        hash = visited_mix(hash, thread->found_out);
        hash = visited_mix(hash, (uint64_t)thread->timed_out << 1 |
                                     (thread->sleeps_on != NULL));
        for (unsigned j = 0; j < world.nthreads; j++)
            hash = visited_mix(hash, thread->knows.at[j]);
    }
    return properties_hash(accesses_hash(stand_ins_hash(hash)));
}
