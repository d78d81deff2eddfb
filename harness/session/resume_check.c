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
#include "harness/session/reader.h"
#include "harness/session/result.h"
#include "harness/session/session.h"
#include "harness/version.h"

struct candidate {
    const char *folder;
    struct session session; /* as plan.json has it */
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

/* "1.1" against what this program writes. */
static bool is_newer(const char *version)
{
    unsigned major = 0, minor = 0, own_major = 0, own_minor = 0;

    sscanf(version, "%u.%u", &major, &minor);
    sscanf(RESULT_VERSION, "%u.%u", &own_major, &own_minor);
    return major > own_major || (major == own_major && minor > own_minor);
}

/* Only this version and earlier ones: what a later one added would be lost. */
static int check_version(const struct candidate *c, const json_t *root)
{
    const char *version =
        json_string_value(json_object_get(root, "schema_version"));

    if (version == NULL)
        return refuse(c, "plan.json: it is no plan of heddle");
    if (is_newer(version))
        return refuse(c,
                      "plan.json: its schema is version %s, this program knows "
                      "%s: continue with the program that began it",
                      version, RESULT_VERSION);
    return 0;
}

/* Opens a file of the folder. */
static int open_file(const struct candidate *c, const char *name,
                     struct reader *ret, char **ret_path)
{
    if (asprintf(ret_path, "%s/%s", c->folder, name) < 0) {
        *ret_path = NULL;
        return refuse(c, "no memory");
    }
    return reader_init(ret, *ret_path, c->complaint);
}

static int check_plan(const struct candidate *c)
{
    struct reader reader = {0};
    char *path;
    int result = open_file(c, "plan.json", &reader, &path);

    if (result == 0) {
        result = check_version(c, reader.root);
        reader_fini(&reader);
    } else if (result == -ENOENT) {
        result = refuse(c, "there is no plan.json: it is not the folder of "
                           "a session that can be continued");
    }
    free(path);
    return result;
}

static int load_plan(struct candidate *c)
{
    char *path;

    if (asprintf(&path, "%s/plan.json", c->folder) < 0) {
        refuse(c, "no memory");
        return -ENOMEM;
    }
    int result = session_load(path, &c->session, c->complaint);
    free(path);
    return result;
}

/* Whatever else may be wrong with a result.json, it will be written again. */
static int check_complete(const struct candidate *c)
{
    struct reader reader = {0};
    char *path;
    bool complete = false;

    if (open_file(c, "result.json", &reader, &path) == 0) {
        complete = json_is_true(json_object_get(
            json_object_get(reader.root, "session"), "complete"));
        reader_fini(&reader);
    }
    free(path);
    return complete ? refuse(c,
                             "the session is complete; heddle show %s "
                             "shows it",
                             c->folder)
                    : 0;
}

/* Without build-ids, by the version and the commit. */
static int check_program(const struct candidate *c)
{
    const char *id = c->session.build_id != NULL ? c->session.build_id : "";
    const char *version = c->session.tool_version;
    const char *commit = c->session.git_commit;
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
    if (!machine_same(c->session.environment, now, difference,
                      sizeof difference))
        result = refuse(c,
                        "the machine is another one, or changed: %s; start a "
                        "new session",
                        difference);
    json_decref(now);
    return result;
}

int resume_check(const char *folder, struct session *ret,
                 struct complaint *complaint)
{
    struct candidate c = {.folder = folder, .complaint = complaint};
    int result = check_plan(&c);

    if (result != 0)
        return result;
    result = load_plan(&c);
    if (result != 0)
        return result;
    result = check_complete(&c);
    if (result == 0)
        result = check_program(&c);
    if (result == 0)
        result = check_machine(&c);
    if (result == 0)
        *ret = c.session;
    else
        session_fini(&c.session);
    return result;
}
