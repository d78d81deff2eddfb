/* SPDX-License-Identifier: MIT */
#ifndef CORE_CONTEXT_H
#define CORE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/sanitizers.h"

#if defined(__x86_64__)
#include "core/context_x86_64.h"
#elif defined(__aarch64__)
#include "core/context_aarch64.h"
#else
#include "core/context_other.h"
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONTEXT_TOLD 1 /* the sanitizers are, of every switch */
#endif

/*
 * A context: where a stack that is not running will go on. What a switch has to
 * exchange, and why so little, is in context_ARCH.h, one file per processor.
 *
 * A portable context uses ucontext(3) instead, which also saves the signal mask
 * and pays a system call for it at every switch.
 */
struct context {
    struct registers registers;
    struct portable_context *portable; /* NULL: our own switch */
#ifdef CONTEXT_TOLD
    const void *stack; /* its lowest byte */
    size_t stack_bytes;
    void *fake_stack; /* AddressSanitizer's */
    void *fiber;      /* ThreadSanitizer's */
#endif
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

/* Where on its stack a context stopped that is not running; NULL: a portable
 * one, which keeps that to itself. */
static inline const void *context_stack_pointer(const struct context *context)
{
    return context->portable == NULL ? context->registers.stack_pointer : NULL;
}

/* The switches below with everything around them: for portable contexts, and
 * for sanitizers, which would take another stack for a smashed one. */
void context_switch_with(struct context *from, struct context *to);
void context_end_with(struct context *from, struct context *to);

/* To be called first thing by every `entry`. */
void context_entered(struct context *self);

/* Stops here as `from` and goes on where `to` stopped; returns when somebody
 * switches to `from`. Both belong to one thread, both portable or neither. */
static inline void context_switch(struct context *from, struct context *to)
{
#ifndef CONTEXT_TOLD
    if (__builtin_expect(from->portable == NULL, 1)) {
        registers_switch(&from->registers, &to->registers);
        return;
    }
#endif
    context_switch_with(from, to);
    context_entered(from);
}

/* The last switch of `from`: never returns. */
static inline _Noreturn void context_exit(struct context *from,
                                          struct context *to)
{
#ifndef CONTEXT_TOLD
    if (__builtin_expect(from->portable == NULL, 1))
        registers_switch(&from->registers, &to->registers);
#endif
    context_end_with(from, to);
    abort();
}

#endif
