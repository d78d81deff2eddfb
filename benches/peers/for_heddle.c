/* SPDX-License-Identifier: MIT */
/* Our parallel loop, in pieces of at least 1/16 of a worker's share. */
#include "benches/peers/for.h"
#include "models/fork_join.h"

struct loops {
    uint64_t n, nrounds, grain;
    uint64_t *values;
};

static void body(uint64_t from, uint64_t to, void *context)
{
    for_iterate(context, from, to);
}

static void run(void *argument)
{
    struct loops *loops = argument;

    for (uint64_t i = 0; i < loops->nrounds; i++)
        fork_join_for(0, loops->n, loops->grain, body, loops->values);
}

int main(int argc, char **argv)
{
    uint64_t n = for_number(argc, argv, 1, 1000000);
    uint64_t nworkers = for_number(argc, argv, 2, 2);
    struct loops loops = {n, for_number(argc, argv, 3, 100),
                          1 + n / nworkers / 16, for_values(n)};
    struct fork_join *crew;
    struct stopwatch watch;

    if (fork_join_new((unsigned)nworkers, &crew) != 0)
        abort();
    stopwatch_start(&watch);
    fork_join_run(crew, run, &loops);
    int status = for_tell(&watch, loops.nrounds, loops.values, n);
    fork_join_free(crew);
    return status;
}
