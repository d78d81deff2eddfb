/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_JOURNAL_H
#define HARNESS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct run;
struct session;

/*
 * samples.ndjson: one run a line, on the disk after every block, whatever
 * happens to this program or the machine later.
 */
struct journal {
    FILE *file;
};

/* Makes the file in the session's folder. Returns 0 or -errno. */
int journal_open(struct journal *ret, const struct session *session);

/* Appends runs of one block and waits until the disk has them. A partial block
 * is marked: its runs are told here and nowhere else. Returns 0 or -errno. */
int journal_write(struct journal *journal, const struct session *session,
                  const struct run *runs, size_t nruns, bool partial);

/* Appends the runs of a block that is measured again, marked with the cause, a
 * text of noise_cause_names. Returns 0 or -errno. */
int journal_write_discarded(struct journal *journal,
                            const struct session *session,
                            const struct run *runs, size_t nruns,
                            const char *cause);

void journal_close(struct journal *journal);

#endif
