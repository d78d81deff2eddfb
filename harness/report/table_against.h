/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_TABLE_AGAINST_H
#define HARNESS_TABLE_AGAINST_H

#include <stdio.h>

struct session;

/* Prints a session against another program: one line a configuration, in the
 * order of the experiments, whatever came of it. Returns 0 or -errno. */
int table_against_print(FILE *out, const struct session *session);

/* Names what is slower and above the limit (0.05: 5 %), a line each, for
 * --fail-above. Returns 0 or -errno. */
int table_against_print_slower(FILE *out, const struct session *session,
                               double limit_ratio);

#endif
