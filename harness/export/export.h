/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_EXPORT_H
#define HARNESS_EXPORT_H

#include <stdbool.h>
#include <stdio.h>

struct session;

/*
 * A session for other programs: its runs as a table, a line a run ("tidy"), and
 * its estimates and comparisons as Markdown.
 */

/*
 * One line of names, then a line a run. First what the run's configuration is,
 * then all fields of the run as in result.json; those of an object within have
 * its name before theirs, as in "metrics.process_ns", and flags stand in one
 * cell with semicolons between. The unit is in the name. What is null is empty.
 *
 * `comma`: CSV with the quoting of RFC 4180, and lines that end with a line
 * feed alone. Else TSV, in which tabs and line breaks within texts become
 * blanks. Returns 0 or -ENOMEM.
 */
int export_runs(FILE *out, const struct session *session, bool comma);

/* For a README or a pull request: session, machine, grade, command, a table a
 * panel and its finding. Returns 0 or -errno. */
int export_markdown(FILE *out, const struct session *session);

#endif
