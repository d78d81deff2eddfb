/* SPDX-License-Identifier: MIT */
/*
 * What is explored: a deque's owner against thieves, and the queue of
 * work_stealing. A thread of the deque's follows a list of letters:
 *   p  push the next item     t  take
 *   s  steal                  m  steal up to two, but half at most
 * Items are their numbers from 1, and each has a word that its owner wrote
 * before it pushed it. Every item comes out once, with its word.
 */
#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "models/deque.h"
#include "models/stealing.h"
#include "tests/weak/weak.h"

enum { ITEMS = 6 };

static struct deque *deque;
static struct stealing *stealing;
static unsigned npushed;
static unsigned ntaken[ITEMS + 1];
static unsigned ntaken_in_all;
static _Atomic uint64_t *words;

static void take_note(const void *at)
{
    uintptr_t item = (uintptr_t)at;

    if (item < 1 || item > ITEMS) {
        weak_break("what came out was never put in");
        return;
    }
    if (ntaken[item]++ > 0)
        weak_break("item %d came out twice", (int)item);
    ntaken_in_all++;
    if (atomic_load_explicit(&words[item], memory_order_relaxed) != item)
        weak_break("item %d came before its word", (int)item);
}

static void *make_item(void)
{
    uintptr_t item = ++npushed;

    atomic_store_explicit(&words[item], item, memory_order_relaxed);
    return (void *)item; /* NOLINT(performance-no-int-to-ptr) */
}

/* What the threads share lies in the explored memory. */
static void *share(size_t nbytes)
{
    void *at = aligned_alloc(CACHE_LINE, nbytes);

    assert(at != NULL);
    return at;
}

static void begin(void)
{
    words = share(CACHE_LINE);
    npushed = 0;
    ntaken_in_all = 0;
    for (unsigned i = 0; i <= ITEMS; i++) {
        ntaken[i] = 0;
        atomic_init(&words[i], 0);
    }
}

static void check_all(void)
{
    for (unsigned i = 1; i <= npushed; i++)
        if (ntaken[i] != 1)
            weak_break("item %u is lost", i);
}

/* ---- A deque ---- */

static void push(void)
{
    void *item = make_item();

    /* A full deque: the owner keeps it to itself. */
    if (!deque_push(deque, item))
        take_note(item);
}

static void steal_two(void)
{
    void *items[2];
    size_t n = deque_steal_some(deque, 2, items, 2);

    for (size_t i = 0; i < n; i++)
        take_note(items[i]);
}

static void play(const char *letters)
{
    for (; *letters != '\0'; letters++) {
        void *item = NULL;
        if (*letters == 'p')
            push();
        else if (*letters == 'm')
            steal_two();
        else
            item = *letters == 't' ? deque_take(deque) : deque_steal(deque);
        if (item != NULL)
            take_note(item);
    }
}

/* The ends of the deque are about to wrap around. */
static void begin_deque(void)
{
    begin();
    deque = share(sizeof *deque);
    int result = deque_init(deque, 2);
    assert(result == 0);
    atomic_init(&deque->top, UINT64_MAX);
    atomic_init(&deque->bottom, UINT64_MAX);
    deque->top_seen = UINT64_MAX;
}

static void begin_long_deque(void)
{
    begin();
    deque = share(sizeof *deque);
    int result = deque_init(deque, 4);
    assert(result == 0);
}

static void end_deque(void)
{
    void *item;

    while ((item = deque_take(deque)) != NULL)
        take_note(item);
    check_all();
}

#define PLAY(NAME, LETTERS)                                                    \
    static void NAME(unsigned self)                                            \
    {                                                                          \
        (void)self;                                                            \
        play(LETTERS);                                                         \
    }
PLAY(pt, "pt")
PLAY(pptt, "pptt")
PLAY(ptpt, "ptpt")
PLAY(pppp, "pppp")
PLAY(s, "s")
PLAY(ss, "ss")
PLAY(m, "m")

/* ---- The queue of work_stealing ---- */

static void begin_queue(void)
{
    begin();
    int result = stealing_new(2, 1, 1, &stealing);
    assert(result == 0);
}

static void begin_long_queue(void)
{
    begin();
    int result = stealing_new(2, 4, 2, &stealing);
    assert(result == 0);
}

static bool both_came_out(void)
{
    return ntaken_in_all == 2;
}

static void put_two(unsigned self)
{
    (void)self;
    stealing_put(stealing, make_item());
    stealing_put(stealing, make_item());
    stealing_close(stealing);
}

/* Closing wakes everybody, so it must not come to the rescue. */
static void put_two_and_wait(unsigned self)
{
    (void)self;
    stealing_put(stealing, make_item());
    stealing_put(stealing, make_item());
    weak_wait(both_came_out);
    stealing_close(stealing);
}

/* The producer is worker 0, the workers are 1 and 2. */
static void get(unsigned self)
{
    const void *item;

    while ((item = stealing_get(stealing, self - 1)) != NULL)
        take_note(item);
}

/* Who has one item has no time for another before that has come out too. */
static void get_and_be_busy(unsigned self)
{
    const void *item;

    while ((item = stealing_get(stealing, self - 1)) != NULL) {
        take_note(item);
        weak_wait(both_came_out);
    }
}

const struct scenario weak_scenarios[] = {
    {"one item, a thief", WEAK_UNBOUNDED, begin_deque, {pt, s}, end_deque},
    {"one item, again", WEAK_UNBOUNDED, begin_deque, {ptpt, ss}, end_deque},
    {"two thieves", WEAK_UNBOUNDED, begin_deque, {pptt, s, s}, end_deque},
    {"a full deque", WEAK_UNBOUNDED, begin_deque, {pppp, ss}, end_deque},
    {"several at once",
     WEAK_UNBOUNDED,
     begin_long_deque,
     {pppp, m, m},
     end_deque},
    {"a short queue", 3, begin_queue, {put_two, get}, check_all},
    {"two workers", 1, begin_long_queue, {put_two, get, get}, check_all},
    {"busy workers",
     2,
     begin_long_queue,
     {put_two_and_wait, get_and_be_busy, get_and_be_busy},
     check_all},
};
const unsigned weak_nscenarios = sizeof weak_scenarios / sizeof *weak_scenarios;
