/* SPDX-License-Identifier: MIT */
/*
 * What has to hold before two halves may stand in one session. Whatever does
 * not is told in a line: what it was, what it is, and what to do instead.
 */
#include "harness/session/resume_check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/machine/build_id.h"
#include "harness/machine/machine.h"
#include "harness/machine/same.h"
#include "harness/session/result.h"
#include "harness/version.h"

struct candidate {
    const char *folder;
    json_t *plan; /* the value of plan.json */
    struct complaint *complaint;
};

static int refuse(const struct candidate *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(const struct candidate *c, const char *format, ...)
{
    char *text = c->complaint->text;
    size_t room = sizeof c->complaint->text;
    va_list arguments;

    int length = snprintf(text, room, "%s: ", c->folder);
    if (length < 0 || (size_t)length >= room)
        return -EINVAL;
    va_start(arguments, format);
    vsnprintf(text + length, room - (size_t)length, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

/* The value of a file in the folder; NULL: there is none that is sound. */
static json_t *load_file(const char *folder, const char *name,
                         json_error_t *error)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return NULL;
    json_t *value = json_load_file(path, 0, error);
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

static int read_plan(struct candidate *c)
{
    json_error_t error = {.line = 0};

    c->plan = load_file(c->folder, "plan.json", &error);
    if (c->plan == NULL &&
        json_error_code(&error) == json_error_cannot_open_file)
        return refuse(c, "there is no plan.json: it is not the folder of "
                         "a session that can be continued");
    if (c->plan == NULL)
        return refuse(c, "plan.json:%d: %s", error.line, error.text);
    const char *version =
        json_string_value(json_object_get(c->plan, "schema_version"));
    if (version == NULL)
        return refuse(c, "plan.json: it is no plan of heddle");
    if (is_newer(version))
        return refuse(c,
                      "plan.json: its schema is version %s, this program knows "
                      "%s: continue with the program that began it",
                      version, RESULT_VERSION);
    return 0;
}

static int check_complete(const struct candidate *c)
{
    json_error_t error = {.line = 0};
    json_t *result = load_file(c->folder, "result.json", &error);
    bool complete = json_is_true(
        json_object_get(json_object_get(result, "session"), "complete"));

    json_decref(result);
    return complete ? refuse(c,
                             "the session is complete; heddle show %s "
                             "shows it",
                             c->folder)
                    : 0;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

/* Without build-ids, by the version and the commit. */
static int check_program(const struct candidate *c)
{
    const json_t *was = json_object_get(c->plan, "session");
    const char *id = text_of(was, "build_id");
    const char *version = text_of(was, "tool_version");
    const char *commit = text_of(was, "git_commit");
    char own[BUILD_ID_ROOM] = "";

    build_id_read("/proc/self/exe", own);
    if (strcmp(id, own) == 0 && strcmp(version, HEDDLE_VERSION) == 0 &&
        strcmp(commit, HEDDLE_COMMIT) == 0)
        return 0;
    return refuse(
        c,
        "another program began it: heddle %s (commit %s, build %.8s), "
        "this is %s (%s, %.8s); continue with that one, or start a "
        "new session",
        version, commit, id, HEDDLE_VERSION, HEDDLE_COMMIT, own);
}

static int check_machine(const struct candidate *c)
{
    char difference[128];
    json_t *now;
    int result = machine_environment(machine_root(), &now);

    if (result != 0)
        return refuse(c, "no memory");
    if (!machine_same(json_object_get(c->plan, "environment"), now, difference,
                      sizeof difference))
        result = refuse(c,
                        "the machine is another one, or changed: %s; start a "
                        "new session",
                        difference);
    json_decref(now);
    return result;
}

int resume_check(const char *folder, json_t **ret, struct complaint *complaint)
{
    struct candidate c = {.folder = folder, .complaint = complaint};
    int result = read_plan(&c);

    if (result == 0)
        result = check_complete(&c);
    if (result == 0)
        result = check_program(&c);
    if (result == 0)
        result = check_machine(&c);
    if (result == 0)
        *ret = c.plan;
    else
        json_decref(c.plan);
    return result;
}
