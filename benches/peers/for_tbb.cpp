/* SPDX-License-Identifier: MIT */
/* oneTBB: parallel_for as it comes. */
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "benches/peers/for.h"

int main(int argc, char **argv)
{
    uint64_t n = for_number(argc, argv, 1, 1000000);
    int nworkers = (int)for_number(argc, argv, 2, 2);
    uint64_t nrounds = for_number(argc, argv, 3, 100);
    uint64_t *values = for_values(n);
    tbb::global_control control(tbb::global_control::max_allowed_parallelism,
                                (std::size_t)nworkers);
    tbb::task_arena arena(nworkers);
    struct stopwatch watch;

    stopwatch_start(&watch);
    arena.execute([&] {
        for (uint64_t i = 0; i < nrounds; i++)
            tbb::parallel_for(tbb::blocked_range<uint64_t>(0, n),
                              [=](const tbb::blocked_range<uint64_t> &range) {
                                  for_iterate(values, range.begin(),
                                              range.end());
                              });
    });
    return for_tell(&watch, nrounds, values, n);
}
