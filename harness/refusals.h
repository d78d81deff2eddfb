/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_REFUSALS_H
#define HARNESS_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct configuration;
struct measurement;
struct session;

/*
 * Workers that held a GIL and did not look up: a run that met one shows what a
 * long call into C does, whatever the experiment is about. What models with a
 * GIL tell about it are the metrics gil_longest_refusal_ns, from a waiter's
 * asking to the holder's letting go, and gil_longest_refusal_worker.
 */

/* Is it more than the ways of the scheduler explain: longer than 10 intervals,
 * and than 50 ms? */
bool refusals_is_long(const struct configuration *configuration,
                      double refusal_ns);

/* Writes a sentence: "in gil x countdown worker 1 held the GIL for 312 ms after
 * it had been asked to let go; set countdown.grain lower". */
void refusals_write(FILE *out, const struct configuration *configuration,
                    unsigned worker, double refusal_ns);

/* Complains of it on standard error, if this run met one. */
void refusals_complain(const struct configuration *configuration,
                       const struct measurement *measurement);

/* A paragraph about the runs of a session that met one, with the worst of them;
 * nothing if there is none. Returns 0 or -ENOMEM. */
int refusals_print(FILE *out, const struct session *session);

#endif
