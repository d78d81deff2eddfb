/* SPDX-License-Identifier: MIT */
/*
 * The memory of the explored threads. The compiler instruments their code as
 * for ThreadSanitizer, and the functions that it then calls are these. A store
 * that is not sequentially consistent waits in its thread's buffer, and reaches
 * the others when the explorer lets it: relaxed ones in any order, a release
 * after all before it. Loads are not delayed. (x86-64 keeps all stores in
 * order, so it does less; ARM delays loads as well, so it does more.)
 */
#include <assert.h>
#include <errno.h>
#include <linux/futex.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>

#include "tests/interleave/visited.h"
#include "tests/weak/weak.h"

enum { ARENA_WORDS = 2048, RELEASE_OR_MORE = 3, SEQ_CST = 5 };

static struct {
    _Alignas(64) uint64_t words[ARENA_WORDS];
    size_t used;
    bool open;
} arena;

void memory_begin(void)
{
    memset(&arena, 0, sizeof arena);
    arena.open = true;
}

void memory_settle(void)
{
    arena.open = false;
}

uint64_t memory_hash(uint64_t hash)
{
    for (size_t i = 0; i < arena.used; i++)
        hash = visited_mix(hash, arena.words[i]);
    return hash;
}

static void *allocate(size_t nbytes)
{
    size_t nwords = (nbytes + 63) / 64 * 8;
    void *at = &arena.words[arena.used];

    assert(arena.used + nwords <= ARENA_WORDS);
    arena.used += nwords;
    return at;
}

/* ---- Store buffers ---- */

static uint64_t read_memory(const void *at, unsigned nbytes)
{
    uint64_t value = 0;

    memcpy(&value, at, nbytes);
    return value;
}

void memory_publish(struct weak_thread *thread, unsigned which)
{
    struct store store = thread->stores[which];

    memcpy(store.at, &store.value, store.nbytes);
    thread->nstores--;
    memmove(&thread->stores[which], &thread->stores[which + 1],
            (thread->nstores - which) * sizeof store);
    memset(&thread->stores[thread->nstores], 0, sizeof store);
}

bool memory_may_publish(const struct weak_thread *thread, unsigned which)
{
    if (thread->stores[which].release)
        return which == 0;
    for (unsigned i = 0; i < which; i++)
        if (thread->stores[i].at == thread->stores[which].at)
            return false;
    return true;
}

static struct weak_thread *self(void)
{
    return weak.running == WEAK_NOBODY ? NULL : &weak.threads[weak.running];
}

static void publish_all(struct weak_thread *thread)
{
    while (thread != NULL && thread->nstores > 0)
        memory_publish(thread, 0);
}

static uint64_t load(const volatile void *at, unsigned nbytes)
{
    const void *address = (const void *)(uintptr_t)at;
    struct weak_thread *thread = self();

    if (thread == NULL)
        return read_memory(address, nbytes);
    weak_pause();
    uint64_t value = read_memory(address, nbytes);
    for (unsigned i = 0; i < thread->nstores; i++)
        if (thread->stores[i].at == address)
            value = thread->stores[i].value;
    weak_find_out(value);
    return value;
}

static void store(volatile void *at, uint64_t value, unsigned nbytes, int order)
{
    void *address = (void *)(uintptr_t)at;
    struct weak_thread *thread = self();

    if (thread != NULL)
        weak_pause();
    if (thread == NULL || order == SEQ_CST) {
        publish_all(thread);
        memcpy(address, &value, nbytes);
        return;
    }
    if (thread->nstores == WEAK_BUFFERED)
        memory_publish(thread, 0);
    thread->stores[thread->nstores++] =
        (struct store){address, value, nbytes, order >= RELEASE_OR_MORE};
}

/* A read-modify-write: the others see all before it, and it at once. */
static uint64_t begin_update(const volatile void *at, unsigned nbytes)
{
    if (self() != NULL)
        weak_pause();
    publish_all(self());
    uint64_t value = read_memory((const void *)(uintptr_t)at, nbytes);
    if (self() != NULL)
        weak_find_out(value);
    return value;
}

static uint64_t update(volatile void *at, uint64_t before, uint64_t after,
                       unsigned nbytes)
{
    memcpy((void *)(uintptr_t)at, &after, nbytes);
    return before;
}

static int exchange(volatile void *at, void *expected, uint64_t desired,
                    unsigned nbytes)
{
    uint64_t value = begin_update(at, nbytes);

    if (value == read_memory(expected, nbytes)) {
        update(at, value, desired, nbytes);
        return 1;
    }
    memcpy(expected, &value, nbytes);
    return 0;
}

/* NOLINTBEGIN(bugprone-reserved-identifier, bugprone-macro-parentheses): the
 * compilers choose these names. */
void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void *unused);
void __tsan_write_range(void *at, long nbytes);
void __tsan_read_range(void *at, long nbytes);

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

void __tsan_write_range(void *at, long nbytes)
{
    (void)at;
    (void)nbytes;
}

void __tsan_read_range(void *at, long nbytes)
{
    (void)at;
    (void)nbytes;
}

#define PLAIN(BYTES)                                                           \
    void __tsan_read##BYTES(void *at);                                         \
    void __tsan_write##BYTES(void *at);                                        \
    void __tsan_read##BYTES(void *at)                                          \
    {                                                                          \
        (void)at;                                                              \
    }                                                                          \
    void __tsan_write##BYTES(void *at)                                         \
    {                                                                          \
        (void)at;                                                              \
    }
PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

#define UPDATE(BITS, TYPE, NAME, AFTER)                                        \
    TYPE __tsan_atomic##BITS##_fetch_##NAME(volatile void *at, TYPE value,     \
                                            int order);                        \
    TYPE __tsan_atomic##BITS##_fetch_##NAME(volatile void *at, TYPE value,     \
                                            int order)                         \
    {                                                                          \
        (void)order;                                                           \
        TYPE before = (TYPE)begin_update(at, sizeof before);                   \
        return (TYPE)update(at, before, (TYPE)(AFTER), sizeof before);         \
    }

#define EXCHANGE(BITS, TYPE, NAME)                                             \
    int __tsan_atomic##BITS##_compare_exchange_##NAME(                         \
        volatile void *at, void *expected, TYPE desired, int order,            \
        int failed);                                                           \
    int __tsan_atomic##BITS##_compare_exchange_##NAME(                         \
        volatile void *at, void *expected, TYPE desired, int order,            \
        int failed)                                                            \
    {                                                                          \
        (void)order;                                                           \
        (void)failed;                                                          \
        return exchange(at, expected, desired, sizeof desired);                \
    }

/* clang's way: returns what was there. */
#define EXCHANGE_VALUE(BITS, TYPE)                                             \
    TYPE __tsan_atomic##BITS##_compare_exchange_val(                           \
        volatile void *at, TYPE expected, TYPE desired, int order,             \
        int failed);                                                           \
    TYPE __tsan_atomic##BITS##_compare_exchange_val(                           \
        volatile void *at, TYPE expected, TYPE desired, int order, int failed) \
    {                                                                          \
        (void)order;                                                           \
        (void)failed;                                                          \
        exchange(at, &expected, desired, sizeof desired);                      \
        return expected;                                                       \
    }

#define ATOMIC(BITS, TYPE)                                                     \
    TYPE __tsan_atomic##BITS##_load(const volatile void *at, int order);       \
    void __tsan_atomic##BITS##_store(volatile void *at, TYPE value,            \
                                     int order);                               \
    TYPE __tsan_atomic##BITS##_load(const volatile void *at, int order)        \
    {                                                                          \
        (void)order;                                                           \
        return (TYPE)load(at, sizeof(TYPE));                                   \
    }                                                                          \
    void __tsan_atomic##BITS##_store(volatile void *at, TYPE value, int order) \
    {                                                                          \
        store(at, value, sizeof value, order);                                 \
    }                                                                          \
    UPDATE(BITS, TYPE, add, before + value)                                    \
    UPDATE(BITS, TYPE, sub, before - value)                                    \
    UPDATE(BITS, TYPE, or, before | value)                                     \
    EXCHANGE(BITS, TYPE, strong)                                               \
    EXCHANGE(BITS, TYPE, weak)                                                 \
    EXCHANGE_VALUE(BITS, TYPE)
ATOMIC(8, uint8_t)
ATOMIC(32, uint32_t)
ATOMIC(64, uint64_t)

/* ---- What the linker puts in the place of the system's ---- */

void *__real_calloc(size_t n, size_t nbytes);
void __real_free(void *at);
void *__wrap_calloc(size_t n, size_t nbytes);
void *__wrap_aligned_alloc(size_t alignment, size_t nbytes);
void __wrap_free(void *at);
int __wrap_sched_yield(void);
long __wrap_syscall(long number, ...);

void *__wrap_calloc(size_t n, size_t nbytes)
{
    return arena.open ? allocate(n * nbytes) : __real_calloc(n, nbytes);
}

void *__wrap_aligned_alloc(size_t alignment, size_t nbytes)
{
    (void)alignment;
    assert(arena.open);
    return allocate(nbytes);
}

void __wrap_free(void *at)
{
    if ((uintptr_t)at - (uintptr_t)arena.words >= sizeof arena.words)
        __real_free(at);
}

int __wrap_sched_yield(void)
{
    return 0;
}

static long futex_wait(const void *at, uint32_t expected)
{
    begin_update(at, sizeof expected);
    if (read_memory(at, sizeof expected) != expected) {
        weak_find_out(false);
        return -EAGAIN;
    }
    self()->sleeps_on = at;
    weak_find_out(true);
    weak_pause();
    return 0;
}

/* Any of the sleepers may be the one that is woken. */
static long futex_wake(const void *at, int nthreads)
{
    long nwoken = 0;

    begin_update(at, sizeof(uint32_t));
    while (nthreads-- > 0) {
        struct weak_thread *sleepers[WEAK_THREADS];
        unsigned n = 0;
        for (unsigned i = 0; i < weak.nthreads; i++)
            if (weak.threads[i].sleeps_on == at)
                sleepers[n++] = &weak.threads[i];
        if (n == 0)
            break;
        sleepers[weak_choose(n)]->sleeps_on = NULL;
        nwoken++;
    }
    return nwoken;
}

long __wrap_syscall(long number, ...)
{
    va_list arguments;

    assert(number == SYS_futex);
    va_start(arguments, number);
    const void *at = va_arg(arguments, const void *);
    int operation = va_arg(arguments, int);
    uint32_t value = va_arg(arguments, uint32_t);
    va_end(arguments);
    return operation == FUTEX_WAIT_PRIVATE ? futex_wait(at, value)
                                           : futex_wake(at, (int)value);
}
/* NOLINTEND(bugprone-reserved-identifier, bugprone-macro-parentheses) */
