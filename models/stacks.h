/* SPDX-License-Identifier: MIT */
#ifndef MODELS_STACKS_H
#define MODELS_STACKS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Stacks in one reserved stretch of address space: memory only where a stack
 * has been used. The lowest page of each is a guard: an overflow crashes at the
 * culprit instead of spoiling a neighbour. A stack that is given back is the
 * next to be taken, while its pages are still warm.
 */
struct stacks {
    unsigned char *base;
    size_t stack_bytes; /* guard page included; whole pages */
    uint64_t nstacks;   /* reserved */
    uint64_t nused;     /* have a guard, have been taken before */
    void *free;         /* the last one given back; each knows the one before */
};

/* Reserves; returns 0 or -errno. */
int stacks_init(struct stacks *stacks, uint64_t nstacks, size_t stack_bytes);
void stacks_fini(struct stacks *stacks);

/* Puts the lowest address of a stack into `ret`. At most `nstacks` may be out.
 * Returns 0 or -errno: kernels before 6.13 refuse (ENOMEM) at about
 * vm.max_map_count / 2 guard pages. */
int stacks_take(struct stacks *stacks, void **ret);
void stacks_put_back(struct stacks *stacks, void *stack);

#endif
