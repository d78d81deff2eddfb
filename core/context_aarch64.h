/* SPDX-License-Identifier: MIT */
#ifndef CORE_CONTEXT_AARCH64_H
#define CORE_CONTEXT_AARCH64_H

#include <stddef.h>
#include <stdint.h>

/*
 * The switch on 64-bit Arm, by its procedure call standard (AAPCS64, 6.1): a
 * callee must preserve x19 to x28, the frame pointer x29, the stack pointer and
 * the lower halves of v8 to v15. Here the compiler does, as far as it needs
 * them: see context_x86_64.h for the idea.
 *
 * FPCR, with the rounding mode in it, belongs to the whole thread by that
 * standard. We keep one per context all the same, as ucontext(3) does and as
 * x86-64 demands, so that a task rounds as it wishes on both.
 */
struct registers {
    void *stack_pointer;
    void *frame_pointer;
    void *go_on_at;
    uint64_t fpcr;
};

#define REGISTERS_NATIVE 1

#ifdef __ARM_FEATURE_SVE
#define LOST_WITH_SVE                                                          \
    "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11",  \
        "p12", "p13", "p14", "p15",
#else
#define LOST_WITH_SVE
#endif

/* Notes where `from` stops, and goes on where `to` did. Setting FPCR waits for
 * all arithmetic before it, so only if it changes. The hint is `bti j`, a
 * landing place for indirect jumps where processors insist on one. */
static inline __attribute__((always_inline)) void
registers_switch(struct registers *from, const struct registers *to)
{
    register struct registers *from_in_x0 __asm__("x0") = from;
    register const struct registers *to_in_x1 __asm__("x1") = to;

    __asm__ volatile("mrs     x2, fpcr\n\t"
                     "str     x2, [x0, %[fpcr]]\n\t"
                     "ldr     x3, [x1, %[fpcr]]\n\t"
                     "cmp     x2, x3\n\t"
                     "b.eq    1f\n\t"
                     "msr     fpcr, x3\n"
                     "1:\n\t"
                     "adr     x2, 2f\n\t"
                     "mov     x3, sp\n\t"
                     "stp     x3, x29, [x0]\n\t"
                     "str     x2, [x0, %[go_on]]\n\t"
                     "ldp     x3, x29, [x1]\n\t"
                     "ldr     x2, [x1, %[go_on]]\n\t"
                     "mov     sp, x3\n\t"
                     "br      x2\n"
                     "2:\n\t"
                     "hint    #36"
                     : "+r"(from_in_x0), "+r"(to_in_x1)
                     : [go_on] "i"(offsetof(struct registers, go_on_at)),
                       [fpcr] "i"(offsetof(struct registers, fpcr))
                     : "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
                       "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18",
                       "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26",
                       "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5",
                       "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13",
                       "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21",
                       "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29",
                       "v30", "v31", LOST_WITH_SVE "cc", "memory");
}

_Static_assert(offsetof(struct registers, stack_pointer) == 0 &&
                   offsetof(struct registers, frame_pointer) == 8,
               "loaded and stored as a pair");

/* The modes of a new thread. */
static inline void registers_default_modes(struct registers *ret)
{
    ret->fpcr = 0;
}

#endif
