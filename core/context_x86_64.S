/* SPDX-License-Identifier: MIT */
/*
 * void context_swap(void **from, void *to)
 *
 * The System V ABI for x86-64 (psABI 1.0, 3.2.1): a callee must preserve rbx,
 * rbp, r12 to r15, the stack pointer, the control bits of MXCSR and the x87
 * control word. Everything else is the caller's loss at any call, and this is
 * one. So this is all:
 *
 *      stack pointer -> +0  mxcsr, x87 control word
 *                       +8  r15
 *                      +16  r14
 *                      +24  r13    a new context: the argument
 *                      +32  r12    a new context: the entry
 *                      +40  rbx
 *                      +48  rbp
 *                      +56  where to return to
 *
 * The CFI lines let a debugger walk a stopped stack and an exception-like
 * unwinder see where the caller's registers are.
 */
        .text
        .globl  context_swap
        .type   context_swap, @function
        .p2align 4
context_swap:
        .cfi_startproc
        endbr64
        pushq   %rbp
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbp, 0
        pushq   %rbx
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %rbx, 0
        pushq   %r12
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r12, 0
        pushq   %r13
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r13, 0
        pushq   %r14
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r14, 0
        pushq   %r15
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %r15, 0
        subq    $8, %rsp
        .cfi_adjust_cfa_offset 8
        stmxcsr (%rsp)
        fnstcw  4(%rsp)

        movq    %rsp, (%rdi)
        movq    %rsi, %rsp      /* from here on the other stack, same layout */

        ldmxcsr (%rsp)
        fldcw   4(%rsp)
        addq    $8, %rsp
        .cfi_adjust_cfa_offset -8
        popq    %r15
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r15
        popq    %r14
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r14
        popq    %r13
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r13
        popq    %r12
        .cfi_adjust_cfa_offset -8
        .cfi_restore %r12
        popq    %rbx
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbx
        popq    %rbp
        .cfi_adjust_cfa_offset -8
        .cfi_restore %rbp
        ret
        .cfi_endproc
        .size   context_swap, . - context_swap

/* Where a new context is returned into. Nobody called it: the walk ends here. */
        .globl  context_begin
        .type   context_begin, @function
        .p2align 4
context_begin:
        .cfi_startproc
        .cfi_undefined %rip
        endbr64
        movq    %r13, %rdi
        call    *%r12
        ud2                     /* an entry does not return */
        .cfi_endproc
        .size   context_begin, . - context_begin

        .section .note.GNU-stack, "", @progbits
