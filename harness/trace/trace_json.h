/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_TRACE_JSON_H
#define HARNESS_TRACE_JSON_H

#include <stdio.h>

struct configuration;
struct history;

/*
 * Writes a history as Trace Event JSON ("Trace Event Format", the Chromium
 * project, 2016), for Perfetto and chrome://tracing: a track for each worker,
 * times in microseconds since the run began. Where a worker takes one task
 * after the other, a span for the task lies around its states; where it goes
 * to and fro between tasks, the states alone say which task (args.task). Spans
 * of a track are nested strictly. Returns 0, -ENOMEM or -EIO.
 */
int trace_json_write(FILE *out, const struct configuration *configuration,
                     const struct history *history);

#endif
