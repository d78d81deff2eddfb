/* SPDX-License-Identifier: MIT */
/*
 * Jumping ahead. A step only shifts and xors, so it is linear over bits: a
 * matrix of 64 x 64 bits times the value. Many steps are a power of the matrix,
 * and that takes log2(steps) squarings (Haramoto, Matsumoto, Nishimura,
 * Panneton, L'Ecuyer, "Efficient Jump Ahead for F2-Linear Random Number
 * Generators", INFORMS Journal on Computing 20, 2008).
 */
#include "benches/workloads/steps_after.h"

#include "benches/workloads/steps.h"

enum { BITS = 64 };

/* columns[i] is what becomes of a value in which bit i alone is set. */
struct matrix {
    uint64_t columns[BITS];
};

static uint64_t apply(const struct matrix *matrix, uint64_t value)
{
    uint64_t result = 0;

    for (unsigned i = 0; i < BITS; i++)
        if ((value >> i & 1) != 0)
            result ^= matrix->columns[i];
    return result;
}

static void square(struct matrix *matrix)
{
    struct matrix once = *matrix;

    for (unsigned i = 0; i < BITS; i++)
        matrix->columns[i] = apply(&once, once.columns[i]);
}

uint64_t steps_after(uint64_t value, uint64_t steps)
{
    struct matrix power;

    for (unsigned i = 0; i < BITS; i++)
        power.columns[i] = steps_compute(1ULL << i, 1);
    for (; steps > 0; steps >>= 1) {
        if ((steps & 1) != 0)
            value = apply(&power, value);
        square(&power);
    }
    return value;
}
