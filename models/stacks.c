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

enum { HUGE_PAGE_BYTES = 2 << 20 };

/* What lies below a checked stack: at the upper end of its neighbour, in a page
 * that is in memory anyway. */
struct line {
    uint64_t words[8];
};

/* No number that a program is likely to write, and not all bytes the same. */
#define PATTERN UINT64_C(0x5afe57ac5afe57ac)

static struct line *line_below(const void *stack)
{
    return (struct line *)(uintptr_t)stack - 1;
}

/* Where a free stack notes the one that was given back before it: at the upper
 * end, which is in memory already. */
static void **note_in(const struct stacks *stacks, void *stack)
{
    return (void **)(void *)((unsigned char *)stack + stacks->stack_bytes) - 1;
}

static unsigned char *round_up(void *address, size_t unit)
{
    return (unsigned char *)(((uintptr_t)address + unit - 1) / unit * unit);
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
    size_t bytes = nstacks * stride_bytes;
    size_t mapping_bytes = bytes + page_bytes + HUGE_PAGE_BYTES;
    void *mapping = mmap(NULL, mapping_bytes, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return -errno;
    *stacks = (struct stacks){
        .mapping = mapping,
        .mapping_bytes = mapping_bytes,
        .base =
            round_up((unsigned char *)mapping + page_bytes, HUGE_PAGE_BYTES),
        .stride_bytes = stride_bytes,
        .stack_bytes =
            stride_bytes - guard_bytes - (checked ? sizeof(struct line) : 0),
        .guard_bytes = guard_bytes,
        .nstacks = nstacks,
    };
    /* Of larger stacks, a score would share a huge page, and use one small page
     * of it each. */
    (void)madvise(stacks->base, bytes,
                  stride_bytes == page_bytes ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    stacks->base += guard_bytes;
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
    for (size_t i = 0; i < sizeof(struct line) / sizeof(uint64_t); i++)
        line_below(stack)->words[i] = PATTERN;
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
    for (size_t i = 0; i < sizeof(struct line) / sizeof(uint64_t); i++)
        difference |= line_below(stack)->words[i] ^ PATTERN;
    return difference == 0;
}

bool stacks_in_guard(const struct stacks *stacks, const void *stack,
                     const void *address)
{
    return (uintptr_t)stack - (uintptr_t)address - 1 < stacks->guard_bytes;
}
