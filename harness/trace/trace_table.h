/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_TRACE_TABLE_H
#define HARNESS_TRACE_TABLE_H

#include <stdio.h>

struct configuration;
struct history;
struct slices;
struct trace_cost;

/* What a trace says, in a few lines: how each worker spent the time of which
 * all is known, what became of the GIL, what was lost, what tracing cost. */
void trace_table_print(FILE *out, const struct configuration *configuration,
                       const struct history *history,
                       const struct slices *slices,
                       const struct trace_cost *cost);

#endif
