/* SPDX-License-Identifier: MIT */
/*
 * What surrounds a server: its listeners, its cores, its client before the run,
 * and after it the question whether both sides saw the same. Which task got
 * which connection is chance; look at serve_check for how it is undone.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "benches/workloads/serve.h"
#include "benches/workloads/serve_wrk.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/listener.h"

enum {
    CONNECTIONS_PER_LISTENER = 1000, /* well below net.core.somaxconn */
    BACKLOG = 4096,
    LATENCIES_MAX = 1 << 25 /* 256 MiB, if they come */
};

#define KNOCK_PATIENCE_NS (5 * NS_PER_S)

static bool is_client(const struct job *job, const char *name)
{
    return strcmp(job_workload_text(job, SERVE_CLIENT), name) == 0;
}

bool serve_unverified(const struct job *job)
{
    return !is_client(job, "ours");
}

/* ---- Cores ---- */

static int confine(struct job *job, unsigned ncores)
{
    struct serve_shared *shared = job->shared;
    cpu_set_t own;
    unsigned left = ncores;

    if (ncores == 0)
        return 0;
    if (sched_getaffinity(0, sizeof shared->all_cores, &shared->all_cores) < 0)
        return job_fail(job, errno, "asking for the cores");
    unsigned nusable = (unsigned)CPU_COUNT(&shared->all_cores);
    if (nusable <= ncores)
        return job_fail(job, EINVAL,
                        "serve.cores=%u leaves none of %u for the client",
                        ncores, nusable);
    CPU_ZERO(&own);
    for (size_t cpu = 0; left > 0; cpu++)
        if (CPU_ISSET(cpu, &shared->all_cores)) {
            CPU_SET(cpu, &own);
            left--;
        }
    if (sched_setaffinity(0, sizeof own, &own) < 0)
        return job_fail(job, errno, "keeping to %u cores", ncores);
    shared->confined = true;
    return 0;
}

static void roam(struct serve_shared *shared)
{
    if (shared->confined)
        (void)sched_setaffinity(0, sizeof shared->all_cores,
                                &shared->all_cores);
}

/* ---- Listeners ---- */

/* What is accepted inherits it: of two answers in a row the second must not
 * wait for the first one's acknowledgement. */
static void send_at_once(int listener)
{
    int on = 1;

    (void)setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* Our client's connections stand in the queue when the run begins, so there
 * have to be queues enough for them. */
static int open_listeners(struct job *job, struct load_plan *plan)
{
    struct serve_shared *shared = job->shared;
    uint64_t ntasks = job->plan.ntasks;
    uint64_t wanted = serve_unverified(job)
                          ? 1
                          : (ntasks + CONNECTIONS_PER_LISTENER - 1) /
                                CONNECTIONS_PER_LISTENER;
    uint16_t port = (uint16_t)job_workload_number(job, SERVE_PORT);

    if (wanted > LOAD_PORTS_MAX || (wanted > 1 && port != 0))
        return job_fail(job, EINVAL,
                        wanted > LOAD_PORTS_MAX
                            ? "more than 64 000 connections have no place in "
                              "the queues; take fewer --tasks"
                            : "our client needs a port for every 1000 "
                              "connections: leave out serve.port");
    for (unsigned i = 0; i < wanted; i++) {
        int fd = listener_open_at(port, BACKLOG, &plan->ports[i]);
        if (fd < 0)
            return job_fail(job, -fd, "listening on 127.0.0.1:%u", port);
        send_at_once(fd);
        shared->listeners[shared->nlisteners++] = fd;
    }
    plan->nports = shared->nlisteners;
    for (uint64_t i = 0; i < ntasks; i++)
        job_task(job, i)->op.fd = shared->listeners[i % shared->nlisteners];
    return 0;
}

/* ---- Clients ---- */

static int start_ours(struct job *job, struct load_plan *plan)
{
    struct serve_shared *shared = job->shared;
    uint64_t requests = job_workload_number(job, SERVE_REQUESTS);
    uint64_t most = LATENCIES_MAX / job->plan.ntasks;

    plan->nconnections = (unsigned)job->plan.ntasks;
    plan->requests = requests;
    plan->offered_per_s =
        job->plan.elided ? 0 : job_workload_number(job, SERVE_OFFERED_PER_S);
    plan->patience_ns = job_workload_number(job, SERVE_PATIENCE_MS) * NS_PER_MS;
    plan->latencies_max =
        requests < most ? requests * job->plan.ntasks : LATENCIES_MAX;
    plan->awaits = true;
    plan->settle = !job->plan.elided;
    plan->server = job->plan.elided ? 0 : getpid();
    int result = load_client_new(plan, &shared->client);
    if (result != 0)
        return job_fail(job, -result, "making room for latencies");
    shared->naccepted = &shared->client->naccepted;
    result = load_client_start(shared->client, &job->peer);
    return result == 0 ? 0
                       : job_fail(job, -result, "the client: %s",
                                  load_client_trouble(-result));
}

/* wrk connects once before it begins, only to see whether anybody is there.
 * That is nobody's visit, and no task's. */
static int answer_knock(struct job *job, int listener)
{
    struct op op;

    op_init(&op);
    op_accept(&op, listener);
    op.deadline_ns = clock_ns() + KNOCK_PATIENCE_NS;
    op_finish(&op);
    if (op.error != 0)
        return job_fail(job, op.error, "wrk does not come");
    close(op.fd);
    return 0;
}

static int start_wrk(struct job *job, const struct load_plan *plan)
{
    struct serve_shared *shared = job->shared;
    void *at = mmap(NULL, sizeof *shared->wrk, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED)
        return job_fail(job, errno, "making room for wrk's figures");
    shared->wrk = at;
    *shared->wrk = (struct serve_wrk){
        .port = plan->ports[0],
        .nconnections = job->plan.ntasks,
        .duration_s = job_workload_number(job, SERVE_DURATION_S),
        .spared_cores = plan->spared_cores,
    };
    shared->naccepted = &shared->wrk->naccepted;
    int result = serve_wrk_start(shared->wrk, &job->peer);
    if (result == -ENOENT)
        return job_fail(job, ENOENT,
                        "serve.client=wrk: there is no wrk on the PATH; "
                        "install it, or leave this out");
    return result == 0 ? answer_knock(job, shared->listeners[0])
                       : job_fail(job, -result, "starting wrk");
}

static void invite(const struct job *job, const struct load_plan *plan)
{
    fprintf(stderr,
            "serving http://127.0.0.1:%u/ until %llu connection%s come and "
            "gone; Ctrl-C ends it\n",
            plan->ports[0], (unsigned long long)job->plan.ntasks,
            job->plan.ntasks == 1 ? " has" : "s have");
}

static int start_client(struct job *job, struct load_plan *plan)
{
    if (is_client(job, "ours"))
        return start_ours(job, plan);
    if (is_client(job, "wrk"))
        return start_wrk(job, plan);
    invite(job, plan);
    return 0;
}

int serve_setup(struct job *job)
{
    struct serve_shared *shared = job->shared;
    struct load_plan plan = {
        .spared_cores = (unsigned)job_workload_number(job, SERVE_CORES)};

    *shared = (struct serve_shared){
        .seed = job->plan.seed,
        .compute_steps = job_workload_number(job, SERVE_COMPUTE_STEPS),
        .wait_ns = job_workload_number(job, SERVE_WAIT_US) * NS_PER_US,
        .grain = job_workload_number(job, SERVE_GRAIN),
        .body_bytes = job_workload_number(job, SERVE_BODY_BYTES),
    };
    serve_make_heads(shared);
    /* Nobody knows what others will ask: there is no reference to prepare. */
    if (job->plan.elided && serve_unverified(job))
        return 0;
    int result = open_listeners(job, &plan);
    if (result == 0)
        result = start_client(job, &plan);
    if (result == 0)
        result = confine(job, plan.spared_cores);
    if (result != 0)
        serve_teardown(job);
    return result;
}

void serve_teardown(struct job *job)
{
    struct serve_shared *shared = job->shared;

    roam(shared);
    peer_stop(&job->peer);
    while (shared->nlisteners > 0)
        close(shared->listeners[--shared->nlisteners]);
    load_client_free(shared->client);
    if (shared->wrk != NULL)
        munmap(shared->wrk, sizeof *shared->wrk);
}

/* ---- Afterwards ---- */

/* Every connection's digest goes to the task of its number, as if that had
 * served it. One that nobody served, or two did, leaves a task without. */
static int sort_by_connection(struct job *job)
{
    uint64_t ntasks = job->plan.ntasks;
    const struct serve_shared *shared = job->shared;
    uint64_t *digests = calloc(ntasks, sizeof *digests);

    if (digests == NULL)
        return job_fail(job, ENOMEM, "sorting connections");
    for (uint64_t i = 0; i < ntasks; i++) {
        struct task *task = job_task(job, i);
        uint64_t connection = serve_task(task)->connection;
        if (connection < ntasks)
            digests[connection] += task->digest;
    }
    for (uint64_t i = 0; i < ntasks; i++) {
        job_task(job, i)->digest = digests[i];
        if (digests[i] != shared->client->connections[i].digest)
            job_fail(job, EBADMSG,
                     "connection %llu: the client read something else than "
                     "was answered",
                     (unsigned long long)i);
    }
    free(digests);
    return -atomic_load(&job->error);
}

static void tell_cpu(struct job *job, double nrequests)
{
    if (nrequests > 0)
        job_metric(job, "cpu_per_request_ns", (double)job->cpu_ns / nrequests);
}

static int check_ours(struct job *job)
{
    struct serve_shared *shared = job->shared;
    struct job_metric metrics[LOAD_METRICS_MAX];
    int result = load_client_finish(&job->peer);

    if (result != 0)
        return job_fail(job, -result, "the client: %s",
                        load_client_trouble(-result));
    unsigned n = load_client_metrics(shared->client, metrics);
    for (unsigned i = 0; i < n; i++)
        job_metric(job, metrics[i].name, metrics[i].value);
    tell_cpu(job, (double)shared->client->nanswered);
    return sort_by_connection(job);
}

/* wrk does not say whom it never got an answer for. */
static int check_wrk(struct job *job)
{
    const struct serve_shared *shared = job->shared;
    const struct serve_wrk *wrk = shared->wrk;
    int result = serve_wrk_finish(&job->peer);

    if (result != 0)
        return job_fail(job, -result,
                        result == -EPROTO ? "wrk told nothing that we know"
                                          : "wrk");
    job_metric(job, "requests", wrk->requests);
    job_metric(job, "connections", (double)wrk->nconnections);
    job_metric(job, "connections_served", (double)wrk->nserved);
    job_metric(job, "requests_per_s", wrk->requests / wrk->duration_us * 1e6);
    job_metric(job, "client_cpu_share", wrk->cpu_ns / wrk->duration_us / 1e3);
    job_metric(job, "latency_p50_ns", wrk->latency_p50_us * 1e3);
    job_metric(job, "latency_p99_ns", wrk->latency_p99_us * 1e3);
    job_metric(job, "latency_max_ns", wrk->latency_max_us * 1e3);
    job_metric(job, "errors", wrk->errors);
    tell_cpu(job, wrk->requests);
    return 0;
}

/* Nobody else keeps count of what others ask. */
static void tell_visits(struct job *job)
{
    uint64_t nanswered = 0, nrefused = 0, nhung_up = 0;

    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        const struct serve_task *state = serve_task(job_task(job, i));
        nanswered += state->nanswered;
        nrefused += state->nrefused;
        nhung_up += state->hung_up;
    }
    job_metric(job, "requests", (double)nanswered);
    job_metric(job, "connections", (double)job->plan.ntasks);
    job_metric(job, "refused", (double)nrefused);
    job_metric(job, "hung_up", (double)nhung_up);
    tell_cpu(job, (double)nanswered);
}

int serve_check(struct job *job)
{
    const struct serve_shared *shared = job->shared;

    if (shared->client != NULL)
        return check_ours(job);
    if (shared->wrk != NULL)
        return check_wrk(job);
    tell_visits(job);
    return 0;
}
