/* SPDX-License-Identifier: MIT */
/*
 * What a panel varies from point to point: workers, tasks, the rate, or any
 * settings of models and workloads, several of them in step. Look at
 * read_settings: the first setting counts as x, the others go along. Texts have
 * no place on an axis: they make rows, each named by its text.
 */
#include "harness/session/experiment_sweep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/cpython/cpython.h"
#include "harness/session/reader.h"
#include "harness/session/session.h"

/* ---- Lists of numbers ---- */

/* All numbers as long as they are few, then those of the form 2^k and 3 2^k. */
static void fill_to_twice_cores(struct draft *draft)
{
    uint64_t last = 2 * (uint64_t)draft->ncores;

    draft->nvalues = 0;
    for (uint64_t n = 1; n < last && draft->nvalues < SWEEP_VALUES_MAX - 1;) {
        draft->values[draft->nvalues++] = n;
        bool power = (n & (n - 1)) == 0;
        n += last <= 8 || n < 4 ? 1 : power ? n / 2 : n / 3;
    }
    draft->values[draft->nvalues++] = last;
}

static int read_values(struct reader *reader, struct draft *draft,
                       const json_t *list, const char *key, uint64_t min,
                       uint64_t max)
{
    size_t n = json_array_size(list);

    if (n < 1 || n > SWEEP_VALUES_MAX)
        return reader_fault(reader, key,
                            "%s must be a list of 1 to %d numbers: [1, 2, 4]",
                            key, SWEEP_VALUES_MAX);
    draft->nvalues = n;
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_array_get(list, i);
        json_int_t number = json_integer_value(value);
        if (!json_is_integer(value) || number < 0 || (uint64_t)number < min ||
            (uint64_t)number > max ||
            (i > 0 && (uint64_t)number <= draft->values[i - 1]))
            return reader_fault(reader, key,
                                "%s must be whole numbers from %" PRIu64
                                " to %" PRIu64 ", rising",
                                key, min, max);
        draft->values[i] = (uint64_t)number;
    }
    return 0;
}

static int read_workers(struct reader *reader, struct draft *draft,
                        const json_t *list)
{
    const char *words = json_string_value(list);

    if (words == NULL)
        return read_values(reader, draft, list, "workers", 1, WORKERS_LIMIT);
    if (strcmp(words, "1 to 2*cores") != 0)
        return reader_fault(reader, "workers",
                            "workers must be a list of numbers, or \"1 to "
                            "2*cores\"");
    fill_to_twice_cores(draft);
    return 0;
}

/* ---- Settings ---- */

static int read_texts(struct reader *reader, struct draft *draft,
                      const char *name, const json_t *list)
{
    size_t n = json_array_size(list);

    if (n > SWEEP_VALUES_MAX)
        return reader_fault(reader, name, "%s must be a list of 1 to %d texts",
                            name, SWEEP_VALUES_MAX);
    for (size_t i = 0; i < n; i++)
        if (json_string_value(json_array_get(list, i)) == NULL)
            return reader_fault(reader, name,
                                "%s must be texts, all of them: [\"a\", \"b\"]",
                                name);
    draft->nvalues = n;
    draft->texts = true;
    draft->sweep = SWEEP_NONE;
    return 0;
}

/* The first setting says how many steps there are. */
static int read_steps(struct reader *reader, struct draft *draft,
                      const char *name, const json_t *list)
{
    return json_is_string(json_array_get(list, 0))
               ? read_texts(reader, draft, name, list)
               : read_values(reader, draft, list, name, 0, READER_NUMBER_MAX);
}

/* Panels share a chart, and so its axis. */
static int note_setting(struct reader *reader, struct draft *draft,
                        const char *name, size_t index)
{
    struct experiment *experiment = draft->experiment;

    if (draft->panel == 0) {
        int err = experiment_add_swept(experiment, name);
        return err == 0 ? 0
               : err == -E2BIG
                   ? reader_fault(reader, name, "at most %d settings in step",
                                  EXPERIMENT_SWEPT_MAX)
                   : reader_fault(reader, name, "no memory");
    }
    if (index >= experiment->nswept ||
        strcmp(experiment->swept[index], name) != 0)
        return reader_fault(reader, name,
                            "all panels must sweep the same settings, they "
                            "share a chart");
    return 0;
}

static int read_setting(struct reader *reader, struct draft *draft,
                        const char *name, const json_t *list, size_t index)
{
    if (index == 0 && read_steps(reader, draft, name, list) != 0)
        return -EINVAL;
    if (!json_is_array(list) || json_array_size(list) != draft->nvalues)
        return reader_fault(reader, name,
                            "%s must be a list of %zu: settings that are swept "
                            "together go in step",
                            name, draft->nvalues);
    return draft->texts ? 0 : note_setting(reader, draft, name, index);
}

static int read_settings(struct reader *reader, struct draft *draft,
                         const json_t *settings)
{
    size_t index = 0;
    const char *name;
    json_t *list;

    if (json_object_size(settings) == 0)
        return reader_fault(reader, "set",
                            "set must be an object of lists: "
                            "{\"gil.interval_us\": [500, 5000]}");
    size_t mark = reader_enter(reader, "set");
    json_object_foreach((json_t *)(uintptr_t)settings, name, list)
    {
        if (read_setting(reader, draft, name, list, index++) != 0)
            return -EINVAL;
    }
    draft->settings = settings;
    reader_leave(reader, mark);
    return 0;
}

/* ---- Any sweep ---- */

static int read_any(struct reader *reader, const json_t *panel,
                    struct draft *draft)
{
    static const char *const keys[] = {"workers", "tasks", "rate_per_s", "set",
                                       NULL};
    static const enum sweep sweeps[] = {SWEEP_WORKERS, SWEEP_TASKS, SWEEP_RATE,
                                        SWEEP_SETTING};
    const json_t *sweep = json_object_get(panel, "sweep"), *list = NULL;
    int result;

    draft->nvalues = 1;
    if (sweep == NULL)
        return 0;
    size_t mark = reader_enter(reader, "sweep");
    if (reader_check_keys(reader, sweep, keys) != 0)
        return -EINVAL;
    if (json_object_size(sweep) != 1)
        return reader_fault(reader, NULL,
                            "a sweep is over workers, tasks, rate_per_s or "
                            "set: {\"workers\": [1, 2, 4]}");
    for (size_t i = 0; keys[i] != NULL && list == NULL; i++) {
        list = json_object_get(sweep, keys[i]);
        draft->sweep = sweeps[i];
    }
    if (draft->sweep == SWEEP_WORKERS)
        result = read_workers(reader, draft, list);
    else if (draft->sweep == SWEEP_TASKS)
        result = read_values(reader, draft, list, "tasks", 1, TASKS_LIMIT);
    else if (draft->sweep == SWEEP_RATE)
        result = read_values(reader, draft, list, "rate_per_s", 1, RATE_LIMIT);
    else
        result = read_settings(reader, draft, list);
    if (result != 0)
        return result;
    reader_leave(reader, mark);
    return 0;
}

int sweep_read(struct reader *reader, const json_t *panel, struct draft *draft)
{
    struct experiment *experiment = draft->experiment;

    if (read_any(reader, panel, draft) != 0)
        return -EINVAL;
    if (draft->panel == 0)
        experiment->sweep = draft->sweep;
    return experiment->sweep == draft->sweep &&
                   (draft->texts ||
                    json_object_size(draft->settings) == experiment->nswept)
               ? 0
               : reader_fault(reader, NULL,
                              "all panels must sweep the same, they share a "
                              "chart");
}

bool sweep_touches(const struct draft *draft, const struct model *model)
{
    struct configuration c = {.model = model, .workload = draft->workload};
    const char *name;
    json_t *list;

    if (!draft->texts)
        return experiment_sweeps(draft->experiment, &c);
    json_object_foreach((json_t *)(uintptr_t)draft->settings, name, list)
    {
        if (configuration_takes(&c, name))
            return true;
    }
    return false;
}

void sweep_name(const struct draft *draft, const struct model *model,
                size_t step, char label[READER_NAME])
{
    size_t length = strlen(label);

    if (!draft->texts || !sweep_touches(draft, model))
        return;
    void *first = json_object_iter((json_t *)(uintptr_t)draft->settings);
    const char *text =
        json_string_value(json_array_get(json_object_iter_value(first), step));
    if (draft->nchoices == 1)
        snprintf(label, READER_NAME, "%s", text);
    else
        snprintf(label + length, READER_NAME - length, ", %s", text);
}

static bool is_taken(const struct draft *draft, const char *name)
{
    const struct experiment *experiment = draft->experiment;

    /* Those that it was meant for may not be on this machine. */
    if (experiment->left_out != NULL && cpython_is_request(name))
        return true;
    /* All panels sweep the same; this one may leave it to one before it. */
    for (size_t i = 0; i < experiment->npoints; i++)
        if (configuration_takes(&experiment->points[i].configuration, name))
            return true;
    return false;
}

int sweep_check_settings(struct reader *reader, const struct draft *draft)
{
    const char *name;
    json_t *list;

    json_object_foreach((json_t *)(uintptr_t)draft->settings, name, list)
    {
        /* The CPythons that it is for need not be on this machine. */
        if (is_taken(draft, name) || cpython_is_request(name))
            continue;
        reader_enter(reader, "sweep");
        reader_enter(reader, "set");
        return reader_fault(reader, name,
                            "%s is a setting of nothing in this panel", name);
    }
    return 0;
}

static bool is_swept(const struct draft *draft, const char *name)
{
    char rate[READER_NAME + sizeof ".rate_per_s"];

    snprintf(rate, sizeof rate, "%s.rate_per_s", draft->workload->name);
    return json_object_get(draft->settings, name) != NULL ||
           (draft->sweep == SWEEP_RATE && strcmp(name, rate) == 0);
}

int sweep_check_set(struct reader *reader, const struct draft *draft,
                    const json_t *object)
{
    json_t *set = json_object_get(object, "set"), *value;
    const char *name;

    json_object_foreach(set, name, value)
    {
        if (!is_swept(draft, name))
            continue;
        reader_enter(reader, "set");
        return reader_fault(reader, name,
                            "the sweep sets %s: leave it out here", name);
    }
    return 0;
}

static int apply_rate(struct reader *reader, const struct draft *draft,
                      size_t step, struct configuration *c)
{
    struct complaint complaint;
    char setting[128];

    snprintf(setting, sizeof setting, "%s.rate_per_s=%" PRIu64,
             c->workload->name, draft->values[step]);
    return configuration_set(c, setting, &complaint) == 0
               ? 0
               : reader_fault(reader, "sweep", "%s", complaint.text);
}

int sweep_apply(struct reader *reader, const struct draft *draft, size_t step,
                struct configuration *c)
{
    const char *name;
    json_t *list;

    if (draft->sweep == SWEEP_RATE)
        return apply_rate(reader, draft, step, c);
    if (draft->settings == NULL)
        return 0;
    size_t mark = reader_enter(reader, "sweep");
    reader_enter(reader, "set");
    json_object_foreach((json_t *)(uintptr_t)draft->settings, name, list)
    {
        if (reader_setting(reader, name, json_array_get(list, step), c) != 0)
            return -EINVAL;
    }
    reader_leave(reader, mark);
    return 0;
}
