/* SPDX-License-Identifier: MIT */
/*
 * result.json and hyperfine.json. Plain building of values; look at result_save
 * for how a file appears whole or not at all.
 */
#include "harness/session/result.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/session/against.h"
#include "harness/session/experiment.h"
#include "harness/session/result_parts.h"
#include "harness/session/session.h"

/* ---- Values ---- */

json_t *part_integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

json_t *part_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *part_figure(int64_t value)
{
    return value == FIGURE_UNKNOWN ? json_null() : json_integer(value);
}

json_t *part_digest(uint64_t digest)
{
    char text[24];

    snprintf(text, sizeof text, "0x%016" PRIx64, digest);
    return json_string(text);
}

json_t *part_id(const struct session *session, unsigned point)
{
    char text[256];

    session_point_id(session, point, text, sizeof text);
    return json_string(text);
}

/* ---- Parts ---- */

json_t *result_run(const struct session *session, const struct run *run)
{
    return json_pack(
        "{s:o, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:s, s:s?, s:O, s:o, s:o, s:o}",
        "configuration", part_id(session, run->point), "block", (int)run->block,
        "position", (int)run->position, "start_ns", part_integer(run->start_ns),
        "wall_ns", part_integer(run->wall_ns), "startup_ns",
        part_integer(run->startup_ns), "run_ns", part_integer(run->run_ns),
        "shutdown_ns", part_integer(run->shutdown_ns), "user_ns",
        part_integer(run->user_ns), "system_ns", part_integer(run->system_ns),
        "voluntary_switches", part_integer(run->voluntary_switches),
        "involuntary_switches", part_integer(run->involuntary_switches),
        "peak_rss_bytes", part_integer(run->peak_rss_bytes), "peer_cpu_ns",
        part_integer(run->peer_cpu_ns), "digest", part_digest(run->digest),
        "steps", part_integer(run->steps), "bytes", part_integer(run->bytes),
        "status", run_status_names[run->status], "error", run->error, "metrics",
        run->metrics, "minor_faults", part_figure(run->minor_faults),
        "major_faults", part_figure(run->major_faults), "noise",
        figures_json(noise_names, run->noise.figures, NOISE_FIGURES));
}

static json_t *runs_json(const struct session *session)
{
    json_t *runs = json_array();
    json_t *flags = part_flags(session);

    for (size_t i = 0; i < session->nruns; i++) {
        json_t *run = result_run(session, &session->runs[i]);
        json_object_set(run, "flags", json_array_get(flags, i));
        json_array_append_new(runs, run);
    }
    json_decref(flags);
    return runs;
}

/* All of them, defaults too: a later version may have others. */
static void add_settings(json_t *set, const char *owner,
                         const struct parameter *parameters, size_t n,
                         const union value *values)
{
    char name[128];

    for (size_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s.%s", owner, parameters[i].name);
        json_object_set_new(set, name,
                            parameters[i].text != NULL
                                ? json_string(values[i].text)
                                : part_integer(values[i].number));
    }
}

static json_t *set_json(const struct configuration *c)
{
    json_t *set = json_object();

    add_settings(set, c->workload->name, c->workload->parameters,
                 c->workload->nparameters, c->workload_values);
    add_settings(set, c->model->name, c->model->parameters,
                 c->model->nparameters, c->model_values);
    return set;
}

static json_t *configuration_json(const struct session *session, unsigned point)
{
    const struct point *p = &session->points[point];
    const struct configuration *c = &p->configuration;

    return json_pack(
        "{s:o, s:s, s:i, s:s, s:o, s:b, s:b, s:s, s:s, s:i, s:o, s:o, s:o, "
        "s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s?, s:o, s:s}",
        "id", part_id(session, point), "experiment",
        session->experiments[p->experiment]->name, "panel", (int)p->panel,
        "label", p->label, "x", part_integer(p->x), "baseline",
        (int)p->baseline, "twin", (int)p->twin, "workload", c->workload->name,
        "model", c->model->name, "workers", (int)c->workers, "inflight",
        part_integer(c->inflight), "tasks", part_integer(c->ntasks), "seed",
        part_integer(c->seed), "pin", (int)c->pin, "set", set_json(c), "digest",
        part_digest(p->digest), "steps", part_integer(p->steps),
        "longest_steps", part_integer(p->longest_steps), "shortest_steps",
        part_integer(p->shortest_steps), "bytes", part_integer(p->bytes),
        "sum_wait_ns", part_integer(p->sum_wait_ns), "longest_wait_ns",
        part_integer(p->longest_wait_ns), "reference_ns",
        part_integer(p->reference_ns), "refused", p->refused, "counters",
        counters_json(&p->counters, c->ntasks), "program",
        p->other ? "other" : "this");
}

static json_t *configurations_json(const struct session *session)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < session->npoints; i++)
        json_array_append_new(list, configuration_json(session, i));
    return list;
}

static json_t *swept_json(const struct experiment *e)
{
    json_t *names = json_array();

    for (size_t i = 0; i < e->nswept; i++)
        json_array_append_new(names, json_string(e->swept[i]));
    return names;
}

static json_t *metrics_json(const struct experiment *e)
{
    json_t *names = json_array();

    for (size_t i = 0; i < e->nmetrics; i++)
        json_array_append_new(names, json_string(e->metrics[i].name));
    return names;
}

static json_t *experiment_json(const struct experiment *e)
{
    json_t *panels = json_array();

    for (size_t i = 0; i < e->npanels; i++)
        json_array_append_new(panels,
                              json_pack("{s:s}", "title", e->panel_titles[i]));
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:o, s:i, s:i, s:o, s:i, s:s?, "
        "s:o, s:o, s:s?}",
        "name", e->name, "question", e->question, "chart",
        chart_names[e->chart], "sweep", sweep_names[e->sweep], "quick",
        (int)e->quick, "memory", (int)e->memory, "allow_holes",
        (int)e->allow_holes, "panels", panels, "blocks_min", (int)e->blocks_min,
        "blocks_max", (int)e->blocks_max, "budget_s", part_integer(e->budget_s),
        "blocks", (int)e->nblocks, "stop_reason", e->stop_reason, "swept",
        swept_json(e), "metrics", metrics_json(e), "compare", e->compared.name);
}

static json_t *plan_json(const struct session *session)
{
    json_t *experiments = json_array();

    for (size_t i = 0; i < session->nexperiments; i++) {
        json_t *experiment = experiment_json(session->experiments[i]);
        if (session->experiments[i]->trace)
            json_object_set_new(experiment, "trace", json_true());
        json_array_append_new(experiments, experiment);
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "target_ratio",
                     part_real(session->target_ratio), "budget_s",
                     part_integer(session->budget_s), "timeout_s",
                     part_integer(session->timeout_s), "blocks",
                     part_integer(session->nblocks), "experiments",
                     experiments);
}

static json_t *against_json(const struct against *against)
{
    return against == NULL
               ? json_null()
               : json_pack("{s:s, s:s, s:s, s:s?}", "path", against->path,
                           "version", against->version, "commit",
                           against->commit, "build_id", against->build_id);
}

static json_t *session_json(const struct session *session)
{
    const char letter[2] = {session->grade.letter, '\0'};

    json_t *resumed = session->resumed_utc != NULL
                          ? json_incref(session->resumed_utc)
                          : json_array();

    return json_pack(
        "{s:s, s:s, s:o, s:o, s:O, s:s, s:s, s:b, s:s?, s:s, s:s, s:o, s:o, "
        "s:o, s:o, s:s?, s:o, s:o}",
        "id", session->id, "started_utc", session->started_utc, "duration_s",
        part_real((double)session->duration_ns / (double)NS_PER_S), "seed",
        part_integer(session->seed), "argv", session->argv, "tool_version",
        session->tool_version, "git_commit", session->git_commit, "complete",
        (int)session->complete, "stop_reason", session->stop_reason,
        "noise_grade", letter, "noise_reason", session->grade.reason,
        "steal_ratio", part_real(session->steal_ratio), "aa_twin",
        part_aa_twin(session), "calibration", part_calibration(session),
        "reruns", part_reruns(session), "build_id", session->build_id,
        "resumed_utc", resumed, "against", against_json(session->against));
}

json_t *result_json(const struct session *session)
{
    return json_pack(
        "{s:s, s:s, s:o, s:O, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:O?}", "tool",
        RESULT_TOOL, "schema_version", RESULT_VERSION, "session",
        session_json(session), "environment", session->environment, "plan",
        plan_json(session), "configurations", configurations_json(session),
        "runs", runs_json(session), "estimates", part_estimates(session),
        "comparisons", part_comparisons(session), "scaling",
        part_scaling(session), "latency", part_latency(session),
        "environment_after", session->environment_after);
}

/* ---- Files ---- */

static int write_and_sync(FILE *file, json_t *value)
{
    if (json_dumpf(value, file, RESULT_NUMBERS | JSON_INDENT(1)) != 0 ||
        fputc('\n', file) == EOF || fflush(file) != 0 ||
        fsync(fileno(file)) != 0)
        return errno != 0 ? -errno : -EIO;
    return 0;
}

/* A new name is on the disk when its folder is. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd =
        folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    /* Some file systems cannot, and say so by EINVAL. */
    int result = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL) ? 0 : -errno;

    if (fd >= 0)
        close(fd);
    free(folder);
    return result;
}

int result_save(const char *path, json_t *value)
{
    char *temporary;

    if (value == NULL || asprintf(&temporary, "%s.part", path) < 0)
        return -ENOMEM;
    FILE *file = fopen(temporary, "we");
    int result = file != NULL ? 0 : -errno;
    if (file != NULL) {
        errno = 0;
        result = write_and_sync(file, value);
        fclose(file);
        if (result == 0 && rename(temporary, path) != 0)
            result = -errno;
        if (result != 0)
            unlink(temporary);
        else
            result = sync_folder(path);
    }
    free(temporary);
    return result;
}

static int save_in_folder(const struct session *session, const char *name,
                          json_t *value)
{
    char *path;

    if (asprintf(&path, "%s/%s", session->folder, name) < 0)
        return -ENOMEM;
    int result = result_save(path, value);
    free(path);
    return result;
}

int result_write_plan(const struct session *session)
{
    json_t *plan = result_json(session);
    int err = save_in_folder(session, "plan.json", plan);

    json_decref(plan);
    return err;
}

int result_write(const struct session *session)
{
    json_t *result = result_json(session);
    json_t *hyperfine = result_hyperfine(session);
    int err = save_in_folder(session, "result.json", result);

    if (err == 0)
        err = save_in_folder(session, "hyperfine.json", hyperfine);
    json_decref(hyperfine);
    json_decref(result);
    return err;
}
