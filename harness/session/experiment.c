/* SPDX-License-Identifier: MIT */
/*
 * Experiments in memory, and where their files lie. Files in the current folder
 * come first, so that a copy that somebody edits is the one that is measured.
 */
#include "harness/session/experiment.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/model.h"
#include "harness/configuration.h"
#include "harness/machine/cores.h"
#include "harness/session/session.h"
#include "harness/version.h"

const char *const chart_names[CHART_MAX] = {
    [CHART_MODELS] = "models",
    [CHART_SCALING] = "scaling",
    [CHART_CONCURRENCY] = "concurrency",
    [CHART_STARTUP] = "startup",
    [CHART_MEMORY] = "memory",
    [CHART_LATENCY] = "latency",
    [CHART_METRICS] = "metrics",
    [CHART_SERVERS] = "servers",
    [CHART_GIL_WORKERS] = "gil-workers",
    [CHART_GIL_INTERVAL] = "gil-interval",
    [CHART_GIL_WAITS] = "gil-waits",
    [CHART_GIL_SHARE] = "gil-share",
    [CHART_GIL_TRADEOFF] = "gil-tradeoff",
    [CHART_GIL_RULES] = "gil-rules",
    [CHART_GIL_LOST] = "gil-lost",
    [CHART_GIL_SWITCHES] = "gil-switches",
    [CHART_COSTS] = "costs",
    [CHART_BYTES_PER_TASK] = "bytes-per-task",
};

bool chart_of_metrics(enum chart chart)
{
    return chart >= CHART_METRICS;
}

size_t chart_panels_max(enum chart chart)
{
    if (chart == CHART_COSTS || chart == CHART_BYTES_PER_TASK)
        return chart == CHART_COSTS ? 1 : 3;
    return chart_of_metrics(chart) ? EXPERIMENT_PANELS_MAX : 2;
}

const char *const sweep_names[SWEEP_MAX] = {
    [SWEEP_NONE] = "none",       [SWEEP_WORKERS] = "workers",
    [SWEEP_TASKS] = "tasks",     [SWEEP_INFLIGHT] = "inflight",
    [SWEEP_RATE] = "rate_per_s", [SWEEP_SETTING] = "set",
};

/* With fewer than 8 blocks no p value can be as small as 0.05/6, so Holm's test
 * could say nothing about six models beside a baseline, however they differ.
 * More than 60 only chase what the machine's drift takes away again. */
enum { BLOCKS_MIN = 8, BLOCKS_MAX = 60 };

struct experiment *experiment_new(const char *name, const char *question,
                                  enum chart chart)
{
    struct experiment *experiment = calloc(1, sizeof *experiment);

    if (experiment == NULL)
        return NULL;
    experiment->name = strdup(name);
    experiment->question = strdup(question);
    experiment->chart = chart;
    experiment->allow_holes = chart == CHART_CONCURRENCY;
    experiment->blocks_min = BLOCKS_MIN;
    experiment->blocks_max = BLOCKS_MAX;
    if (experiment->name == NULL || experiment->question == NULL) {
        experiment_free(experiment);
        return NULL;
    }
    return experiment;
}

static void free_name(const char *name)
{
    free((void *)(uintptr_t)name);
}

void experiment_free(struct experiment *experiment)
{
    if (experiment == NULL)
        return;
    for (size_t i = 0; i < experiment->nmetrics; i++)
        free_name(experiment->metrics[i].name);
    free_name(experiment->compared.name);
    for (size_t i = 0; i < experiment->nswept; i++)
        free(experiment->swept[i]);
    free(experiment->group);
    for (size_t i = 0; i < experiment->npoints; i++)
        point_fini(&experiment->points[i]);
    free(experiment->points);
    for (size_t i = 0; i < EXPERIMENT_PANELS_MAX; i++)
        free(experiment->panel_titles[i]);
    free(experiment->left_out);
    free(experiment->question);
    free(experiment->name);
    free(experiment);
}

/* ---- What is swept and what is estimated ---- */

static int name_quantity(const char *name, struct quantity *ret)
{
    if (!quantity_is_name(name))
        return -EINVAL;
    struct quantity named = quantity_named(name);
    named.name = strdup(name);
    if (named.name == NULL)
        return -ENOMEM;
    *ret = named;
    return 0;
}

int experiment_add_metric(struct experiment *experiment, const char *name)
{
    for (size_t i = 0; i < experiment->nmetrics; i++)
        if (strcmp(experiment->metrics[i].name, name) == 0)
            return -EEXIST;
    if (experiment->nmetrics == EXPERIMENT_METRICS_MAX)
        return -E2BIG;
    int err = name_quantity(name, &experiment->metrics[experiment->nmetrics]);
    experiment->nmetrics += err == 0;
    return err;
}

int experiment_compare_by(struct experiment *experiment, const char *name)
{
    /* Bounds are known for run times, and for nothing else. */
    return strcmp(name, quantity_run.name) == 0
               ? 0
               : name_quantity(name, &experiment->compared);
}

int experiment_add_swept(struct experiment *experiment, const char *name)
{
    if (experiment->nswept == EXPERIMENT_SWEPT_MAX)
        return -E2BIG;
    char *copy = strdup(name);
    if (copy == NULL)
        return -ENOMEM;
    experiment->swept[experiment->nswept++] = copy;
    return 0;
}

bool experiment_sweeps(const struct experiment *experiment,
                       const struct configuration *configuration)
{
    switch (experiment->sweep) {
    case SWEEP_NONE:
        return false;
    case SWEEP_WORKERS:
    case SWEEP_INFLIGHT:
        return configuration->model->knobs != MODEL_ALONE;
    case SWEEP_SETTING:
        for (size_t i = 0; i < experiment->nswept; i++)
            if (configuration_takes(configuration, experiment->swept[i]))
                return true;
        return false;
    default:
        return true;
    }
}

/* ---- Points ---- */

static int add_copy(struct experiment *experiment, const struct point *point,
                    bool twin)
{
    struct point copy = *point;
    struct point *points =
        reallocarray(experiment->points, experiment->npoints + 1,
                     sizeof *experiment->points);

    if (points == NULL)
        return -ENOMEM;
    experiment->points = points;
    copy.twin = twin;
    copy.refused = NULL;
    copy.label = strdup(point->label);
    if (copy.label == NULL)
        return -ENOMEM;
    int result = configuration_copy(&copy.configuration, &point->configuration);
    if (result != 0) {
        free(copy.label);
        return result;
    }
    points[experiment->npoints++] = copy;
    return 0;
}

int experiment_add_point(struct experiment *experiment,
                         const struct point *point)
{
    int result = add_copy(experiment, point, false);

    if (result == 0 && point->baseline)
        result = add_copy(experiment, point, true);
    return result;
}

/* ---- Files ---- */

/* In the order in which they are looked into; the first that holds experiments
 * is the folder of experiments. */
static const char *const folders[] = {
    "benches/experiments",
    HEDDLE_SOURCE "/benches/experiments",
    HEDDLE_SHARE "/experiments",
};

enum { NFOLDERS = sizeof folders / sizeof *folders };

char *experiment_find(const char *name)
{
    char *path;

    /* What looks like a path is one: its reader says if it is not there. */
    if (strchr(name, '/') != NULL || strstr(name, ".json") != NULL)
        return strdup(name);
    for (size_t i = 0; i < NFOLDERS; i++) {
        if (asprintf(&path, "%s/%s.json", folders[i], name) < 0)
            return NULL;
        if (access(path, F_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

static char *name_of_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(base, '.');

    return strndup(base, dot != NULL ? (size_t)(dot - base) : strlen(base));
}

size_t experiment_names(char ***ret)
{
    glob_t found;
    size_t n = 0;
    int result = GLOB_NOMATCH;

    *ret = NULL;
    for (size_t i = 0; i < NFOLDERS && result == GLOB_NOMATCH; i++) {
        char pattern[sizeof HEDDLE_SOURCE + sizeof HEDDLE_SHARE + 40];
        snprintf(pattern, sizeof pattern, "%s/*.json", folders[i]);
        result = glob(pattern, 0, NULL, &found);
    }
    if (result != 0)
        return 0;
    *ret = calloc(found.gl_pathc, sizeof **ret);
    for (size_t i = 0; *ret != NULL && i < found.gl_pathc; i++) {
        (*ret)[n] = name_of_path(found.gl_pathv[i]);
        if ((*ret)[n] != NULL)
            n++;
    }
    globfree(&found);
    return n;
}

void experiment_names_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

/* What one file asks, or what is wrong with it. */
static json_t *summary(const char *name)
{
    struct complaint complaint = {""};
    struct experiment *experiment = NULL;
    char *path = experiment_find(name);

    if (path == NULL)
        return NULL;
    json_t *entry =
        experiment_load(path, cores_usable(""), &experiment, &complaint) == 0
            ? json_pack("{s:s, s:s, s:s?}", "name", name, "summary",
                        experiment->question, "group", experiment->group)
            : json_pack("{s:s, s:s, s:n}", "name", name, "summary",
                        complaint.text, "group");
    experiment_free(experiment);
    free(path);
    return entry;
}

json_t *experiment_list(void)
{
    char **names;
    size_t n = experiment_names(&names);
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, summary(names[i]));
    experiment_names_free(names, n);
    return list;
}
