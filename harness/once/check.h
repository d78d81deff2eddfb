/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CHECK_H
#define HARNESS_CHECK_H

struct complaint;
struct job;
struct job_result;

/* Sums up a job when nobody runs tasks any more. If all has gone well, its
 * workload has looked at what its tasks did before that. Returns 0, or -errno
 * with a complaint about what went wrong. */
int check_job(struct job *job, struct job_result *ret,
              struct complaint *complaint);

#endif
