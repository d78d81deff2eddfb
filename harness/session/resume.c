/* SPDX-License-Identifier: MIT */
/*
 * plan.json is a result without runs. The runs of the journal are put into it,
 * and then it is read like any result. Look at join, and at build for the
 * clock.
 */
#include "harness/session/resume.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "harness/configuration.h"
#include "harness/session/against.h"
#include "harness/session/experiment.h"
#include "harness/session/journal.h"
#include "harness/session/result.h"
#include "harness/session/resume_check.h"
#include "harness/session/session.h"

/* What is being put together. */
struct halves {
    const char *folder;
    json_t *plan; /* the value of plan.json */
    struct record record;
    struct complaint *complaint;
};

static int refuse(const struct halves *halves, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(const struct halves *halves, const char *format, ...)
{
    char *text = halves->complaint->text;
    size_t room = sizeof halves->complaint->text;
    va_list arguments;

    int length = snprintf(text, room, "%s: ", halves->folder);
    if (length < 0 || (size_t)length >= room)
        return -EINVAL;
    va_start(arguments, format);
    vsnprintf(text + length, room - (size_t)length, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

/* ---- The journal's runs into the plan ---- */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

/* The experiment in the plan that a run belongs to; NULL: there is none. */
static json_t *experiment_of(const struct halves *halves, const json_t *run)
{
    const char *id = text_of(run, "configuration"), *name = NULL;
    json_t *value;
    size_t i;

    json_array_foreach(json_object_get(halves->plan, "configurations"), i,
                       value) if (strcmp(text_of(value, "id"), id) == 0) name =
        text_of(value, "experiment");
    json_array_foreach(
        json_object_get(json_object_get(halves->plan, "plan"), "experiments"),
        i, value) if (name != NULL &&
                      strcmp(text_of(value, "name"), name) == 0) return value;
    return NULL;
}

static int check_runs(const struct halves *halves, const json_t *runs)
{
    json_t *run;
    size_t i;

    json_array_foreach(runs, i, run)
    {
        if (experiment_of(halves, run) == NULL)
            return refuse(halves,
                          "samples.ndjson: \"%s\" is no configuration of "
                          "plan.json",
                          text_of(run, "configuration"));
        if (strcmp(text_of(run, "status"), "wrong") == 0)
            return refuse(halves,
                          "it was stopped by wrong work (%s: %s), and would be "
                          "again",
                          text_of(run, "configuration"), text_of(run, "error"));
    }
    return 0;
}

/* Blocks of an experiment are numbered from 0 without gaps, and hold every
 * configuration once at most. Counts them in the plan. */
static int count_blocks(const struct halves *halves)
{
    const json_t *runs = halves->record.runs;
    json_int_t nblocks = 0;
    json_t *run, *seen = json_object();
    size_t i;
    int result = 0;

    json_array_foreach(runs, i, run)
    {
        json_t *experiment = experiment_of(halves, run);
        json_int_t block = json_integer_value(json_object_get(run, "block"));
        const char *id = text_of(run, "configuration");
        nblocks = json_integer_value(json_object_get(experiment, "blocks"));
        if (block == nblocks) {
            json_object_clear(seen);
            json_object_set_new(experiment, "blocks",
                                json_integer(nblocks + 1));
        }
        if (block < nblocks - 1 || block > nblocks ||
            json_object_get(seen, id) != NULL) {
            result = refuse(halves,
                            "samples.ndjson: it is damaged: %s is out of place "
                            "in block %d",
                            id, (int)block);
            break;
        }
        json_object_set_new(seen, id, json_true());
    }
    json_decref(seen);
    return result;
}

static int join(struct halves *halves)
{
    const struct record *record = &halves->record;
    int result = check_runs(halves, record->runs);

    if (result == 0)
        result = check_runs(halves, record->partial);
    if (result == 0)
        result = check_runs(halves, record->torn);
    if (result == 0)
        result = count_blocks(halves);
    if (result == 0)
        json_object_set(halves->plan, "runs", record->runs);
    return result;
}

/* ---- The session ---- */

/* Marks the experiments that have begun, and returns when the last run ended,
 * in ns since the session began. */
static uint64_t look_through(const struct halves *halves, const json_t *runs,
                             struct session *session)
{
    json_int_t end_ns = 0;
    json_t *run;
    size_t i;

    json_array_foreach(runs, i, run)
    {
        const char *name = text_of(experiment_of(halves, run), "name");
        json_int_t ended_ns =
            json_integer_value(json_object_get(run, "start_ns")) +
            json_integer_value(json_object_get(run, "wall_ns"));
        if (ended_ns > end_ns)
            end_ns = ended_ns;
        for (size_t e = 0; e < session->nexperiments; e++)
            if (strcmp(session->experiments[e]->name, name) == 0)
                session->experiments[e]->begun = true;
    }
    return (uint64_t)end_ns;
}

/* Blocks that were measured again; each has one run that came first. */
static void count_reruns(const json_t *partial, struct session *session)
{
    json_t *run;
    size_t i;

    json_array_foreach(partial, i, run) for (unsigned cause = 0;
                                             cause < NOISE_CAUSES; cause++)
        session->reruns[cause] +=
        json_integer_value(json_object_get(run, "position")) == 0 &&
        strcmp(text_of(run, "discarded"), noise_cause_names[cause]) == 0;
}

static int append_now(struct session *session)
{
    char now[SESSION_UTC];

    session_utc(now);
    if (session->resumed_utc == NULL)
        session->resumed_utc = json_array();
    return json_array_append_new(session->resumed_utc, json_string(now)) == 0
               ? 0
               : -ENOMEM;
}

static int build(struct halves *halves, struct session *ret)
{
    const struct record *record = &halves->record;
    enum { NPARTS = 3 };
    const json_t *const all[NPARTS] = {record->runs, record->partial,
                                       record->torn};
    struct session session;
    uint64_t end_ns = 0;
    int result = session_read(halves->plan, halves->folder, "plan.json",
                              &session, halves->complaint);

    if (result != 0)
        return result;
    for (size_t i = 0; i < NPARTS; i++) {
        uint64_t last_ns = look_through(halves, all[i], &session);
        end_ns = last_ns > end_ns ? last_ns : end_ns;
    }
    count_reruns(record->partial, &session);
    /* The plan was written when the first block began. */
    session.planned_ns = session.duration_ns;
    if (end_ns < session.planned_ns)
        end_ns = session.planned_ns;
    session.began_ns = clock_ns() - end_ns;
    if (append_now(&session) != 0)
        result = refuse(halves, "no memory");
    if (result == 0 && session.against != NULL)
        result = against_open(&session, NULL, halves->complaint);
    if (result != 0)
        session_fini(&session);
    else
        *ret = session;
    return result;
}

int resume_load(const char *folder, struct session *ret,
                struct complaint *complaint)
{
    struct halves halves = {.folder = folder, .complaint = complaint};
    int result = resume_check(folder, &halves.plan, complaint);

    if (result != 0)
        return result;
    result = record_init(&halves.record, folder, complaint);
    if (result == 0) {
        result = join(&halves);
        if (result == 0)
            result = build(&halves, ret);
        record_fini(&halves.record);
    }
    json_decref(halves.plan);
    return result;
}

int resume_note(const struct session *session)
{
    char *path;

    if (asprintf(&path, "%s/plan.json", session->folder) < 0)
        return -ENOMEM;
    json_t *plan = json_load_file(path, 0, NULL);
    json_object_set(json_object_get(plan, "session"), "resumed_utc",
                    session->resumed_utc);
    int result = result_save(path, plan);
    json_decref(plan);
    free(path);
    return result;
}
