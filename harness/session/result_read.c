/* SPDX-License-Identifier: MIT */
/*
 * result.json back into a session. A file of ours is trusted in its arithmetic
 * and not in its shape: whatever indexes memory is checked, the rest is only
 * read. Estimates are not read at all, they are made again from the runs.
 */
#include "harness/session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/registry.h"
#include "harness/session/against.h"
#include "harness/session/experiment.h"
#include "harness/session/result.h"

/* What is being read, and where complaints go. */
struct source {
    char *path;
    json_t *root;
    json_t *ids; /* from a configuration's id to its place */
    struct session *session;
    struct complaint *complaint;
};

static int refuse(struct source *source, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(struct source *source, const char *format, ...)
{
    char *text = source->complaint->text;
    size_t room = sizeof source->complaint->text;
    va_list arguments;

    int length = snprintf(text, room, "%s: ", source->path);
    if (length < 0 || (size_t)length >= room)
        return -EINVAL;
    va_start(arguments, format);
    vsnprintf(text + length, room - (size_t)length, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

/* For json_unpack_ex: which part lacks what. */
static int refuse_part(struct source *source, const char *part,
                       const json_error_t *error)
{
    return refuse(source, "%s: %s", part, error->text);
}

/* ---- Words ---- */

/* n if there is no such name. */
static unsigned find_name(const char *const *names, unsigned n,
                          const char *word)
{
    unsigned i = 0;

    while (i < n && strcmp(names[i], word) != 0)
        i++;
    return i;
}

static uint64_t read_digest(const char *text)
{
    return strtoull(text, NULL, 16);
}

/* From null or a text: NULL for what is no reason. */
static const char *read_reason(const json_t *value)
{
    const char *text = json_string_value(value);

    return text != NULL ? session_stop_reason(text) : NULL;
}

/* A new copy of a text, NULL for null. */
static char *read_optional(const json_t *value)
{
    const char *text = json_string_value(value);

    return text != NULL ? strdup(text) : NULL;
}

/* An integer of this or a later version, FIGURE_UNKNOWN if there is none. */
static int64_t read_figure(const json_t *object, const char *name)
{
    int64_t figure;

    figures_read(object, &name, &figure, 1);
    return figure;
}

/* ---- Session ---- */

/* What version 1.0 did not have, may be absent. */
static void read_reruns(const json_t *value, struct session *session)
{
    const json_t *causes =
        json_object_get(json_object_get(value, "reruns"), "causes");

    for (unsigned i = 0; i < NOISE_CAUSES; i++)
        session->reruns[i] = (unsigned)json_integer_value(
            json_object_get(causes, noise_cause_names[i]));
}

/* Since 1.1: which program it was, and when the session was continued. */
static void read_history(struct source *source)
{
    const json_t *session = json_object_get(source->root, "session");
    json_t *resumed = json_object_get(session, "resumed_utc");

    source->session->build_id =
        read_optional(json_object_get(session, "build_id"));
    if (json_is_array(resumed))
        source->session->resumed_utc = json_incref(resumed);
}

/* null or missing: nothing to compare with. */
static int read_against(struct source *source)
{
    const json_t *session = json_object_get(source->root, "session");
    json_t *value = json_object_get(session, "against"), *build_id;
    const char *path, *version, *commit;
    json_error_t error;

    if (value == NULL || json_is_null(value))
        return 0;
    if (json_unpack_ex(value, &error, 0, "{s:s, s:s, s:s, s:o}", "path", &path,
                       "version", &version, "commit", &commit, "build_id",
                       &build_id) != 0)
        return refuse_part(source, "session: against", &error);
    struct against *against = calloc(1, sizeof *against);
    if (against == NULL)
        return refuse(source, "no memory");
    source->session->against = against;
    against->fd = -1;
    against->path = strdup(path);
    against->version = strdup(version);
    against->commit = strdup(commit);
    against->build_id = read_optional(build_id);
    return against->path != NULL && against->version != NULL &&
                   against->commit != NULL
               ? 0
               : refuse(source, "no memory");
}

static int read_session(struct source *source)
{
    struct session *session = source->session;
    const char *id, *utc, *version, *commit, *letter, *reason;
    double duration_s;
    json_int_t seed;
    int complete;
    json_t *argv, *stop;
    json_error_t error;

    if (json_unpack_ex(
            json_object_get(source->root, "session"), &error, 0,
            "{s:s, s:s, s:F, s:I, s:o, s:s, s:s, s:b, s:o, s:s, s:s, s:F}",
            "id", &id, "started_utc", &utc, "duration_s", &duration_s, "seed",
            &seed, "argv", &argv, "tool_version", &version, "git_commit",
            &commit, "complete", &complete, "stop_reason", &stop, "noise_grade",
            &letter, "noise_reason", &reason, "steal_ratio",
            &session->steal_ratio) != 0)
        return refuse_part(source, "session", &error);
    session->id = strdup(id);
    session->started_utc = strdup(utc);
    session->tool_version = strdup(version);
    session->git_commit = strdup(commit);
    session->argv = json_incref(argv);
    read_history(source);
    session->environment =
        json_incref(json_object_get(source->root, "environment"));
    session->environment_after =
        json_incref(json_object_get(source->root, "environment_after"));
    read_reruns(json_object_get(source->root, "session"), session);
    /* Rounded: the next lower nanosecond would be written again otherwise. */
    session->duration_ns = (uint64_t)llround(duration_s * (double)NS_PER_S);
    session->seed = (uint64_t)seed;
    session->complete = complete != 0;
    session->stop_reason = read_reason(stop);
    session->grade.letter = *letter;
    snprintf(session->grade.reason, sizeof session->grade.reason, "%s", reason);
    return session->id != NULL && session->started_utc != NULL &&
                   session->tool_version != NULL && session->git_commit != NULL
               ? 0
               : refuse(source, "no memory");
}

/* Since schema 1.1; what an older file lacks stays 0. */
static int read_calibration(struct source *source)
{
    struct machine_calibration *calibration = &source->session->calibration;
    json_t *value = json_object_get(json_object_get(source->root, "session"),
                                    "calibration");
    json_error_t error;

    if (value == NULL || json_is_null(value))
        return 0;
    if (json_unpack_ex(value, &error, 0, "{s:F, s:F}", "median_ns",
                       &calibration->median_ns, "cv_ratio",
                       &calibration->cv_ratio) != 0)
        return refuse_part(source, "session.calibration", &error);
    if (calibration->median_ns <= 0 || calibration->cv_ratio < 0)
        return refuse(source,
                      "session.calibration: no such times are possible");
    return 0;
}

/* ---- Plan ---- */

static int read_panels(struct source *source, const json_t *panels,
                       struct experiment *experiment)
{
    experiment->npanels = json_array_size(panels);
    if (experiment->npanels < 1 || experiment->npanels > EXPERIMENT_PANELS_MAX)
        return refuse(source, "plan: %s has %zu panels", experiment->name,
                      experiment->npanels);
    for (size_t i = 0; i < experiment->npanels; i++) {
        const char *title = json_string_value(
            json_object_get(json_array_get(panels, i), "title"));
        experiment->panel_titles[i] = strdup(title != NULL ? title : "");
        if (experiment->panel_titles[i] == NULL)
            return refuse(source, "no memory");
    }
    return 0;
}

static int read_experiment(struct source *source, json_t *value)
{
    const char *name, *question, *chart, *sweep;
    int quick, memory, holes, min, max, nblocks;
    json_int_t budget_s;
    json_t *panels, *stop;
    json_error_t error;

    if (json_unpack_ex(
            value, &error, 0,
            "{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:o, s:i, s:i, s:I, s:i, "
            "s:o}",
            "name", &name, "question", &question, "chart", &chart, "sweep",
            &sweep, "quick", &quick, "memory", &memory, "allow_holes", &holes,
            "panels", &panels, "blocks_min", &min, "blocks_max", &max,
            "budget_s", &budget_s, "blocks", &nblocks, "stop_reason",
            &stop) != 0)
        return refuse_part(source, "plan", &error);
    unsigned which = find_name(chart_names, CHART_MAX, chart);
    unsigned swept = find_name(sweep_names, SWEEP_MAX, sweep);
    if (which == CHART_MAX || swept == SWEEP_MAX || nblocks < 0)
        return refuse(source, "plan: %s has an unknown chart or sweep", name);
    struct experiment *experiment =
        experiment_new(name, question, (enum chart)which);
    if (experiment == NULL)
        return refuse(source, "no memory");
    experiment->sweep = (enum sweep)swept;
    experiment->quick = quick != 0;
    experiment->memory = memory != 0;
    experiment->allow_holes = holes != 0;
    experiment->blocks_min = (unsigned)min;
    experiment->blocks_max = (unsigned)max;
    experiment->budget_s = (uint64_t)budget_s;
    experiment->nblocks = (unsigned)nblocks;
    experiment->stop_reason = read_reason(stop);
    int result = read_panels(source, panels, experiment);
    if (result == 0 && session_add_experiment(source->session, experiment) != 0)
        result = refuse(source, "no memory");
    if (result != 0)
        experiment_free(experiment);
    return result;
}

static int read_plan(struct source *source)
{
    struct session *session = source->session;
    json_int_t budget_s, timeout_s, nblocks;
    json_t *experiments, *value;
    json_error_t error;
    size_t i;

    if (json_unpack_ex(json_object_get(source->root, "plan"), &error, 0,
                       "{s:F, s:I, s:I, s:I, s:o}", "target_ratio",
                       &session->target_ratio, "budget_s", &budget_s,
                       "timeout_s", &timeout_s, "blocks", &nblocks,
                       "experiments", &experiments) != 0)
        return refuse_part(source, "plan", &error);
    session->budget_s = (uint64_t)budget_s;
    session->timeout_s = (uint64_t)timeout_s;
    session->nblocks = (uint64_t)nblocks;
    json_array_foreach(experiments, i, value)
    {
        int result = read_experiment(source, value);
        if (result != 0)
            return result;
    }
    return 0;
}

/* ---- Configurations ---- */

static int apply_set(struct source *source, json_t *set,
                     struct configuration *configuration)
{
    const char *key;
    json_t *value;
    struct complaint complaint;
    char setting[512];

    json_object_foreach(set, key, value)
    {
        if (json_is_integer(value))
            snprintf(setting, sizeof setting, "%s=%" JSON_INTEGER_FORMAT, key,
                     json_integer_value(value));
        else
            snprintf(setting, sizeof setting, "%s=%s", key,
                     json_is_string(value) ? json_string_value(value) : "");
        if (configuration_set(configuration, setting, &complaint) != 0)
            return refuse(source,
                          "configurations: %s; another version of this program "
                          "wrote it",
                          complaint.text);
    }
    return 0;
}

/* Which experiment it belongs to: those of one stand together, in the order of
 * the plan. */
static int find_experiment(struct source *source, const char *name,
                           unsigned panel, unsigned *ret)
{
    const struct session *session = source->session;

    for (unsigned i = 0; i < session->nexperiments; i++)
        if (strcmp(session->experiments[i]->name, name) == 0 &&
            panel < session->experiments[i]->npanels) {
            *ret = i;
            return 0;
        }
    return refuse(source, "configurations: no experiment %s with panel %u",
                  name, panel);
}

/* Missing before 1.1: there was only this one. */
static int read_program(struct source *source, const json_t *value,
                        struct point *point)
{
    const char *program = json_string_value(json_object_get(value, "program"));

    point->other = program != NULL && strcmp(program, "other") == 0;
    if (point->other && source->session->against == NULL)
        return refuse(source, "configurations: one is of another program, and "
                              "session.against does not say which");
    return 0;
}

static int read_names(struct source *source, json_t *value, struct point *point)
{
    const char *workload, *model, *experiment, *label;
    json_t *refused;
    json_error_t error;
    int panel;

    if (json_unpack_ex(value, &error, 0, "{s:s, s:i, s:s, s:s, s:s, s:o}",
                       "experiment", &experiment, "panel", &panel, "label",
                       &label, "workload", &workload, "model", &model,
                       "refused", &refused) != 0)
        return refuse_part(source, "configurations", &error);
    if (model_find(model) == NULL || workload_find(workload) == NULL)
        return refuse(source, "this program has no %s %s",
                      model_find(model) == NULL ? "model" : "workload",
                      model_find(model) == NULL ? model : workload);
    point->panel = (unsigned)panel;
    if (find_experiment(source, experiment, point->panel, &point->experiment) !=
        0)
        return -EINVAL;
    if (configuration_init(&point->configuration, model_find(model),
                           workload_find(workload)) != 0)
        return refuse(source, "no memory");
    point->label = strdup(label);
    point->refused = read_optional(refused);
    return read_program(source, value, point);
}

/* A count that files before version 1.1 lack: 0 then. */
static uint64_t read_count(const json_t *value, const char *key)
{
    json_int_t count = json_integer_value(json_object_get(value, key));
    return count > 0 ? (uint64_t)count : 0;
}

static int read_figures(struct source *source, json_t *value,
                        struct point *point)
{
    struct configuration *c = &point->configuration;
    json_int_t x, workers, inflight, ntasks, seed, steps, bytes, sum, longest,
        reference;
    int baseline, twin, pin;
    const char *digest;
    json_t *set;
    json_error_t error;

    if (json_unpack_ex(
            value, &error, 0,
            "{s:I, s:b, s:b, s:I, s:I, s:I, s:I, s:b, s:o, s:s, s:I, s:I, s:I, "
            "s:I, s:I}",
            "x", &x, "baseline", &baseline, "twin", &twin, "workers", &workers,
            "inflight", &inflight, "tasks", &ntasks, "seed", &seed, "pin", &pin,
            "set", &set, "digest", &digest, "steps", &steps, "bytes", &bytes,
            "sum_wait_ns", &sum, "longest_wait_ns", &longest, "reference_ns",
            &reference) != 0)
        return refuse_part(source, "configurations", &error);
    point->x = (uint64_t)x;
    point->baseline = baseline != 0;
    point->twin = twin != 0;
    point->digest = read_digest(digest);
    point->steps = (uint64_t)steps;
    point->longest_steps = read_count(value, "longest_steps");
    point->shortest_steps = read_count(value, "shortest_steps");
    point->bytes = (uint64_t)bytes;
    point->sum_wait_ns = (uint64_t)sum;
    point->longest_wait_ns = (uint64_t)longest;
    point->reference_ns = (uint64_t)reference;
    c->workers = (unsigned)workers;
    c->inflight = (uint64_t)inflight;
    c->ntasks = (uint64_t)ntasks;
    c->seed = (uint64_t)seed;
    c->pin = pin != 0;
    figures_read(json_object_get(value, "counters"), counter_names,
                 point->counters.figures, COUNTER_MAX);
    return apply_set(source, set, c);
}

static int read_configuration(struct source *source, json_t *value)
{
    struct session *session = source->session;
    const char *id = json_string_value(json_object_get(value, "id"));
    struct point point = {0};
    int result = read_names(source, value, &point);

    if (result != 0)
        return result;
    result = read_figures(source, value, &point);
    if (result == 0 && session->npoints > 0 &&
        point.experiment < session->points[session->npoints - 1].experiment)
        result = refuse(source, "configurations: not in the plan's order");
    if (result == 0 && (id == NULL || point.label == NULL))
        result = refuse(source, "configurations: one without id or label");
    if (result != 0) {
        point_fini(&point);
        return result;
    }
    json_object_set_new(source->ids, id,
                        json_integer((json_int_t)session->npoints));
    session->points[session->npoints++] = point;
    return 0;
}

static int read_configurations(struct source *source)
{
    json_t *list = json_object_get(source->root, "configurations"), *value;
    size_t i;

    struct point *points = reallocarray(
        source->session->points, json_array_size(list) + 1, sizeof *points);
    if (points == NULL)
        return refuse(source, "no memory");
    source->session->points = points;
    json_array_foreach(list, i, value)
    {
        int result = read_configuration(source, value);
        if (result != 0)
            return result;
    }
    return 0;
}

/* ---- Runs ---- */

/* Its point and its block are places in memory. */
static int read_place(struct source *source, json_t *value, struct run *run)
{
    const struct session *session = source->session;
    const char *id, *status, *digest;
    int block, position;
    json_t *metrics, *why;
    json_error_t error;

    if (json_unpack_ex(value, &error, 0, "{s:s, s:i, s:i, s:s, s:o, s:s, s:o}",
                       "configuration", &id, "block", &block, "position",
                       &position, "status", &status, "error", &why, "digest",
                       &digest, "metrics", &metrics) != 0)
        return refuse_part(source, "runs", &error);
    const json_t *place = json_object_get(source->ids, id);
    unsigned which = find_name(run_status_names, RUN_STATUS_MAX, status);
    if (place == NULL || which == RUN_STATUS_MAX)
        return refuse(source, "runs: unknown %s %s",
                      place == NULL ? "configuration" : "status",
                      place == NULL ? id : status);
    run->point = (unsigned)json_integer_value(place);
    unsigned experiment = session->points[run->point].experiment;
    if (block < 0 ||
        (unsigned)block >= session->experiments[experiment]->nblocks)
        return refuse(source, "runs: %s has no block %d", id, block);
    run->block = (unsigned)block;
    run->position = (unsigned)position;
    run->status = (enum run_status)which;
    run->digest = read_digest(digest);
    run->error = read_optional(why);
    run->metrics = json_incref(metrics);
    return 0;
}

static int read_times(struct source *source, json_t *value, struct run *run)
{
    const struct {
        const char *name;
        uint64_t *at;
    } fields[] = {
        {"start_ns", &run->start_ns},
        {"wall_ns", &run->wall_ns},
        {"startup_ns", &run->startup_ns},
        {"run_ns", &run->run_ns},
        {"shutdown_ns", &run->shutdown_ns},
        {"user_ns", &run->user_ns},
        {"system_ns", &run->system_ns},
        {"voluntary_switches", &run->voluntary_switches},
        {"involuntary_switches", &run->involuntary_switches},
        {"peak_rss_bytes", &run->peak_rss_bytes},
        {"peer_cpu_ns", &run->peer_cpu_ns},
        {"steps", &run->steps},
        {"bytes", &run->bytes},
    };

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const json_t *number = json_object_get(value, fields[i].name);
        if (!json_is_integer(number) || json_integer_value(number) < 0)
            return refuse(source, "runs: one has no %s", fields[i].name);
        *fields[i].at = (uint64_t)json_integer_value(number);
    }
    run->minor_faults = read_figure(value, "minor_faults");
    run->major_faults = read_figure(value, "major_faults");
    figures_read(json_object_get(value, "noise"), noise_names,
                 run->noise.figures, NOISE_FIGURES);
    return 0;
}

static int read_runs(struct source *source)
{
    json_t *list = json_object_get(source->root, "runs"), *value;
    size_t i;

    json_array_foreach(list, i, value)
    {
        struct run run = {0};
        int result = read_place(source, value, &run);
        if (result == 0)
            result = read_times(source, value, &run);
        if (result == 0 && session_add_run(source->session, &run) != 0)
            result = refuse(source, "no memory");
        if (result != 0) {
            run_fini(&run);
            return result;
        }
    }
    return 0;
}

/* ---- The file ---- */

static int open_file(struct source *source, json_t **ret)
{
    json_error_t error;

    *ret = json_load_file(source->path, 0, &error);
    if (*ret != NULL)
        return 0;
    if (json_error_code(&error) == json_error_premature_end_of_input)
        return refuse(source,
                      "it is cut off in line %d; the runs are in "
                      "samples.ndjson beside it",
                      error.line);
    return json_error_code(&error) == json_error_cannot_open_file
               ? refuse(source, "it cannot be read; a session is named by its "
                                "folder or by its result.json")
               : refuse(source, "line %d: %s", error.line, error.text);
}

static int check_version(struct source *source)
{
    const char *tool = json_string_value(json_object_get(source->root, "tool"));
    const char *version =
        json_string_value(json_object_get(source->root, "schema_version"));

    if (tool == NULL || strcmp(tool, RESULT_TOOL) != 0 || version == NULL)
        return refuse(source, "it is no result of heddle");
    if (strtoul(version, NULL, 10) != RESULT_VERSION_MAJOR)
        return refuse(source,
                      "its schema is version %s, this program reads %d: use "
                      "the program that wrote it, or a newer one",
                      version, RESULT_VERSION_MAJOR);
    return 0;
}

static int read_all(struct source *source)
{
    int result = check_version(source);

    if (result == 0)
        result = read_session(source);
    if (result == 0)
        result = read_calibration(source);
    if (result == 0)
        result = read_against(source);
    if (result == 0)
        result = read_plan(source);
    if (result == 0)
        result = read_configurations(source);
    if (result == 0)
        result = read_runs(source);
    return result;
}

/* The folder that a session's name stands for, and its file there: the name is
 * that of the folder, or of the file itself. Returns 0 or -ENOMEM. */
static int find_file(const char *name, char **folder, char **file)
{
    const char *slash = strrchr(name, '/');
    struct stat status;

    if (stat(name, &status) != 0 || !S_ISREG(status.st_mode)) {
        *folder = strdup(name);
        *file = strdup("result.json");
    } else if (slash == NULL) {
        *folder = strdup(".");
        *file = strdup(name);
    } else {
        /* "/x" lies in "/". */
        *folder = strndup(name, (size_t)(slash - name) + (slash == name));
        *file = strdup(slash + 1);
    }
    return *folder != NULL && *file != NULL ? 0 : -ENOMEM;
}

/* From the value, or if that is NULL from the file of that name. */
static int load(json_t *root, const char *folder, const char *name,
                struct session *ret, struct complaint *complaint)
{
    struct session session = {0};
    struct source source = {.session = &session, .complaint = complaint};
    json_t *own = NULL;
    int result = -ENOMEM;

    snprintf(complaint->text, sizeof complaint->text, "no memory");
    session.folder = strdup(folder);
    if (asprintf(&source.path, "%s/%s", folder, name) < 0)
        source.path = NULL;
    source.ids = json_object();
    if (session.folder != NULL && source.path != NULL && source.ids != NULL)
        result = root != NULL ? 0 : open_file(&source, &own);
    source.root = root != NULL ? root : own;
    if (result == 0)
        result = read_all(&source);
    json_decref(source.ids);
    json_decref(own);
    free(source.path);
    if (result != 0)
        session_fini(&session);
    else
        *ret = session;
    return result;
}

int session_load(const char *name, struct session *ret,
                 struct complaint *complaint)
{
    char *folder = NULL, *file = NULL;
    int result = find_file(name, &folder, &file);

    if (result == 0)
        result = load(NULL, folder, file, ret, complaint);
    else
        snprintf(complaint->text, sizeof complaint->text, "no memory");
    free(file);
    free(folder);
    return result;
}

int session_read(json_t *root, const char *folder, const char *name,
                 struct session *ret, struct complaint *complaint)
{
    return load(root, folder, name, ret, complaint);
}
