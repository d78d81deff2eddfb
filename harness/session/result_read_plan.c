/* SPDX-License-Identifier: MIT */
/*
 * The plan of result.json: what was to be measured, and how that ended. Look at
 * read_experiment_name: a name becomes a part of paths.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/session/experiment.h"
#include "harness/session/experiment_metrics.h"
#include "harness/session/result_read.h"
#include "harness/session/session.h"
#include "harness/stats/stats.h"

static int read_panel(struct source *source, const json_t *panel, char **ret)
{
    static const char *const keys[] = {"title", NULL, NULL};
    struct reader *reader = &source->reader;
    const char *title = "";

    if (result_read_keys(source, panel, keys) != 0 ||
        reader_words(reader, panel, "title", &title) != 0)
        return -EINVAL;
    /* One that is alone may have none. */
    if (*title != '\0' && reader_name(reader, panel, "title", &title) != 0)
        return -EINVAL;
    *ret = strdup(title);
    return *ret != NULL ? 0 : reader_fault(reader, NULL, "no memory");
}

static int read_panels(struct source *source, const json_t *value,
                       struct experiment *experiment)
{
    struct reader *reader = &source->reader;
    const json_t *panels = json_object_get(value, "panels");
    size_t n = json_array_size(panels);
    size_t max = chart_panels_max(experiment->chart);

    if (n < 1 || n > max)
        return reader_fault(reader, "panels",
                            "panels must be a list of 1 to %zu: "
                            "[{\"title\": \"\"}]",
                            max);
    size_t mark = reader_enter(reader, "panels");
    for (; experiment->npanels < n; experiment->npanels++) {
        size_t i = experiment->npanels;
        size_t here = reader_enter_element(reader, i);
        if (read_panel(source, json_array_get(panels, i),
                       &experiment->panel_titles[i]) != 0)
            return -EINVAL;
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    return 0;
}

/* Its name is that of its charts' files, so it must not lead elsewhere. */
static int read_experiment_name(struct source *source, const json_t *value,
                                const char **ret)
{
    struct reader *reader = &source->reader;
    const struct session *session = source->session;

    if (reader_name(reader, value, "name", ret) != 0)
        return -EINVAL;
    if (strchr(*ret, '.') != NULL)
        return reader_fault(reader, "name", "name must have no dot");
    for (size_t i = 0; i < session->nexperiments; i++)
        if (strcmp(session->experiments[i]->name, *ret) == 0)
            return reader_fault(reader, "name",
                                "two experiments are named \"%s\"", *ret);
    return 0;
}

static int make_experiment(struct source *source, const json_t *value,
                           struct experiment **ret)
{
    struct reader *reader = &source->reader;
    const char *name = "", *question = "", *chart = "", *sweep = "";
    size_t which = 0, swept = 0;

    if (read_experiment_name(source, value, &name) != 0 ||
        reader_words(reader, value, "question", &question) != 0 ||
        reader_words(reader, value, "chart", &chart) != 0 ||
        reader_choice(reader, "chart", chart, chart_names, CHART_MAX, &which) !=
            0 ||
        reader_words(reader, value, "sweep", &sweep) != 0 ||
        reader_choice(reader, "sweep", sweep, sweep_names, SWEEP_MAX, &swept) !=
            0)
        return -EINVAL;
    *ret = experiment_new(name, question, (enum chart)which);
    if (*ret == NULL)
        return reader_fault(reader, NULL, "no memory");
    (*ret)->sweep = (enum sweep)swept;
    return 0;
}

/* "OWNER.name"; it is shown, so it holds nothing that could not be. */
static bool is_setting(const char *name)
{
    return strchr(name, '.') != NULL &&
           name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.:")] ==
               '\0';
}

static int read_blocks(struct reader *reader, const json_t *value,
                       struct experiment *experiment)
{
    uint64_t min = 0, max = 0, nblocks = 0;

    if (reader_number(reader, value, "blocks_min", 0, STATS_BLOCKS_MAX, &min) !=
            0 ||
        reader_number(reader, value, "blocks_max", 0, STATS_BLOCKS_MAX, &max) !=
            0 ||
        reader_number(reader, value, "blocks", 0, STATS_BLOCKS_MAX, &nblocks) !=
            0)
        return -EINVAL;
    experiment->blocks_min = (unsigned)min;
    experiment->blocks_max = (unsigned)max;
    experiment->nblocks = (unsigned)nblocks;
    return 0;
}

/* Missing in older files, which cannot sweep settings. */
static int read_swept(struct reader *reader, const json_t *value,
                      struct experiment *experiment)
{
    const json_t *list = json_object_get(value, "swept");
    size_t n = json_array_size(list);

    if (n > EXPERIMENT_SWEPT_MAX || (list != NULL && !json_is_array(list)) ||
        (n > 0) != (experiment->sweep == SWEEP_SETTING))
        return reader_fault(reader, "swept",
                            "swept must be a list of at most %d settings, and "
                            "of one at least if the sweep is \"%s\"",
                            EXPERIMENT_SWEPT_MAX, sweep_names[SWEEP_SETTING]);
    size_t mark = reader_enter(reader, "swept");
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(list, i));
        if (name == NULL || !is_setting(name))
            return reader_fault(reader, NULL,
                                "settings are named like "
                                "\"gil.interval_us\"");
        if (experiment_add_swept(experiment, name) != 0)
            return reader_fault(reader, NULL, "no memory");
    }
    reader_leave(reader, mark);
    return 0;
}

static int read_experiment(struct source *source, const json_t *value)
{
    static const char *const keys[] = {
        "name",    "question",    "chart",    "sweep",      "quick",
        "memory",  "allow_holes", "panels",   "blocks_min", "blocks_max",
        "blocks",  "stop_reason", "budget_s", NULL,         "swept",
        "metrics", "compare",     "trace",    NULL};
    struct reader *reader = &source->reader;
    struct experiment *e = NULL;

    if (result_read_keys(source, value, keys) != 0 ||
        make_experiment(source, value, &e) != 0)
        return -EINVAL;
    int result = 0;
    if (reader_flag(reader, value, "quick", &e->quick) != 0 ||
        reader_flag(reader, value, "memory", &e->memory) != 0 ||
        reader_flag(reader, value, "trace", &e->trace) != 0 ||
        reader_flag(reader, value, "allow_holes", &e->allow_holes) != 0 ||
        reader_number(reader, value, "budget_s", 0, READER_NUMBER_MAX,
                      &e->budget_s) != 0 ||
        read_blocks(reader, value, e) != 0 ||
        result_read_stop_reason(reader, value, &e->stop_reason) != 0 ||
        read_swept(reader, value, e) != 0 ||
        experiment_read_metrics(reader, value, e) != 0 ||
        read_panels(source, value, e) != 0)
        result = -EINVAL;
    if (result == 0 && session_add_experiment(source->session, e) != 0)
        result = reader_fault(reader, NULL, "no memory");
    if (result != 0)
        experiment_free(e);
    return result;
}

static int read_experiments(struct source *source, const json_t *plan)
{
    enum { EXPERIMENTS_MAX = 1000 };
    struct reader *reader = &source->reader;
    const json_t *list;

    if (result_read_list(reader, plan, "experiments", &list) != 0)
        return -EINVAL;
    if (json_array_size(list) > EXPERIMENTS_MAX)
        return reader_fault(reader, "experiments",
                            "experiments must be %d at most", EXPERIMENTS_MAX);
    size_t mark = reader_enter(reader, "experiments");
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t here = reader_enter_element(reader, i);
        if (read_experiment(source, json_array_get(list, i)) != 0)
            return -EINVAL;
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    return 0;
}

int result_read_plan(struct source *source)
{
    static const char *const keys[] = {
        "target_ratio", "budget_s", "timeout_s", "blocks",
        "experiments",  NULL,       NULL};
    /* More precision than this nobody can want, and none is no target. */
    const double target_min = 1e-9;
    struct reader *reader = &source->reader;
    struct session *session = source->session;
    const json_t *plan = json_object_get(reader->root, "plan");
    size_t mark = reader_enter(reader, "plan");

    if (result_read_keys(source, plan, keys) != 0 ||
        reader_real(reader, plan, "target_ratio", target_min, 1,
                    &session->target_ratio) != 0 ||
        reader_number(reader, plan, "budget_s", 0, READER_NUMBER_MAX,
                      &session->budget_s) != 0 ||
        reader_number(reader, plan, "timeout_s", 0, READER_NUMBER_MAX,
                      &session->timeout_s) != 0 ||
        reader_number(reader, plan, "blocks", 0, STATS_BLOCKS_MAX,
                      &session->nblocks) != 0 ||
        read_experiments(source, plan) != 0)
        return -EINVAL;
    reader_leave(reader, mark);
    return 0;
}
