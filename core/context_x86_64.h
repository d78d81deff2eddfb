/* SPDX-License-Identifier: MIT */
#ifndef CORE_CONTEXT_X86_64_H
#define CORE_CONTEXT_X86_64_H

#include <stddef.h>
#include <stdint.h>

/*
 * The switch on x86-64, by the System V ABI (psABI 1.0, 3.2.1). A callee must
 * preserve rbx, rbp, r12 to r15, the stack pointer, the control bits of MXCSR
 * and the x87 control word.
 *
 * The switch is no call, though, but a few instructions in the midst of its
 * caller, which say that every register they do not keep is lost: the compiler
 * saves what it still needs, mostly nothing, and nobody saves the rest. Only
 * the stack pointer, the frame pointer (which cannot be given away) and the
 * place to go on at are left to exchange.
 */
struct registers {
    void *stack_pointer;
    void *frame_pointer;
    void *go_on_at;
    uint32_t mxcsr;
    uint16_t x87_control;
};

#define REGISTERS_NATIVE 1

#ifdef __AVX512F__
#define LOST_WITH_AVX512                                                       \
    "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23",    \
        "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30",         \
        "xmm31", "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7",
#else
#define LOST_WITH_AVX512
#endif

/*
 * Notes where `from` stops, and goes on where `to` did. Four of the eleven
 * instructions are for the floating-point modes (rounding, masks of exceptions,
 * denormals) and take seven eighths of the time; to look first whether they
 * differ takes longer, since stmxcsr has to be waited for.
 */
static inline __attribute__((always_inline)) void
registers_switch(struct registers *from, const struct registers *to)
{
    __asm__ volatile("leaq    1f(%%rip), %%rax\n\t"
                     "movq    %%rsp, %c[stack](%%rdi)\n\t"
                     "movq    %%rbp, %c[frame](%%rdi)\n\t"
                     "movq    %%rax, %c[go_on](%%rdi)\n\t"
                     "stmxcsr %c[mxcsr](%%rdi)\n\t"
                     "fnstcw  %c[x87](%%rdi)\n\t"
                     "ldmxcsr %c[mxcsr](%%rsi)\n\t"
                     "fldcw   %c[x87](%%rsi)\n\t"
                     "movq    %c[stack](%%rsi), %%rsp\n\t"
                     "movq    %c[frame](%%rsi), %%rbp\n\t"
                     "jmpq    *%c[go_on](%%rsi)\n"
                     "1:"
                     : "+D"(from), "+S"(to)
                     : [stack] "i"(offsetof(struct registers, stack_pointer)),
                       [frame] "i"(offsetof(struct registers, frame_pointer)),
                       [go_on] "i"(offsetof(struct registers, go_on_at)),
                       [mxcsr] "i"(offsetof(struct registers, mxcsr)),
                       [x87] "i"(offsetof(struct registers, x87_control))
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11",
                       "r12", "r13", "r14", "r15", "xmm0", "xmm1", "xmm2",
                       "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
                       LOST_WITH_AVX512 "st", "st(1)", "st(2)", "st(3)",
                       "st(4)", "st(5)", "st(6)", "st(7)", "cc", "memory");
}

/* The modes of a new thread. */
static inline void registers_default_modes(struct registers *ret)
{
    ret->mxcsr = 0x1f80;
    ret->x87_control = 0x037f;
}

#endif
