/* SPDX-License-Identifier: MIT */
/*
 * The configurations of result.json. Each is a place in memory for its runs and
 * a row of a table, so look at check_point for what rows of one table must have
 * in common.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/registry.h"
#include "harness/session/experiment.h"
#include "harness/session/result_read.h"
#include "harness/session/session.h"

enum {
    /* Work on points grows with the square of their number. */
    POINTS_MAX = 10000,
    WORKERS_MAX = 100000,
};

/* ---- One configuration ---- */

/* Where it belongs: those of one experiment stand together, in the order of the
 * plan. */
static int read_place(struct source *source, const json_t *value,
                      struct point *point)
{
    struct reader *reader = &source->reader;
    const struct session *session = source->session;
    const char *name = "";
    uint64_t panel = 0;
    unsigned i = 0;

    if (reader_words(reader, value, "experiment", &name) != 0 ||
        reader_number(reader, value, "panel", 0, EXPERIMENT_PANELS_MAX - 1,
                      &panel) != 0)
        return -EINVAL;
    while (i < session->nexperiments &&
           strcmp(session->experiments[i]->name, name) != 0)
        i++;
    if (i == session->nexperiments)
        return reader_fault(reader, "experiment",
                            "the plan has no experiment \"%s\"", name);
    if (panel >= session->experiments[i]->npanels)
        return reader_fault(reader, "panel", "%s has no panel %" PRIu64, name,
                            panel);
    if (session->npoints > 0 &&
        i < session->points[session->npoints - 1].experiment)
        return reader_fault(reader, "experiment",
                            "configurations must stand in the order of the "
                            "plan's experiments");
    point->experiment = i;
    point->panel = (unsigned)panel;
    return 0;
}

/* From here on the point owns something; on failure it does not. */
static int read_kind(struct source *source, const json_t *value,
                     struct point *point)
{
    struct reader *reader = &source->reader;
    const char *model = "", *workload = "", *label = "", *refused = NULL;

    if (reader_words(reader, value, "model", &model) != 0 ||
        reader_words(reader, value, "workload", &workload) != 0 ||
        reader_name(reader, value, "label", &label) != 0 ||
        reader_note(reader, value, "refused", &refused) != 0)
        return -EINVAL;
    if (model_find(model) == NULL)
        return reader_fault(reader, "model", "this program has no model \"%s\"",
                            model);
    if (workload_find(workload) == NULL)
        return reader_fault(reader, "workload",
                            "this program has no workload \"%s\"", workload);
    if (configuration_init(&point->configuration, model_find(model),
                           workload_find(workload)) != 0)
        return reader_fault(reader, NULL, "no memory");
    point->label = strdup(label);
    point->refused = refused != NULL ? strdup(refused) : NULL;
    if (point->label != NULL && (refused == NULL || point->refused != NULL))
        return 0;
    point_fini(point);
    return reader_fault(reader, NULL, "no memory");
}

static int read_numbers(struct source *source, const json_t *value,
                        struct point *point)
{
    struct configuration *c = &point->configuration;
    uint64_t workers = 0;
    const struct {
        const char *name;
        uint64_t *at;
        uint64_t min, max;
    } numbers[] = {
        {"x", &point->x, 0, READER_NUMBER_MAX},
        {"workers", &workers, 1, WORKERS_MAX},
        {"inflight", &c->inflight, 1, READER_NUMBER_MAX},
        {"tasks", &c->ntasks, 1, READER_NUMBER_MAX},
        {"seed", &c->seed, 0, READER_NUMBER_MAX},
        {"steps", &point->steps, 0, READER_NUMBER_MAX},
        {"longest_steps", &point->longest_steps, 0, READER_NUMBER_MAX},
        {"shortest_steps", &point->shortest_steps, 0, READER_NUMBER_MAX},
        {"bytes", &point->bytes, 0, READER_NUMBER_MAX},
        /* What is planned may take longer than anything that is measured. */
        {"sum_wait_ns", &point->sum_wait_ns, 0, INT64_MAX},
        {"longest_wait_ns", &point->longest_wait_ns, 0, INT64_MAX},
        {"reference_ns", &point->reference_ns, 0, READER_NUMBER_MAX},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (reader_number(&source->reader, value, numbers[i].name,
                          numbers[i].min, numbers[i].max, numbers[i].at) != 0)
            return -EINVAL;
    c->workers = (unsigned)workers;
    return 0;
}

/* Missing before 1.1: there was only this one. */
static int read_program(struct source *source, const json_t *value,
                        struct point *point)
{
    static const char *const programs[] = {"this", "other"};
    struct reader *reader = &source->reader;
    const char *program = programs[0];
    size_t which = 0;

    if (reader_words(reader, value, "program", &program) != 0 ||
        reader_choice(reader, "program", program, programs, 2, &which) != 0)
        return -EINVAL;
    point->other = which == 1;
    return point->other && source->session->against == NULL
               ? reader_fault(reader, "program",
                              "session.against does not say which other "
                              "program")
               : 0;
}

static int read_rest(struct source *source, const json_t *value,
                     struct point *point)
{
    struct reader *reader = &source->reader;

    if (read_numbers(source, value, point) != 0 ||
        reader_flag(reader, value, "baseline", &point->baseline) != 0 ||
        reader_flag(reader, value, "twin", &point->twin) != 0 ||
        reader_flag(reader, value, "pin", &point->configuration.pin) != 0 ||
        result_read_digest(reader, value, "digest", &point->digest) != 0 ||
        read_program(source, value, point) != 0 ||
        result_read_counters(source, value, &point->counters) != 0)
        return -EINVAL;
    return reader_settings(reader, value, &point->configuration);
}

/* ---- Together ---- */

/* The last point of the session, which has just been added: does it agree with
 * itself, and with another one of its table? */
static int check_point(struct source *source)
{
    struct reader *reader = &source->reader;
    const struct session *session = source->session;
    const struct point *point = &session->points[session->npoints - 1];

    if (point->twin && !point->baseline)
        return reader_fault(reader, "twin", "a twin must be a baseline, too");
    /* Each of ours is compared with the other's, see against_double. */
    if (session->against != NULL && point->baseline != point->other)
        return reader_fault(reader, "baseline",
                            "baseline must be %s: against another program, "
                            "that one's configurations are the baselines",
                            point->other ? "true" : "false");
    if (point->shortest_steps > point->longest_steps)
        return reader_fault(reader, "shortest_steps",
                            "shortest_steps must not be above longest_steps");
    for (size_t i = session->npoints - 1; i-- > 0;) {
        const struct point *other = &session->points[i];
        if (other->experiment != point->experiment)
            break;
        if (other->panel == point->panel)
            return other->configuration.workload ==
                           point->configuration.workload
                       ? 0
                       : reader_fault(reader, "workload",
                                      "a panel must have one workload");
    }
    return 0;
}

/* The last point's id, by which runs name it. */
static int add_id(struct source *source, const json_t *value)
{
    struct reader *reader = &source->reader;
    unsigned place = (unsigned)source->session->npoints - 1;
    const char *id = "";
    char made[256];

    if (reader_words(reader, value, "id", &id) != 0)
        return -EINVAL;
    session_point_id(source->session, place, made, sizeof made);
    if (strcmp(id, made) != 0)
        return reader_fault(reader, "id", "id must be \"%s\"", made);
    if (json_object_get(source->ids, id) != NULL)
        return reader_fault(reader, "id",
                            "two configurations have the id \"%s\"", id);
    return json_object_set_new(source->ids, id, json_integer(place)) == 0
               ? 0
               : reader_fault(reader, NULL, "no memory");
}

static int add_point(struct source *source, const json_t *value)
{
    static const char *const keys[] = {"id",
                                       "experiment",
                                       "panel",
                                       "label",
                                       "x",
                                       "baseline",
                                       "twin",
                                       "workload",
                                       "model",
                                       "workers",
                                       "inflight",
                                       "tasks",
                                       "seed",
                                       "pin",
                                       "set",
                                       "digest",
                                       "steps",
                                       "bytes",
                                       "sum_wait_ns",
                                       "longest_wait_ns",
                                       "refused",
                                       "reference_ns",
                                       NULL,
                                       "longest_steps",
                                       "shortest_steps",
                                       "counters",
                                       "program",
                                       NULL};
    struct session *session = source->session;
    struct point point = {0};

    if (result_read_keys(source, value, keys) != 0 ||
        read_place(source, value, &point) != 0 ||
        read_kind(source, value, &point) != 0)
        return -EINVAL;
    if (read_rest(source, value, &point) != 0) {
        point_fini(&point);
        return -EINVAL;
    }
    session->points[session->npoints++] = point;
    return check_point(source) == 0 ? add_id(source, value) : -EINVAL;
}

int result_read_points(struct source *source)
{
    struct reader *reader = &source->reader;
    const json_t *list;

    if (result_read_list(reader, reader->root, "configurations", &list) != 0)
        return -EINVAL;
    if (json_array_size(list) > POINTS_MAX)
        return reader_fault(reader, "configurations",
                            "configurations must be %d at most", POINTS_MAX);
    struct point *points = reallocarray(
        source->session->points, json_array_size(list) + 1, sizeof *points);
    if (points == NULL)
        return reader_fault(reader, NULL, "no memory");
    source->session->points = points;
    size_t mark = reader_enter(reader, "configurations");
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t here = reader_enter_element(reader, i);
        if (add_point(source, json_array_get(list, i)) != 0)
            return -EINVAL;
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    return 0;
}
