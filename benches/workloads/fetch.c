/* SPDX-License-Identifier: MIT */
/*
 * A crawler's work: each task fetches `pages` pages over one connection, by
 * HTTP/1.1. Nearly all of its time it waits for the server, so whoever can wait
 * for many at once wins; the reading of replies is all that it computes. The
 * reader is strict and small: a reply it does not understand ends the task.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "benches/workloads/http.h"
#include "core/arrivals.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum {
    PAGES,
    DELAY_US,
    JITTER_US,
    PAGE_MIN_BYTES,
    PAGE_MAX_BYTES,
    TIMEOUT_MS,
    URL,
    ALLOW_REMOTE,
    STALL_EVERY_MS,
    STALL_MS,
    ARRIVALS,
    RATE_PER_S,
};

enum { BUFFER_BYTES = 8192 }; /* the longest head of a reply */

static const struct parameter parameters[] = {
    [PAGES] = {.name = "pages",
               .unit = "pages",
               .meaning = "fetched by each task, one after the other",
               .preset = 1,
               .min = 1,
               .max = 1000000},
    [DELAY_US] = {.name = "delay_us",
                  .unit = "us",
                  .meaning = "the peer's shortest delay before a reply",
                  .preset = 20000,
                  .min = 0,
                  .max = 60000000},
    [JITTER_US] = {.name = "jitter_us",
                   .unit = "us",
                   .meaning = "up to so much more, drawn for each page",
                   .preset = 0,
                   .min = 0,
                   .max = 60000000},
    [PAGE_MIN_BYTES] = {.name = "page_min_bytes",
                        .unit = "B",
                        .meaning = "size of the peer's smallest page",
                        .preset = 2048,
                        .min = 0,
                        .max = 1 << 30},
    [PAGE_MAX_BYTES] = {.name = "page_max_bytes",
                        .unit = "B",
                        .meaning = "size of the peer's largest page",
                        .preset = 16384,
                        .min = 0,
                        .max = 1 << 30},
    [TIMEOUT_MS] = {.name = "timeout_ms",
                    .unit = "ms",
                    .meaning =
                        "longest time for connecting and for a page; 0: any",
                    .preset = 0,
                    .min = 0,
                    .max = 3600000},
    [URL] = {.name = "url",
             .unit = "",
             .meaning = "http://host[:port][/path], fetched instead of the "
                        "peer's pages",
             .text = ""},
    [ALLOW_REMOTE] = {.name = "allow_remote",
                      .unit = "",
                      .meaning = "1: the url may lead to another machine",
                      .preset = 0,
                      .min = 0,
                      .max = 1},
    [STALL_EVERY_MS] = PEER_STALL_EVERY_PARAMETER,
    [STALL_MS] = PEER_STALL_PARAMETER,
    [ARRIVALS] = ARRIVALS_PARAMETER,
    [RATE_PER_S] = RATE_PARAMETER,
};

struct fetch_shared {
    uint64_t pages;
    uint64_t timeout_ns;
    const struct peer *peer; /* NULL: the url's server instead */
    struct http_server server;
};

struct visit {
    int fd;
    int error; /* what has spoilt it, an errno value */
    uint64_t page;
    uint64_t deadline_ns; /* of the page, or of connecting; 0: none */
    bool in_body;
    uint64_t body_left;        /* bytes not yet folded into the digest */
    size_t used;               /* of the buffer */
    char buffer[BUFFER_BYTES]; /* the request, then the reply to it */
};

static struct visit *visit_of(struct task *task)
{
    return (struct visit *)(void *)task->state;
}

static bool give_up(struct task *task, int error)
{
    visit_of(task)->error = error;
    return op_close(&task->op, visit_of(task)->fd);
}

static void start_clock(struct task *task)
{
    const struct fetch_shared *shared = task->shared;

    visit_of(task)->deadline_ns =
        shared->timeout_ns > 0 ? clock_ns() + shared->timeout_ns : 0;
}

static bool connect_to_server(struct task *task)
{
    const struct fetch_shared *shared = task->shared;
    struct sockaddr_in endpoint = shared->server.endpoint;

    if (shared->peer != NULL)
        endpoint = peer_endpoint(shared->peer, task->index);
    start_clock(task);
    op_connect(&task->op, &endpoint);
    task->op.deadline_ns = visit_of(task)->deadline_ns;
    return true;
}

/* No two pages of a job have the same number. */
static uint64_t page_number(uint64_t pages, uint64_t index, uint64_t page)
{
    return index * pages + page;
}

static bool send_request(struct task *task)
{
    const struct fetch_shared *shared = task->shared;
    struct visit *visit = visit_of(task);
    char path[32];

    snprintf(path, sizeof path, "/page/%llu",
             (unsigned long long)page_number(shared->pages, task->index,
                                             visit->page));
    int length = snprintf(visit->buffer, BUFFER_BYTES,
                          "GET %s HTTP/1.1\r\nHost: %s\r\n"
                          "User-Agent: heddle\r\n\r\n",
                          shared->peer != NULL ? path : shared->server.path,
                          shared->server.host);
    assert(length > 0 && length < BUFFER_BYTES);
    visit->used = 0;
    visit->in_body = false;
    start_clock(task);
    op_write(&task->op, visit->fd, visit->buffer, (size_t)length, OP_STREAM);
    task->op.deadline_ns = visit->deadline_ns;
    return true;
}

/* What of the body the buffer is to hold before it is folded. */
static size_t piece_bytes(const struct visit *visit)
{
    return visit->body_left < BUFFER_BYTES ? visit->body_left : BUFFER_BYTES;
}

static bool read_reply(struct task *task)
{
    struct visit *visit = visit_of(task);
    size_t wanted = visit->in_body ? piece_bytes(visit) : BUFFER_BYTES;

    op_read_some(&task->op, visit->fd, visit->buffer + visit->used,
                 wanted - visit->used);
    task->op.deadline_ns = visit->deadline_ns;
    return true;
}

/* Folds the body in pieces as large as the buffer, whatever pieces it came
 * in. */
static bool take_body(struct task *task)
{
    const struct fetch_shared *shared = task->shared;
    struct visit *visit = visit_of(task);

    if (visit->used < piece_bytes(visit))
        return read_reply(task);
    task->digest = digest_bytes(task->digest, visit->buffer, visit->used);
    visit->body_left -= visit->used;
    visit->used = 0;
    if (visit->body_left > 0)
        return read_reply(task);
    if (++visit->page < shared->pages)
        return send_request(task);
    return op_close(&task->op, visit->fd);
}

static bool take_head(struct task *task)
{
    struct visit *visit = visit_of(task);
    char *end = memmem(visit->buffer, visit->used, "\r\n\r\n", 4);

    if (end == NULL)
        return visit->used < BUFFER_BYTES ? read_reply(task)
                                          : give_up(task, EMSGSIZE);
    *end = '\0';
    int error = memchr(visit->buffer, '\0', visit->used) != end
                    ? EPROTO
                    : http_parse_head(visit->buffer, &visit->body_left);
    const char *body = end + 4;
    visit->used -= (size_t)(body - visit->buffer);
    if (error == 0 && visit->used > visit->body_left)
        error = EPROTO; /* more than we asked for */
    if (error != 0)
        return give_up(task, error);
    memmove(visit->buffer, body, visit->used);
    visit->in_body = true;
    return take_body(task);
}

/* What was carried out tells where the task is. */
static bool fetch_next(struct task *task)
{
    const struct op *op = &task->op;
    struct visit *visit = visit_of(task);

    if (op->kind == OP_START)
        return connect_to_server(task);
    if (op->kind == OP_CONNECT) {
        if (op->error != 0)
            return task_fail(task, op->error);
        visit->fd = op->fd;
        return send_request(task);
    }
    if (op->kind == OP_CLOSE)
        return task_fail(task, visit->error != 0 ? visit->error : op->error);
    if (op->error != 0)
        return give_up(task, op->error);
    if (op->kind == OP_WRITE)
        return read_reply(task);
    if (op->done == 0)
        return give_up(task, ENODATA); /* the reply ended early */
    visit->used += op->done;
    return visit->in_body ? take_body(task) : take_head(task);
}

/* The peer's plan, with the delays of a run that is not elided. */
static struct peer_plan plan_of(const struct job *job)
{
    return (struct peer_plan){
        .protocol = PEER_HTTP,
        .seed = job->plan.seed,
        .delay_us = job_workload_number(job, DELAY_US),
        .jitter_us = job_workload_number(job, JITTER_US),
        .page_min_bytes = job_workload_number(job, PAGE_MIN_BYTES),
        .page_max_bytes = job_workload_number(job, PAGE_MAX_BYTES),
        .stall_every_ms = job_workload_number(job, STALL_EVERY_MS),
        .stall_ms = job_workload_number(job, STALL_MS),
    };
}

static bool fetch_unverified(const struct job *job)
{
    return *job_workload_text(job, URL) != '\0';
}

static int setup_peer(struct job *job, struct fetch_shared *shared)
{
    struct peer_plan plan = plan_of(job);

    if (plan.page_min_bytes > plan.page_max_bytes)
        return job_fail(job, EINVAL,
                        "fetch.page_min_bytes is above fetch.page_max_bytes");
    if (job->plan.elided)
        plan.delay_us = plan.jitter_us = plan.stall_every_ms = 0;
    shared->peer = &job->peer;
    snprintf(shared->server.host, sizeof shared->server.host, "127.0.0.1");
    int result = peer_start(&plan, job->plan.ntasks, &job->peer);
    return result == 0 ? 0 : job_fail(job, -result, "starting the peer");
}

static int setup_url(struct job *job, struct fetch_shared *shared)
{
    const char *why = NULL;
    int result = http_find_server(job_workload_text(job, URL),
                                  job_workload_number(job, ALLOW_REMOTE) != 0,
                                  &shared->server, &why);

    return result == 0 ? 0 : job_fail(job, -result, "fetch.url: %s", why);
}

static int fetch_setup(struct job *job)
{
    struct fetch_shared *shared = job->shared;

    shared->pages = job_workload_number(job, PAGES);
    shared->timeout_ns = job_workload_number(job, TIMEOUT_MS) * NS_PER_MS;
    return fetch_unverified(job) ? setup_url(job, shared)
                                 : setup_peer(job, shared);
}

static void fetch_teardown(struct job *job)
{
    peer_stop(&job->peer);
}

/* Of an elided job too: the bounds of the runs are computed beside its
 * result. */
static uint64_t fetch_wait_ns(const struct job *job, uint64_t index)
{
    struct peer_plan plan = plan_of(job);
    uint64_t pages = job_workload_number(job, PAGES);
    uint64_t sum_ns = 0;

    if (fetch_unverified(job))
        return 0;
    for (uint64_t page = 0; page < pages; page++)
        sum_ns += peer_delay_ns(&plan, page_number(pages, index, page));
    return sum_ns;
}

const struct workload workload_fetch = {
    .name = "fetch",
    .summary = "pages fetched by HTTP, from the peer or a url",
    .kind = WORKLOAD_IO,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 100,
    .state_bytes = sizeof(struct visit),
    .shared_bytes = sizeof(struct fetch_shared),
    .setup = fetch_setup,
    .next = fetch_next,
    .teardown = fetch_teardown,
    .wait_ns = fetch_wait_ns,
    .unverified = fetch_unverified,
};
