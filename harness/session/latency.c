/* SPDX-License-Identifier: MIT */
/*
 * From the percentiles of runs to those of a point. The columns of a run are
 * looked up by name in its metrics, since a session may come from a file.
 */
#include "harness/session/latency.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "harness/session/session.h"

enum { P50 = 50000, P99 = 99000 };

const char *const latency_flag_names[LATENCY_FLAGS] = {"overloaded", "little",
                                                       "late"};

/* ---- One run ---- */

/* NaN: the run does not have it. */
static double number(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static double field(const struct run *run, const char *name)
{
    return number(json_object_get(run->metrics, "latency"), name);
}

static double percentile(const struct run *run, unsigned share,
                         const char *name)
{
    const json_t *list = json_object_get(
        json_object_get(run->metrics, "latency"), "percentiles");
    const json_t *value;
    size_t i;

    json_array_foreach(list, i, value)
    {
        double ratio = number(value, "share_ratio");
        if (fabs(ratio * LATENCY_WHOLE - share) < 0.5)
            return number(value, name);
    }
    return NAN;
}

static double little_ratio(const struct run *run)
{
    return field(run, "inflight") / field(run, "inflight_expected");
}

/* All comparisons are false with NaN, that is, without latencies. */
unsigned latency_run_flags(const struct run *run)
{
    double median_ns = percentile(run, P50, "latency_ns");
    double lateness_ns = percentile(run, P99, "lateness_ns");
    double expected = field(run, "inflight_expected");
    double off = fabs(field(run, "inflight") - expected);
    unsigned flags = 0;

    if (field(run, "load_ratio") < 0.98)
        flags |= LATENCY_OVERLOADED;
    if (lateness_ns > 0.1 * median_ns &&
        field(run, "wake_p99_ns") > 0.1 * median_ns)
        flags |= LATENCY_LATE;
    if (off > 0.03 * expected + 3 * field(run, "inflight_error"))
        flags |= LATENCY_LITTLE;
    return flags;
}

static double latency_p99(const struct run *run)
{
    return percentile(run, P99, "latency_ns");
}

static double service_p99(const struct run *run)
{
    return percentile(run, P99, "service_ns");
}

static double latency_p50(const struct run *run)
{
    return percentile(run, P50, "latency_ns");
}

static double service_p50(const struct run *run)
{
    return percentile(run, P50, "service_ns");
}

const struct quantity quantity_latency_p99 = {"latency_p99_ns", latency_p99};
const struct quantity quantity_service_p99 = {"service_p99_ns", service_p99};
const struct quantity quantity_latency_p50 = {"latency_p50_ns", latency_p50};
const struct quantity quantity_service_p50 = {"service_p50_ns", service_p50};

unsigned latency_main_share(uint64_t nrequests)
{
    return nrequests * (LATENCY_WHOLE - P99) >=
                   (uint64_t)LATENCY_ABOVE * LATENCY_WHOLE
               ? P99
               : P50;
}

/* ---- All runs of a point ---- */

/* The good runs of a point, in the order of their blocks. */
struct good_runs {
    size_t n;
    const struct run **runs;
    double *values; /* room for one a run */
};

static int gather(const struct session *session, unsigned point,
                  struct good_runs *ret)
{
    struct good_runs good = {
        .runs = calloc(session->nruns + 1, sizeof(struct run *)),
        .values = calloc(session->nruns + 1, sizeof(double)),
    };

    for (size_t i = 0; good.runs != NULL && i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        if (run->point == point && run->status == RUN_OK &&
            !isnan(field(run, "load_ratio")))
            good.runs[good.n++] = run;
    }
    *ret = good;
    if (good.runs == NULL || good.values == NULL)
        return -ENOMEM;
    return good.n > 0 ? 0 : -ENODATA;
}

/* The statistics are about positive numbers; a nanosecond more is none. */
static int locate(const struct good_runs *good, size_t n,
                  struct stats_location *ret)
{
    for (size_t i = 0; i < n; i++)
        good->values[i] = fmax(good->values[i], 1e-9);
    int err = stats_locate(good->values, n, ESTIMATE_LEVEL, ret);
    return err == -EINVAL ? 0 : err;
}

static int locate_field(const struct good_runs *good, const char *name,
                        struct stats_location *ret)
{
    for (size_t i = 0; i < good->n; i++)
        good->values[i] = field(good->runs[i], name);
    return locate(good, good->n, ret);
}

static int locate_percentile(const struct good_runs *good, unsigned share,
                             const char *name, struct stats_location *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < good->n; i++) {
        double value = percentile(good->runs[i], share, name);
        if (!isnan(value))
            good->values[n++] = fmax(value, 1);
    }
    return n > 0 ? locate(good, n, ret) : 0;
}

static int fill_percentiles(const struct good_runs *good,
                            struct latency_estimate *ret)
{
    int err = 0;

    for (size_t i = 0; i < LATENCY_SHARES && err == 0; i++) {
        struct latency_location *l = &ret->percentiles[ret->npercentiles];
        *l = (struct latency_location){.share = latency_shares[i]};
        err = locate_percentile(good, l->share, "latency_ns", &l->latency);
        if (err == 0)
            err = locate_percentile(good, l->share, "service_ns", &l->service);
        if (err == 0)
            err =
                locate_percentile(good, l->share, "lateness_ns", &l->lateness);
        ret->npercentiles += l->latency.n > 0;
    }
    return err;
}

static void count_flags(const struct good_runs *good,
                        struct latency_estimate *ret)
{
    for (unsigned f = 0; f < LATENCY_FLAGS; f++) {
        for (size_t i = 0; i < good->n; i++)
            ret->nflagged[f] += latency_run_flags(good->runs[i]) >> f & 1;
        if (2 * ret->nflagged[f] >= good->n)
            ret->flags |= 1U << f;
    }
}

int latency_estimate(const struct session *session, unsigned point,
                     struct latency_estimate *ret)
{
    const struct configuration *c = &session->points[point].configuration;
    struct good_runs good;
    int err = gather(session, point, &good);

    *ret = (struct latency_estimate){0};
    if (err == 0) {
        ret->arrivals = arrivals_of(c->workload, c->workload_values);
        ret->nrequests = c->ntasks;
        ret->nruns = good.n;
        count_flags(&good, ret);
        err = fill_percentiles(&good, ret);
    }
    if (err == 0)
        err = locate_field(&good, "mean_ns", &ret->mean);
    if (err == 0)
        err = locate_field(&good, "load_ratio", &ret->load_ratio);
    for (size_t i = 0; err == 0 && i < good.n; i++)
        good.values[i] = little_ratio(good.runs[i]);
    if (err == 0)
        err = locate(&good, good.n, &ret->little_ratio);
    free(good.values);
    free(good.runs);
    return err;
}

const struct latency_location *
latency_at(const struct latency_estimate *estimate, unsigned share)
{
    for (size_t i = 0; i < estimate->npercentiles; i++)
        if (estimate->percentiles[i].share == share)
            return &estimate->percentiles[i];
    return NULL;
}

/* The flag that explains most comes first. */
const char *latency_reason(unsigned flags)
{
    if (flags & LATENCY_OVERLOADED)
        return "overloaded: requests ended more slowly than they arrived, and "
               "the queue grew as long as the run lasted; a longer run would "
               "show longer latencies";
    if (flags & LATENCY_LITTLE)
        return "Little's law does not hold: the requests counted in flight are "
               "not rate times mean latency, so one of them was measured "
               "wrongly";
    return NULL;
}
