/* SPDX-License-Identifier: MIT */
#include "models/stacks.h"

#include <assert.h>
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102 /* Linux 6.13 */
#endif

/* Where a free stack notes the one that was given back before it: at the upper
 * end, which is in memory already. */
static void **note_in(const struct stacks *stacks, void *stack)
{
    return (void **)(void *)((unsigned char *)stack + stacks->stack_bytes) - 1;
}

int stacks_init(struct stacks *stacks, uint64_t nstacks, size_t stack_bytes)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);

    stack_bytes = (stack_bytes + page_bytes - 1) / page_bytes * page_bytes;
    if (nstacks > SIZE_MAX / 2 / stack_bytes)
        return -ENOMEM;
    void *base = mmap(NULL, nstacks * stack_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED)
        return -errno;
    /* A huge page would back a score of stacks that use one small page each. */
    (void)madvise(base, nstacks * stack_bytes, MADV_NOHUGEPAGE);
    *stacks = (struct stacks){
        .base = base, .stack_bytes = stack_bytes, .nstacks = nstacks};
    return 0;
}

void stacks_fini(struct stacks *stacks)
{
    munmap(stacks->base, stacks->nstacks * stacks->stack_bytes);
}

/* Newer kernels mark a guard without splitting the mapping in two. */
static int guard(void *stack)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);

    if (madvise(stack, page_bytes, MADV_GUARD_INSTALL) == 0)
        return 0;
    return mprotect(stack, page_bytes, PROT_NONE) < 0 ? -errno : 0;
}

int stacks_take(struct stacks *stacks, void **ret)
{
    void *stack = stacks->free;

    if (stack != NULL) {
        stacks->free = *note_in(stacks, stack);
    } else {
        assert(stacks->nused < stacks->nstacks);
        stack = stacks->base + stacks->nused * stacks->stack_bytes;
        int result = guard(stack);
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
