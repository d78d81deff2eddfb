/* SPDX-License-Identifier: MIT */
/* The order of a block: a pure function, every order equally likely, and
 * nothing in common between one block and the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/session/order.h"

enum { N = 3, ORDERS = 27, BLOCKS = 6000 };

/* The order as one number in base N, below ORDERS; 27 of which 6 can occur. */
static unsigned order_of(uint64_t seed, unsigned experiment, uint32_t block)
{
    size_t points[N] = {0, 1, 2};
    unsigned code = 0;

    order_shuffle(seed, experiment, block, points, N);
    for (size_t i = 0; i < N; i++)
        code = code * N + (unsigned)points[i];
    return code;
}

static void test_pure(void **state)
{
    (void)state;
    for (uint32_t block = 0; block < 100; block++)
        assert_int_equal(order_of(7, 2, block), order_of(7, 2, block));
    /* Pinned: a session that was begun by an older program would otherwise go
     * on with other blocks than it planned. */
    size_t points[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    order_shuffle(42, 1, 5, points, 8);
    const size_t pinned[8] = {0, 1, 5, 6, 3, 2, 4, 7};
    assert_memory_equal(points, pinned, sizeof pinned);
}

/* Chi-squared over the six orders, 5 degrees of freedom: 20.5 is exceeded once
 * in a thousand sets of seeds, and these are fixed. */
static void check_even(const unsigned counts[ORDERS])
{
    double expected = BLOCKS / 6.0, sum = 0;
    unsigned seen = 0;

    for (unsigned i = 0; i < ORDERS; i++)
        if (counts[i] > 0) {
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
            seen++;
        }
    assert_int_equal(seen, 6);
    assert_true(sum < 20.5);
}

/* Over blocks, over seeds and over experiments alike. */
static void test_even(void **state)
{
    unsigned blocks[ORDERS] = {0}, seeds[ORDERS] = {0}, numbers[ORDERS] = {0};

    (void)state;
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[order_of(1, 0, i)]++;
        seeds[order_of(i, 0, 0)]++;
        numbers[order_of(1, i, 0)]++;
    }
    check_even(blocks);
    check_even(seeds);
    check_even(numbers);
}

/* Does what stands first in a block tell what stands first in the next one, of
 * the next seed, or of the next experiment? It does a third of the time. */
static void test_unlike_neighbours(void **state)
{
    unsigned same[3] = {0};

    (void)state;
    for (unsigned i = 0; i < BLOCKS; i++) {
        unsigned first = order_of(i, 0, 3) / (N * N);
        same[0] += first == order_of(i, 0, 4) / (N * N);
        same[1] += first == order_of(i + 1, 0, 3) / (N * N);
        same[2] += first == order_of(i, 1, 3) / (N * N);
    }
    /* 2000, with a standard deviation of 37. */
    for (size_t i = 0; i < 3; i++)
        assert_in_range(same[i], 1850, 2150);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pure),
        cmocka_unit_test(test_even),
        cmocka_unit_test(test_unlike_neighbours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
