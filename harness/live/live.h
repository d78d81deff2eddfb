/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_LIVE_H
#define HARNESS_LIVE_H

#include <stdio.h>

struct job;
struct live;

/* Events that each worker's ring should keep (job_plan.trace_events) so that
 * what is drawn is still there. */
enum { LIVE_EVENTS = 65536 };

/*
 * A picture of a job while it runs in this process: a lane for each worker, the
 * last tenth of a second, a character a millisecond. A thread reads the rings
 * of the trace and draws some 15 times a second, in real time; that costs CPU
 * time, so no figure should come from such a run.
 *
 * On a terminal the picture is drawn over itself, in Unicode where the locale
 * has it and in colour unless NO_COLOR is set; elsewhere there are only the
 * last lanes, in letters. SIGINT and SIGTERM leave the terminal as it was.
 */

/* Begins to draw on `out`. For a job with a trace that is about to be opened.
 * Returns 0 or -errno. */
int live_start(const struct job *job, FILE *out, struct live **ret);

/* After the run: draws the last moments in which all workers were there, says
 * what drawing cost, and gives `live` back. */
void live_finish(struct live *live);

#endif
