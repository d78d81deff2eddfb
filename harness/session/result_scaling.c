/* SPDX-License-Identifier: MIT */
/*
 * "scaling" of result.json, from harness/session/scaling.h. What is null has a
 * sibling that says why.
 */
#include <math.h>
#include <stdlib.h>

#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/result_parts.h"
#include "harness/session/scaling.h"
#include "harness/session/session.h"

/* Adds a value, and beside it why it is missing, unless that is "". */
static void add(json_t *object, const char *key, json_t *value,
                const char *missing)
{
    char sibling[64];

    json_object_set_new(object, key, value);
    snprintf(sibling, sizeof sibling, "%s_missing", key);
    if (*missing != '\0')
        json_object_set_new(object, sibling, json_string(missing));
}

static json_t *interval_json(const struct stats_interval *i)
{
    return json_pack("{s:o, s:o, s:o}", "ratio", part_real(i->value),
                     "low_ratio", part_real(i->low), "high_ratio",
                     part_real(i->high));
}

static json_t *known(const struct stats_interval *i)
{
    return isnan(i->value) ? json_null() : interval_json(i);
}

/* NULL: it is not refused. */
static json_t *refusal_json(const struct session *session,
                            const struct scaling_point *p)
{
    char *text = NULL;
    size_t length;
    FILE *words;

    if (p->verdict != BOUND_BROKEN)
        return json_null();
    words = open_memstream(&text, &length);
    if (words == NULL)
        return NULL;
    bound_write_least(words, session, &p->bound, p->point);
    fputs("; suspect ", words);
    bound_write_suspects(words, session, &p->bound);
    json_t *value = fclose(words) == 0 ? json_string(text) : NULL;
    free(text);
    return value;
}

static json_t *point_json(const struct session *session,
                          const struct scaling_point *p)
{
    json_t *point =
        json_pack("{s:o, s:i, s:s, s:o}", "configuration",
                  part_id(session, p->point), "workers", (int)p->workers,
                  "bound_by", bound_reason_names[p->bound.reason], "refused",
                  refusal_json(session, p));

    add(point, "bound_ratio", part_real(p->bound.speedup_ratio),
        isnan(p->bound.speedup_ratio)
            ? "none applies: one worker, its own baseline, or a baseline of "
              "several workers"
            : "");
    add(point, "speedup", known(&p->speedup), p->no_speedup);
    add(point, "efficiency", known(&p->efficiency), p->no_efficiency);
    add(point, "karp_flatt", known(&p->serial), p->no_serial);
    if (*p->no_interval != '\0')
        json_object_set_new(point, "interval_missing",
                            json_string(p->no_interval));
    return point;
}

static json_t *peak_json(const struct scaling *s)
{
    const struct stats_interval *i = &s->fit.peak;
    json_t *peak = json_pack("{s:o, s:o}", "workers", part_real(i->value),
                             "low_workers", part_real(i->low));
    bool far = i->high > 2.0 * s->most_workers;

    add(peak, "high_workers", far ? json_null() : part_real(i->high),
        far ? "more than twice the workers that were measured" : "");
    return peak;
}

static json_t *usl_json(const struct scaling *s)
{
    return json_pack("{s:o, s:o, s:o, s:i}", "sigma",
                     interval_json(&s->fit.sigma), "kappa",
                     interval_json(&s->fit.kappa), "peak", peak_json(s),
                     "fitted_workers", (int)s->most_workers);
}

static json_t *amdahl_json(const struct scaling *s)
{
    return json_pack("{s:o, s:i}", "serial", interval_json(&s->fit.serial),
                     "fitted_workers", (int)s->most_workers);
}

static json_t *scaling_json(const struct session *session,
                            const struct scaling *s)
{
    json_t *points = json_array();
    json_t *scaling =
        json_pack("{s:s, s:i, s:s, s:s, s:o, s:o}", "experiment",
                  session->experiments[s->experiment]->name, "panel",
                  (int)s->panel, "model", s->model, "label", s->label,
                  "level_ratio", part_real(ESTIMATE_LEVEL), "points", points);

    for (size_t i = 0; i < s->npoints; i++)
        json_array_append_new(points, point_json(session, &s->points[i]));
    add(scaling, "amdahl", *s->no_amdahl != '\0' ? json_null() : amdahl_json(s),
        s->no_amdahl);
    add(scaling, "usl", *s->no_usl != '\0' ? json_null() : usl_json(s),
        s->no_usl);
    return scaling;
}

json_t *part_scaling(const struct session *session)
{
    json_t *list = json_array();

    for (unsigned e = 0; e < session->nexperiments; e++) {
        struct scaling *scalings;
        size_t n;
        if (scaling_experiment(session, e, &scalings, &n) != 0) {
            json_decref(list);
            return NULL;
        }
        for (size_t i = 0; i < n; i++)
            json_array_append_new(list, scaling_json(session, &scalings[i]));
        scaling_free(scalings, n);
    }
    return list;
}
