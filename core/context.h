/* SPDX-License-Identifier: MIT */
#ifndef CORE_CONTEXT_H
#define CORE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A context: where a stack that is not running will go on. Switching is a
 * function call that returns on another stack: the caller-saved registers are
 * dead by the calling convention, the callee-saved ones, the stack pointer and
 * on x86-64 the floating-point modes are all there is to exchange
 * (context_ARCH.S).
 *
 * A portable context uses ucontext(3) instead, which also saves the signal mask
 * and pays a system call for it at every switch.
 */
struct context {
    void *stack_pointer;
    struct portable_context *portable; /* NULL: our own switch */
    const void *stack;                 /* its lowest byte */
    size_t stack_bytes;
    void *fake_stack; /* AddressSanitizer's */
    void *fiber;      /* ThreadSanitizer's */
};

/* True if there is a switch of our own for this processor. */
bool context_is_native(void);

/* The context of the calling thread itself, on the stack it has. Returns 0 or
 * -ENOMEM. End with context_fini. */
int context_of_thread(struct context *ret, bool portable);

/* A context that will call entry(argument) on the given stack when first
 * switched to; `entry` must end with context_exit. The stack is the caller's.
 * Returns 0 or -ENOMEM. End with context_fini. */
int context_make(struct context *ret, void *stack, size_t stack_bytes,
                 void (*entry)(void *), void *argument, bool portable);

/* Gives back what the context holds besides its stack. */
void context_fini(struct context *context);

/* Stops here as `from` and goes on where `to` stopped; returns when somebody
 * switches to `from`. Both belong to one thread, both portable or neither. */
void context_switch(struct context *from, struct context *to);

/* The last switch of `from`: never returns. */
_Noreturn void context_exit(struct context *from, struct context *to);

/* To be called first thing by every `entry`. */
void context_entered(struct context *self);

#endif
