/* SPDX-License-Identifier: MIT */
#ifndef CORE_CHILD_H
#define CORE_CHILD_H

#include <sys/types.h>

struct job;

/* fork(2) for a worker: the child dies with its parent, however that ends, and
 * leaves by _exit on every path. Returns as fork does, or -errno. */
pid_t child_fork(void);

/* Notes a worker that did not end well (a wait status of waitpid) with
 * job_fail, in words. */
void child_judge(struct job *job, int status);

#endif
