/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_TROUBLE_H
#define HARNESS_TROUBLE_H

struct complaint;
struct job;
struct job_result;

/* What went wrong, in one line of words: "creating a thread for task 3172:
 * Resource temporarily unavailable (EAGAIN)". All return -errno, or 0 if
 * nothing did and then leave the complaint alone. */
int trouble_of_system(int error, const char *doing,
                      struct complaint *complaint);

/* The job's own trouble first, then that of its first spoilt task. `result` may
 * be NULL: no task has run. */
int trouble_of_job(const struct job *job, const struct job_result *result,
                   struct complaint *complaint);

#endif
