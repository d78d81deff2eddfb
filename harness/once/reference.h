/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_REFERENCE_H
#define HARNESS_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

struct job_plan;
struct complaint;

/*
 * What every run of a job has to find: the tasks done one after the other, with
 * all waits left out.
 */
struct reference {
    bool unverified; /* nobody can know (workload.h); the rest is then 0 */
    uint64_t ntasks;
    uint64_t digest;
    uint64_t steps;
    uint64_t longest_steps, shortest_steps; /* of one task */
    uint64_t bytes;
    uint64_t sum_wait_ns;     /* over all tasks, from the workload's wait_ns */
    uint64_t longest_wait_ns; /* of one task */
};

/* Works it out in this process. Returns 0, or -errno with a complaint. */
int reference_compute(const struct job_plan *plan, struct reference *ret,
                      struct complaint *complaint);

/* The same in a child, so that this process stays as it was for measuring. */
int reference_compute_apart(const struct job_plan *plan, struct reference *ret,
                            struct complaint *complaint);

#endif
