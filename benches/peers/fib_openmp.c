/* SPDX-License-Identifier: MIT */
/* OpenMP: a task for the one call, the other in the same task. */
#include <omp.h>

#include "benches/peers/fib.h"

static uint64_t fib(uint64_t n)
{
    uint64_t left, right;

    if (n < 2)
        return n;
#pragma omp task shared(left)
    left = fib(n - 1);
    right = fib(n - 2);
#pragma omp taskwait
    return left + right;
}

int main(int argc, char **argv)
{
    uint64_t n = fib_number(argc, argv, 1, 32), result = 0;
    struct stopwatch watch;

    omp_set_num_threads((int)fib_number(argc, argv, 2, 2));
    stopwatch_start(&watch);
#pragma omp parallel
#pragma omp single
    result = fib(n);
    return stopwatch_tell(&watch, fib_ncalls(n), result);
}
