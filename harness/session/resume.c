/* SPDX-License-Identifier: MIT */
/*
 * plan.json is a result without runs. The runs of the journal are put into it,
 * and then it is read like any result. What has to hold before two halves may
 * stand in one session is checked first: look at check_program and
 * check_machine.
 */
#include "harness/session/resume.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "harness/configuration.h"
#include "harness/machine/build_id.h"
#include "harness/machine/machine.h"
#include "harness/machine/same.h"
#include "harness/options.h"
#include "harness/session/against.h"
#include "harness/session/conduct.h"
#include "harness/session/experiment.h"
#include "harness/session/journal.h"
#include "harness/session/result.h"
#include "harness/session/session.h"
#include "harness/version.h"

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

/* ---- Whether it may be continued ---- */

static char *path_of(const char *folder, const char *name)
{
    char *path;

    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* The value of a file in the folder; NULL: there is none that is sound. */
static json_t *load_file(const char *folder, const char *name,
                         json_error_t *error)
{
    char *path = path_of(folder, name);
    json_t *value = path != NULL ? json_load_file(path, 0, error) : NULL;

    free(path);
    return value;
}

/* "1.1" against what this program writes. */
static bool is_newer(const char *version)
{
    unsigned major = 0, minor = 0, own_major = 0, own_minor = 0;

    sscanf(version, "%u.%u", &major, &minor);
    sscanf(RESULT_VERSION, "%u.%u", &own_major, &own_minor);
    return major > own_major || (major == own_major && minor > own_minor);
}

static int read_plan(struct halves *halves)
{
    json_error_t error = {.line = 0};

    halves->plan = load_file(halves->folder, "plan.json", &error);
    if (halves->plan == NULL &&
        json_error_code(&error) == json_error_cannot_open_file)
        return refuse(halves, "there is no plan.json: it is not the folder of "
                              "a session that can be continued");
    if (halves->plan == NULL)
        return refuse(halves, "plan.json:%d: %s", error.line, error.text);
    const char *version =
        json_string_value(json_object_get(halves->plan, "schema_version"));
    if (version == NULL)
        return refuse(halves, "plan.json: it is no plan of heddle");
    if (is_newer(version))
        return refuse(halves,
                      "plan.json: its schema is version %s, this program knows "
                      "%s: continue with the program that began it",
                      version, RESULT_VERSION);
    return 0;
}

static int check_complete(const struct halves *halves)
{
    json_error_t error = {.line = 0};
    json_t *result = load_file(halves->folder, "result.json", &error);
    bool complete = json_is_true(
        json_object_get(json_object_get(result, "session"), "complete"));

    json_decref(result);
    return complete ? refuse(halves,
                             "the session is complete; heddle show %s "
                             "shows it",
                             halves->folder)
                    : 0;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

/* Without build-ids, by the version and the commit. */
static int check_program(const struct halves *halves)
{
    const json_t *was = json_object_get(halves->plan, "session");
    const char *id = text_of(was, "build_id");
    const char *version = text_of(was, "tool_version");
    const char *commit = text_of(was, "git_commit");
    char own[BUILD_ID_ROOM] = "";

    build_id_read("/proc/self/exe", own);
    if (strcmp(id, own) == 0 && strcmp(version, HEDDLE_VERSION) == 0 &&
        strcmp(commit, HEDDLE_COMMIT) == 0)
        return 0;
    return refuse(
        halves,
        "another program began it: heddle %s (commit %s, build %.8s), "
        "this is %s (%s, %.8s); continue with that one, or start a "
        "new session",
        version, commit, id, HEDDLE_VERSION, HEDDLE_COMMIT, own);
}

static int check_machine(const struct halves *halves)
{
    char difference[128];
    json_t *now;
    int result = machine_environment(machine_root(), &now);

    if (result != 0)
        return refuse(halves, "no memory");
    if (!machine_same(json_object_get(halves->plan, "environment"), now,
                      difference, sizeof difference))
        result = refuse(halves,
                        "the machine is another one, or changed: %s; start a "
                        "new session",
                        difference);
    json_decref(now);
    return result;
}

/* ---- The journal's runs into the plan ---- */

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
    int result = read_plan(&halves);

    if (result == 0)
        result = check_complete(&halves);
    if (result == 0)
        result = check_program(&halves);
    if (result == 0)
        result = check_machine(&halves);
    if (result == 0)
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
    json_error_t error = {.line = 0};
    json_t *plan = load_file(session->folder, "plan.json", &error);
    char *path = path_of(session->folder, "plan.json");

    json_object_set(json_object_get(plan, "session"), "resumed_utc",
                    session->resumed_utc);
    int result = path != NULL ? result_save(path, plan) : -ENOMEM;
    free(path);
    json_decref(plan);
    return result;
}

/* ---- The command ---- */

/* The plan stands; only how it is reported may be chosen anew. */
static int check_options(const struct options *options)
{
    const char *given = options->narguments > 0    ? options->arguments[0]
                        : options->seed_given      ? "--seed"
                        : options->blocks > 0      ? "--blocks"
                        : options->budget_s > 0    ? "--budget"
                        : options->target > 0      ? "--target"
                        : options->timeout_s > 0   ? "--timeout"
                        : options->quick           ? "--quick"
                        : options->rigorous        ? "--rigorous"
                        : options->out != NULL     ? "--out"
                        : options->against != NULL ? "--against"
                                                   : NULL;
    if (given == NULL)
        return 0;
    complain("--resume goes on with the session's own plan: leave out %s",
             given);
    return EXIT_USAGE;
}

int resume_command(const struct options *options)
{
    struct complaint complaint = {""};
    struct session session;
    int status = check_options(options);

    if (status != 0)
        return status;
    if (resume_load(options->resume, &session, &complaint) != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    if (options->fail_above > 0 && session.against == NULL) {
        complain("--fail-above: the session is not one --against a program");
        status = EXIT_USAGE;
    } else {
        status = conduct(&session, options);
    }
    session_fini(&session);
    return status;
}
