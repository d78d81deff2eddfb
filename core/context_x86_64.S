/* SPDX-License-Identifier: MIT */
/*
 * Where a new context goes on: its stack pointer, aligned to 16 bytes, is at
 *
 *      +0  the entry
 *      +8  its argument
 *
 * Nobody called it, which the CFI lines tell a debugger: the walk ends here.
 */
        .text
        .globl  context_begin
        .type   context_begin, @function
        .p2align 4
context_begin:
        .cfi_startproc
        .cfi_undefined %rip
        popq    %rax
        .cfi_adjust_cfa_offset -8
        popq    %rdi
        .cfi_adjust_cfa_offset -8
        call    *%rax
        ud2                     /* an entry does not return */
        .cfi_endproc
        .size   context_begin, . - context_begin

        .section .note.GNU-stack, "", @progbits
