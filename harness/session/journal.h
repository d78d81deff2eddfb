/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_JOURNAL_H
#define HARNESS_JOURNAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct complaint;
struct run;
struct session;

/*
 * samples.ndjson: one run a line, on the disk after every block, whatever
 * happens to this program or the machine later. Each run says how many make its
 * block complete ("block_runs"), so a block whose end is missing is known.
 */
struct journal {
    FILE *file;
};

/* Makes the file in the session's folder; for a session that is continued,
 * opens it for more, after what was cut off has been put right: of the last
 * block, if it is not complete, the whole lines stay as those of a partial
 * block. Returns 0; -EBUSY if another process is measuring this session; or
 * -errno. */
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

/* ---- Reading ---- */

/* What a journal holds. */
struct record {
    size_t nruns;     /* of complete blocks */
    json_t *torn;     /* the lines of a last block that lacks its end */
    long sound_bytes; /* what stands before that block, or before half a line */
    uint64_t end_ns;  /* of the last run, since the session began */
};

/* Reads the journal of that folder. Its last line may be cut off, anything else
 * that is wrong is refused. Into `session`, which plan.json made, go the runs
 * of complete blocks, how many these are, which experiments have begun, and why
 * blocks were measured again; every line has to be a run of it, and none of
 * wrong work. NULL: the lines have been read well before. Returns 0, or -errno
 * with a complaint; end with record_fini. */
int record_init(struct record *ret, const char *folder, struct session *session,
                struct complaint *complaint);
void record_fini(struct record *record);

#endif
