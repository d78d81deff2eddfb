/* SPDX-License-Identifier: MIT */
#include "models/stacks.h"

#include <assert.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/sanitizers.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13 */
#endif

/* What lies below a checked stack: at the upper end of its neighbour, in a page
 * that is in memory anyway. Two cache lines: compilers leave gaps of some tens
 * of bytes in their frames, which a single one might just fit. */
struct pattern {
    uint64_t words[16];
};

/* No number that a program is likely to write, and not all bytes the same. */
#define WORD UINT64_C(0x5afe57ac5afe57ac)

static struct pattern *pattern_below(const void *stack)
{
    return (struct pattern *)(uintptr_t)stack - 1;
}

/* Where a free stack notes the one that was given back before it: at the upper
 * end, which is in memory already. */
static void **note_in(const struct stacks *stacks, void *stack)
{
    return (void **)(void *)((unsigned char *)stack + stacks->stack_bytes) - 1;
}

int stacks_init(struct stacks *stacks, uint64_t nstacks, size_t stack_bytes,
                bool checked)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    size_t guard_bytes = checked ? 0 : page_bytes;
    size_t stride_bytes =
        ((stack_bytes + SANITIZER_STACK_BYTES - 1) / page_bytes + 1) *
            page_bytes +
        guard_bytes;

    if (nstacks > SIZE_MAX / 2 / stride_bytes)
        return -ENOMEM;
    /* A checked stack has a pattern below it, the first one too. */
    size_t below_bytes = checked ? page_bytes : 0;
    size_t mapping_bytes = below_bytes + nstacks * stride_bytes;
    void *mapping = mmap(NULL, mapping_bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return -errno;
    /* A huge page would back a score of stacks that use one small page each. */
    (void)madvise(mapping, mapping_bytes, MADV_NOHUGEPAGE);
    *stacks = (struct stacks){
        .mapping = mapping,
        .mapping_bytes = mapping_bytes,
        .base = (unsigned char *)mapping + below_bytes + guard_bytes,
        .stride_bytes = stride_bytes,
        .stack_bytes =
            stride_bytes - guard_bytes - (checked ? sizeof(struct pattern) : 0),
        .guard_bytes = guard_bytes,
        .nstacks = nstacks,
    };
    return 0;
}

void stacks_fini(struct stacks *stacks)
{
    munmap(stacks->mapping, stacks->mapping_bytes);
}

/* Newer kernels mark a guard without splitting the mapping in two. */
static int guard(void *at, size_t bytes)
{
    if (madvise(at, bytes, MADV_GUARD_INSTALL) == 0)
        return 0;
    return mprotect(at, bytes, PROT_NONE) < 0 ? -errno : 0;
}

/* A stack that nobody has had yet. */
static int prepare(struct stacks *stacks, unsigned char *stack)
{
    if (stacks->guard_bytes > 0)
        return guard(stack - stacks->guard_bytes, stacks->guard_bytes);
    for (size_t i = 0; i < sizeof(struct pattern) / sizeof(uint64_t); i++)
        pattern_below(stack)->words[i] = WORD;
    return 0;
}

int stacks_take(struct stacks *stacks, void **ret)
{
    void *stack = stacks->free;

    if (stack != NULL) {
        stacks->free = *note_in(stacks, stack);
    } else {
        assert(stacks->nused < stacks->nstacks);
        stack = stacks->base + stacks->nused * stacks->stride_bytes;
        int result = prepare(stacks, stack);
        if (result != 0)
            return result;
        stacks->nused++;
    }
    *ret = stack;
    return 0;
}

void stacks_put_back(struct stacks *stacks, void *stack)
{
    *note_in(stacks, stack) = stacks->free;
    stacks->free = stack;
}

bool stacks_intact(const struct stacks *stacks, const void *stack,
                   const void *stack_pointer)
{
    uint64_t difference = 0;

    if (stacks->guard_bytes > 0)
        return true;
    if (stack_pointer != NULL &&
        (uintptr_t)stack_pointer - (uintptr_t)stack >= stacks->stack_bytes)
        return false;
    for (size_t i = 0; i < sizeof(struct pattern) / sizeof(uint64_t); i++)
        difference |= pattern_below(stack)->words[i] ^ WORD;
    return difference == 0;
}

bool stacks_in_guard(const struct stacks *stacks, const void *stack,
                     const void *address)
{
    return (uintptr_t)stack - (uintptr_t)address - 1 < stacks->guard_bytes;
}
