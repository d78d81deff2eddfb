/* SPDX-License-Identifier: MIT */
#ifndef MODELS_STACKS_H
#define MODELS_STACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Stacks in one reserved stretch of address space: memory only where a stack
 * has been used. A stack that is given back is the next to be taken, while its
 * pages are still warm. There are two ways to notice that one was too small:
 *
 * Guarded: the page below each stack cannot be touched. An overflow crashes at
 * the culprit, before anything is spoilt, and costs nothing while there is
 * none. It takes a system call per stack, once.
 *
 * Checked: two cache lines below each stack hold a pattern, and whoever
 * switches looks at it (stacks_intact). An overflow is told after the fact, and
 * one that leaps over them is not noticed; but any kernel has room for a
 * million, a page each and no gaps between them.
 */
struct stacks {
    void *mapping;
    size_t mapping_bytes;
    unsigned char *base; /* the lowest byte of the first stack */
    size_t stride_bytes; /* from a stack to the next */
    size_t stack_bytes;  /* of one, for whoever takes it; a multiple of 16 */
    size_t guard_bytes;  /* below it; 0: checked */
    uint64_t nstacks;    /* reserved */
    uint64_t nused;      /* have been taken before */
    void *free; /* the last one given back; each knows the one before */
};

/* Reserves stacks of `stack_bytes`, rounded up to whole pages; of a checked one
 * the last 128 bytes are not its own. Returns 0 or -errno. */
int stacks_init(struct stacks *stacks, uint64_t nstacks, size_t stack_bytes,
                bool checked);
void stacks_fini(struct stacks *stacks);

/* Puts the lowest address of a stack into `ret`. At most `nstacks` may be out.
 * Returns 0 or -errno: kernels before 6.13 refuse (ENOMEM) at about
 * vm.max_map_count / 2 guard pages. */
int stacks_take(struct stacks *stacks, void **ret);
void stacks_put_back(struct stacks *stacks, void *stack);

/* Has the user of `stack`, who stopped at `stack_pointer` (NULL: not known),
 * stayed within it? Always true of a guarded one: it would have crashed. */
bool stacks_intact(const struct stacks *stacks, const void *stack,
                   const void *stack_pointer);

/* Does `address` lie in the guard of `stack`? */
bool stacks_in_guard(const struct stacks *stacks, const void *stack,
                     const void *address);

#endif
