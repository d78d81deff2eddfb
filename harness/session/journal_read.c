/* SPDX-License-Identifier: MIT */
/*
 * The journal back into runs, a line at a time. A program may have been killed
 * while it wrote, so a block counts from the moment its last line is there.
 * Look at take_line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/configuration.h"
#include "harness/session/experiment.h"
#include "harness/session/journal.h"
#include "harness/session/result_read.h"
#include "harness/session/session.h"

struct reading {
    struct record *record;
    struct source source; /* its text is the line that is being read */
    struct run *torn;     /* the runs of record->torn, with a session */
    size_t ntorn;
    bool *seen; /* which points such a block has had */
};

static int refuse_block(struct reading *reading)
{
    return reader_fault(&reading->source.reader, NULL,
                        "the block before it is not complete");
}

/* ---- Runs into the session ---- */

/* What all runs say, whether they count or not. */
static int note_run(struct reading *reading, const struct run *run)
{
    struct session *session = reading->source.session;
    const struct point *point = &session->points[run->point];
    uint64_t end_ns = run->start_ns + run->wall_ns;
    char id[128];

    session->experiments[point->experiment]->begun = true;
    if (end_ns > reading->record->end_ns)
        reading->record->end_ns = end_ns;
    if (run->status != RUN_WRONG)
        return 0;
    session_point_id(session, run->point, id, sizeof id);
    return reader_fault(&reading->source.reader, NULL,
                        "the session was stopped by wrong work (%s: %s), and "
                        "would be again",
                        id, run->error);
}

/* A new run from a line, without the marks that only journals have. */
static int read_run(struct reading *reading, const json_t *line,
                    struct run *ret)
{
    static const char *const marks[] = {"block_runs", "partial", "discarded"};
    json_t *value = json_copy((json_t *)(uintptr_t)line);

    if (value == NULL)
        return reader_fault(&reading->source.reader, NULL, "no memory");
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        json_object_del(value, marks[i]);
    int result = result_read_run(&reading->source, value, ret);
    json_decref(value);
    return result;
}

/* A run that counts for nothing: of a partial block, or of one that was
 * measured again, which is counted by the run that came first. */
static int pass_over(struct reading *reading, const json_t *line)
{
    struct reader *reader = &reading->source.reader;
    const char *cause = NULL;
    size_t which = NOISE_CAUSES;
    struct run run = {0};

    if (reader_words(reader, line, "discarded", &cause) != 0 ||
        (cause != NULL &&
         reader_choice(reader, "discarded", cause, noise_cause_names,
                       NOISE_CAUSES, &which) != 0) ||
        read_run(reading, line, &run) != 0)
        return -EINVAL;
    int result = note_run(reading, &run);
    if (cause != NULL && run.position == 0)
        reading->source.session->reruns[which]++;
    run_fini(&run);
    return result;
}

/* Blocks of an experiment are numbered from 0 without gaps, and hold every
 * configuration once at most. */
static int check_place(struct reading *reading, const struct run *run)
{
    const struct session *session = reading->source.session;
    size_t n = reading->ntorn;
    unsigned experiment = session->points[run->point].experiment;
    char id[128];

    if (n == 0)
        memset(reading->seen, 0, session->npoints * sizeof *reading->seen);
    if (!reading->seen[run->point] &&
        run->block == session->experiments[experiment]->nblocks &&
        (n == 0 ||
         session->points[reading->torn[0].point].experiment == experiment)) {
        reading->seen[run->point] = true;
        return 0;
    }
    session_point_id(session, run->point, id, sizeof id);
    return reader_fault(&reading->source.reader, NULL,
                        "it is damaged: %s is out of place in block %u", id,
                        run->block);
}

/* A run of the block that will be complete some lines later. */
static int add_torn(struct reading *reading, const json_t *line)
{
    struct run run = {0};

    if (read_run(reading, line, &run) != 0)
        return -EINVAL;
    struct run *torn =
        reallocarray(reading->torn, reading->ntorn + 1, sizeof *reading->torn);
    int result = torn != NULL ? 0 : -ENOMEM;
    if (torn != NULL)
        reading->torn = torn;
    if (result == 0)
        result = note_run(reading, &run);
    if (result == 0)
        result = check_place(reading, &run);
    if (result == 0)
        torn[reading->ntorn++] = run;
    else
        run_fini(&run);
    return result;
}

/* The torn block is complete. */
static int keep_block(struct reading *reading)
{
    struct record *record = reading->record;
    struct session *session = reading->source.session;

    record->nruns += json_array_size(record->torn);
    json_array_clear(record->torn);
    if (session == NULL)
        return 0;
    unsigned experiment = session->points[reading->torn[0].point].experiment;
    session->experiments[experiment]->nblocks++;
    for (size_t i = 0; i < reading->ntorn; i++) {
        int result = session_add_run(session, &reading->torn[i]);
        if (result == 0)
            continue;
        memmove(reading->torn, reading->torn + i,
                (reading->ntorn - i) * sizeof *reading->torn);
        reading->ntorn -= i;
        return result;
    }
    reading->ntorn = 0;
    return 0;
}

/* ---- Lines ---- */

/* Is the torn block the one that this line goes on with? */
static bool goes_on(const json_t *torn, const json_t *line)
{
    static const char *const keys[] = {"block", "block_runs"};
    const json_t *first = json_array_get(torn, 0);

    for (size_t i = 0; first != NULL && i < 2; i++)
        if (!json_equal(json_object_get(first, keys[i]),
                        json_object_get(line, keys[i])))
            return false;
    return true;
}

static int take_line(struct reading *reading, json_t *line, long end)
{
    struct record *record = reading->record;
    struct reader *reader = &reading->source.reader;
    bool checked = reading->source.session != NULL;
    uint64_t nruns = 0;
    int result = 0;

    if (json_is_true(json_object_get(line, "partial")) ||
        json_object_get(line, "discarded") != NULL) {
        if (json_array_size(record->torn) > 0)
            return refuse_block(reading);
        record->sound_bytes = end;
        return checked ? pass_over(reading, line) : 0;
    }
    if (json_object_get(line, "block_runs") == NULL)
        return reader_fault(reader, NULL, "\"block_runs\" is missing");
    if (reader_number(reader, line, "block_runs", 1, READER_NUMBER_MAX,
                      &nruns) != 0)
        return -EINVAL;
    if (!goes_on(record->torn, line))
        return refuse_block(reading);
    if (checked)
        result = add_torn(reading, line);
    if (result == 0 && json_array_append(record->torn, line) != 0)
        result = -ENOMEM;
    if (result == 0 && json_array_size(record->torn) == nruns) {
        result = keep_block(reading);
        record->sound_bytes = end;
    }
    return result;
}

static int read_line(struct reading *reading, char *text, size_t length,
                     long end)
{
    struct reader *reader = &reading->source.reader;
    json_error_t error;

    reader->text = text;
    reader->at[0] = '\0';
    if (strlen(text) != length)
        return reader_fault(reader, NULL, "it holds a zero byte");
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    int result = json_is_object(line)
                     ? take_line(reading, line, end)
                     : reader_fault(reader, NULL, "it is damaged: %s",
                                    line == NULL ? error.text : "no object");
    json_decref(line);
    return result;
}

static int read_lines(struct reading *reading, FILE *file)
{
    struct reader *reader = &reading->source.reader;
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    long end = 0;
    int result = 0;

    while (result == 0 && (length = getline(&text, &room, file)) > 0) {
        end += length;
        if (text[length - 1] != '\n')
            break; /* cut off */
        result = read_line(reading, text, (size_t)length, end);
        reader->lines_before++;
    }
    free(text);
    return result == 0 && ferror(file) ? -EIO : result;
}

/* ---- Together ---- */

/* Only a regular file has an end for sure. Returns NULL and errno. */
static FILE *open_journal(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat about;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
        return fdopen(fd, "r");
    errno = S_ISDIR(about.st_mode) ? EISDIR : ENODEV;
    close(fd);
    return NULL;
}

/* By which runs name their points. */
static int prepare(struct reading *reading)
{
    const struct session *session = reading->source.session;
    char id[256];

    reading->source.growing = true;
    reading->source.ids = json_object();
    reading->seen = calloc(session->npoints + 1, sizeof *reading->seen);
    if (reading->seen == NULL)
        return -ENOMEM;
    for (unsigned i = 0; i < session->npoints; i++) {
        session_point_id(session, i, id, sizeof id);
        if (json_object_set_new(reading->source.ids, id, json_integer(i)) != 0)
            return -ENOMEM;
    }
    return 0;
}

static int read_journal(struct reading *reading, const char *path)
{
    FILE *file = open_journal(path);
    int result = file != NULL ? 0 : -errno;

    if (result == 0 && reading->source.session != NULL)
        result = prepare(reading);
    if (result == 0)
        result = read_lines(reading, file);
    if (file != NULL)
        fclose(file);
    /* What -EINVAL is about has been told. */
    if (result != 0 && result != -EINVAL)
        snprintf(reading->source.reader.complaint->text,
                 sizeof reading->source.reader.complaint->text, "%s: %s", path,
                 result == -ENODEV ? "it is no regular file"
                                   : strerror(-result));
    for (size_t i = 0; i < reading->ntorn; i++)
        run_fini(&reading->torn[i]);
    free(reading->torn);
    free(reading->seen);
    json_decref(reading->source.ids);
    return result;
}

int record_init(struct record *ret, const char *folder, struct session *session,
                struct complaint *complaint)
{
    struct record record = {.torn = json_array()};
    struct reading reading = {.record = &record};
    char *path;

    snprintf(complaint->text, sizeof complaint->text, "no memory");
    if (record.torn == NULL || asprintf(&path, "%s/samples.ndjson", folder) < 0)
        return -ENOMEM;
    reading.source.session = session;
    reading.source.reader =
        (struct reader){.path = path, .complaint = complaint};
    int result = read_journal(&reading, path);
    free(path);
    if (result != 0)
        record_fini(&record);
    else
        *ret = record;
    return result;
}

void record_fini(struct record *record)
{
    json_decref(record->torn);
}
