/* SPDX-License-Identifier: MIT */
/*
 * An experiment from the command line: models on one workload, with a sweep if
 * --workers or --inflight is a list. From there on it is a session like any
 * other.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/cpython/cpython.h"
#include "harness/options.h"
#include "harness/registry.h"
#include "harness/session/conduct.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

enum { BUDGET_S = 60, TIMEOUT_S = 60, MODELS_MAX = 32 };

/* The command line's lists, taken apart. */
struct request {
    const struct options *options;
    const struct workload *workload;
    const struct model *models[MODELS_MAX];
    size_t nmodels;
    uint64_t *workers, *inflight;
    size_t nworkers, ninflight; /* 0: not given */
    enum sweep sweep;
    bool arrivals; /* its tasks arrive by plan */
};

/* ---- Reading ---- */

static int add_model(struct request *request, const struct model *model)
{
    for (size_t i = 0; i < request->nmodels; i++)
        if (request->models[i] == model) {
            complain("--model: %s is there twice", model->name);
            return EXIT_USAGE;
        }
    if (request->nmodels == MODELS_MAX) {
        complain("--model: at most %d", MODELS_MAX);
        return EXIT_USAGE;
    }
    request->models[request->nmodels++] = model;
    return 0;
}

/* "cpython:threads" stands for as many as are here. */
static int add_cpythons(struct request *request, const char *name)
{
    struct complaint complaint;
    struct cpython_choice choice;
    int status = 0;

    if (cpython_choose(name, &choice, &complaint) != 0) {
        complain("--model: %s", complaint.text);
        return EXIT_USAGE;
    }
    if (choice.nmodels == 0) {
        complain("--model %s: no %s on this machine", name, choice.missing);
        return EXIT_NOT_MEASURED;
    }
    for (size_t i = 0; i < choice.nmodels && status == 0; i++)
        status = add_model(request, choice.models[i]);
    return status;
}

static int add_named(struct request *request, const char *name)
{
    const struct model *model = model_find(name);

    if (cpython_is_request(name))
        return add_cpythons(request, name);
    if (model != NULL)
        return add_model(request, model);
    complain("there is no model %s; see `heddle list`", name);
    return EXIT_USAGE;
}

static int read_models(struct request *request)
{
    char *names = strdup(request->options->model), *rest = names;
    const char *name;
    int status = names != NULL ? 0 : EXIT_NOT_MEASURED;

    while (status == 0 && (name = strsep(&rest, ",")) != NULL)
        status = add_named(request, name);
    free(names);
    return status;
}

static int read_numbers(const char *name, const char *text, uint64_t **ret,
                        size_t *nret)
{
    if (text == NULL)
        return 0;
    *nret = options_numbers(name, text, ret);
    for (size_t i = 0; i < *nret; i++)
        for (size_t k = 0; k < i; k++)
            if ((*ret)[i] == (*ret)[k]) {
                complain("--%s %s: no number twice", name, text);
                return EXIT_USAGE;
            }
    return *nret > 0 ? 0 : EXIT_USAGE;
}

/* Settings that are wrong are told when points are made. */
static bool has_arrivals(const struct request *request)
{
    const struct options *options = request->options;
    struct configuration c;
    struct complaint complaint;

    if (configuration_init(&c, request->models[0], request->workload) != 0)
        return false;
    for (size_t i = 0; i < options->nsets; i++)
        (void)configuration_set(&c, options->sets[i], &complaint);
    bool arrivals = configuration_arrivals(&c);
    configuration_fini(&c);
    return arrivals;
}

static int read_request(struct request *request)
{
    const struct options *options = request->options;

    if (options->model == NULL || options->workload == NULL) {
        complain("give --model and --workload; `heddle list` names them");
        return EXIT_USAGE;
    }
    request->workload = workload_find(options->workload);
    if (request->workload == NULL) {
        complain("there is no workload %s; see `heddle list`",
                 options->workload);
        return EXIT_USAGE;
    }
    int status = read_models(request);
    if (status != 0)
        return status;
    if (read_numbers("workers", options->workers, &request->workers,
                     &request->nworkers) != 0 ||
        read_numbers("inflight", options->inflight, &request->inflight,
                     &request->ninflight) != 0)
        return EXIT_USAGE;
    if (request->nworkers > 1 && request->ninflight > 1) {
        complain("--workers and --inflight are both lists: sweep one of them");
        return EXIT_USAGE;
    }
    request->arrivals = has_arrivals(request);
    if (request->arrivals && options->memory) {
        complain("--memory looks at tasks that all sleep at the same time: "
                 "leave out %s.arrivals",
                 request->workload->name);
        return EXIT_USAGE;
    }
    if (request->nworkers > 1)
        request->sweep = SWEEP_WORKERS;
    else if (request->ninflight > 1)
        request->sweep = SWEEP_INFLIGHT;
    return 0;
}

/* ---- Points ---- */

static bool is_swept(const struct request *request, const struct model *model)
{
    return request->sweep != SWEEP_NONE && model->knobs != MODEL_ALONE;
}

/* The baseline: the sequential model if it is among them, else the first. */
static const struct model *baseline_of(const struct request *request)
{
    for (size_t i = 0; i < request->nmodels; i++)
        if (request->models[i]->knobs == MODEL_ALONE)
            return request->models[i];
    return request->models[0];
}

/* Beside others, a model that works alone is the yardstick: the numbers are
 * meant for the others. */
static int configure(const struct request *request, const struct model *model,
                     size_t step, struct configuration *c)
{
    const struct options *options = request->options;
    bool meant = model->knobs != MODEL_ALONE || request->nmodels == 1;
    size_t w = request->sweep == SWEEP_WORKERS ? step : 0;
    size_t f = request->sweep == SWEEP_INFLIGHT ? step : 0;

    if (meant && request->nworkers > 0)
        c->workers = request->workers[w] < UINT32_MAX
                         ? (unsigned)request->workers[w]
                         : UINT32_MAX;
    if (meant && request->ninflight > 0)
        c->inflight = request->inflight[f];
    return configuration_apply(c, options);
}

static int add_point(const struct request *request, const struct model *model,
                     size_t step, struct experiment *experiment)
{
    struct point point = {
        .label = (char *)(uintptr_t)model->name, /* it is copied */
        /* A model that is alone is held against its own first step. */
        .baseline = model == baseline_of(request) &&
                    (request->nmodels > 1 || step == 0),
    };

    if (is_swept(request, model))
        point.x = request->sweep == SWEEP_WORKERS ? request->workers[step]
                                                  : request->inflight[step];
    if (configuration_init(&point.configuration, model, request->workload) !=
        0) {
        complain("no memory");
        return EXIT_NOT_MEASURED;
    }
    int status = configure(request, model, step, &point.configuration);
    if (status == 0 && experiment_add_point(experiment, &point) != 0) {
        complain("no memory");
        status = EXIT_NOT_MEASURED;
    }
    configuration_fini(&point.configuration);
    return status;
}

static int add_points(const struct request *request,
                      struct experiment *experiment)
{
    size_t nsteps = request->sweep == SWEEP_WORKERS    ? request->nworkers
                    : request->sweep == SWEEP_INFLIGHT ? request->ninflight
                                                       : 1;

    for (size_t step = 0; step < nsteps; step++)
        for (size_t i = 0; i < request->nmodels; i++) {
            const struct model *model = request->models[i];
            if (step > 0 && !is_swept(request, model))
                continue;
            int status = add_point(request, model, step, experiment);
            if (status != 0)
                return status;
        }
    return 0;
}

/* ---- The experiment ---- */

/* Time over the ideal needs an ideal: the longest wait. */
static enum chart chart_of(const struct request *request)
{
    if (request->options->memory)
        return CHART_MEMORY;
    if (request->arrivals)
        return CHART_LATENCY;
    if (request->sweep == SWEEP_INFLIGHT &&
        request->workload->kind != WORKLOAD_CPU)
        return CHART_CONCURRENCY;
    return request->sweep == SWEEP_NONE ? CHART_MODELS : CHART_SCALING;
}

static struct experiment *make_experiment(const struct request *request)
{
    char question[160];

    snprintf(question, sizeof question, "How do these models compare on %s?",
             request->workload->name);
    struct experiment *experiment =
        experiment_new("run", question, chart_of(request));
    if (experiment == NULL)
        return NULL;
    experiment->sweep = request->sweep;
    experiment->memory = request->options->memory;
    experiment->npanels = 1;
    experiment->panel_titles[0] = strdup("");
    if (experiment->panel_titles[0] != NULL)
        return experiment;
    experiment_free(experiment);
    return NULL;
}

static int fill(struct session *session, const struct request *request)
{
    const struct options *options = request->options;
    struct experiment *experiment = make_experiment(request);
    int status = EXIT_NOT_MEASURED;

    session->target_ratio = options->target > 0 ? options->target : 0.015;
    session->nblocks = options->blocks;
    session->budget_s = options->budget_s > 0 ? options->budget_s
                        : options->blocks > 0 ? 0
                                              : BUDGET_S;
    session->timeout_s =
        options->timeout_s > 0 ? options->timeout_s : TIMEOUT_S;
    if (experiment != NULL)
        status = add_points(request, experiment);
    if (status == 0 && session_add_experiment(session, experiment) == 0)
        return 0;
    if (status == 0 || experiment == NULL) {
        complain("no memory");
        status = EXIT_NOT_MEASURED;
    }
    experiment_free(experiment);
    return status;
}

int command_run(const struct options *options)
{
    struct request request = {.options = options};
    struct session session;
    int status = read_request(&request);

    if (status == 0 &&
        session_init(&session, options->seed_given ? options->seed
                                                   : conduct_seed()) != 0) {
        complain("no memory");
        status = EXIT_NOT_MEASURED;
    } else if (status == 0) {
        status = fill(&session, &request);
        if (status == 0)
            status = conduct(&session, options);
        session_fini(&session);
    }
    free(request.workers);
    free(request.inflight);
    return status;
}
