/* SPDX-License-Identifier: MIT */
/*
 * Making contexts, switching between them, and telling the sanitizers, which
 * would otherwise take another stack for a smashed one.
 */
#include "core/context.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <ucontext.h>

#include "core/sanitizers.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

struct portable_context {
    ucontext_t ucontext;
    void (*entry)(void *);
    void *argument;
};

/* In context_ARCH.S, where new contexts go on: calls what lies on the stack. */
void context_begin(void);

/* Above it the stack is aligned to 16 bytes, as both ABIs align calls. */
struct beginning {
    void (*entry)(void *);
    void *argument;
};

bool context_is_native(void)
{
    return REGISTERS_NATIVE;
}

#if REGISTERS_NATIVE
static void lay_beginning(struct registers *registers, void *top,
                          void (*entry)(void *), void *argument)
{
    struct beginning *beginning =
        (struct beginning *)((uintptr_t)top & ~(uintptr_t)15) - 1;

    *beginning = (struct beginning){entry, argument};
    registers->stack_pointer = beginning;
    registers->frame_pointer = NULL;
    registers->go_on_at = (void *)context_begin;
    registers_default_modes(registers);
}
#else
static void lay_beginning(struct registers *registers, void *top,
                          void (*entry)(void *), void *argument)
{
    (void)registers;
    (void)top;
    (void)entry;
    (void)argument;
    abort();
}
#endif

/* makecontext passes ints only: the pointer comes in two halves. */
static void portable_begin(unsigned high, unsigned low)
{
    struct portable_context *portable =
        (struct portable_context *)((uintptr_t)((uint64_t)high << 32 | low));

    portable->entry(portable->argument);
}

/* With `entry` NULL the context of the caller. Returns NULL: no memory. */
static struct portable_context *make_portable(void *stack, size_t stack_bytes,
                                              void (*entry)(void *),
                                              void *argument)
{
    struct portable_context *portable = malloc(sizeof *portable);

    if (portable == NULL)
        return NULL;
    portable->entry = entry;
    portable->argument = argument;
    getcontext(&portable->ucontext);
    if (entry == NULL)
        return portable;
    portable->ucontext.uc_stack.ss_sp = stack;
    portable->ucontext.uc_stack.ss_size = stack_bytes;
    portable->ucontext.uc_link = NULL;
    uint64_t at = (uintptr_t)portable;
    makecontext(&portable->ucontext, (void (*)(void))portable_begin, 2,
                (unsigned)(at >> 32), (unsigned)at);
    return portable;
}

int context_of_thread(struct context *ret, bool portable)
{
    *ret = (struct context){.portable = NULL};
#ifdef __SANITIZE_ADDRESS__
    pthread_attr_t attributes;
    void *stack;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &stack, &ret->stack_bytes);
        pthread_attr_destroy(&attributes);
        ret->stack = stack;
    }
#endif
#ifdef __SANITIZE_THREAD__
    ret->fiber = __tsan_get_current_fiber();
#endif
    if (portable)
        ret->portable = make_portable(NULL, 0, NULL, NULL);
    return portable && ret->portable == NULL ? -ENOMEM : 0;
}

int context_make(struct context *ret, void *stack, size_t stack_bytes,
                 void (*entry)(void *), void *argument, bool portable)
{
    struct portable_context *own = NULL;

    if (portable) {
        own = make_portable(stack, stack_bytes, entry, argument);
        if (own == NULL)
            return -ENOMEM;
    } else {
        lay_beginning(&ret->registers, (unsigned char *)stack + stack_bytes,
                      entry, argument);
    }
    ret->portable = own;
#ifdef CONTEXT_TOLD
    ret->stack = stack;
    ret->stack_bytes = stack_bytes;
    ret->fake_stack = NULL;
    ret->fiber = NULL;
#endif
#ifdef __SANITIZE_THREAD__
    ret->fiber = __tsan_create_fiber(0);
#endif
    return 0;
}

void context_fini(struct context *context)
{
#ifdef __SANITIZE_THREAD__
    if (context->stack != NULL)
        __tsan_destroy_fiber(context->fiber);
#endif
    free(context->portable);
}

#ifdef CONTEXT_TOLD
/* `fake_stack` is where AddressSanitizer keeps its own; NULL drops it. */
static void tell(struct context *to, void **fake_stack)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(fake_stack, to->stack, to->stack_bytes);
#endif
#ifdef __SANITIZE_THREAD__
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    (void)to;
    (void)fake_stack;
}
#endif

static void swap(struct context *from, struct context *to)
{
    if (from->portable == NULL)
        registers_switch(&from->registers, &to->registers);
    else
        swapcontext(&from->portable->ucontext, &to->portable->ucontext);
}

void context_switch_with(struct context *from, struct context *to)
{
#ifdef CONTEXT_TOLD
    tell(to, &from->fake_stack);
#endif
    swap(from, to);
}

void context_end_with(struct context *from, struct context *to)
{
#ifdef CONTEXT_TOLD
    tell(to, NULL);
#endif
    swap(from, to);
}

void context_entered(struct context *self)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(self->fake_stack, NULL, NULL);
#else
    (void)self;
#endif
}
