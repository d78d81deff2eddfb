/* SPDX-License-Identifier: MIT */
/* "latency" of result.json: what harness/session/latency.h makes of the runs of
 * each configuration whose requests arrived by plan. */
#include <errno.h>

#include "harness/session/latency.h"
#include "harness/session/result_parts.h"
#include "harness/session/session.h"

static const char *const kind_names[] = {
    [ARRIVALS_NONE] = "none",
    [ARRIVALS_CONSTANT] = "constant",
    [ARRIVALS_POISSON] = "poisson",
};

/* A median over runs with its interval, null where there are too few. */
static json_t *times_json(const struct stats_location *l)
{
    return json_pack("{s:o, s:o, s:o}", "median_ns", part_real(l->median),
                     "low_ns", part_real(l->low), "high_ns",
                     part_real(l->high));
}

static json_t *ratio_json(const struct stats_location *l)
{
    return json_pack("{s:o, s:o, s:o}", "median_ratio", part_real(l->median),
                     "low_ratio", part_real(l->low), "high_ratio",
                     part_real(l->high));
}

static json_t *percentiles_json(const struct latency_estimate *e)
{
    json_t *list = json_array();

    for (size_t i = 0; i < e->npercentiles; i++) {
        const struct latency_location *l = &e->percentiles[i];
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:o}", "share_ratio",
                            part_real((double)l->share / LATENCY_WHOLE),
                            "latency", times_json(&l->latency), "service",
                            times_json(&l->service), "lateness",
                            times_json(&l->lateness)));
    }
    return list;
}

static json_t *flagged_json(const struct latency_estimate *e)
{
    json_t *counts = json_object();

    for (size_t i = 0; i < LATENCY_FLAGS; i++)
        json_object_set_new(counts, latency_flag_names[i],
                            part_integer(e->nflagged[i]));
    return counts;
}

static json_t *entry_json(const struct session *session, unsigned point,
                          const struct latency_estimate *e)
{
    return json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:s?}",
        "configuration", part_id(session, point), "arrivals",
        kind_names[e->arrivals.kind], "rate_per_s",
        part_integer(e->arrivals.rate_per_s), "requests",
        part_integer(e->nrequests), "runs", part_integer(e->nruns),
        "level_ratio", part_real(ESTIMATE_LEVEL), "percentiles",
        percentiles_json(e), "mean", times_json(&e->mean), "load",
        ratio_json(&e->load_ratio), "little", ratio_json(&e->little_ratio),
        "flagged_runs", flagged_json(e), "valid",
        (int)((e->flags & LATENCY_SPOILT) == 0), "reason",
        latency_reason(e->flags));
}

json_t *part_latency(const struct session *session)
{
    json_t *list = json_array();

    for (unsigned i = 0; i < session->npoints; i++) {
        struct latency_estimate estimate;
        int err = latency_estimate(session, i, &estimate);
        if (err == -ENODATA)
            continue;
        if (err != 0) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, entry_json(session, i, &estimate));
    }
    return list;
}
