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

int journal_write(struct journal *journal, const struct session *session,
                  const struct run *runs, size_t nruns, bool partial)
{
    for (size_t i = 0; i < nruns; i++) {
        json_t *line = result_run(session, &runs[i]);
        if (line == NULL)
            return -ENOMEM;
        if (partial)
            json_object_set_new(line, "partial", json_true());
        json_dumpf(line, journal->file, RESULT_NUMBERS | JSON_COMPACT);
        json_decref(line);
        fputc('\n', journal->file);
    }
    if (fflush(journal->file) != 0 || fdatasync(fileno(journal->file)) != 0)
        return -errno;
    return 0;
}

void journal_close(struct journal *journal)
{
    fclose(journal->file);
}
