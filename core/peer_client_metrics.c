/* SPDX-License-Identifier: MIT */
/*
 * What became of the client's requests, as the metrics of a run. Percentiles
 * are those of all requests kept, sorted; shares are counted over the same.
 */
#include "core/clock.h"
#include "core/latency_rank.h"
#include "core/peer_client.h"

enum { WAITS = 5 }; /* 0, 1, 2, 3, 4 or more */

uint64_t peer_client_unanswered(const struct peer_client *client)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < client->plan.nconnections; i++)
        n += client->connections[i].unanswered_ns > 0;
    return n;
}

static uint64_t longest_unanswered_ns(const struct peer_client *client)
{
    uint64_t longest_ns = 0;

    for (unsigned i = 0; i < client->plan.nconnections; i++)
        if (client->connections[i].unanswered_ns > longest_ns)
            longest_ns = client->connections[i].unanswered_ns;
    return longest_ns;
}

/* n > 0 sorted latencies. */
static unsigned put_percentiles(const uint64_t *sorted_ns, uint64_t n,
                                struct job_metric *ret)
{
    static const struct {
        const char *name;
        unsigned share;
    } rows[] = {
        {"latency_p50_ns", 50000},
        {"latency_p90_ns", 90000},
        {"latency_p99_ns", 99000},
        {"latency_max_ns", LATENCY_WHOLE},
    };
    enum { NROWS = sizeof rows / sizeof *rows };

    for (unsigned i = 0; i < NROWS; i++)
        ret[i] = (struct job_metric){
            rows[i].name, (double)latency_rank(sorted_ns, n, rows[i].share)};
    return NROWS;
}

/* n > 0 sorted latencies. The median of those that waited once, or twice, is
 * where the steps of the distribution lie, however many never waited. */
static unsigned put_waits(const uint64_t *sorted_ns, uint64_t n,
                          uint64_t unit_ns, struct job_metric *ret)
{
    static const char *const shares[WAITS] = {"waits_0_share", "waits_1_share",
                                              "waits_2_share", "waits_3_share",
                                              "waits_4_share"};
    static const char *const medians[WAITS] = {NULL, "waits_1_p50_ns",
                                               "waits_2_p50_ns", NULL, NULL};
    uint64_t first = 0;
    unsigned at = 0;

    for (unsigned waits = 0; waits < WAITS; waits++) {
        uint64_t end = first;
        while (end < n &&
               (waits + 1 == WAITS || sorted_ns[end] / unit_ns == waits))
            end++;
        ret[at++] = (struct job_metric){shares[waits],
                                        (double)(end - first) / (double)n};
        if (medians[waits] != NULL && end > first)
            ret[at++] = (struct job_metric){
                medians[waits],
                (double)latency_rank(sorted_ns + first, end - first, 50000)};
        first = end;
    }
    return at;
}

unsigned peer_client_metrics(struct peer_client *client, uint64_t unit_ns,
                             struct job_metric *ret)
{
    const struct peer_client_plan *plan = &client->plan;
    uint64_t n = atomic_load(&client->nrequests);
    uint64_t nkept = n < plan->latencies_max ? n : plan->latencies_max;
    double duration_s = (double)plan->duration_ns / (double)NS_PER_S;
    unsigned at = 0;

    ret[at++] = (struct job_metric){"requests", (double)n};
    ret[at++] = (struct job_metric){"requests_per_s", (double)n / duration_s};
    ret[at++] = (struct job_metric){"unrecorded", (double)(n - nkept)};
    ret[at++] = (struct job_metric){"unanswered",
                                    (double)peer_client_unanswered(client)};
    ret[at++] = (struct job_metric){"unanswered_longest_ns",
                                    (double)longest_unanswered_ns(client)};
    if (nkept == 0)
        return at;
    latency_sort(client->latencies_ns, nkept);
    at += put_percentiles(client->latencies_ns, nkept, ret + at);
    if (unit_ns > 0)
        at += put_waits(client->latencies_ns, nkept, unit_ns, ret + at);
    return at;
}
