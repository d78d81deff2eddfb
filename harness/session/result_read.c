/* SPDX-License-Identifier: MIT */
/*
 * result.json back into a session. A file may have been cut, edited, or made up
 * to do harm: what gets past this file and its siblings is whole, within
 * its bounds, and agrees with itself. Estimates are not read at all, they are
 * made again from the runs. Look at read_session for how a part is read.
 */
#include "harness/session/result_read.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "harness/machine/build_id.h"
#include "harness/session/against.h"
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

/* ---- The session since version 1.1: all of it may be missing ---- */

static int read_build_id(struct reader *reader, const json_t *value, char **ret)
{
    const char *id = NULL;

    if (reader_note(reader, value, "build_id", &id) != 0)
        return -EINVAL;
    if (id == NULL)
        return 0;
    if (*id == '\0' || strlen(id) >= BUILD_ID_ROOM ||
        strspn(id, "0123456789abcdef") != strlen(id))
        return reader_fault(reader, "build_id",
                            "build_id must be null or up to %d digits of "
                            "0-9a-f",
                            BUILD_ID_ROOM - 1);
    *ret = strdup(id);
    return *ret != NULL ? 0 : reader_fault(reader, NULL, "no memory");
}

static int read_resumed(struct source *source, const json_t *value)
{
    struct reader *reader = &source->reader;
    const json_t *list;

    if (json_object_get(value, "resumed_utc") == NULL)
        return 0;
    if (result_read_list(reader, value, "resumed_utc", &list) != 0)
        return -EINVAL;
    size_t mark = reader_enter(reader, "resumed_utc");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *utc = json_string_value(json_array_get(list, i));
        size_t here = reader_enter_element(reader, i);
        if (utc == NULL || !is_time(utc))
            return reader_fault(reader, NULL,
                                "resumed_utc must be times like "
                                "\"2026-01-31T12:00:00Z\"");
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    source->session->resumed_utc = json_incref((json_t *)(uintptr_t)list);
    return 0;
}

static int read_against(struct source *source, const json_t *session)
{
    static const char *const keys[] = {"path",     "version", "commit",
                                       "build_id", NULL,      NULL};
    struct reader *reader = &source->reader;
    const json_t *value = json_object_get(session, "against");
    const char *path = "", *version = "", *commit = "";
    size_t mark = reader_enter(reader, "against");

    if (value == NULL || json_is_null(value)) {
        reader_leave(reader, mark);
        return 0;
    }
    struct against *against = calloc(1, sizeof *against);
    if (against == NULL)
        return reader_fault(reader, NULL, "no memory");
    source->session->against = against;
    against->fd = -1;
    if (result_read_keys(source, value, keys) != 0 ||
        reader_text(reader, value, "path", &path) != 0 ||
        reader_words(reader, value, "version", &version) != 0 ||
        reader_words(reader, value, "commit", &commit) != 0 ||
        read_build_id(reader, value, &against->build_id) != 0)
        return -EINVAL;
    against->path = strdup(path);
    against->version = strdup(version);
    against->commit = strdup(commit);
    if (against->path == NULL || against->version == NULL ||
        against->commit == NULL)
        return reader_fault(reader, NULL, "no memory");
    reader_leave(reader, mark);
    return 0;
}

/* That over the runs is made again from them. */
static int read_calibration(struct source *source, const json_t *session)
{
    static const char *const keys[] = {
        "median_ns",           "cv_ratio", "run_median_ns",
        "run_variation_ratio", NULL,       NULL};
    const double most = (double)READER_NUMBER_MAX;
    struct reader *reader = &source->reader;
    struct machine_calibration *ret = &source->session->calibration;
    const json_t *value = json_object_get(session, "calibration");

    if (value == NULL || json_is_null(value))
        return 0;
    size_t mark = reader_enter(reader, "calibration");
    if (result_read_keys(source, value, keys) != 0 ||
        reader_real(reader, value, "median_ns", 1, most, &ret->median_ns) !=
            0 ||
        reader_real(reader, value, "cv_ratio", 0, most, &ret->cv_ratio) != 0)
        return -EINVAL;
    reader_leave(reader, mark);
    return 0;
}

static int read_causes(struct source *source, const json_t *value,
                       uint64_t *ret_sum)
{
    enum { RERUNS_MAX = 1000000 };
    const char *keys[NOISE_CAUSES + 2] = {NULL};
    struct reader *reader = &source->reader;

    for (unsigned i = 0; i < NOISE_CAUSES; i++)
        keys[i] = noise_cause_names[i];
    if (result_read_keys(source, value, keys) != 0)
        return -EINVAL;
    for (unsigned i = 0; i < NOISE_CAUSES; i++) {
        uint64_t n = 0;
        if (reader_number(reader, value, keys[i], 0, RERUNS_MAX, &n) != 0)
            return -EINVAL;
        source->session->reruns[i] = (unsigned)n;
        *ret_sum += n;
    }
    return 0;
}

static int read_reruns(struct source *source, const json_t *session)
{
    static const char *const keys[] = {"count", "causes", NULL, NULL};
    struct reader *reader = &source->reader;
    const json_t *value = json_object_get(session, "reruns");
    uint64_t count = 0, sum = 0;

    if (value == NULL)
        return 0;
    size_t mark = reader_enter(reader, "reruns");
    if (result_read_keys(source, value, keys) != 0 ||
        reader_number(reader, value, "count", 0, READER_NUMBER_MAX, &count) !=
            0)
        return -EINVAL;
    size_t here = reader_enter(reader, "causes");
    if (read_causes(source, json_object_get(value, "causes"), &sum) != 0)
        return -EINVAL;
    reader_leave(reader, here);
    if (count != sum)
        return reader_fault(reader, "count",
                            "count must be %" PRIu64 ", the sum of the causes",
                            sum);
    reader_leave(reader, mark);
    return 0;
}

static int read_session(struct source *source)
{
    static const char *const keys[] = {
        "id",          "started_utc",  "duration_s",   "seed",
        "argv",        "tool_version", "git_commit",   "complete",
        "stop_reason", "noise_grade",  "noise_reason", "steal_ratio",
        NULL,          "aa_twin",      "calibration",  "reruns",
        "build_id",    "resumed_utc",  "against",      NULL};
    /* So that it fits READER_NUMBER_MAX in ns: a hundred days. */
    const double duration_max_s = 9e6;
    struct reader *reader = &source->reader;
    struct session *session = source->session;
    json_t *value = json_object_get(reader->root, "session");
    double duration_s = 0;
    size_t mark = reader_enter(reader, "session");

    if (result_read_keys(source, value, keys) != 0 ||
        read_session_texts(source, value) != 0 ||
        reader_real(reader, value, "duration_s", 0, duration_max_s,
                    &duration_s) != 0 ||
        reader_number(reader, value, "seed", 0, READER_NUMBER_MAX,
                      &session->seed) != 0 ||
        reader_flag(reader, value, "complete", &session->complete) != 0 ||
        result_read_stop_reason(reader, value, &session->stop_reason) != 0 ||
        read_grade(reader, value, &session->grade) != 0 ||
        reader_real(reader, value, "steal_ratio", 0, 1,
                    &session->steal_ratio) != 0 ||
        read_build_id(reader, value, &session->build_id) != 0 ||
        read_resumed(source, value) != 0 || read_against(source, value) != 0 ||
        read_calibration(source, value) != 0 || read_reruns(source, value) != 0)
        return -EINVAL;
    session->duration_ns = (uint64_t)llround(duration_s * (double)NS_PER_S);
    reader_leave(reader, mark);
    return 0;
}

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
        read_session,     read_environment,   read_environment_after,
        result_read_plan, result_read_points, result_read_runs,
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

/* Reads what the reader holds, and ends the reader. */
static int read_source(struct source *source, const char *folder,
                       struct session *ret)
{
    struct session session = {0};
    int result = -ENOMEM;

    source->session = &session;
    source->ids = json_object();
    session.folder = strdup(folder);
    if (session.folder != NULL && source->ids != NULL)
        result = read_all(source);
    json_decref(source->ids);
    if (result != 0) {
        advise(&session, result, source->reader.complaint);
        session_fini(&session);
    } else {
        *ret = session;
    }
    reader_fini(&source->reader);
    return result;
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

int session_load(const char *name, struct session *ret,
                 struct complaint *complaint)
{
    static const struct session none;
    struct source source = {.ids = NULL};
    char *folder = NULL, *path = NULL;
    int result = find_file(name, &folder, &path);

    snprintf(complaint->text, sizeof complaint->text, "no memory");
    if (result == 0) {
        result = reader_init(&source.reader, path, complaint);
        if (result == 0)
            result = read_source(&source, folder, ret);
        else
            advise(&none, result, complaint);
    }
    free(path);
    free(folder);
    return result;
}

int session_read(json_t *root, const char *folder, const char *name,
                 struct session *ret, struct complaint *complaint)
{
    struct source source = {.reader = {.complaint = complaint}};
    char *path;

    snprintf(complaint->text, sizeof complaint->text, "no memory");
    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return -ENOMEM;
    source.reader.path = path;
    source.reader.root = json_incref(root);
    int result = read_source(&source, folder, ret);
    free(path);
    return result;
}
