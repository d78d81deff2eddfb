/* SPDX-License-Identifier: MIT */
/*
 * Experiments are written once and run on many machines, so they ask for "the
 * python3 of this machine" and not for a version.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/cpython/cpython.h"

/* "cpython3t:threads", taken apart. */
struct request {
    unsigned major;     /* 0: any */
    bool free_threaded; /* with a major version: that kind and no other */
    enum cpython_mode mode;
};

bool cpython_is_request(const char *text)
{
    return strncmp(text, CPYTHON_OWNER, strlen(CPYTHON_OWNER)) == 0;
}

static bool read_request(const char *text, struct request *ret)
{
    static const struct {
        const char *word;
        struct request request;
    } kinds[] = {
        {"cpython:", {0, false, 0}},
        {"cpython2:", {2, false, 0}},
        {"cpython3:", {3, false, 0}},
        {"cpython3t:", {3, true, 0}},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t length = strlen(kinds[i].word);
        if (strncmp(text, kinds[i].word, length) != 0)
            continue;
        *ret = kinds[i].request;
        for (unsigned mode = 0; mode < CPYTHON_MODES; mode++)
            if (strcmp(text + length, cpython_mode_names[mode]) == 0) {
                ret->mode = (enum cpython_mode)mode;
                return true;
            }
    }
    return false;
}

static bool is_meant(const struct request *request, struct cpython_version v)
{
    return request->major == 0 || (v.major == request->major &&
                                   v.free_threaded == request->free_threaded);
}

static void say_missing(const struct request *request,
                        struct cpython_choice *choice)
{
    char version[4] = "";

    if (request->major > 0)
        snprintf(version, sizeof version, " %u", request->major % 10);
    snprintf(choice->missing, sizeof choice->missing, "%sCPython%s%s",
             request->free_threaded ? "free-threaded " : "", version,
             request->mode == CPYTHON_INTERPRETERS
                 ? " with a GIL for each interpreter"
                 : "");
}

/* The first that was found is what `python3` stands for; without it, or if it
 * cannot do this, the newest. */
static const struct model *prefer(const struct request *request)
{
    const struct cpython_found *all;
    size_t n = cpython_find(&all);
    const struct model *best = NULL;

    for (size_t i = 0; i < n; i++) {
        const struct model *model =
            cpython_model_of(all[i].version, request->mode);
        if (!is_meant(request, all[i].version) || model == NULL)
            continue;
        if (i == 0)
            return model;
        if (best == NULL || all[i].version.minor > best->cpython->version.minor)
            best = model;
    }
    return best;
}

static void choose(const struct request *request, struct cpython_choice *ret)
{
    const struct cpython_found *all;
    size_t n = cpython_find(&all);

    ret->all = request->major == 0;
    if (!ret->all) {
        ret->models[0] = prefer(request);
        ret->nmodels = ret->models[0] != NULL;
    }
    for (size_t i = 0; i < n && ret->all; i++) {
        ret->models[ret->nmodels] =
            cpython_model_of(all[i].version, request->mode);
        ret->nmodels += ret->models[ret->nmodels] != NULL;
    }
    if (ret->nmodels == 0)
        say_missing(request, ret);
}

int cpython_choose(const char *text, struct cpython_choice *ret,
                   struct complaint *complaint)
{
    const struct model *model = cpython_model(text);
    struct request request;

    *ret = (struct cpython_choice){.nmodels = 0};
    if (model != NULL) {
        struct cpython_version v = model->cpython->version;
        if (cpython_find_version(v) != NULL)
            ret->models[ret->nmodels++] = model;
        else
            snprintf(ret->missing, sizeof ret->missing, "CPython %u.%u%s",
                     v.major, v.minor, v.free_threaded ? "t" : "");
        return 0;
    }
    if (read_request(text, &request)) {
        choose(&request, ret);
        return 0;
    }
    snprintf(
        complaint->text, sizeof complaint->text,
        "%s: write cpython3:threads (or cpython2:, cpython3t:, or cpython: "
        "for all that are here; sequential, threads, processes, or since "
        "3.12 interpreters), or a name like cpython311_threads",
        text);
    return -EINVAL;
}
