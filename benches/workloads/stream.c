/* SPDX-License-Identifier: MIT */
/*
 * Memory bandwidth: a[i] = b[i] + 3 * c[i] over arrays far larger than the
 * caches, each task on a slice of its own. Two loads and a store for an
 * addition: the memory decides, and one or two cores can use up all it gives.
 * Look at how soon more workers stop helping. As long as a slice is larger than
 * the last-level cache, that is; else `passes` measures the cache.
 */
#include <errno.h>
#include <sys/mman.h>

#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { MEBIBYTES, PASSES, GRAIN };

/* A slice of the stored result is read again at the end, one element a page. */
enum { SAMPLE_STRIDE = 4096 / sizeof(uint64_t) };

static const struct parameter parameters[] = {
    [MEBIBYTES] = {.name = "mebibytes",
                   .unit = "MiB",
                   .meaning = "of the three arrays together",
                   .preset = 384,
                   .min = 1,
                   .max = 1048576},
    [PASSES] = {.name = "passes",
                .unit = "passes",
                .meaning = "of each task over its slice",
                .preset = 16,
                .min = 1,
                .max = 1000000},
    [GRAIN] = {.name = "grain",
               .unit = "elements",
               .meaning = "between two points where others may run",
               .preset = 32768,
               .min = 1,
               .max = 1000000000},
};

struct stream_shared {
    uint64_t *a, *b, *c; /* one mapping, which begins with `a` */
    uint64_t nelements;  /* of each array */
    uint64_t passes;
    uint64_t grain;
    uint64_t ntasks;
};

struct slice {
    uint64_t pass;
    uint64_t at; /* the next element */
};

static size_t mapping_bytes(const struct stream_shared *shared)
{
    return 3 * shared->nelements * sizeof *shared->a;
}

/* Every page is touched here, so that no model pays for it, except that forked
 * children find an empty page table of their own: a fault for each page again.
 * The mapping is shared, or they would copy pages as well, and in huge pages
 * where the machine lets us, which makes those faults rare. */
static int stream_setup(struct job *job)
{
    struct stream_shared *shared = job->shared;
    uint64_t bytes = job_workload_number(job, MEBIBYTES) << 20;

    shared->nelements = bytes / (3 * sizeof *shared->a);
    shared->passes = job_workload_number(job, PASSES);
    shared->grain = job_workload_number(job, GRAIN);
    shared->ntasks = job->plan.ntasks;
    shared->a = mmap(NULL, mapping_bytes(shared), PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared->a == MAP_FAILED)
        return job_fail(job, errno, "mapping %llu bytes for the arrays",
                        (unsigned long long)mapping_bytes(shared));
    /* A wish: on a refusal the pages are small. */
    (void)madvise(shared->a, mapping_bytes(shared), MADV_HUGEPAGE);
    shared->b = shared->a + shared->nelements;
    shared->c = shared->b + shared->nelements;
    for (uint64_t i = 0; i < shared->nelements; i++) {
        shared->a[i] = 0;
        shared->b[i] = mix64(job->plan.seed + i);
        shared->c[i] = ~shared->b[i] >> 7;
    }
    return 0;
}

static void stream_teardown(struct job *job)
{
    const struct stream_shared *shared = job->shared;

    munmap(shared->a, mapping_bytes(shared));
}

/* The first element of slice `index`, or the end of the one before it. */
static uint64_t slice_begin(const struct stream_shared *shared, uint64_t index)
{
    return shared->nelements / shared->ntasks * index +
           shared->nelements % shared->ntasks * index / shared->ntasks;
}

/* Returns the sum of the results. It comes for nothing while the memory is
 * waited for. Integers, so that it is the same in any order of additions and
 * compilers may use their vectors. */
static uint64_t triad(uint64_t *restrict a, const uint64_t *restrict b,
                      const uint64_t *restrict c, uint64_t nelements)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < nelements; i++) {
        a[i] = b[i] + 3 * c[i];
        sum += a[i];
    }
    return sum;
}

static uint64_t sample(const uint64_t *a, uint64_t at, uint64_t end)
{
    uint64_t digest = 0;

    for (; at < end; at += SAMPLE_STRIDE)
        digest = digest_u64(digest, a[at]);
    return digest;
}

static bool stream_next(struct task *task)
{
    const struct stream_shared *shared = task->shared;
    struct slice *slice = (struct slice *)(void *)task->state;
    uint64_t begin = slice_begin(shared, task->index);
    uint64_t end = slice_begin(shared, task->index + 1);

    if (slice->pass == shared->passes) {
        task->digest = digest_u64(task->digest, sample(shared->a, begin, end));
        return false;
    }
    if (slice->at < begin)
        slice->at = begin;
    uint64_t left = end - slice->at;
    uint64_t nelements = left < shared->grain ? left : shared->grain;
    uint64_t sum = triad(shared->a + slice->at, shared->b + slice->at,
                         shared->c + slice->at, nelements);
    task->digest = digest_u64(task->digest, sum);
    slice->at += nelements;
    if (slice->at == end) {
        slice->at = 0;
        slice->pass++;
    }
    return op_yield(&task->op);
}

const struct workload workload_stream = {
    .name = "stream",
    .summary = "memory bandwidth: a = b + 3 * c",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 8,
    .state_bytes = sizeof(struct slice),
    .shared_bytes = sizeof(struct stream_shared),
    .setup = stream_setup,
    .next = stream_next,
    .teardown = stream_teardown,
};
