/* SPDX-License-Identifier: MIT */
/*
 * The convoy is checked by replay: does the replay know right work, and tell it
 * from work that was lost, doubled or made up? And the client's sums, from
 * latencies that are known.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benches/workloads/convoy.h"
#include "benches/workloads/steps.h"
#include "benches/workloads/steps_after.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/reference.h"
#include "harness/registry.h"

static int nfailures;

static void check(bool condition, const char *what)
{
    if (!condition)
        nfailures++;
    printf("%s %s\n", condition ? "well:  " : "FAILED", what);
}

static void check_steps_after(void)
{
    static const uint64_t steps[] = {0, 1, 2, 3, 64, 1000, 123457};
    bool same = true;

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        for (uint64_t value = 1; value < 1ULL << 58; value *= 37)
            same = same && steps_after(value, steps[i]) ==
                               steps_compute(value, steps[i]);
    check(same, "jumping ahead is computing every step");
    check(steps_after(steps_after(5, 1ULL << 40), 3) ==
              steps_after(5, (1ULL << 40) + 3),
          "two jumps are one");
}

/* ---- The client's sums ---- */

static double metric(const struct job_metric *metrics, unsigned n,
                     const char *name)
{
    for (unsigned i = 0; i < n; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return metrics[i].value;
    return -1;
}

static void check_metrics(void)
{
    static const uint64_t latencies_ns[] = {999,  1000, 25000, 4999, 5000,
                                            5100, 10,   10200, 5200, 16000};
    static const struct {
        const char *name;
        double value;
    } expected[] = {
        {"requests", 12},          {"requests_per_s", 6},
        {"unrecorded", 2},         {"unanswered", 1},
        {"latency_p50_ns", 5000},  {"latency_p90_ns", 16000},
        {"latency_p99_ns", 25000}, {"latency_max_ns", 25000},
        {"waits_0_share", 0.4},    {"waits_1_share", 0.3},
        {"waits_2_share", 0.1},    {"waits_3_share", 0.1},
        {"waits_4_share", 0.1},    {"waits_1_p50_ns", 5100},
        {"waits_2_p50_ns", 10200}, {"unanswered_longest_ns", 77},
    };
    struct peer_client_plan plan = {
        .nconnections = 2, .duration_ns = 2000000000, .latencies_max = 10};
    struct job_metric metrics[PEER_CLIENT_METRICS_MAX];
    struct peer_client *client;

    if (peer_client_new(&plan, &client) != 0)
        abort();
    check(peer_client_metrics(client, 5000, metrics) == 5,
          "no requests, no latencies");
    memcpy(client->latencies_ns, latencies_ns, sizeof latencies_ns);
    client->nrequests = 12;
    client->connections[1].unanswered_ns = 77;
    unsigned n = peer_client_metrics(client, 5000, metrics);
    check(n == sizeof expected / sizeof *expected, "all metrics are there");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        check(metric(metrics, n, expected[i].name) == expected[i].value,
              expected[i].name);
    peer_client_free(client);
}

/* ---- The replay ---- */

static void leave_alone(struct job *job)
{
    check(job_task(job, 0)->bytes > 0, "there were messages");
    check(convoy_progress(job) > 0, "there were steps");
}

static void change_value(struct job *job)
{
    convoy_task(job_task(job, 2))->value ^= 1;
}

static void lose_step(struct job *job)
{
    convoy_task(job_task(job, 2))->steps--;
}

static void double_message(struct job *job)
{
    convoy_task(job_task(job, 1))->nmessages++;
}

static void change_message(struct job *job)
{
    job_task(job, 0)->digest ^= 1;
}

/* Two tasks that echo, one that computes; and then somebody meddles. Returns
 * the digest. */
static uint64_t run(const struct job_plan *plan, void (*meddle)(struct job *))
{
    struct job_result result;
    struct job *job;

    if (job_new(plan, &job) != 0 || plan->workload->setup(job) != 0)
        abort();
    if (plan->model->open != NULL && plan->model->open(job) != 0)
        abort();
    plan->model->run(job);
    if (plan->model->close != NULL)
        plan->model->close(job);
    meddle(job);
    check(plan->workload->check(job) == 0 && job->error == 0, "it is checked");
    job_sum(job, &result);
    plan->workload->teardown(job);
    job_free(job);
    return result.digest;
}

static void check_replay(const struct configuration *c)
{
    static const struct {
        const char *what;
        void (*meddle)(struct job *job);
    } wrongs[] = {
        {"another value is noticed", change_value},
        {"a lost step is noticed", lose_step},
        {"a doubled message is noticed", double_message},
        {"another message is noticed", change_message},
    };
    struct job_plan plan = configuration_plan(c);
    struct complaint complaint;
    struct reference expected;

    if (reference_compute(&plan, &expected, &complaint) != 0)
        abort();
    check(run(&plan, leave_alone) == expected.digest,
          "right work has the reference's digest");
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++)
        check(run(&plan, wrongs[i].meddle) != expected.digest, wrongs[i].what);
}

int main(void)
{
    static const char *const settings[] = {
        "convoy.duration_ms=20", "convoy.warmup_ms=0", "convoy.echo_tasks=2"};
    struct configuration c;
    struct complaint complaint;

    signal(SIGPIPE, SIG_IGN);
    check_steps_after();
    check_metrics();
    if (configuration_init(&c, model_find("threads"),
                           workload_find("convoy")) != 0)
        abort();
    c.ntasks = 3;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (configuration_set(&c, settings[i], &complaint) != 0)
            abort();
    if (configuration_resolve(&c, 2, &complaint) != 0)
        abort();
    check_replay(&c);
    configuration_fini(&c);
    return nfailures > 0;
}
