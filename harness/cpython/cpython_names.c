/* SPDX-License-Identifier: MIT */
/*
 * From a name to a model: "cpython", the version without its dot, "t" for a
 * free-threaded build, "_", the mode. Models are made when their names are
 * first heard and kept for good: there are few, and others point to them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/cpython/cpython.h"

const char *const cpython_mode_names[CPYTHON_MODES] = {
    [CPYTHON_SEQUENTIAL] = "sequential",
    [CPYTHON_THREADS] = "threads",
    [CPYTHON_PROCESSES] = "processes",
    [CPYTHON_INTERPRETERS] = "interpreters",
};

static const char *const summaries[CPYTHON_MODES] = {
    [CPYTHON_SEQUENTIAL] = "one by one, in the real CPython",
    [CPYTHON_THREADS] = "threading.Thread, in the real CPython",
    [CPYTHON_PROCESSES] = "multiprocessing.Process, in the real CPython",
    [CPYTHON_INTERPRETERS] = "sub-interpreters, in the real CPython",
};

/* scripts/cpython/work.py and convoy.py have these. */
static const char *const workload_names[] = {
    "countdown", "sleepers", "extension", "counter", "convoy",
};

/* ---- Parameters ---- */

/* The last one of each table is that of all threads. */
#define SLICES                                                                 \
    {                                                                          \
        .name = "slices",                                                      \
        .meaning = "countdown notes who ran when; costs some time",            \
        .text = "off", .choices = "on|off"                                     \
    }

static const struct parameter interval_parameters[] = {
    {.name = "interval_us",
     .unit = "us",
     .meaning = "sys.setswitchinterval",
     .preset = 5000,
     .min = 1,
     .max = 60000000},
    SLICES,
};

static const struct parameter ticks_parameters[] = {
    {.name = "check_interval",
     .unit = "ticks",
     .meaning = "sys.setcheckinterval",
     .preset = 100,
     .min = 1,
     .max = 1000000000},
    SLICES,
};

static bool is_before_3_2(struct cpython_version v)
{
    return v.major < 3 || (v.major == 3 && v.minor < 2);
}

/* Only threads contend for a GIL. */
static void set_parameters(struct cpython *cpython)
{
    struct model *model = &cpython->model;

    if (cpython->mode != CPYTHON_THREADS)
        return;
    model->parameters = is_before_3_2(cpython->version) ? ticks_parameters
                                                        : interval_parameters;
    model->nparameters = 2;
    if (cpython->version.free_threaded) {
        model->parameters++;
        model->nparameters--;
    }
}

/* ---- Models ---- */

static struct cpython *made;

static bool exists(struct cpython_version v, enum cpython_mode mode)
{
    bool three = v.major == 3;

    return (three || (v.major == 2 && v.minor <= 7)) && v.minor < 100 &&
           (!v.free_threaded || (three && v.minor >= 13)) &&
           (mode != CPYTHON_INTERPRETERS || (three && v.minor >= 12));
}

static struct cpython *make(struct cpython_version v, enum cpython_mode mode)
{
    struct cpython *cpython = calloc(1, sizeof *cpython);

    if (cpython == NULL)
        return NULL;
    cpython->version = v;
    cpython->mode = mode;
    const char *build = v.free_threaded ? "t" : "";
    snprintf(cpython->name, sizeof cpython->name, "cpython%u%u%s_%s", v.major,
             v.minor, build, cpython_mode_names[mode]);
    snprintf(cpython->label, sizeof cpython->label, "CPython %u.%u%s, %s",
             v.major, v.minor, build, cpython_mode_names[mode]);
    cpython->model = (struct model){
        .name = cpython->name,
        .summary = summaries[mode],
        .knobs = mode == CPYTHON_SEQUENTIAL ? MODEL_ALONE : MODEL_WORKERS,
        .cpython = cpython,
    };
    set_parameters(cpython);
    cpython->next = made;
    made = cpython;
    return cpython;
}

const struct model *cpython_model_of(struct cpython_version v,
                                     enum cpython_mode mode)
{
    if (!exists(v, mode))
        return NULL;
    for (const struct cpython *one = made; one != NULL; one = one->next)
        if (one->mode == mode && one->version.major == v.major &&
            one->version.minor == v.minor &&
            one->version.free_threaded == v.free_threaded)
            return &one->model;
    struct cpython *cpython = make(v, mode);
    return cpython != NULL ? &cpython->model : NULL;
}

const struct model *cpython_model(const char *name)
{
    struct cpython_version version = {0};
    int end = 0;

    if (sscanf(name, "cpython%1u%2u%n", &version.major, &version.minor, &end) !=
        2)
        return NULL;
    version.free_threaded = name[end] == 't';
    end += version.free_threaded;
    if (name[end] != '_')
        return NULL;
    for (unsigned mode = 0; mode < CPYTHON_MODES; mode++) {
        if (strcmp(name + end + 1, cpython_mode_names[mode]) != 0)
            continue;
        const struct model *model =
            cpython_model_of(version, (enum cpython_mode)mode);
        /* "cpython3 9" and "cpython309" are no names. */
        return model != NULL && strcmp(model->name, name) == 0 ? model : NULL;
    }
    return NULL;
}

bool cpython_has(const struct model *model, const char *parameter)
{
    for (size_t i = 0; model->cpython != NULL && i < model->nparameters; i++)
        if (strcmp(model->parameters[i].name, parameter) == 0)
            return true;
    return false;
}

const struct model *cpython_model_with(const char *parameter)
{
    static const struct cpython_version versions[] = {{2, 7, false},
                                                      {3, 11, false}};

    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        const struct model *model =
            cpython_model_of(versions[i], CPYTHON_THREADS);
        if (model != NULL && cpython_has(model, parameter))
            return model;
    }
    return NULL;
}

int cpython_check(const struct configuration *c, struct complaint *complaint)
{
    const size_t n = sizeof workload_names / sizeof *workload_names;
    size_t i = 0, length;

    while (i < n && strcmp(workload_names[i], c->workload->name) != 0)
        i++;
    if (i < n && !c->pin && !configuration_arrivals(c))
        return 0;
    if (i < n) {
        snprintf(complaint->text, sizeof complaint->text,
                 "%s: Python programs have no %s: leave it out", c->model->name,
                 c->pin ? "pin" : "arrivals");
        return -EINVAL;
    }
    length = (size_t)snprintf(complaint->text, sizeof complaint->text,
                              "%s does not run %s; in Python there is",
                              c->model->name, c->workload->name);
    for (i = 0; i < n && length < sizeof complaint->text; i++)
        length += (size_t)snprintf(complaint->text + length,
                                   sizeof complaint->text - length, "%s %s",
                                   i > 0 ? "," : "", workload_names[i]);
    return -EINVAL;
}
