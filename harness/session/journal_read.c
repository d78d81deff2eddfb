/* SPDX-License-Identifier: MIT */
/*
 * The journal back into runs, a line at a time. A program may have been killed
 * while it wrote, so a block counts from the moment its last line is there.
 * Look at take_line.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/session/journal.h"

struct reading {
    struct record *record;
    const char *folder;
    size_t number; /* of the line, from 1 */
    struct complaint *complaint;
};

static int refuse(const struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(const struct reading *reading, const char *format, ...)
{
    char *text = reading->complaint->text;
    size_t room = sizeof reading->complaint->text;
    va_list arguments;

    int length =
        snprintf(text, room, "%s/samples.ndjson:%zu: ", reading->folder,
                 reading->number);
    if (length < 0 || (size_t)length >= room)
        return -EINVAL;
    va_start(arguments, format);
    vsnprintf(text + length, room - (size_t)length, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

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

/* The torn block is complete. */
static void keep_block(struct record *record)
{
    json_t *line;
    size_t i;

    json_array_foreach(record->torn, i, line)
        json_object_del(line, "block_runs");
    json_array_extend(record->runs, record->torn);
    json_array_clear(record->torn);
}

static int take_line(struct reading *reading, json_t *line, long end)
{
    struct record *record = reading->record;
    json_int_t nruns = json_integer_value(json_object_get(line, "block_runs"));

    if (json_is_true(json_object_get(line, "partial")) ||
        json_object_get(line, "discarded") != NULL) {
        if (json_array_size(record->torn) > 0)
            return refuse(reading, "the block before it is not complete");
        json_array_append(record->partial, line);
        record->sound_bytes = end;
        return 0;
    }
    if (nruns < 1)
        return refuse(reading, "\"block_runs\" is missing");
    if (!goes_on(record->torn, line))
        return refuse(reading, "the block before it is not complete");
    json_array_append(record->torn, line);
    if (json_array_size(record->torn) == (size_t)nruns) {
        keep_block(record);
        record->sound_bytes = end;
    }
    return 0;
}

static int read_lines(struct reading *reading, FILE *file)
{
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    long end = 0;
    int result = 0;

    while (result == 0 && (length = getline(&text, &room, file)) > 0) {
        json_error_t error;
        end += length;
        reading->number++;
        if (text[length - 1] != '\n')
            break; /* cut off */
        json_t *line = json_loadb(text, (size_t)length, 0, &error);
        if (json_is_object(line))
            result = take_line(reading, line, end);
        else
            result = refuse(reading, "it is damaged: %s",
                            line == NULL ? error.text : "no object");
        json_decref(line);
    }
    free(text);
    return result == 0 && ferror(file) ? refuse(reading, "cannot be read")
                                       : result;
}

int record_init(struct record *ret, const char *folder,
                struct complaint *complaint)
{
    struct record record = {
        .runs = json_array(), .partial = json_array(), .torn = json_array()};
    struct reading reading = {
        .record = &record, .folder = folder, .complaint = complaint};
    char *path;
    FILE *file = NULL;

    if (asprintf(&path, "%s/samples.ndjson", folder) >= 0) {
        file = fopen(path, "re");
        free(path);
    }
    int result = file != NULL ? read_lines(&reading, file) : -errno;
    if (file == NULL)
        snprintf(complaint->text, sizeof complaint->text,
                 "%s/samples.ndjson: %s", folder, strerror(-result));
    else
        fclose(file);
    if (result != 0)
        record_fini(&record);
    else
        *ret = record;
    return result;
}

void record_fini(struct record *record)
{
    json_decref(record->runs);
    json_decref(record->partial);
    json_decref(record->torn);
}
