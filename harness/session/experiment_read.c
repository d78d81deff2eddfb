/* SPDX-License-Identifier: MIT */
/*
 * From an experiment's file to its points. Every check is made here, with the
 * line at hand: what gets past this file can be run. Look at read_panel for
 * what a panel is, and at add_points for the order of its points.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/cpython/cpython.h"
#include "harness/registry.h"
#include "harness/session/experiment.h"
#include "harness/session/experiment_metrics.h"
#include "harness/session/experiment_sweep.h"
#include "harness/session/reader.h"
#include "harness/session/session.h"

enum { BLOCKS_LIMIT = 1000, BUDGET_LIMIT_S = 86400 };

/* One entry of "models": a bare name stands for {"model": name}. */
struct entry {
    const struct model *model;
    const char *name; /* in the file */
    char label[READER_NAME];
    const json_t *object; /* NULL: a bare name */
};

/* ---- Names ---- */

static int find_workload(struct reader *reader, const char *name,
                         const struct workload **ret)
{
    const char *names[READER_NAMES_MAX];
    size_t n = 0, found = 0;

    for (; n < READER_NAMES_MAX && workloads[n] != NULL; n++)
        names[n] = workloads[n]->name;
    if (reader_choice(reader, "workload", name, names, n, &found) != 0)
        return -EINVAL;
    *ret = workloads[found];
    return 0;
}

static int find_model(struct reader *reader, const char *key, const char *name,
                      const struct model **ret)
{
    const char *names[READER_NAMES_MAX];
    size_t n = 0, found = 0;

    for (; n < READER_NAMES_MAX && models[n] != NULL; n++)
        names[n] = models[n]->name;
    if (reader_choice(reader, key, name, names, n, &found) != 0)
        return -EINVAL;
    *ret = models[found];
    return 0;
}

/* ---- One configuration ---- */

/* A number, "cores" or "tasks". */
static int read_amount(struct reader *reader, const json_t *object,
                       const char *key, const struct draft *draft,
                       uint64_t ntasks, uint64_t *ret)
{
    const json_t *value = json_object_get(object, key);
    const char *word = json_string_value(value);

    if (word != NULL && strcmp(word, "cores") == 0)
        *ret = draft->ncores;
    else if (word != NULL && strcmp(word, "tasks") == 0)
        *ret = ntasks;
    else if (word != NULL)
        return reader_fault(reader, key,
                            "%s must be a number, \"cores\" or \"tasks\"", key);
    return word != NULL
               ? 0
               : reader_number(reader, object, key, 1, WORKERS_LIMIT, ret);
}

/* Arrivals and the chart of latencies belong together: with arrivals a run
 * takes as long as its requests take to arrive, whatever the model does. */
static int check_arrivals(struct reader *reader, const struct draft *draft,
                          const struct configuration *c)
{
    bool latency = draft->experiment->chart == CHART_LATENCY;

    if (configuration_arrivals(c) == latency)
        return 0;
    return latency ? reader_fault(reader, NULL,
                                  "\"chart\": \"latency\" needs requests: set "
                                  "\"%s.arrivals\" to \"poisson\" or "
                                  "\"constant\"",
                                  c->workload->name)
                   : reader_fault(reader, NULL,
                                  "with %s.arrivals a run takes as long as its "
                                  "requests take to arrive: write \"chart\": "
                                  "\"latency\"",
                                  c->workload->name);
}

static int configure(struct reader *reader, const struct draft *draft,
                     const struct entry *entry, uint64_t x,
                     struct configuration *c)
{
    struct complaint complaint;
    uint64_t workers = draft->sweep == SWEEP_WORKERS ? x : 0;

    c->ntasks = draft->sweep == SWEEP_TASKS ? x : draft->ntasks;
    if (c->ntasks == 0)
        c->ntasks = draft->workload->ntasks;
    if (read_amount(reader, entry->object, "workers", draft, c->ntasks,
                    &workers) != 0 ||
        read_amount(reader, entry->object, "inflight", draft, c->ntasks,
                    &c->inflight) != 0 ||
        reader_settings(reader, entry->object, c) != 0)
        return -EINVAL;
    c->workers = (unsigned)workers;
    if (configuration_resolve(c, draft->ncores, &complaint) != 0)
        return reader_fault(reader, NULL, "%s", complaint.text);
    return check_arrivals(reader, draft, c);
}

/* By its label; a CPython's says what is not known beforehand. */
static bool is_baseline(const struct draft *draft, const struct entry *entry)
{
    return draft->baseline != NULL &&
           (strcmp(entry->label, draft->baseline) == 0 ||
            (cpython_is_request(entry->name) &&
             strcmp(entry->name, draft->baseline) == 0));
}

/* The configuration of the panel comes first, so that its "set" is complained
 * about at its own line. */
static int add_point(struct reader *reader, const struct draft *draft,
                     const json_t *panel, const struct entry *entry,
                     size_t index, size_t step)
{
    struct point point = {
        .panel = draft->panel,
        .label = (char *)(uintptr_t)entry->label, /* it is copied */
        .x = sweep_touches(draft, entry->model) ? draft->values[step] : 0,
        .baseline = is_baseline(draft, entry),
    };

    if (configuration_init(&point.configuration, entry->model,
                           draft->workload) != 0)
        return reader_fault(reader, NULL, "no memory");
    int result = reader_settings(reader, panel, &point.configuration);
    if (result == 0)
        result = sweep_apply(reader, draft, step, &point.configuration);
    if (result == 0) {
        size_t mark = reader_enter(reader, "models");
        reader_enter_element(reader, index);
        result = configure(reader, draft, entry, point.x, &point.configuration);
        if (result == 0)
            reader_leave(reader, mark);
    }
    if (result == 0 && experiment_add_point(draft->experiment, &point) != 0)
        result = reader_fault(reader, NULL, "no memory");
    configuration_fini(&point.configuration);
    return result;
}

/* ---- A panel ---- */

/* The element of "models" as it stands there. */
static int read_element(struct reader *reader, const struct draft *draft,
                        size_t index, struct entry *ret)
{
    static const char *const keys[] = {"model",    "label", "workers",
                                       "inflight", "set",   NULL};
    const json_t *value = json_array_get(draft->models, index);
    const char *label = NULL;

    *ret = (struct entry){.object = json_is_object(value) ? value : NULL,
                          .name = json_string_value(value)};
    if (ret->name == NULL) {
        if (reader_check_keys(reader, value, keys) != 0 ||
            reader_text(reader, value, "model", &ret->name) != 0 ||
            reader_name(reader, value, "label", &label) != 0)
            return -EINVAL;
        if (ret->name == NULL)
            return reader_fault(reader, NULL,
                                "\"model\" is missing: write {\"model\": "
                                "\"threads\", ...}, or only \"threads\"");
    }
    if (label != NULL)
        snprintf(ret->label, sizeof ret->label, "%s", label);
    if (draft->sweep == SWEEP_WORKERS &&
        json_object_get(value, "workers") != NULL)
        return reader_fault(reader, "workers",
                            "the sweep sets workers: leave them out here");
    if (sweep_check_set(reader, draft, ret->object) != 0)
        return -EINVAL;
    return 0;
}

static int read_entry(struct reader *reader, const struct draft *draft,
                      const struct choice *choice, size_t step,
                      struct entry *ret)
{
    int result = read_element(reader, draft, choice->element, ret);
    const struct cpython *cpython = choice->model->cpython;
    size_t length = strlen(ret->label);

    ret->model = choice->model;
    if (length == 0)
        snprintf(ret->label, sizeof ret->label, "%.*s", READER_NAME - 1,
                 cpython != NULL ? cpython->label : choice->model->name);
    else if (choice->one_of_all)
        snprintf(ret->label + length, sizeof ret->label - length, " %u.%u%s",
                 cpython->version.major, cpython->version.minor,
                 cpython->version.free_threaded ? "t" : "");
    sweep_name(draft, choice->model, step, ret->label);
    return result;
}

/* ---- Which models ---- */

static int add_choice(struct reader *reader, struct draft *draft,
                      size_t element, const struct model *model,
                      bool one_of_all)
{
    if (draft->nchoices == READER_NAMES_MAX)
        return reader_fault(reader, NULL, "these are more than %d models",
                            READER_NAMES_MAX);
    draft->choices[draft->nchoices++] =
        (struct choice){element, model, one_of_all};
    return 0;
}

/* Is it one of those that are left out already? */
static bool is_told(const char *left_out, const char *what)
{
    static const char between[] = ", no ";
    size_t length = strlen(what);

    while (left_out != NULL) {
        if (strncmp(left_out, what, length) == 0 &&
            (left_out[length] == '\0' || left_out[length] == ','))
            return true;
        left_out = strstr(left_out, between);
        left_out = left_out != NULL ? left_out + strlen(between) : NULL;
    }
    return false;
}

static int leave_out(struct reader *reader, struct experiment *experiment,
                     const char *what)
{
    char *before = experiment->left_out, *text;

    if (is_told(before, what))
        return 0;
    if (asprintf(&text, "%s%s%s", before != NULL ? before : "",
                 before != NULL ? ", no " : "", what) < 0)
        return reader_fault(reader, NULL, "no memory");
    free(before);
    experiment->left_out = text;
    return 0;
}

static int add_cpythons(struct reader *reader, struct draft *draft,
                        size_t element, const struct entry *entry)
{
    struct cpython_choice choice;
    struct complaint complaint;

    if (cpython_choose(entry->name, &choice, &complaint) != 0)
        return reader_fault(reader, entry->object != NULL ? "model" : NULL,
                            "%s", complaint.text);
    for (size_t i = 0; i < choice.nmodels; i++)
        if (add_choice(reader, draft, element, choice.models[i], choice.all) !=
            0)
            return -EINVAL;
    if (choice.nmodels > 0)
        return 0;
    draft->lacks_baseline = draft->lacks_baseline || is_baseline(draft, entry);
    return leave_out(reader, draft->experiment, choice.missing);
}

static int choose_models(struct reader *reader, struct draft *draft)
{
    size_t n = json_array_size(draft->models);
    size_t mark = reader_enter(reader, "models");
    const struct model *model = NULL;
    struct entry entry;

    if (n == 0 || n > READER_NAMES_MAX)
        return reader_fault(reader, NULL,
                            "models must be a list of 1 to %d: [\"fork\", ...]",
                            READER_NAMES_MAX);
    for (size_t i = 0; i < n; i++) {
        size_t here = reader_enter_element(reader, i);
        if (read_element(reader, draft, i, &entry) != 0)
            return -EINVAL;
        int result =
            cpython_is_request(entry.name)
                ? add_cpythons(reader, draft, i, &entry)
                : find_model(reader, entry.object != NULL ? "model" : NULL,
                             entry.name, &model);
        if (result == 0 && !cpython_is_request(entry.name))
            result = add_choice(reader, draft, i, model, false);
        if (result != 0)
            return -EINVAL;
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    return 0;
}

/* The labels of the rows at one x, or of all that texts make. */
struct labels {
    const char *all[READER_NAMES_MAX + 1]; /* ends with NULL */
    char texts[READER_NAMES_MAX][READER_NAME];
    size_t n;
    bool known; /* the baseline is among them */
};

static int add_label(struct reader *reader, const struct draft *draft,
                     const struct choice *choice, size_t step,
                     struct labels *labels)
{
    struct entry entry;

    if (read_entry(reader, draft, choice, step, &entry) != 0)
        return -EINVAL;
    for (size_t i = 0; i < labels->n; i++)
        if (strcmp(labels->all[i], entry.label) == 0)
            return reader_fault(reader, "models",
                                "two models are labelled \"%s\": give one a "
                                "\"label\" of its own",
                                entry.label);
    if (labels->n == READER_NAMES_MAX)
        return reader_fault(reader, NULL, "these are more than %d rows",
                            READER_NAMES_MAX);
    char *text = labels->texts[labels->n];
    snprintf(text, READER_NAME, "%s", entry.label);
    labels->all[labels->n++] = text;
    labels->known = labels->known || is_baseline(draft, &entry);
    return 0;
}

static int check_labels(struct reader *reader, const struct draft *draft)
{
    struct labels labels = {.n = 0};
    size_t nsteps = draft->texts ? draft->nvalues : 1, found = 0;

    for (size_t i = 0; i < draft->nchoices; i++) {
        const struct choice *choice = &draft->choices[i];
        bool once = !sweep_touches(draft, choice->model);
        for (size_t step = 0; step < (once ? 1 : nsteps); step++)
            if (add_label(reader, draft, choice, step, &labels) != 0)
                return -EINVAL;
    }
    if (draft->baseline == NULL)
        return reader_fault(reader, NULL,
                            "\"baseline\" is missing: name the model that the "
                            "others are compared with");
    return labels.known ? 0
                        : reader_choice(reader, "baseline", draft->baseline,
                                        labels.all, labels.n, &found);
}

static int add_points(struct reader *reader, const struct draft *draft,
                      const json_t *panel)
{
    for (size_t v = 0; v < draft->nvalues; v++) {
        for (size_t i = 0; i < draft->nchoices; i++) {
            const struct choice *choice = &draft->choices[i];
            struct entry entry;
            if (read_entry(reader, draft, choice, v, &entry) != 0)
                return -EINVAL;
            /* What the sweep does not touch stands there once. */
            if (v > 0 && !sweep_touches(draft, entry.model))
                continue;
            if (add_point(reader, draft, panel, &entry, choice->element, v) !=
                0)
                return -EINVAL;
        }
    }
    return 0;
}

/* ---- Titles ---- */

/* The title tells points of two panels apart. */
static int check_title(struct reader *reader,
                       const struct experiment *experiment, const char *title)
{
    if (json_array_size(json_object_get(reader->root, "panels")) < 2)
        return 0;
    if (title == NULL)
        return reader_fault(reader, NULL,
                            "\"title\" is missing: of several panels each "
                            "needs one");
    for (size_t i = 0; i < experiment->npanels; i++)
        if (strcmp(title, experiment->panel_titles[i]) == 0)
            return reader_fault(reader, "title", "two panels are titled \"%s\"",
                                title);
    return 0;
}

static int read_panel(struct reader *reader, const json_t *panel,
                      struct draft *draft)
{
    static const char *const keys[] = {"title",    "workload", "tasks", "set",
                                       "baseline", "models",   "sweep", NULL};
    struct experiment *experiment = draft->experiment;
    const char *title = NULL, *workload = NULL;

    if (reader_check_keys(reader, panel, keys) != 0 ||
        reader_name(reader, panel, "title", &title) != 0 ||
        reader_text(reader, panel, "workload", &workload) != 0 ||
        reader_text(reader, panel, "baseline", &draft->baseline) != 0 ||
        reader_number(reader, panel, "tasks", 1, TASKS_LIMIT, &draft->ntasks) !=
            0 ||
        sweep_read(reader, panel, draft) != 0)
        return -EINVAL;
    if (workload == NULL)
        return reader_fault(reader, NULL,
                            "\"workload\" is missing; see `heddle list`");
    if (find_workload(reader, workload, &draft->workload) != 0)
        return -EINVAL;
    if (check_title(reader, experiment, title) != 0 ||
        sweep_check_set(reader, draft, panel) != 0)
        return -EINVAL;
    draft->models = json_object_get(panel, "models");
    if (choose_models(reader, draft) != 0)
        return -EINVAL;
    if (draft->lacks_baseline)
        return 0; /* nothing is left to compare */
    experiment->panel_titles[draft->panel] = strdup(title != NULL ? title : "");
    if (experiment->panel_titles[draft->panel] == NULL)
        return reader_fault(reader, NULL, "no memory");
    experiment->npanels = draft->panel + 1;
    if (check_labels(reader, draft) != 0)
        return -EINVAL;
    return add_points(reader, draft, panel) == 0
               ? sweep_check_settings(reader, draft)
               : -EINVAL;
}

static int read_panels(struct reader *reader, unsigned ncores,
                       struct experiment *experiment)
{
    const json_t *panels = json_object_get(reader->root, "panels");
    size_t n = json_array_size(panels);
    size_t max = chart_panels_max(experiment->chart);
    size_t mark = reader_enter(reader, "panels");

    if (n < 1 || n > max)
        return reader_fault(reader, NULL,
                            "\"panels\" must be a list of 1 to %zu: "
                            "[{\"workload\": ...}]",
                            max);
    for (size_t i = 0; i < n; i++) {
        struct draft draft = {.experiment = experiment,
                              .panel = (unsigned)experiment->npanels,
                              .ncores = ncores};
        size_t here = reader_enter_element(reader, i);
        if (read_panel(reader, json_array_get(panels, i), &draft) != 0)
            return -EINVAL;
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    return 0;
}

/* ---- The experiment ---- */

/* The file's name is what people type; another one inside would only puzzle. */
static int check_name(struct reader *reader, const char *name)
{
    const char *slash = strrchr(reader->path, '/');
    const char *base = slash != NULL ? slash + 1 : reader->path;
    size_t length = strcspn(base, ".");

    if (name == NULL)
        return reader_fault(reader, NULL, "\"name\" is missing: write \"%.*s\"",
                            (int)length, base);
    if (strlen(name) != length || strncmp(name, base, length) != 0)
        return reader_fault(reader, "name",
                            "the name must be that of the file, \"%.*s\"",
                            (int)length, base);
    return 0;
}

static int read_blocks(struct reader *reader, struct experiment *experiment)
{
    static const char *const keys[] = {"min", "max", NULL};
    const json_t *blocks = json_object_get(reader->root, "blocks");
    uint64_t min = experiment->blocks_min, max = experiment->blocks_max;

    if (blocks == NULL)
        return 0;
    size_t mark = reader_enter(reader, "blocks");
    if (reader_check_keys(reader, blocks, keys) != 0 ||
        reader_number(reader, blocks, "min", 1, BLOCKS_LIMIT, &min) != 0 ||
        reader_number(reader, blocks, "max", 1, BLOCKS_LIMIT, &max) != 0)
        return -EINVAL;
    if (min > max)
        return reader_fault(reader, NULL,
                            "blocks: min, %" PRIu64 ", is above max, %" PRIu64,
                            min, max);
    experiment->blocks_min = (unsigned)min;
    experiment->blocks_max = (unsigned)max;
    reader_leave(reader, mark);
    return 0;
}

static int read_measure(struct reader *reader, struct experiment *experiment)
{
    static const char *const names[] = {"time", "memory"};
    const char *word = names[0];
    size_t which = 0;

    if (reader_text(reader, reader->root, "measure", &word) != 0 ||
        reader_choice(reader, "measure", word, names, 2, &which) != 0)
        return -EINVAL;
    experiment->memory = which == 1;
    bool memory = experiment->chart == CHART_MEMORY ||
                  experiment->chart == CHART_BYTES_PER_TASK;
    if (experiment->memory != memory)
        return reader_fault(reader, NULL,
                            "\"measure\": \"memory\" and \"chart\": \"memory\" "
                            "(or \"bytes-per-task\") belong together");
    return 0;
}

static int read_group(struct reader *reader, struct experiment *experiment)
{
    const char *group = NULL;

    if (reader_name(reader, reader->root, "group", &group) != 0)
        return -EINVAL;
    if (group == NULL)
        return 0;
    experiment->group = strdup(group);
    return experiment->group != NULL ? 0
                                     : reader_fault(reader, NULL, "no memory");
}

static int read_experiment(struct reader *reader, unsigned ncores,
                           struct experiment **ret)
{
    static const char *const keys[] = {
        "name",    "question",    "chart",  "group",    "quick",
        "measure", "allow_holes", "blocks", "budget_s", "metrics",
        "compare", "trace",       "panels", NULL};
    const char *name = NULL, *question = NULL, *chart = NULL;
    size_t which = 0;

    if (reader_check_keys(reader, reader->root, keys) != 0 ||
        reader_name(reader, reader->root, "name", &name) != 0 ||
        reader_text(reader, reader->root, "question", &question) != 0 ||
        reader_text(reader, reader->root, "chart", &chart) != 0 ||
        check_name(reader, name) != 0)
        return -EINVAL;
    if (question == NULL || chart == NULL)
        return reader_fault(reader, NULL, "\"%s\" is missing",
                            question == NULL ? "question" : "chart");
    if (reader_choice(reader, "chart", chart, chart_names, CHART_MAX, &which) !=
        0)
        return -EINVAL;
    struct experiment *experiment =
        experiment_new(name, question, (enum chart)which);
    if (experiment == NULL)
        return reader_fault(reader, NULL, "no memory");
    *ret = experiment;
    if (reader_flag(reader, reader->root, "quick", &experiment->quick) != 0 ||
        reader_flag(reader, reader->root, "trace", &experiment->trace) != 0 ||
        reader_flag(reader, reader->root, "allow_holes",
                    &experiment->allow_holes) != 0 ||
        reader_number(reader, reader->root, "budget_s", 1, BUDGET_LIMIT_S,
                      &experiment->budget_s) != 0 ||
        read_blocks(reader, experiment) != 0 ||
        read_measure(reader, experiment) != 0 ||
        read_group(reader, experiment) != 0 ||
        experiment_read_metrics(reader, reader->root, experiment) != 0)
        return -EINVAL;
    return read_panels(reader, ncores, experiment);
}

int experiment_load(const char *path, unsigned ncores, struct experiment **ret,
                    struct complaint *complaint)
{
    struct reader reader;
    struct experiment *experiment = NULL;
    int result = reader_init(&reader, path, complaint);

    if (result != 0)
        return result;
    result = read_experiment(&reader, ncores, &experiment);
    reader_fini(&reader);
    if (result != 0)
        experiment_free(experiment);
    else
        *ret = experiment;
    return result;
}
