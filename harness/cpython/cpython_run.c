/* SPDX-License-Identifier: MIT */
/*
 * A run in CPython: the process that would have measured becomes the Python
 * program, so that it is watched, timed and killed like any other. It gets
 * every parameter of the workload: defaults are told in one place, ours.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/cpython/cpython.h"
#include "harness/options.h"
#include "harness/session/session.h"
#include "harness/version.h"

const char *cpython_folder(void)
{
    static const char *const places[] = {
        "./scripts/cpython",
        HEDDLE_SOURCE "/scripts/cpython",
        HEDDLE_SHARE "/cpython",
    };
    char file[PATH_MAX];

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(file, sizeof file, "%s/run.py", places[i]);
        if (access(file, R_OK) == 0)
            return places[i];
    }
    return NULL;
}

/* ---- Where it is ---- */

/* "HEDDLE_CPYTHON311", "HEDDLE_CPYTHON313t" */
static void variable_of(struct cpython_version v, char ret[32])
{
    snprintf(ret, 32, "HEDDLE_CPYTHON%u%u%s", v.major % 10, v.minor % 100,
             v.free_threaded ? "t" : "");
}

int cpython_prepare(const struct session *session)
{
    char variable[32];

    for (size_t i = 0; i < session->npoints; i++) {
        const struct model *model = session->points[i].configuration.model;
        if (model->cpython == NULL)
            continue;
        const struct cpython_found *one =
            cpython_find_version(model->cpython->version);
        variable_of(model->cpython->version, variable);
        if (one != NULL && setenv(variable, one->path, 1) != 0)
            return -errno;
    }
    return 0;
}

/* A session has told; by itself a run has to look. */
static const char *interpreter_of(struct cpython_version v)
{
    const struct cpython_found *one;
    const char *path = NULL;
    char variable[32];

    variable_of(v, variable);
    if (getenv(ONCE_IN_SESSION) != NULL)
        path = getenv(variable);
    if (path == NULL && (one = cpython_find_version(v)) != NULL)
        path = one->path;
    return path;
}

/* ---- The command line ---- */

/* Words, one after the other, each with its final zero. */
static void say(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(FILE *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(out, format, arguments);
    va_end(arguments);
    fputc('\0', out);
}

static void say_setting(void *out, const char *name, const char *value)
{
    say(out, "--set");
    say(out, "%s=%s", name, value);
}

static void say_defaults(FILE *out, const char *owner,
                         const struct parameter *parameters, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct parameter *p = &parameters[i];
        say(out, "--default");
        if (p->text != NULL)
            say(out, "%s.%s=%s", owner, p->name, p->text);
        else
            say(out, "%s.%s=%" PRIu64, owner, p->name, p->preset);
    }
}

static void say_command(FILE *out, const struct configuration *c,
                        const char *python, const struct cpython_wish *wish)
{
    char ourselves[PATH_MAX] = "";

    /* It is cut rather than wrong: then it cannot be started. */
    (void)!readlink("/proc/self/exe", ourselves, sizeof ourselves - 1);
    say(out, "%s", python);
    /* Not what the user's environment adds, and no .pyc files left behind. */
    say(out, "-E");
    say(out, "-s");
    say(out, "-B");
    say(out, "%s/run.py", cpython_folder());
    say(out, "--mode");
    say(out, "%s", cpython_mode_names[c->model->cpython->mode]);
    say(out, "--workload");
    say(out, "%s", c->workload->name);
    say(out, "--workers");
    say(out, "%u", c->workers);
    say(out, "--tasks");
    say(out, "%" PRIu64, c->ntasks);
    say(out, "--seed");
    say(out, "%" PRIu64, c->seed);
    say_defaults(out, c->workload->name, c->workload->parameters,
                 c->workload->nparameters);
    say_defaults(out, c->model->name, c->model->parameters,
                 c->model->nparameters);
    configuration_each_setting(c, say_setting, out);
    say(out, "--heddle");
    say(out, "%s", ourselves);
    if (wish->expect != NULL) {
        say(out, "--expect");
        say(out, "%s", wish->expect);
    }
    if (wish->json)
        say(out, "--json");
    if (wish->trace)
        say(out, "--trace");
}

/* The words as a list that ends with NULL and points into the text. */
static char **list_words(char *text, size_t length)
{
    size_t nwords = 0;

    for (size_t i = 0; i < length; i++)
        nwords += text[i] == '\0';
    char **argv = calloc(nwords + 1, sizeof *argv);
    for (size_t i = 0; argv != NULL && i < nwords; i++) {
        argv[i] = text;
        text += strlen(text) + 1;
    }
    return argv;
}

static int execute(const struct configuration *c, const char *python,
                   const struct cpython_wish *wish)
{
    char *text = NULL, **argv = NULL;
    size_t length = 0;
    int result = -ENOMEM;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        return -ENOMEM;
    say_command(out, c, python, wish);
    if (fclose(out) == 0)
        argv = list_words(text, length);
    if (argv != NULL) {
        execv(python, argv);
        result = -errno;
    }
    free(argv);
    free(text);
    return result;
}

int cpython_become(const struct configuration *c,
                   const struct cpython_wish *wish, struct complaint *complaint)
{
    struct cpython_version v = c->model->cpython->version;
    const char *python = NULL;
    int result = -ENOENT;

    if (cpython_folder() == NULL) {
        snprintf(complaint->text, sizeof complaint->text,
                 "the Python programs, scripts/cpython, are neither here nor "
                 "installed");
        return result;
    }
    python = interpreter_of(v);
    if (python == NULL) {
        snprintf(complaint->text, sizeof complaint->text,
                 "there is no CPython %u.%u%s on this machine; see `heddle "
                 "list`",
                 v.major, v.minor, v.free_threaded ? "t" : "");
        return result;
    }
    result = execute(c, python, wish);
    snprintf(complaint->text, sizeof complaint->text, "starting %.200s: %s",
             python, strerror(-result));
    return result;
}
