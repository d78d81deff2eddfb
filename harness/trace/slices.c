/* SPDX-License-Identifier: MIT */
/*
 * Holdings of all workers, in the order of time; where the holder changes, the
 * lock was handed over.
 */
#include "harness/trace/slices.h"

#include <errno.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/job.h"
#include "harness/stats/stats.h"
#include "harness/trace/history.h"

const double slice_shares[SLICE_QUANTILES] = {.05, .25, .50, .75, .95};

static const char *const quantile_names[SLICE_QUANTILES] = {
    "slice_p5_ns", "slice_p25_ns", "slice_p50_ns", "slice_p75_ns",
    "slice_p95_ns"};

struct holding {
    uint64_t from_ns, to_ns;
    unsigned worker;
};

static size_t collect(const struct history *history, struct holding *ret)
{
    size_t n = 0;

    for (unsigned i = 0; i < history->nlanes; i++)
        for (size_t k = 0; k < history->lanes[i].nstretches; k++) {
            const struct stretch *s = &history->lanes[i].stretches[k];
            if (s->state != TRACE_HOLDING)
                continue;
            if (ret != NULL)
                ret[n] = (struct holding){s->from_ns, s->to_ns, i};
            n++;
        }
    return n;
}

static int earlier(const void *a, const void *b)
{
    const struct holding *x = a, *y = b;

    return (x->from_ns > y->from_ns) - (x->from_ns < y->from_ns);
}

static void cut(const struct holding *holdings, size_t n, struct slices *ret)
{
    uint64_t first_ns = 0, last_ns = 0;

    for (size_t i = 1; i < n; i++) {
        if (holdings[i].worker == holdings[i - 1].worker)
            continue;
        if (first_ns == 0)
            first_ns = holdings[i].from_ns;
        else
            ret->sorted_ns[ret->n++] = (double)(holdings[i].from_ns - last_ns);
        last_ns = holdings[i].from_ns;
    }
    stats_sort(ret->sorted_ns, ret->n);
    if (ret->n > 0)
        ret->handovers_per_s =
            (double)ret->n * (double)NS_PER_S / (double)(last_ns - first_ns);
}

/* Somebody held a lock, and nobody another one. */
static bool one_lock(const struct history *history)
{
    const void *lock = NULL;

    for (unsigned i = 0; i < history->nlanes; i++) {
        const void *own = history->lanes[i].lock;
        if (lock != NULL && own != NULL && own != lock)
            return false;
        lock = own != NULL ? own : lock;
    }
    return lock != NULL;
}

int slices_find(const struct history *history, struct slices *ret)
{
    /* Between several locks there are no hand-overs. */
    size_t n = one_lock(history) ? collect(history, NULL) : 0;
    struct holding *holdings = calloc(n + 1, sizeof *holdings);
    struct slices slices = {.one_lock = one_lock(history),
                            .sorted_ns = calloc(n + 1, sizeof(double))};

    if (holdings == NULL || slices.sorted_ns == NULL) {
        free(holdings);
        free(slices.sorted_ns);
        return -ENOMEM;
    }
    if (n > 0)
        collect(history, holdings);
    qsort(holdings, n, sizeof *holdings, earlier);
    cut(holdings, n, &slices);
    free(holdings);
    *ret = slices;
    return 0;
}

void slices_fini(struct slices *slices)
{
    free(slices->sorted_ns);
}

int slices_report(struct job *job, const struct history *history)
{
    struct slices slices;
    int result = slices_find(history, &slices);

    if (result != 0)
        return result;
    job_metric(job, "trace_events", (double)history->nevents);
    job_metric(job, "trace_lost", (double)history->nlost);
    if (slices.one_lock) {
        job_metric(job, "slices", (double)slices.n);
        job_metric(job, "handovers_per_s", slices.handovers_per_s);
    }
    for (size_t i = 0; slices.one_lock && slices.n > 0 && i < SLICE_QUANTILES;
         i++)
        job_metric(job, quantile_names[i],
                   stats_quantile(slices.sorted_ns, slices.n, slice_shares[i]));
    slices_fini(&slices);
    return 0;
}
