/* SPDX-License-Identifier: MIT */
/*
 * The other side of the wire: a task is a connection that a client has made. It
 * reads requests, computes, waits, answers, until the client hangs up. So every
 * model can be the server; what differs is who waits for the next request: a
 * process, a thread, a stack, or a line in a table. The client is a process of
 * its own (load_client.h). Look at serve_next: a whole server.
 */
#include "benches/workloads/serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "benches/workloads/http_request.h"
#include "benches/workloads/steps.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/workload.h"

static const struct parameter parameters[SERVE_PARAMETERS] = {
    [SERVE_CLIENT] = {.name = "client",
                      .meaning = "who asks: ours, wrk where it is installed, "
                                 "or whoever comes to 127.0.0.1:port",
                      .text = "ours",
                      .choices = "ours|wrk|anyone"},
    [SERVE_REQUESTS] = {.name = "requests",
                        .unit = "requests",
                        .meaning = "on each connection, by our client",
                        .preset = 100,
                        .min = 1,
                        .max = 1000000000},
    [SERVE_OFFERED_PER_S] =
        {.name = "offered_per_s",
         .unit = "requests/s",
         .meaning = "our client's, over all connections, at instants planned "
                    "beforehand; 0: each after the answer to the one before",
         .preset = 0,
         .min = 0,
         .max = 10000000},
    [SERVE_COMPUTE_STEPS] = {.name = "compute_steps",
                             .unit = "steps",
                             .meaning =
                                 "computed for an answer, some 2 ns each",
                             .preset = 0,
                             .min = 0,
                             .max = 1000000000000},
    [SERVE_WAIT_US] = {.name = "wait_us",
                       .unit = "us",
                       .meaning = "slept before an answer; 0: no sleep",
                       .preset = 0,
                       .min = 0,
                       .max = 60000000},
    [SERVE_BODY_BYTES] = {.name = "body_bytes",
                          .unit = "B",
                          .meaning = "size of an answer without its head",
                          .preset = SERVE_BODY_MIN,
                          .min = SERVE_BODY_MIN,
                          .max = SERVE_BODY_MAX},
    [SERVE_CORES] = {.name = "cores",
                     .unit = "cores",
                     .meaning = "the server keeps to so many cores, and the "
                                "client off them; 0: both go anywhere",
                     .preset = 0,
                     .min = 0,
                     .max = 1024},
    [SERVE_PATIENCE_MS] = {.name = "patience_ms",
                           .unit = "ms",
                           .meaning = "our client counts answers that take "
                                      "longer as late; 0: none is",
                           .preset = 0,
                           .min = 0,
                           .max = 3600000},
    [SERVE_PORT] = {.name = "port",
                    .unit = "",
                    .meaning = "listened on; 0: any that is free",
                    .preset = 0,
                    .min = 0,
                    .max = 65535},
    [SERVE_DURATION_S] = {.name = "duration_s",
                          .unit = "s",
                          .meaning = "how long wrk asks",
                          .preset = 2,
                          .min = 1,
                          .max = 3600},
    [SERVE_GRAIN] = {.name = "grain",
                     .unit = "steps",
                     .meaning = "computed between two points where others may "
                                "run",
                     .preset = 10000,
                     .min = 1,
                     .max = 1000000000},
};

static bool hang_up(struct task *task)
{
    return op_close(&task->op, serve_task(task)->fd);
}

/* The client went away in the middle. Ours does not do that; of others it is
 * counted. */
static bool lose(struct task *task, int error)
{
    const struct serve_shared *shared = task->shared;

    serve_task(task)->hung_up = true;
    if (shared->client != NULL)
        serve_task(task)->error = error;
    return hang_up(task);
}

static bool read_on(struct task *task)
{
    struct serve_task *state = serve_task(task);

    return op_read_some(&task->op, state->fd, state->request + state->nread,
                        SERVE_REQUEST_BYTES - state->nread);
}

static bool answer(struct task *task)
{
    const struct serve_shared *shared = task->shared;
    struct serve_task *state = serve_task(task);
    size_t length = serve_write_answer(shared, state);

    task->digest = load_fold(
        task->digest, state->request + state->target_at, state->target_length,
        state->answer + length - shared->body_bytes, shared->body_bytes);
    state->nanswered++;
    return op_write(&task->op, state->fd, state->answer, length, OP_STREAM);
}

static bool refuse(struct task *task, int status)
{
    struct serve_task *state = serve_task(task);

    state->nrefused++;
    state->keep_alive = false;
    return op_write(&task->op, state->fd, state->answer,
                    serve_write_refusal(state, status), OP_STREAM);
}

static bool compute(struct task *task)
{
    const struct serve_shared *shared = task->shared;
    struct serve_task *state = serve_task(task);
    uint64_t steps =
        state->steps_left < shared->grain ? state->steps_left : shared->grain;

    state->value = steps_compute(state->value, steps);
    state->steps_left -= steps;
    if (state->steps_left > 0)
        return op_yield(&task->op);
    return shared->wait_ns > 0 ? op_sleep(&task->op, shared->wait_ns)
                               : answer(task);
}

/* Our client names its connection and the request: the answer depends on both,
 * and it does not matter which task got which connection. Whoever else asks
 * gets the same answer to everything. */
static uint64_t first_value(struct serve_task *state, uint64_t seed)
{
    const char *target = state->request + state->target_at;
    char *end;

    if (state->target_length < 4 || memcmp(target, "/k/", 3) != 0)
        return 1;
    uint64_t connection = strtoull(target + 3, &end, 10);
    uint64_t number = *end == '/' ? strtoull(end + 1, &end, 10) : 0;
    if (end != target + state->target_length)
        return 1;
    if (state->nanswered == 0)
        state->connection = connection;
    return draw_u64(seed, connection, number) | 1;
}

static bool take_request(struct task *task)
{
    const struct serve_shared *shared = task->shared;
    struct serve_task *state = serve_task(task);
    struct http_request request;
    int status = http_read_request(state->request, state->nread, &request);

    if (status == 0 && state->nread < SERVE_REQUEST_BYTES)
        return read_on(task);
    if (status != 200)
        return refuse(task, status == 0 ? 431 : status);
    state->target_at = (size_t)(request.target - state->request);
    state->target_length = request.target_length;
    state->request_bytes = request.length;
    state->keep_alive = request.keep_alive;
    state->value = first_value(state, shared->seed);
    state->steps_left = shared->compute_steps;
    return compute(task);
}

/* What a client sent before it had its answer is the next request. */
static bool go_on(struct task *task)
{
    struct serve_task *state = serve_task(task);

    if (!state->keep_alive)
        return hang_up(task);
    state->nread -= state->request_bytes;
    memmove(state->request, state->request + state->request_bytes,
            state->nread);
    return state->nread > 0 ? take_request(task) : read_on(task);
}

static bool begin(struct task *task)
{
    const struct serve_shared *shared = task->shared;
    struct serve_task *state = serve_task(task);

    if (task->op.error != 0)
        return task_fail(task, task->op.error);
    state->fd = task->op.fd;
    state->connection = SERVE_NOBODY;
    if (shared->naccepted != NULL)
        atomic_fetch_add(shared->naccepted, 1);
    return read_on(task);
}

static bool serve_next(struct task *task)
{
    struct serve_task *state = serve_task(task);

    switch (task->op.kind) {
    case OP_START:
        return begin(task);
    case OP_YIELD:
        return compute(task);
    case OP_SLEEP:
        return answer(task);
    case OP_CLOSE:
        return task_fail(task,
                         state->error != 0 ? state->error : task->op.error);
    default:
        break;
    }
    if (task->op.error != 0)
        return lose(task, task->op.error);
    if (task->op.kind == OP_WRITE)
        return go_on(task);
    if (task->op.done == 0)
        return state->nread > 0 ? lose(task, ECONNRESET) : hang_up(task);
    state->nread += task->op.done;
    return take_request(task);
}

static uint64_t serve_wait_ns(const struct job *job, uint64_t index)
{
    (void)index; /* the same for all */
    if (serve_unverified(job))
        return 0;
    return job_workload_number(job, SERVE_REQUESTS) *
           job_workload_number(job, SERVE_WAIT_US) * NS_PER_US;
}

const struct workload workload_serve = {
    .name = "serve",
    .summary = "connections served by HTTP, asked by a client",
    .kind = WORKLOAD_IO,
    .version = 1,
    .parameters = parameters,
    .nparameters = SERVE_PARAMETERS,
    .ntasks = 64,
    .state_bytes = sizeof(struct serve_task),
    .shared_bytes = sizeof(struct serve_shared),
    .setup = serve_setup,
    .next = serve_next,
    .check = serve_check,
    .teardown = serve_teardown,
    .wait_ns = serve_wait_ns,
    .unverified = serve_unverified,
};
