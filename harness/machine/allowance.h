/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ALLOWANCE_H
#define HARNESS_ALLOWANCE_H

#include <jansson.h>
#include <stddef.h>

enum allowance_of {
    ALLOW_PROCESSES,
    ALLOW_THREADS, /* of one process */
    ALLOW_DESCRIPTORS,
    ALLOW_MAX
};

enum { ALLOWANCE_TASKS = 10000 }; /* of the largest experiments */

/* How much of something this machine hands out to one experiment. */
struct allowance {
    const char *what;  /* "threads" */
    long long allowed; /* LLONG_MAX: no limit found */
    const char *bound; /* the limit that decides: "kernel.pid_max"; or "" */
    char command[96];  /* raises it, if it is too low for ALLOWANCE_TASKS; "":
                          it is not, or no command helps */
};

/* From what machine_environment found. */
void allowance_find(const json_t *environment, struct allowance ret[ALLOW_MAX]);

/* All limits that were found, the decisive ones and the others: "ulimit -u
 * 96365, kernel.pid_max 32768". */
void allowance_list(const json_t *environment, char *text, size_t room);

#endif
