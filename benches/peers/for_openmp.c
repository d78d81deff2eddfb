/* SPDX-License-Identifier: MIT */
/* OpenMP: a parallel loop, shared out beforehand. */
#include <omp.h>

#include "benches/peers/for.h"

int main(int argc, char **argv)
{
    uint64_t n = for_number(argc, argv, 1, 1000000);
    uint64_t nrounds = for_number(argc, argv, 3, 100);
    uint64_t *values = for_values(n);
    struct stopwatch watch;

    omp_set_num_threads((int)for_number(argc, argv, 2, 2));
    stopwatch_start(&watch);
    for (uint64_t i = 0; i < nrounds; i++) {
#pragma omp parallel for schedule(static)
        for (uint64_t k = 0; k < n; k++)
            for_iterate(values, k, k + 1);
    }
    return for_tell(&watch, nrounds, values, n);
}
