/* SPDX-License-Identifier: MIT */
/*
 * From time stamps to percentiles: copy, sort, take the rank. Look at
 * latency_rank; the rest is bookkeeping.
 */
#include "harness/once/latency.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "core/job.h"
#include "harness/once/inflight.h"

const unsigned latency_shares[LATENCY_SHARES] = {
    0,     50000, 80000, 90000, 95000, 98000, 99000,
    99500, 99800, 99900, 99950, 99980, 99990,
};

/* The columns of a job, n values each. */
struct columns {
    uint64_t *intended, *ended; /* times */
    uint64_t *latency, *service, *lateness;
};

static void fill(const struct job *job, const struct columns *to)
{
    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        const struct task *task = job_task(job, i);
        /* A model that does not wait for an arrival is broken. */
        assert(task->began_ns >= task->intended_ns);
        assert(task->ended_ns >= task->began_ns);
        to->intended[i] = task->intended_ns;
        to->ended[i] = task->ended_ns;
        to->latency[i] = task->ended_ns - task->intended_ns;
        to->service[i] = task->ended_ns - task->began_ns;
        to->lateness[i] = task->began_ns - task->intended_ns;
    }
}

static void take_percentiles(const struct columns *from, size_t n,
                             struct latency *ret)
{
    for (size_t i = 0; i < LATENCY_SHARES; i++) {
        unsigned share = latency_shares[i];
        uint64_t above = (uint64_t)n * (LATENCY_WHOLE - share);
        if (above < (uint64_t)LATENCY_ABOVE * LATENCY_WHOLE)
            break;
        ret->percentiles[ret->npercentiles++] = (struct latency_percentile){
            share, latency_rank(from->latency, n, share),
            latency_rank(from->service, n, share),
            latency_rank(from->lateness, n, share)};
    }
}

/* From the first to the 99th of 100, in ns and at least one. */
static double span_ns(const uint64_t *sorted, size_t n)
{
    uint64_t span = latency_rank(sorted, n, 99000) - sorted[0];

    return span > 0 ? (double)span : 1;
}

static void sum_up(const struct columns *from, size_t n,
                   const struct inflight *inflight, struct latency *ret)
{
    double sum_ns = 0;
    double whole_ns = (double)(from->ended[n - 1] - from->intended[0]);

    for (size_t i = 0; i < n; i++)
        sum_ns += (double)from->latency[i];
    ret->nrequests = n;
    ret->mean_ns = (uint64_t)(sum_ns / (double)n);
    ret->max_ns = from->latency[n - 1];
    ret->load_ratio = span_ns(from->intended, n) / span_ns(from->ended, n);
    /* Rate n / whole times mean sum / n. */
    ret->inflight_expected = sum_ns / whole_ns;
    ret->inflight = inflight->area_ns / whole_ns;
    ret->inflight_error = inflight->error_ns / whole_ns;
    ret->nlooks = inflight->nlooks;
    ret->wake_p99_ns = inflight->wake_p99_ns;
}

int latency_sum_up(const struct job *job, const struct inflight *inflight,
                   struct latency *ret)
{
    size_t n = job->plan.ntasks;
    uint64_t *room = calloc(5 * n, sizeof *room);

    *ret = (struct latency){0};
    if (room == NULL)
        return -ENOMEM;
    struct columns columns = {room, room + n, room + 2 * n, room + 3 * n,
                              room + 4 * n};
    fill(job, &columns);
    for (size_t i = 0; i < 5; i++)
        latency_sort(room + i * n, n);
    take_percentiles(&columns, n, ret);
    sum_up(&columns, n, inflight, ret);
    free(room);
    return 0;
}

json_t *latency_json(const struct latency *latency)
{
    json_t *percentiles = json_array();

    for (size_t i = 0; i < latency->npercentiles; i++) {
        const struct latency_percentile *p = &latency->percentiles[i];
        json_array_append_new(
            percentiles, json_pack("{s:f, s:I, s:I, s:I}", "share_ratio",
                                   (double)p->share / LATENCY_WHOLE,
                                   "latency_ns", (json_int_t)p->latency_ns,
                                   "service_ns", (json_int_t)p->service_ns,
                                   "lateness_ns", (json_int_t)p->lateness_ns));
    }
    return json_pack(
        "{s:I, s:o, s:I, s:I, s:f, s:f, s:f, s:f, s:I, s:I}", "requests",
        (json_int_t)latency->nrequests, "percentiles", percentiles, "mean_ns",
        (json_int_t)latency->mean_ns, "max_ns", (json_int_t)latency->max_ns,
        "load_ratio", latency->load_ratio, "inflight", latency->inflight,
        "inflight_error", latency->inflight_error, "inflight_expected",
        latency->inflight_expected, "looks", (json_int_t)latency->nlooks,
        "wake_p99_ns", (json_int_t)latency->wake_p99_ns);
}
