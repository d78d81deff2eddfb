/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_MEMORY_H
#define HARNESS_MEMORY_H

#include <stdint.h>

struct job;

/*
 * What waiting costs in memory: a sampler, a process of its own, looks at the
 * measured one before the start and while all its tasks sleep.
 */
struct memory_growth {
    uint64_t pss_bytes; /* proportional set size of all its processes; the
                           tasks themselves, made before, do not count */
    uint64_t
        kernel_bytes; /* kernel stacks, page tables and slab, system-wide */
};

struct memory_sampler {
    int answer; /* the sampler writes to it */
};

/* Starts a sampler for a job that is about to be opened, and waits for its
 * first look. Returns 0 or -errno. */
int memory_sampler_start(const struct job *job, struct memory_sampler *ret);

/* After the run: by how much memory had grown when every task slept. Returns 0,
 * or -ENODATA if there was no such moment, or it was too short. */
int memory_sampler_finish(struct memory_sampler *sampler,
                          struct memory_growth *ret);

#endif
