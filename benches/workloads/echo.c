/* SPDX-License-Identifier: MIT */
/*
 * Round trips: each task has a TCP connection to the peer, sends a message and
 * waits for it to come back, `rounds` times. `connect` decides whether making
 * and closing the connection is part of what is timed.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/arrivals.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum {
    ROUNDS,
    MESSAGE_BYTES,
    DELAY_US,
    JITTER_US,
    TIMEOUT_MS,
    CONNECT,
    STALL_EVERY_MS,
    STALL_MS,
    ARRIVALS,
    RATE_PER_S,
    DESCRIPTOR_TABLE,
};

enum { MESSAGE_BYTES_MAX = 4096 };

static const struct parameter parameters[] = {
    [ROUNDS] = {.name = "rounds",
                .unit = "round trips",
                .meaning = "of each task, one after the other",
                .preset = 10,
                .min = 1,
                .max = 1000000},
    [MESSAGE_BYTES] = {.name = "message_bytes",
                       .unit = "B",
                       .meaning = "size of a message",
                       .preset = 64,
                       .min = 8,
                       .max = MESSAGE_BYTES_MAX},
    [DELAY_US] = {.name = "delay_us",
                  .unit = "us",
                  .meaning = "the peer's shortest delay before a reply",
                  .preset = 0,
                  .min = 0,
                  .max = 60000000},
    [JITTER_US] = {.name = "jitter_us",
                   .unit = "us",
                   .meaning = "up to so much more, drawn for each message",
                   .preset = 0,
                   .min = 0,
                   .max = 60000000},
    [TIMEOUT_MS] = {.name = "timeout_ms",
                    .unit = "ms",
                    .meaning = "longest wait for anything; 0: for ever",
                    .preset = 0,
                    .min = 0,
                    .max = 3600000},
    [CONNECT] = {.name = "connect",
                 .meaning = "connect and close inside the timed part, or "
                            "before and after it",
                 .text = "outside",
                 .choices = "inside|outside"},
    [STALL_EVERY_MS] = PEER_STALL_EVERY_PARAMETER,
    [STALL_MS] = PEER_STALL_PARAMETER,
    [ARRIVALS] = ARRIVALS_PARAMETER,
    [RATE_PER_S] = RATE_PARAMETER,
    [DESCRIPTOR_TABLE] = {.name = "descriptor_table",
                          .meaning = "large enough beforehand, as it always "
                                     "is, or growing while it is timed",
                          .text = "grown",
                          .choices = "grown|growing"},
};

struct echo_shared {
    uint64_t rounds;
    uint64_t message_bytes;
    uint64_t timeout_ns;
    bool connect_inside;
    struct peer_plan plan;
    const struct peer *peer;
};

/* What the task of an exchange waits for. */
enum stage { STARTING, CONNECTING, WRITING, READING, CLOSING };

struct exchange {
    enum stage stage;
    int fd;
    uint64_t round;
    unsigned char message[MESSAGE_BYTES_MAX];
};

static struct exchange *exchange_of(struct task *task)
{
    return (struct exchange *)(void *)task->state;
}

/* No two messages of a job have the same number; it is all that they carry, and
 * what the peer draws its delay by. */
static uint64_t message_number(const struct echo_shared *shared, uint64_t index,
                               uint64_t round)
{
    return index * shared->rounds + round;
}

static void set_time_out(struct task *task)
{
    const struct echo_shared *shared = task->shared;

    if (shared->timeout_ns > 0)
        task->op.deadline_ns = clock_ns() + shared->timeout_ns;
}

static bool write_message(struct task *task)
{
    const struct echo_shared *shared = task->shared;
    struct exchange *exchange = exchange_of(task);
    uint64_t number = message_number(shared, task->index, exchange->round);

    exchange->stage = WRITING;
    memcpy(exchange->message, &number, sizeof number);
    op_write(&task->op, exchange->fd, exchange->message, shared->message_bytes,
             OP_STREAM);
    set_time_out(task);
    return true;
}

static bool read_message(struct task *task)
{
    const struct echo_shared *shared = task->shared;
    struct exchange *exchange = exchange_of(task);

    exchange->stage = READING;
    op_read(&task->op, exchange->fd, exchange->message, shared->message_bytes,
            OP_STREAM);
    set_time_out(task);
    return true;
}

/* Connections made outside the timed part are also closed there. */
static bool leave(struct task *task, int error)
{
    const struct echo_shared *shared = task->shared;
    struct exchange *exchange = exchange_of(task);

    task->error = error;
    exchange->stage = CLOSING;
    return shared->connect_inside && op_close(&task->op, exchange->fd);
}

static bool fold_message(struct task *task)
{
    const struct echo_shared *shared = task->shared;
    struct exchange *exchange = exchange_of(task);

    if (task->op.done < task->op.length)
        return leave(task, ECONNRESET);
    task->digest =
        digest_bytes(task->digest, exchange->message, shared->message_bytes);
    if (++exchange->round == shared->rounds)
        return leave(task, 0);
    return write_message(task);
}

static bool echo_next(struct task *task)
{
    const struct echo_shared *shared = task->shared;
    struct exchange *exchange = exchange_of(task);

    if (exchange->stage == CONNECTING) {
        if (task->op.error != 0)
            return task_fail(task, task->op.error);
        exchange->fd = task->op.fd;
        return write_message(task);
    }
    if (exchange->stage == CLOSING)
        return false;
    if (task->op.error != 0)
        return leave(task, task->op.error);
    switch (exchange->stage) {
    case WRITING:
        return read_message(task);
    case READING:
        return fold_message(task);
    default:
        break;
    }
    if (!shared->connect_inside)
        return write_message(task);
    struct sockaddr_in endpoint = peer_endpoint(shared->peer, task->index);
    exchange->stage = CONNECTING;
    op_connect(&task->op, &endpoint);
    set_time_out(task);
    return true;
}

static void echo_teardown(struct job *job)
{
    const struct echo_shared *shared = job->shared;

    for (uint64_t i = 0; !shared->connect_inside && i < job->plan.ntasks; i++) {
        const struct exchange *exchange = exchange_of(job_task(job, i));
        if (exchange->fd > 0)
            close(exchange->fd);
    }
    peer_stop(&job->peer);
}

static int connect_all(struct job *job)
{
    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        struct op op;
        struct sockaddr_in endpoint = peer_endpoint(&job->peer, i);
        op_init(&op);
        op_connect(&op, &endpoint);
        op_finish(&op);
        if (op.error != 0)
            return job_fail(job, op.error, "connecting task %llu to the peer",
                            (unsigned long long)i);
        exchange_of(job_task(job, i))->fd = op.fd;
    }
    return 0;
}

/* Connections made beforehand have made the table grow already. */
static int choose_table(struct job *job, bool connect_inside)
{
    job->table_grows =
        strcmp(job_workload_text(job, DESCRIPTOR_TABLE), "growing") == 0;
    if (job->table_grows && !connect_inside)
        return job_fail(job, EINVAL,
                        "echo.descriptor_table=growing without "
                        "echo.connect=inside");
    return 0;
}

static int echo_setup(struct job *job)
{
    struct echo_shared *shared = job->shared;

    shared->rounds = job_workload_number(job, ROUNDS);
    shared->message_bytes = job_workload_number(job, MESSAGE_BYTES);
    shared->timeout_ns = job_workload_number(job, TIMEOUT_MS) * NS_PER_MS;
    shared->connect_inside =
        strcmp(job_workload_text(job, CONNECT), "inside") == 0;
    shared->peer = &job->peer;
    shared->plan = (struct peer_plan){
        .protocol = PEER_ECHO,
        .seed = job->plan.seed,
        .delay_us = job_workload_number(job, DELAY_US),
        .jitter_us = job_workload_number(job, JITTER_US),
        .message_bytes = shared->message_bytes,
        .stall_every_ms = job_workload_number(job, STALL_EVERY_MS),
        .stall_ms = job_workload_number(job, STALL_MS),
    };
    struct peer_plan plan = shared->plan;
    if (job->plan.elided)
        plan.delay_us = plan.jitter_us = plan.stall_every_ms = 0;
    int result = choose_table(job, shared->connect_inside);
    if (result != 0)
        return result;
    result = peer_start(&plan, job->plan.ntasks, &job->peer);
    if (result != 0)
        return job_fail(job, -result, "starting the peer");
    if (!shared->connect_inside)
        result = connect_all(job);
    if (result != 0)
        echo_teardown(job);
    return result;
}

static uint64_t echo_wait_ns(const struct job *job, uint64_t index)
{
    const struct echo_shared *shared = job->shared;
    uint64_t sum_ns = 0;

    for (uint64_t round = 0; round < shared->rounds; round++)
        sum_ns +=
            peer_delay_ns(&shared->plan, message_number(shared, index, round));
    return sum_ns;
}

const struct workload workload_echo = {
    .name = "echo",
    .summary = "round trips to the peer over TCP",
    .kind = WORKLOAD_IO,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 100,
    .state_bytes = sizeof(struct exchange),
    .shared_bytes = sizeof(struct echo_shared),
    .setup = echo_setup,
    .next = echo_next,
    .teardown = echo_teardown,
    .wait_ns = echo_wait_ns,
};
