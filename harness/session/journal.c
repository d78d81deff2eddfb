/* SPDX-License-Identifier: MIT */
/*
 * A run a line. Lines are only ever added, so the worst that an accident leaves
 * is a last line that is cut off.
 */
#include "harness/session/journal.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness/session/result.h"
#include "harness/session/session.h"

int journal_open(struct journal *ret, const struct session *session)
{
    char *path;

    if (asprintf(&path, "%s/samples.ndjson", session->folder) < 0)
        return -ENOMEM;
    ret->file = fopen(path, "wxe");
    int result = ret->file != NULL ? 0 : -errno;
    free(path);
    return result;
}

/* `mark`: a new reference or NULL, which goes under `key` into each line. */
static int write_runs(struct journal *journal, const struct session *session,
                      const struct run *runs, size_t nruns, const char *key,
                      json_t *mark)
{
    int result = 0;

    for (size_t i = 0; i < nruns && result == 0; i++) {
        json_t *line = result_run(session, &runs[i]);
        if (mark != NULL)
            json_object_set(line, key, mark);
        if (line == NULL)
            result = -ENOMEM;
        else
            json_dumpf(line, journal->file, RESULT_NUMBERS | JSON_COMPACT);
        json_decref(line);
        fputc('\n', journal->file);
    }
    json_decref(mark);
    if (result == 0 &&
        (fflush(journal->file) != 0 || fdatasync(fileno(journal->file)) != 0))
        result = -errno;
    return result;
}

int journal_write(struct journal *journal, const struct session *session,
                  const struct run *runs, size_t nruns, bool partial)
{
    return write_runs(journal, session, runs, nruns, "partial",
                      partial ? json_true() : NULL);
}

int journal_write_discarded(struct journal *journal,
                            const struct session *session,
                            const struct run *runs, size_t nruns,
                            const char *cause)
{
    return write_runs(journal, session, runs, nruns, "discarded",
                      json_string(cause));
}

void journal_close(struct journal *journal)
{
    fclose(journal->file);
}
