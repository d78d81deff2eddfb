/* SPDX-License-Identifier: MIT */
/*
 * Switching between stacks, by our own code and by ucontext(3): what the
 * calling convention promises a caller has to survive a switch as it survives a
 * call. A register that the switch forgets to call lost is as likely as
 * compilers are to hide it, so every fiber computes with more values than there
 * are registers.
 */
#include <fenv.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"

enum {
    NFIBERS = 7,
    ROUNDS = 20000, /* of each fiber: so many switches in, and out */
    DEPTH = 64,     /* nested calls, each with a page of the stack in use */
    PAGE_BYTES = 1024,
    STACK_BYTES = 1 << 18,
};

struct fiber {
    struct context context;
    void *stack;
    uint64_t seed;
    uint64_t result;
    bool alone; /* compute without any switch: what is expected */
    bool ended;
    void (*work)(struct fiber *self);
};

static struct context home; /* the thread's own stack */
static int nfailures;

#define CHECK(condition, ...)                                                  \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("FAILED ");                                                 \
            printf(__VA_ARGS__);                                               \
            printf("\n");                                                      \
            nfailures++;                                                       \
        }                                                                      \
    } while (0)

static void pause_fiber(struct fiber *self)
{
    if (!self->alone)
        context_switch(&self->context, &home);
}

/* Every value is needed in every round, and none can be foretold. */
static void stir_integers(struct fiber *self)
{
    uint64_t a = self->seed, b = a * 3, c = a * 5, d = a * 7, e = a * 9,
             f = a * 11, g = a * 13, h = a * 15, i = a * 17, j = a * 19,
             k = a * 21, l = a * 23;

    for (unsigned round = 0; round < ROUNDS; round++) {
        pause_fiber(self);
        a = a * UINT64_C(6364136223846793005) + b;
        b ^= c >> 7;
        c += d * d;
        d ^= e >> 9;
        e += f * 3;
        f ^= g << 5;
        g += h >> 11;
        h ^= i;
        i += j * 5;
        j ^= k >> 3;
        k += l;
        l ^= a >> 13;
    }
    self->result = a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ l;
}

/* The same for the lower halves of vector registers. The values stay near 1. */
static void stir_doubles(struct fiber *self)
{
    double a = 1.0 + 1e-3 * (double)(self->seed % 100), b = a / 3, c = a / 5,
           d = a / 7, e = a / 9, f = a / 11, g = a / 13, h = a / 15, i = a / 17,
           j = a / 19;

    for (unsigned round = 0; round < ROUNDS; round++) {
        pause_fiber(self);
        a = (a + b) / 1.5;
        b = (b + c) / 1.75 + 0.1;
        c = (c + d) / 1.25 - 0.1;
        d = (d + e) / 2.25 + 0.2;
        e = (e + f) / 2.5;
        f = (f + g) / 2.75 + 0.3;
        g = (g + h) / 3.25;
        h = (h + i) / 3.5 + 0.4;
        i = (i + j) / 3.75;
        j = (j + a) / 4.25 + 0.5;
    }
    double sum = a + b + c + d + e + f + g + h + i + j;
    memcpy(&self->result, &sum, sizeof sum);
}

/* Nested calls, each with something of its own on the stack across a switch. */
static uint64_t descend(struct fiber *self, unsigned depth)
{
    volatile uint64_t page[PAGE_BYTES / sizeof(uint64_t)];
    const size_t n = sizeof page / sizeof *page;
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        page[i] = self->seed * depth + i;
    pause_fiber(self);
    if (depth > 1)
        sum = descend(self, depth - 1);
    pause_fiber(self);
    for (size_t i = 0; i < n; i++)
        sum = sum * 31 + page[i];
    return sum;
}

static void call_deeply(struct fiber *self)
{
    self->result = descend(self, DEPTH);
}

/* Compilers rely on the alignment that the ABI promises them at a call. */
static void look_at_alignment(struct fiber *self)
{
    _Alignas(16) volatile unsigned char aligned[16];
    uintptr_t at = (uintptr_t)aligned;

    __asm__ volatile("" : "+r"(at) : : "memory");
    pause_fiber(self);
    self->result = at % 16;
}

/* Shows the rounding of the arithmetic itself: on x86-64 fegetround(3) asks the
 * old unit only. */
static double third(void)
{
    volatile double one = 1, three = 3;

    return one / three;
}

/* Each fiber keeps a mode of its own, whichever way it is switched. */
static void round_in_own_way(struct fiber *self)
{
    static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    int mode = modes[self->seed % 3];
    int before = fegetround();

    fesetround(mode);
    double own_third = third();
    for (unsigned round = 0; round < 10; round++) {
        pause_fiber(self);
        self->result += fegetround() != mode || third() != own_third;
    }
    fesetround(before);
}

static void fiber_main(void *argument)
{
    struct fiber *self = argument;

    context_entered(&self->context);
    self->work(self);
    self->ended = true;
    context_exit(&self->context, &home);
}

/* In turns until the last has ended. */
static void run_all(struct fiber *fibers)
{
    unsigned nlive = NFIBERS;
    double own_third = third();

    while (nlive > 0)
        for (unsigned i = 0; i < NFIBERS; i++) {
            if (fibers[i].ended)
                continue;
            context_switch(&home, &fibers[i].context);
            nlive -= fibers[i].ended;
            if (fegetround() != FE_TONEAREST || third() != own_third) {
                CHECK(false, "fiber %u changed our rounding", i);
                fesetround(FE_TONEAREST);
            }
        }
}

static void check(const char *what, bool portable,
                  void (*work)(struct fiber *self))
{
    const char *kind = portable ? "ucontext" : "native";
    struct fiber fibers[NFIBERS];

    for (unsigned i = 0; i < NFIBERS; i++) {
        fibers[i] = (struct fiber){.seed = 1000 + i, .work = work};
        fibers[i].stack = aligned_alloc(4096, STACK_BYTES);
        if (fibers[i].stack == NULL ||
            context_make(&fibers[i].context, fibers[i].stack, STACK_BYTES,
                         fiber_main, &fibers[i], portable) != 0)
            abort();
    }
    run_all(fibers);
    for (unsigned i = 0; i < NFIBERS; i++) {
        struct fiber expected = {.seed = fibers[i].seed, .alone = true};
        work(&expected);
        CHECK(fibers[i].result == expected.result,
              "%s, %s, fiber %u: %016" PRIx64 " instead of %016" PRIx64, kind,
              what, i, fibers[i].result, expected.result);
        context_fini(&fibers[i].context);
        free(fibers[i].stack);
    }
    printf("%s, %s: checked\n", kind, what);
}

static void check_kind(bool portable)
{
    if (context_of_thread(&home, portable) != 0)
        abort();
    check("integers", portable, stir_integers);
    check("doubles", portable, stir_doubles);
    check("deep calls", portable, call_deeply);
    check("alignment", portable, look_at_alignment);
    check("rounding", portable, round_in_own_way);
    context_fini(&home);
}

int main(void)
{
    if (context_is_native())
        check_kind(false);
    else
        printf("no switch of our own for this processor\n");
    check_kind(true);
    printf("%d failed\n", nfailures);
    return nfailures > 0;
}
