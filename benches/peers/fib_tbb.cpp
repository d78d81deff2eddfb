/* SPDX-License-Identifier: MIT */
/* oneTBB: a task group in each call, which forks one and joins it; with a third
 * argument parallel_invoke instead. */
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include "benches/peers/fib.h"

static uint64_t fib(uint64_t n)
{
    uint64_t left, right;

    if (n < 2)
        return n;
    tbb::task_group group;
    group.run([&] { left = fib(n - 1); });
    right = fib(n - 2);
    group.wait();
    return left + right;
}

static uint64_t fib_invoke(uint64_t n)
{
    uint64_t left, right;

    if (n < 2)
        return n;
    tbb::parallel_invoke([&] { left = fib_invoke(n - 1); },
                         [&] { right = fib_invoke(n - 2); });
    return left + right;
}

int main(int argc, char **argv)
{
    uint64_t n = fib_number(argc, argv, 1, 32);
    int nworkers = (int)fib_number(argc, argv, 2, 2);
    tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                (std::size_t)nworkers);
    tbb::task_arena arena(nworkers);
    struct stopwatch watch;
    uint64_t result;

    stopwatch_start(&watch);
    arena.execute([&] { result = argc > 3 ? fib_invoke(n) : fib(n); });
    return stopwatch_tell(&watch, fib_ncalls(n), result);
}
