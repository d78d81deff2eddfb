/* SPDX-License-Identifier: MIT */
/*
 * What harness/session/estimate.h makes of a session, as values of result.json.
 * Nothing is computed here. A null says that so few blocks cannot
 * tell.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/metrics.h"
#include "harness/session/result_parts.h"
#include "harness/session/session.h"

static json_t *location_json(const struct session *session, unsigned point,
                             const struct quantity *quantity,
                             const struct stats_location *l)
{
    return json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}",
        "configuration", part_id(session, point), "quantity", quantity->name,
        "n", part_integer(l->n), "level_ratio", part_real(ESTIMATE_LEVEL),
        "median", part_real(l->median), "low", part_real(l->low), "high",
        part_real(l->high), "min", part_real(l->min), "max", part_real(l->max),
        "q1", part_real(l->q1), "q3", part_real(l->q3), "cv_ratio",
        part_real(l->cv_ratio), "drift", (int)l->drift);
}

/* What is shown, but not compared: the experiment's own metrics. Returns 0 or
 * -ENOMEM. */
static int add_metrics(const struct session *session, unsigned experiment,
                       const struct estimate *e, json_t *list)
{
    const struct experiment *own = session->experiments[experiment];
    const char *first = estimate_quantity(session, experiment)->name;
    const char *beside = estimate_quantity_beside(session, experiment)->name;

    for (size_t i = 0; i < own->nmetrics; i++) {
        const struct quantity *quantity = &own->metrics[i];
        struct stats_location l;
        if (strcmp(quantity->name, first) == 0 ||
            strcmp(quantity->name, beside) == 0)
            continue;
        int err = metrics_locate(session, e->point, quantity, &l);
        if (err != 0)
            return err;
        if (l.n > 0)
            json_array_append_new(
                list, location_json(session, e->point, quantity, &l));
    }
    return 0;
}

static int add_estimates(const struct session *session, unsigned experiment,
                         const struct estimate *estimates, size_t n,
                         json_t *list)
{
    const struct quantity *quantity = estimate_quantity(session, experiment);
    const struct quantity *beside =
        estimate_quantity_beside(session, experiment);

    for (size_t i = 0; i < n; i++) {
        const struct estimate *e = &estimates[i];
        if (e->location.n > 0)
            json_array_append_new(
                list, location_json(session, e->point, quantity, &e->location));
        if (e->beside.n > 0)
            json_array_append_new(
                list, location_json(session, e->point, beside, &e->beside));
        int err = add_metrics(session, experiment, e, list);
        if (err != 0)
            return err;
    }
    return 0;
}

static json_t *interval_json(const struct stats_ratio *r)
{
    return json_pack("{s:o, s:o, s:o}", "level_ratio", part_real(r->level),
                     "low_ratio", part_real(r->low), "high_ratio",
                     part_real(r->high));
}

static json_t *comparison_json(const struct session *session,
                               unsigned experiment, const struct estimate *e)
{
    const struct quantity *quantity = estimate_quantity(session, experiment);

    return json_pack(
        "{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o}",
        "configuration", part_id(session, e->point), "baseline",
        part_id(session, e->baseline), "quantity", quantity->name, "n",
        part_integer(e->ratio.n), "ratio", part_real(e->ratio.ratio),
        "interval", interval_json(&e->ratio), "joint_interval",
        interval_json(&e->joint), "median_difference",
        part_real(e->ratio.median_diff), "less_ratio",
        part_real(e->ratio.p_less), "p", part_real(e->ratio.p), "p_adjusted",
        part_real(e->p_adjusted), "verdict",
        estimate_verdict(session, experiment, e->verdict), "more_blocks",
        part_integer(e->more_blocks));
}

static int add_comparisons(const struct session *session, unsigned experiment,
                           const struct estimate *estimates, size_t n,
                           json_t *list)
{
    for (size_t i = 0; i < n; i++)
        if (estimates[i].compared)
            json_array_append_new(
                list, comparison_json(session, experiment, &estimates[i]));
    return 0;
}

typedef int add_function(const struct session *session, unsigned experiment,
                         const struct estimate *estimates, size_t n,
                         json_t *list);

static json_t *over_experiments(const struct session *session,
                                add_function *add)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < session->nexperiments; i++) {
        struct estimate *estimates;
        size_t n;
        int err = estimate_experiment(session, i, &estimates, &n);
        if (err == 0) {
            err = add(session, i, estimates, n, list);
            free(estimates);
        }
        if (err != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

json_t *part_estimates(const struct session *session)
{
    return over_experiments(session, add_estimates);
}

json_t *part_comparisons(const struct session *session)
{
    return over_experiments(session, add_comparisons);
}

json_t *part_aa_twin(const struct session *session)
{
    struct estimate twin;
    int result = estimate_noise(session, &twin);

    if (result == -ENODATA)
        return json_null();
    if (result != 0)
        return NULL;
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o}", "configuration",
        part_id(session, twin.point), "n", part_integer(twin.ratio.n), "ratio",
        part_real(twin.ratio.ratio), "low_ratio", part_real(twin.ratio.low),
        "high_ratio", part_real(twin.ratio.high));
}
