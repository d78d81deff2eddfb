/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CONDUCT_H
#define HARNESS_CONDUCT_H

#include <stdint.h>

struct options;
struct session;

/* A number that nobody chose; below 2^53, so that JSON keeps it exact. */
uint64_t conduct_seed(void);

/* From a session that holds its experiments to its results: checks the work,
 * prints the plan, and unless that was all that was asked for, measures and
 * reports. Returns an exit status; complaints have been printed. */
int conduct(struct session *session, const struct options *options);

#endif
