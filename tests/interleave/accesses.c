/* SPDX-License-Identifier: MIT */
/*
 * The compiler instruments the lock as for ThreadSanitizer; the functions that
 * it then calls are these, not that library's. An atomic access stops before it
 * acts, as every operation that other threads can notice. A plain one does not
 * stop: it must be ordered with all others by the mutexes, which vector clocks
 * check (as in C. Flanagan, S. Freund: FastTrack, PLDI 2009), and then nobody
 * could notice.
 */
#include <string.h>

#include "tests/interleave/visited.h"
#include "tests/interleave/world.h"

/* When a member was last read and written, by each thread's own clock. */
static struct {
    struct vector read, written;
} cells[sizeof(struct gil)];

void accesses_begin(void)
{
    memset(cells, 0, sizeof cells);
}

/* The cells need not be hashed: they follow from what the threads have done.
 * Times are hashed as there or not. */
uint64_t accesses_hash(uint64_t hash)
{
    const struct gil *gil = &world.gil;

    hash =
        visited_mix(hash, (uint64_t)gil->last_holder << 32 |
                              (uint64_t)gil->drop_request << 1 | gil->locked);
    hash = visited_mix(hash, gil->switches << 32 | gil->requests);
    return visited_mix(hash, gil->requested_ns != 0);
}

void accesses_acquire(struct vector *from)
{
    struct vector *knows = &world_self()->knows;

    for (unsigned i = 0; i < EXPLORER_THREADS; i++)
        if (from->at[i] > knows->at[i])
            knows->at[i] = from->at[i];
}

void accesses_release(struct vector *to)
{
    *to = world_self()->knows;
    world_self()->knows.at[world.running]++;
}

static const struct {
    size_t offset;
    const char *name;
} members[] = {
    {offsetof(struct gil, mutex), "mutex"},
    {offsetof(struct gil, freed), "freed"},
    {offsetof(struct gil, switch_mutex), "switch_mutex"},
    {offsetof(struct gil, switched), "switched"},
    {offsetof(struct gil, last_holder), "last_holder"},
    {offsetof(struct gil, drop_request), "drop_request"},
    {offsetof(struct gil, locked), "locked"},
    {offsetof(struct gil, switches), "switches"},
    {offsetof(struct gil, requests), "requests"},
    {offsetof(struct gil, failed_wakeups), "failed_wakeups"},
    {offsetof(struct gil, longest_refusal_ns), "longest_refusal_ns"},
    {offsetof(struct gil, requested_ns), "requested_ns"},
};

/* Where in struct gil; behind its end if elsewhere. */
static size_t offset_of(const volatile void *at)
{
    uintptr_t offset = (uintptr_t)at - (uintptr_t)&world.gil;

    return offset < sizeof world.gil ? offset : sizeof world.gil;
}

const char *world_member(const volatile void *at)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (members[i].offset == offset_of(at))
            return members[i].name;
    return "something";
}

static void check_order(const struct vector *other, const volatile void *at)
{
    const struct vector *knows = &world_self()->knows;

    for (unsigned i = 0; i < EXPLORER_THREADS; i++)
        if (other->at[i] > knows->at[i])
            world_break(PROPERTY_RACE,
                        "%c and %c are at %s, one writes, and no mutex keeps "
                        "them apart.",
                        world_name(i), world_name(world.running),
                        world_member(at));
}

/* What lies there; of a time, only whether it is one. */
static uint64_t value_at(const volatile void *at, size_t bytes)
{
    uint64_t value = 0;
    size_t offset = offset_of(at);

    memcpy(&value, (const unsigned char *)&world.gil + offset,
           bytes < sizeof value ? bytes : sizeof value);
    return offset == offsetof(struct gil, requested_ns) ||
                   offset == offsetof(struct gil, longest_refusal_ns)
               ? value != 0
               : value;
}

static void access_plain(const volatile void *at, size_t bytes, bool writes)
{
    size_t offset = offset_of(at);

    if (offset == sizeof world.gil || world.running == NO_THREAD)
        return;
    check_order(&cells[offset].written, at);
    if (writes)
        check_order(&cells[offset].read, at);
    struct vector *mine = writes ? &cells[offset].written : &cells[offset].read;
    mine->at[world.running] = world_self()->knows.at[world.running];
    if (!writes)
        world_find_out(world.running, value_at(at, bytes));
}

/* To be called right before an atomic access. */
static void stop(void)
{
    if (world.running != NO_THREAD)
        world_pause();
}

static void tell_value(const char *verb, const volatile void *at,
                       unsigned value)
{
    char name = world_name(world.running);

    if (at != (const volatile void *)&world.gil.last_holder)
        world_tell("%c %s %s: %u", name, verb, world_member(at), value);
    else if (value == GIL_NOBODY)
        world_tell("%c %s last_holder: nobody", name, verb);
    else
        world_tell("%c %s last_holder: %c", name, verb, world_name(value));
}

static void read_atomic(const volatile void *at, unsigned value)
{
    if (world.running == NO_THREAD)
        return;
    world_find_out(world.running, value);
    tell_value("reads", at, value);
}

static void wrote_atomic(const volatile void *at, unsigned value)
{
    if (world.running == NO_THREAD)
        return;
    tell_value("sets", at, value);
    if (at == (const volatile void *)&world.gil.drop_request && value != 0)
        properties_asked();
}

/* NOLINTBEGIN(bugprone-reserved-identifier, bugprone-macro-parentheses): the
 * compilers choose these names. */
void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void *unused);
void __tsan_write_range(void *at, long bytes);

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
    (void)caller;
}

void __tsan_func_exit(void *unused)
{
    (void)unused;
}

/* Whole structs are written where no thread is yet. */
void __tsan_write_range(void *at, long bytes)
{
    (void)at;
    (void)bytes;
}

#define PLAIN(BYTES)                                                           \
    void __tsan_read##BYTES(void *at);                                         \
    void __tsan_write##BYTES(void *at);                                        \
    void __tsan_read##BYTES(void *at)                                          \
    {                                                                          \
        access_plain(at, BYTES, false);                                        \
    }                                                                          \
    void __tsan_write##BYTES(void *at)                                         \
    {                                                                          \
        access_plain(at, BYTES, true);                                         \
    }
PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

/* One thread at a time runs, and none is stopped within these. */
#define ATOMIC(BITS, TYPE)                                                     \
    TYPE __tsan_atomic##BITS##_load(const volatile void *at, int order);       \
    void __tsan_atomic##BITS##_store(volatile void *at, TYPE value,            \
                                     int order);                               \
    TYPE __tsan_atomic##BITS##_exchange(volatile void *at, TYPE value,         \
                                        int order);                            \
    TYPE __tsan_atomic##BITS##_load(const volatile void *at, int order)        \
    {                                                                          \
        (void)order;                                                           \
        stop();                                                                \
        TYPE value = *(const volatile TYPE *)at;                               \
        read_atomic(at, value);                                                \
        return value;                                                          \
    }                                                                          \
    void __tsan_atomic##BITS##_store(volatile void *at, TYPE value, int order) \
    {                                                                          \
        (void)order;                                                           \
        stop();                                                                \
        *(volatile TYPE *)at = value;                                          \
        wrote_atomic(at, value);                                               \
    }                                                                          \
    TYPE __tsan_atomic##BITS##_exchange(volatile void *at, TYPE value,         \
                                        int order)                             \
    {                                                                          \
        (void)order;                                                           \
        stop();                                                                \
        TYPE before = *(volatile TYPE *)at;                                    \
        *(volatile TYPE *)at = value;                                          \
        read_atomic(at, before);                                               \
        wrote_atomic(at, value);                                               \
        return before;                                                         \
    }
ATOMIC(8, uint8_t)
ATOMIC(32, uint32_t)
/* NOLINTEND(bugprone-reserved-identifier, bugprone-macro-parentheses) */
