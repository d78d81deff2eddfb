/* SPDX-License-Identifier: MIT */
/*
 * "session" of result.json: how it was started, on what, and how it ended. Most
 * of it is told and not computed with; look at read_calibration for what is not
 * read, since the runs say it.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "harness/machine/build_id.h"
#include "harness/session/against.h"
#include "harness/session/result_read.h"
#include "harness/session/session.h"

/* ---- Of any version ---- */

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

/* ---- Since version 1.1: all of it may be missing ---- */

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

/* ---- Together ---- */

int result_read_session(struct source *source)
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
