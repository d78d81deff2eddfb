/* SPDX-License-Identifier: MIT */
/*
 * Pure computing: counts the primes in a range of numbers by trial division.
 * Nearly all of its time is the latency of the divider, which no neighbour on
 * the same core can use up, and it touches no memory: work that should scale
 * with the cores if any does.
 */
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { FIRST, NUMBERS, GRAIN };

static const struct parameter parameters[] = {
    [FIRST] = {.name = "first",
               .unit = "",
               .meaning = "where the first task begins to search",
               .preset = 1000000000,
               .min = 2,
               .max = 1000000000000},
    [NUMBERS] = {.name = "numbers",
                 .unit = "numbers",
                 .meaning = "searched by each task",
                 .preset = 1000,
                 .min = 1,
                 .max = 1000000000},
    [GRAIN] = {.name = "grain",
               .unit = "divisions",
               .meaning = "between two points where others may run",
               .preset = 4000,
               .min = 1,
               .max = 1000000000},
};

struct primes_shared {
    uint64_t first;
    uint64_t numbers;
    uint64_t grain;
};

/* Where the search stands. All zero: not begun. */
struct search {
    uint64_t number;
    uint64_t divisor; /* the next to try */
    uint64_t end;
    uint64_t nprimes;
};

static int primes_setup(struct job *job)
{
    struct primes_shared *shared = job->shared;

    shared->first = job_workload_number(job, FIRST);
    shared->numbers = job_workload_number(job, NUMBERS);
    shared->grain = job_workload_number(job, GRAIN);
    return 0;
}

static void next_number(struct search *search)
{
    search->number++;
    search->divisor = 2;
}

/* Divides at most `grain` times. True: there is more to do. */
static bool search_on(struct search *search, uint64_t grain)
{
    for (uint64_t i = 0; i < grain; i++) {
        if (search->number == search->end)
            return false;
        if (search->divisor * search->divisor > search->number) {
            search->nprimes++;
            next_number(search);
        } else if (search->number % search->divisor == 0) {
            next_number(search);
        } else {
            search->divisor++;
        }
    }
    return true;
}

static bool primes_next(struct task *task)
{
    const struct primes_shared *shared = task->shared;
    struct search *search = (struct search *)(void *)task->state;

    if (search->end == 0) {
        search->number = shared->first + task->index * shared->numbers;
        search->divisor = 2;
        search->end = search->number + shared->numbers;
    }
    if (search_on(search, shared->grain))
        return op_yield(&task->op);
    task->digest = mix64(search->nprimes);
    return false;
}

const struct workload workload_primes = {
    .name = "primes",
    .summary = "pure computing: primes by trial division",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 64,
    .state_bytes = sizeof(struct search),
    .shared_bytes = sizeof(struct primes_shared),
    .setup = primes_setup,
    .next = primes_next,
};
