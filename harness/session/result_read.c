/* SPDX-License-Identifier: MIT */
/*
 * result.json back into a session. A file may have been cut, edited, or made up
 * to do harm: what gets past this file and its siblings is whole, within
 * its bounds, and agrees with itself. Estimates are not read at all, they are
 * made again from the runs. Look at read_all for the order.
 */
#include "harness/session/result_read.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/session/result.h"
#include "harness/session/session.h"
#include "harness/version.h"

enum { CORES_MAX = 1 << 20 };

/* ---- What all parts need ---- */

/* A misspelt name of what may be missing would be passed over without a word.
 * Names that only a later version knows, and those of others, are no mistake.
 */
static int check_names(struct source *source, const json_t *value,
                       const char *const *names)
{
    const char *key;
    json_t *member;

    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (!source->newer && strncmp(key, "x-", 2) != 0 &&
            reader_check_key(&source->reader, key, names) != 0)
            return -EINVAL;
    }
    return 0;
}

int result_read_keys(struct source *source, const json_t *value,
                     const char *const *keys)
{
    const char *names[READER_NAMES_MAX + 1] = {NULL};
    size_t n = 0;

    if (reader_need_keys(&source->reader, value, keys) != 0)
        return -EINVAL;
    for (; *keys != NULL; keys++)
        names[n++] = *keys;
    for (keys++; *keys != NULL; keys++)
        names[n++] = *keys;
    assert(n <= READER_NAMES_MAX);
    return check_names(source, value, names);
}

int result_read_figure(struct reader *reader, const json_t *object,
                       const char *key, int64_t min, int64_t *ret)
{
    const json_t *value = json_object_get(object, key);
    json_int_t figure = json_integer_value(value);

    *ret = FIGURE_UNKNOWN;
    if (value == NULL || json_is_null(value))
        return 0;
    if (!json_is_integer(value) || figure < min ||
        figure > (json_int_t)READER_NUMBER_MAX)
        return reader_fault(reader, key,
                            "%s must be null or a whole number from %" PRId64
                            " to %" PRIu64,
                            key, min, READER_NUMBER_MAX);
    *ret = figure;
    return 0;
}

int result_read_list(struct reader *reader, const json_t *object,
                     const char *key, const json_t **ret)
{
    *ret = json_object_get(object, key);
    return json_is_array(*ret)
               ? 0
               : reader_fault(reader, key, "%s must be a list: [...]", key);
}

int result_read_digest(struct reader *reader, const json_t *object,
                       const char *key, uint64_t *ret)
{
    enum { NDIGITS = 16 };
    const char *text = "";

    if (reader_words(reader, object, key, &text) != 0)
        return -EINVAL;
    if (strncmp(text, "0x", 2) != 0 || strlen(text) != 2 + NDIGITS ||
        strspn(text + 2, "0123456789abcdef") != NDIGITS)
        return reader_fault(reader, key,
                            "%s must be \"0x\" and %d digits of 0-9a-f", key,
                            NDIGITS);
    *ret = strtoull(text, NULL, 16);
    return 0;
}

int result_read_stop_reason(struct reader *reader, const json_t *object,
                            const char **ret)
{
    const char *text = NULL;

    if (reader_note(reader, object, "stop_reason", &text) != 0)
        return -EINVAL;
    *ret = text != NULL ? session_stop_reason(text) : NULL;
    return text == NULL || *ret != NULL
               ? 0
               : reader_fault(reader, "stop_reason",
                              "there is no stop_reason \"%s\"", text);
}

/* ---- Environment ---- */

/* They may be of any kind; texts are quoted where machines differ. */
static int check_facts(struct reader *reader, const char *key, json_t *facts)
{
    const char *name, *text;
    json_t *fact;
    size_t mark = reader_enter(reader, key);

    json_object_foreach(facts, name, fact)
    {
        if (json_is_string(fact) &&
            reader_words(reader, facts, name, &text) != 0)
            return -EINVAL;
    }
    reader_leave(reader, mark);
    return 0;
}

static int read_environment(struct source *source)
{
    struct reader *reader = &source->reader;
    json_t *value = json_object_get(reader->root, "environment");
    const json_t *cores = json_object_get(value, "cores_usable");
    uint64_t ncores;

    if (!json_is_object(value))
        return reader_fault(reader, "environment",
                            "environment must be an object: {...}");
    /* The one fact that figures are held against. */
    size_t mark = reader_enter(reader, "environment");
    if (!json_is_null(cores) && reader_number(reader, value, "cores_usable", 1,
                                              CORES_MAX, &ncores) != 0)
        return -EINVAL;
    reader_leave(reader, mark);
    source->session->environment = json_incref(value);
    return check_facts(reader, "environment", value);
}

/* Since version 1.1; null while the session is not over. */
static int read_environment_after(struct source *source)
{
    static const char key[] = "environment_after";
    struct reader *reader = &source->reader;
    json_t *value = json_object_get(reader->root, key);

    if (value == NULL || json_is_null(value))
        return 0;
    if (!json_is_object(value))
        return reader_fault(reader, key, "%s must be null or an object: {...}",
                            key);
    source->session->environment_after = json_incref(value);
    return check_facts(reader, key, value);
}

/* ---- The file ---- */

static int check_version(struct source *source)
{
    struct reader *reader = &source->reader;
    const char *tool = json_string_value(json_object_get(reader->root, "tool"));
    const char *version =
        json_string_value(json_object_get(reader->root, "schema_version"));
    unsigned major, minor;
    int end = 0;

    if (tool == NULL || strcmp(tool, RESULT_TOOL) != 0)
        return reader_fault(reader, "tool", "it is no result of heddle");
    if (version == NULL ||
        sscanf(version, "%u.%u%n", &major, &minor, &end) != 2 ||
        version[end] != '\0')
        return reader_fault(reader, "schema_version",
                            "schema_version must be like \"%s\"",
                            RESULT_VERSION);
    if (major != RESULT_VERSION_MAJOR)
        return reader_fault(reader, "schema_version",
                            "its schema is version %s, this program reads %d: "
                            "use the program that wrote it, or a newer one",
                            version, RESULT_VERSION_MAJOR);
    source->newer = minor > RESULT_VERSION_MINOR;
    return 0;
}

static int read_all(struct source *source)
{
    static const char *const keys[] = {"tool",
                                       "schema_version",
                                       "session",
                                       "environment",
                                       "plan",
                                       "configurations",
                                       "runs",
                                       NULL,
                                       "estimates",
                                       "comparisons",
                                       "scaling",
                                       "latency",
                                       "environment_after",
                                       NULL};
    static int (*const parts[])(struct source *) = {
        result_read_session, read_environment,   read_environment_after,
        result_read_plan,    result_read_points, result_read_runs,
    };
    int result = check_version(source);

    if (result == 0)
        result = result_read_keys(source, source->reader.root, keys);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && result == 0; i++)
        result = parts[i](source);
    return result;
}

/* What helps beyond what is wrong. */
static void advise(const struct session *session, int result,
                   struct complaint *complaint)
{
    size_t length = strlen(complaint->text);
    char *end = complaint->text + length;
    size_t room = sizeof complaint->text - length;
    const char *version = session->tool_version;

    if (result == -ENODATA)
        snprintf(end, room, "; the runs are in samples.ndjson beside it");
    else if (result == -ENOENT || result == -ENOTDIR || result == -EISDIR)
        snprintf(end, room,
                 "; a session is named by its folder or by its result.json");
    else if (version != NULL && strcmp(version, HEDDLE_VERSION) != 0)
        snprintf(end, room, " (heddle %.20s wrote it, this is %s)", version,
                 HEDDLE_VERSION);
}

/* The folder that a session's name stands for, and its file there: the name is
 * that of the folder, or of the file itself. Returns 0 or -ENOMEM. */
static int find_file(const char *name, char **folder, char **path)
{
    const char *slash = strrchr(name, '/');
    struct stat status;

    if (stat(name, &status) != 0 || !S_ISREG(status.st_mode)) {
        *folder = strdup(name);
        if (asprintf(path, "%s/result.json", name) < 0)
            *path = NULL;
    } else {
        /* "/x" lies in "/". */
        *folder = slash == NULL
                      ? strdup(".")
                      : strndup(name, (size_t)(slash - name) + (slash == name));
        *path = strdup(name);
    }
    return *folder != NULL && *path != NULL ? 0 : -ENOMEM;
}

static int load(const char *path, const char *folder, struct session *session,
                struct complaint *complaint)
{
    struct source source = {.session = session};
    int result = reader_init(&source.reader, path, complaint);

    if (result != 0)
        return result;
    source.ids = json_object();
    session->folder = strdup(folder);
    result = session->folder != NULL && source.ids != NULL ? read_all(&source)
                                                           : -ENOMEM;
    json_decref(source.ids);
    reader_fini(&source.reader);
    return result;
}

int session_load(const char *name, struct session *ret,
                 struct complaint *complaint)
{
    struct session session = {0};
    char *folder = NULL, *path = NULL;
    int result = find_file(name, &folder, &path);

    snprintf(complaint->text, sizeof complaint->text, "no memory");
    if (result == 0) {
        result = load(path, folder, &session, complaint);
        if (result != 0)
            advise(&session, result, complaint);
    }
    free(path);
    free(folder);
    if (result != 0)
        session_fini(&session);
    else
        *ret = session;
    return result;
}
