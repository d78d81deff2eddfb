/* SPDX-License-Identifier: MIT */
/*
 * result.json back into a session. A file may have been cut, edited, or made up
 * to do harm: what gets past this file and its siblings is whole, within
 * its bounds, and agrees with itself. Estimates are not read at all, they are
 * made again from the runs. Look at read_session for how a part is read.
 */
#include "harness/session/result_read.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "harness/session/result.h"
#include "harness/session/session.h"
#include "harness/version.h"

enum { CORES_MAX = 1 << 20 };

/* ---- What all parts need ---- */

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

/* ---- Session ---- */

/* "2026-01-31T12:00:00Z" */
static bool is_time(const char *text)
{
    static const char shape[] = "0000-00-00T00:00:00Z";

    for (size_t i = 0; i < sizeof shape; i++)
        if (shape[i] == '0' ? text[i] < '0' || text[i] > '9'
                            : text[i] != shape[i])
            return false;
    return true;
}

static int read_grade(struct reader *reader, const json_t *value,
                      struct machine_grade *ret)
{
    const char *letter = "", *reason = "";

    if (reader_words(reader, value, "noise_grade", &letter) != 0 ||
        reader_words(reader, value, "noise_reason", &reason) != 0)
        return -EINVAL;
    /* "": it broke off before the machine was judged. */
    if (strlen(letter) > 1 || strspn(letter, "ABCD") != strlen(letter))
        return reader_fault(reader, "noise_grade",
                            "noise_grade must be A, B, C or D");
    if (strlen(reason) >= sizeof ret->reason)
        return reader_fault(reader, "noise_reason",
                            "noise_reason must be shorter than %zu bytes",
                            sizeof ret->reason);
    ret->letter = *letter;
    snprintf(ret->reason, sizeof ret->reason, "%s", reason);
    return 0;
}

static int read_session_texts(struct source *source, json_t *value)
{
    struct reader *reader = &source->reader;
    struct session *session = source->session;
    const char *id = "", *utc = "", *version = "", *commit = "";
    const json_t *argv;

    if (reader_words(reader, value, "tool_version", &version) != 0 ||
        reader_words(reader, value, "id", &id) != 0 ||
        reader_words(reader, value, "started_utc", &utc) != 0 ||
        reader_words(reader, value, "git_commit", &commit) != 0 ||
        result_read_list(reader, value, "argv", &argv) != 0)
        return -EINVAL;
    if (!is_time(utc))
        return reader_fault(reader, "started_utc",
                            "started_utc must look like 2026-01-31T12:00:00Z");
    session->tool_version = strdup(version);
    session->id = strdup(id);
    session->started_utc = strdup(utc);
    session->git_commit = strdup(commit);
    session->argv = json_incref((json_t *)(uintptr_t)argv);
    return session->tool_version != NULL && session->id != NULL &&
                   session->started_utc != NULL && session->git_commit != NULL
               ? 0
               : reader_fault(reader, NULL, "no memory");
}

static int read_session(struct source *source)
{
    static const char *const keys[] = {
        "id",          "started_utc",  "duration_s",   "seed",
        "argv",        "tool_version", "git_commit",   "complete",
        "stop_reason", "noise_grade",  "noise_reason", "steal_ratio",
        NULL};
    /* So that it fits READER_NUMBER_MAX in ns: a hundred days. */
    const double duration_max_s = 9e6;
    struct reader *reader = &source->reader;
    struct session *session = source->session;
    json_t *value = json_object_get(reader->root, "session");
    double duration_s = 0;
    size_t mark = reader_enter(reader, "session");

    if (reader_need_keys(reader, value, keys) != 0 ||
        read_session_texts(source, value) != 0 ||
        reader_real(reader, value, "duration_s", 0, duration_max_s,
                    &duration_s) != 0 ||
        reader_number(reader, value, "seed", 0, READER_NUMBER_MAX,
                      &session->seed) != 0 ||
        reader_flag(reader, value, "complete", &session->complete) != 0 ||
        result_read_stop_reason(reader, value, &session->stop_reason) != 0 ||
        read_grade(reader, value, &session->grade) != 0 ||
        reader_real(reader, value, "steal_ratio", 0, 1,
                    &session->steal_ratio) != 0)
        return -EINVAL;
    session->duration_ns = (uint64_t)llround(duration_s * (double)NS_PER_S);
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
    return 0;
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
    return 0;
}

static int read_all(struct source *source)
{
    static const char *const keys[] = {"session",        "environment", "plan",
                                       "configurations", "runs",        NULL};
    struct reader *reader = &source->reader;
    int result = check_version(source);

    if (result == 0)
        result = reader_need_keys(reader, reader->root, keys);
    if (result == 0)
        result = read_session(source);
    if (result == 0)
        result = read_environment(source);
    if (result == 0)
        result = result_read_plan(source);
    if (result == 0)
        result = result_read_points(source);
    if (result == 0)
        result = result_read_runs(source);
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
        snprintf(end, room, "; is this the folder of a session?");
    else if (version != NULL && strcmp(version, HEDDLE_VERSION) != 0)
        snprintf(end, room, " (heddle %.20s wrote it, this is %s)", version,
                 HEDDLE_VERSION);
}

int session_load(const char *folder, struct session *ret,
                 struct complaint *complaint)
{
    struct session session = {0};
    struct source source = {.session = &session};
    char *path;

    snprintf(complaint->text, sizeof complaint->text, "no memory");
    if (asprintf(&path, "%s/result.json", folder) < 0)
        return -ENOMEM;
    int result = reader_init(&source.reader, path, complaint);
    if (result == 0) {
        session.folder = strdup(folder);
        source.ids = json_object();
        result = session.folder != NULL && source.ids != NULL
                     ? read_all(&source)
                     : -ENOMEM;
        reader_fini(&source.reader);
        json_decref(source.ids);
    }
    free(path);
    if (result != 0) {
        advise(&session, result, complaint);
        session_fini(&session);
    } else {
        *ret = session;
    }
    return result;
}
