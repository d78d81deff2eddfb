/* SPDX-License-Identifier: MIT */
/*
 * A run a line. Lines are only ever added, so the worst that an accident leaves
 * is a last block without its end, and half a line. The lock on the file keeps
 * two programs from measuring one session; it goes when they do.
 */
#include "harness/session/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/configuration.h"
#include "harness/session/result.h"
#include "harness/session/session.h"

static void write_line(struct journal *journal, const json_t *line)
{
    json_dumpf(line, journal->file, RESULT_NUMBERS | JSON_COMPACT);
    fputc('\n', journal->file);
}

static int sync_journal(struct journal *journal)
{
    if (fflush(journal->file) != 0 || fdatasync(fileno(journal->file)) != 0)
        return -errno;
    return 0;
}

/* Cuts the torn block off, and adds what is whole of it as partial. */
static int mend(struct journal *journal, const struct session *session)
{
    struct complaint complaint; /* it has been read well before */
    struct record record;
    json_t *line;
    size_t i;

    if (record_init(&record, session->folder, NULL, &complaint) != 0)
        return -EIO;
    int result = 0;
    /* It has grown since the session was read: somebody else did that. */
    if (record.nruns != session->nruns)
        result = -EBUSY;
    else if (ftruncate(fileno(journal->file), record.sound_bytes) != 0)
        result = -errno;
    json_array_foreach(record.torn, i, line)
    {
        json_object_set_new(line, "partial", json_true());
        if (result == 0)
            write_line(journal, line);
    }
    record_fini(&record);
    return result == 0 ? sync_journal(journal) : result;
}

int journal_open(struct journal *ret, const struct session *session)
{
    bool more = session->resumed_utc != NULL;
    char *path;

    if (asprintf(&path, "%s/samples.ndjson", session->folder) < 0)
        return -ENOMEM;
    ret->file = fopen(path, more ? "ae" : "wxe");
    int result = ret->file != NULL ? 0 : -errno;
    free(path);
    if (result != 0)
        return result;
    if (flock(fileno(ret->file), LOCK_EX | LOCK_NB) != 0)
        result = errno == EWOULDBLOCK ? -EBUSY : -errno;
    if (result == 0 && more)
        result = mend(ret, session);
    if (result != 0)
        fclose(ret->file);
    return result;
}

/* `mark`: a new reference, which goes under `key` into each line; NULL: the
 * block is complete. */
static int write_runs(struct journal *journal, const struct session *session,
                      const struct run *runs, size_t nruns, const char *key,
                      json_t *mark)
{
    int result = 0;

    for (size_t i = 0; i < nruns && result == 0; i++) {
        json_t *line = result_run(session, &runs[i]);
        if (line == NULL) {
            result = -ENOMEM;
            break;
        }
        if (mark != NULL)
            json_object_set(line, key, mark);
        else
            json_object_set_new(line, "block_runs",
                                json_integer((json_int_t)nruns));
        write_line(journal, line);
        json_decref(line);
    }
    json_decref(mark);
    return result == 0 ? sync_journal(journal) : result;
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
