/* SPDX-License-Identifier: MIT */
/*
 * Looking after the convoy. Nobody knows how much its tasks get done, but each
 * says how much it was, and that settles what it must have found: a value after
 * so many steps, the digest of so many messages drawn by the seed. Whoever
 * found that gets the digest that stands for it, in every model the same.
 */
#include "benches/workloads/convoy.h"

#include <errno.h>

#include "benches/workloads/steps_after.h"
#include "core/clock.h"
#include "core/digest.h"

static uint64_t digest_of(const struct task *task, bool right)
{
    return draw_u64(task->seed, task->index, right);
}

static void check_computing(struct job *job)
{
    const struct convoy_shared *shared = job->shared;

    for (uint64_t i = shared->nechoes; i < job->plan.ntasks; i++) {
        struct task *task = job_task(job, i);
        const struct convoy_task *state = convoy_task(task);
        uint64_t steps = atomic_load(&state->steps);
        task->digest = digest_of(
            task,
            shared->client == NULL ||
                state->value == steps_after(convoy_first_value(task), steps));
    }
}

/* What a task that served this connection has to have folded. */
static uint64_t digest_messages(const struct peer_client_plan *plan,
                                uint64_t connection, uint64_t nmessages)
{
    unsigned char message[PEER_MESSAGE_MAX];
    uint64_t digest = 0;

    for (uint64_t i = 0; i < nmessages; i++) {
        peer_client_message(plan, connection, i, message);
        digest = digest_bytes(digest, message, plan->message_bytes);
    }
    return digest;
}

/* Which task got which connection is chance, so it is their sum that has to be
 * right. */
static void check_echoing(struct job *job)
{
    const struct convoy_shared *shared = job->shared;
    const struct peer_client *client = shared->client;
    uint64_t got = 0, expected = 0;

    for (uint64_t i = 0; client != NULL && i < shared->nechoes; i++) {
        struct task *task = job_task(job, i);
        uint64_t nmessages = client->connections[i].nmessages;
        got += digest_u64(task->digest, convoy_task(task)->nmessages);
        expected +=
            digest_u64(digest_messages(&client->plan, i, nmessages), nmessages);
    }
    for (uint64_t i = 0; i < shared->nechoes; i++)
        job_task(job, i)->digest = digest_of(job_task(job, i), got == expected);
}

static void report(struct job *job)
{
    const struct convoy_shared *shared = job->shared;
    struct peer_client *client = shared->client;
    struct job_metric metrics[PEER_CLIENT_METRICS_MAX];
    unsigned n = peer_client_metrics(client, shared->unit_ns, metrics);
    double progress = (double)(client->progress_ended - client->progress_began);
    double progress_s =
        (double)(client->progress_ended_ns - client->progress_began_ns) /
        (double)NS_PER_S;

    for (unsigned i = 0; i < n; i++)
        job_metric(job, metrics[i].name, metrics[i].value);
    job_metric(job, "cpu_steps_per_s", progress / progress_s);
}

int convoy_client_failed(struct job *job, int result)
{
    if (result == -ECHILD)
        return job_fail(job, ECHILD, "the client has died");
    return job_fail(job, -result, "the client");
}

int convoy_check(struct job *job)
{
    const struct convoy_shared *shared = job->shared;

    if (shared->client != NULL) {
        int result = peer_client_finish(&job->peer);
        if (result != 0)
            return convoy_client_failed(job, result);
        report(job);
    }
    check_computing(job);
    check_echoing(job);
    return 0;
}
