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

#if defined(__x86_64__) || defined(__aarch64__)

/* In context_ARCH.S: saves the registers on this stack, notes the stack pointer
 * in *from, takes over stack pointer `to`, restores what lies there. */
void context_swap(void **from, void *to);

/* Where a new context begins: calls entry(argument), as laid out below. */
void context_begin(void);

/* The frame that context_swap leaves on a stack, lowest address first. Above it
 * the stack must be aligned to 16 bytes, so its size must be a multiple. */
#ifdef __x86_64__
struct frame {
    uint32_t mxcsr;
    uint32_t x87_control;
    void *r15, *r14, *r13, *r12, *rbx, *rbp;
    void (*return_address)(void);
};
#define FRAME_ENTRY    r12
#define FRAME_ARGUMENT r13
#define FRAME_MODES    .mxcsr = 0x1f80, .x87_control = 0x037f,
#else
struct frame {
    double d8_to_d15[8];
    void *x19, *x20, *x21_to_x28[8], *x29;
    void (*return_address)(void);
};
#define FRAME_ENTRY    x19
#define FRAME_ARGUMENT x20
#define FRAME_MODES
#endif

_Static_assert(sizeof(struct frame) % 16 == 0, "both ABIs align calls to 16");

bool context_is_native(void)
{
    return true;
}

static void lay_frame(struct context *context, void (*entry)(void *),
                      void *argument)
{
    uintptr_t top = (uintptr_t)context->stack + context->stack_bytes;
    struct frame *frame = (struct frame *)(top & ~(uintptr_t)15) - 1;

    *frame = (struct frame){FRAME_MODES.FRAME_ENTRY = (void *)entry,
                            .FRAME_ARGUMENT = argument,
                            .return_address = context_begin};
    context->stack_pointer = frame;
}

#else

bool context_is_native(void)
{
    return false;
}

static void context_swap(void **from, void *to)
{
    (void)from;
    (void)to;
    abort();
}

static void lay_frame(struct context *context, void (*entry)(void *),
                      void *argument)
{
    (void)context;
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

static int make_portable(struct context *context, void (*entry)(void *),
                         void *argument)
{
    struct portable_context *portable = malloc(sizeof *portable);

    if (portable == NULL)
        return -ENOMEM;
    portable->entry = entry;
    portable->argument = argument;
    getcontext(&portable->ucontext);
    context->portable = portable;
    if (entry == NULL)
        return 0;
    portable->ucontext.uc_stack.ss_sp = (void *)(uintptr_t)context->stack;
    portable->ucontext.uc_stack.ss_size = context->stack_bytes;
    portable->ucontext.uc_link = NULL;
    uint64_t at = (uintptr_t)portable;
    makecontext(&portable->ucontext, (void (*)(void))portable_begin, 2,
                (unsigned)(at >> 32), (unsigned)at);
    return 0;
}

int context_of_thread(struct context *ret, bool portable)
{
    *ret = (struct context){.stack_pointer = NULL};
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
    return portable ? make_portable(ret, NULL, NULL) : 0;
}

int context_make(struct context *ret, void *stack, size_t stack_bytes,
                 void (*entry)(void *), void *argument, bool portable)
{
    struct context context = {.stack = stack, .stack_bytes = stack_bytes};
    int result = 0;

    if (portable)
        result = make_portable(&context, entry, argument);
    else
        lay_frame(&context, entry, argument);
    if (result != 0)
        return result;
#ifdef __SANITIZE_THREAD__
    context.fiber = __tsan_create_fiber(0);
#endif
    *ret = context;
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

static void swap(struct context *from, struct context *to, void **fake_stack)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_start_switch_fiber(fake_stack, to->stack, to->stack_bytes);
#else
    (void)fake_stack;
#endif
#ifdef __SANITIZE_THREAD__
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
    if (from->portable == NULL)
        context_swap(&from->stack_pointer, to->stack_pointer);
    else
        swapcontext(&from->portable->ucontext, &to->portable->ucontext);
}

void context_entered(struct context *self)
{
#ifdef __SANITIZE_ADDRESS__
    __sanitizer_finish_switch_fiber(self->fake_stack, NULL, NULL);
#else
    (void)self;
#endif
}

void context_switch(struct context *from, struct context *to)
{
    swap(from, to, &from->fake_stack);
    context_entered(from);
}

_Noreturn void context_exit(struct context *from, struct context *to)
{
    /* No place for a fake stack: AddressSanitizer drops it. */
    swap(from, to, NULL);
    abort();
}
