/* SPDX-License-Identifier: MIT */
/*
 * void context_swap(void **from, void *to)
 *
 * The Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64, 6.1): a
 * callee must preserve x19 to x28, the frame pointer x29, the stack pointer and
 * the lower halves of v8 to v15; x30 holds where to return to.
 *
 *      stack pointer -> +0  d8 to d15
 *                      +64  x19    a new context: the entry
 *                      +72  x20    a new context: the argument
 *                      +80  x21 to x28
 *                     +144  x29
 *                     +152  x30, where to return to
 */
        .text
        .globl  context_swap
        .type   context_swap, %function
        .p2align 4
context_swap:
        .cfi_startproc
        sub     sp, sp, #160
        .cfi_adjust_cfa_offset 160
        stp     d8, d9, [sp, #0]
        stp     d10, d11, [sp, #16]
        stp     d12, d13, [sp, #32]
        stp     d14, d15, [sp, #48]
        stp     x19, x20, [sp, #64]
        stp     x21, x22, [sp, #80]
        stp     x23, x24, [sp, #96]
        stp     x25, x26, [sp, #112]
        stp     x27, x28, [sp, #128]
        stp     x29, x30, [sp, #144]
        .cfi_rel_offset x19, 64
        .cfi_rel_offset x20, 72
        .cfi_rel_offset x21, 80
        .cfi_rel_offset x22, 88
        .cfi_rel_offset x23, 96
        .cfi_rel_offset x24, 104
        .cfi_rel_offset x25, 112
        .cfi_rel_offset x26, 120
        .cfi_rel_offset x27, 128
        .cfi_rel_offset x28, 136
        .cfi_rel_offset x29, 144
        .cfi_rel_offset x30, 152

        mov     x9, sp
        str     x9, [x0]
        mov     sp, x1          /* from here on the other stack, same layout */

        ldp     d8, d9, [sp, #0]
        ldp     d10, d11, [sp, #16]
        ldp     d12, d13, [sp, #32]
        ldp     d14, d15, [sp, #48]
        ldp     x19, x20, [sp, #64]
        ldp     x21, x22, [sp, #80]
        ldp     x23, x24, [sp, #96]
        ldp     x25, x26, [sp, #112]
        ldp     x27, x28, [sp, #128]
        ldp     x29, x30, [sp, #144]
        add     sp, sp, #160
        .cfi_adjust_cfa_offset -160
        ret
        .cfi_endproc
        .size   context_swap, . - context_swap

/* Where a new context is returned into. Nobody called it: the walk ends here. */
        .globl  context_begin
        .type   context_begin, %function
        .p2align 4
context_begin:
        .cfi_startproc
        .cfi_undefined x30
        mov     x0, x20
        blr     x19
        brk     #1              /* an entry does not return */
        .cfi_endproc
        .size   context_begin, . - context_begin

        .section .note.GNU-stack, "", %progbits
