/* SPDX-License-Identifier: MIT */
/*
 * The barest program that counts primes on several cores: pthread_create, a
 * loop, pthread_join; no task, no pool, no harness. What the models' speed-up
 * has to be held against.
 *
 *   peer_primes_bare NTHREADS FIRST NUMBERS
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "benches/peers/tell.h"

struct part {
    pthread_t thread;
    uint64_t first;
    uint64_t end;
    uint64_t nprimes;
};

static void *count_primes(void *argument)
{
    struct part *part = argument;
    uint64_t nprimes = 0;

    for (uint64_t number = part->first; number < part->end; number++) {
        uint64_t divisor = 2;
        while (divisor * divisor <= number && number % divisor != 0)
            divisor++;
        nprimes += divisor * divisor > number;
    }
    part->nprimes = nprimes;
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s NTHREADS FIRST NUMBERS\n", argv[0]);
        return 2;
    }
    uint64_t nthreads = strtoull(argv[1], NULL, 10);
    uint64_t first = strtoull(argv[2], NULL, 10);
    uint64_t numbers = strtoull(argv[3], NULL, 10);
    struct part *parts = calloc(nthreads, sizeof *parts);
    uint64_t nprimes = 0;

    if (parts == NULL)
        return 1;
    struct stopwatch watch;
    stopwatch_start(&watch);
    for (uint64_t i = 0; i < nthreads; i++) {
        parts[i].first = first + numbers * i / nthreads;
        parts[i].end = first + numbers * (i + 1) / nthreads;
        if (pthread_create(&parts[i].thread, NULL, count_primes, &parts[i]))
            return 1;
    }
    for (uint64_t i = 0; i < nthreads; i++) {
        pthread_join(parts[i].thread, NULL);
        nprimes += parts[i].nprimes;
    }
    free(parts);
    return stopwatch_tell(&watch, numbers, nprimes);
}
