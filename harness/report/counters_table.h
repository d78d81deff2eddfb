/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_COUNTERS_TABLE_H
#define HARNESS_COUNTERS_TABLE_H

#include <stdio.h>

struct session;

/* Prints what perf counted in the discarded block, a task's share: a line a
 * configuration, and why columns are missing. */
void counters_table_print(FILE *out, const struct session *session);

#endif
