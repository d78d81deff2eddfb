/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_REPORT_H
#define HARNESS_REPORT_H

#include <stdbool.h>
#include <stdio.h>

struct options;
struct session;

/* Tells what a session found: prints it to standard output (to standard error
 * if the result itself goes to standard output), writes SESSION/data/ for the
 * charts and draws these into plots/ unless options->no_charts. A missing
 * gnuplot, or a folder that may not be written, is said, and is no error.
 * Returns 0 or -errno. */
int report_session(const struct session *session,
                   const struct options *options);

/* What report_session prints, without drawing: per experiment the question, a
 * table and the finding; bars of text too if `bars`. Returns 0 or -errno. */
int report_print(FILE *out, const struct session *session, bool bars);

#endif
