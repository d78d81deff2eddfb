/* SPDX-License-Identifier: MIT */
/*
 * What a connection of the client does, told as a task: wait for the planned
 * instant, ask, read the answer, note how long that took. Look at ask_next for
 * what a latency is counted from.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benches/workloads/http.h"
#include "benches/workloads/load_client.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/workload.h"

enum { ANSWER_BYTES = 2048, REQUEST_BYTES = LOAD_TARGET_BYTES + 64 };

struct talk {
    struct load_client *client;
    unsigned index;
    int fd;
    uint64_t number;      /* of the request under way */
    uint64_t intended_ns; /* when it was to be sent */
    size_t target_length;
    size_t nread;
    bool in_body;
    size_t body_at, body_bytes;
    char request[REQUEST_BYTES];
    char answer[ANSWER_BYTES];
};

static struct talk *talk_of(struct task *task)
{
    return (struct talk *)(void *)task->state;
}

uint64_t load_fold(uint64_t digest, const char *target, size_t target_length,
                   const char *body, size_t body_bytes)
{
    return digest_bytes(digest_bytes(digest, target, target_length), body,
                        body_bytes);
}

static bool give_up(struct task *task, int error)
{
    struct load_client *client = talk_of(task)->client;

    client->nbroken++;
    if (client->error == 0)
        client->error = error;
    return op_close(&task->op, talk_of(task)->fd);
}

#define BEFORE_TARGET "GET "

static bool ask(struct task *task)
{
    struct talk *talk = talk_of(task);
    const struct load_plan *plan = &talk->client->plan;
    char target[LOAD_TARGET_BYTES];

    if (*plan->target == '\0')
        snprintf(target, sizeof target, "/k/%u/%" PRIu64, talk->index,
                 talk->number);
    int n = snprintf(talk->request, sizeof talk->request,
                     BEFORE_TARGET "%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                     *plan->target == '\0' ? target : plan->target);
    talk->target_length = strlen(*plan->target == '\0' ? target : plan->target);
    talk->nread = 0;
    talk->in_body = false;
    return op_write(&task->op, talk->fd, talk->request, (size_t)n, OP_STREAM);
}

/* Request number `number` of this connection, after the beginning. */
static uint64_t due_ns(const struct talk *talk)
{
    const struct load_plan *plan = &talk->client->plan;
    uint64_t place = talk->number * plan->nconnections + talk->index;
    uint64_t rate = plan->offered_per_s;

    return place / rate * NS_PER_S + place % rate * NS_PER_S / rate;
}

static bool ask_next(struct task *task, uint64_t now_ns)
{
    struct talk *talk = talk_of(task);
    const struct load_plan *plan = &talk->client->plan;
    uint64_t began_ns = talk->client->began_ns;

    talk->intended_ns =
        plan->offered_per_s > 0 ? began_ns + due_ns(talk) : now_ns;
    if ((plan->requests > 0 && talk->number == plan->requests) ||
        (plan->duration_ns > 0 &&
         talk->intended_ns - began_ns >= plan->duration_ns))
        return op_close(&task->op, talk->fd);
    if (talk->intended_ns <= now_ns)
        return ask(task);
    op_sleep(&task->op, 0);
    task->op.deadline_ns = talk->intended_ns;
    return true;
}

static void note_latency(struct load_client *client, uint64_t latency_ns)
{
    if (client->nanswered < client->plan.latencies_max)
        client->latencies_ns[client->nanswered] = latency_ns;
    client->nanswered++;
    client->nlate +=
        client->plan.patience_ns > 0 && latency_ns > client->plan.patience_ns;
}

static bool take_answer(struct task *task)
{
    struct talk *talk = talk_of(task);
    struct load_connection *seen = &talk->client->connections[talk->index];
    uint64_t now_ns = clock_ns();

    note_latency(talk->client, now_ns - talk->intended_ns);
    seen->digest = load_fold(
        seen->digest, talk->request + sizeof BEFORE_TARGET - 1,
        talk->target_length, talk->answer + talk->body_at, talk->body_bytes);
    seen->nanswered++;
    talk->number++;
    return ask_next(task, now_ns);
}

static bool read_on(struct task *task)
{
    struct talk *talk = talk_of(task);
    size_t room = sizeof talk->answer - talk->nread;

    if (room == 0)
        return give_up(task, EMSGSIZE);
    return op_read_some(&task->op, talk->fd, talk->answer + talk->nread, room);
}

/* Reads the head, once it is whole. Returns 0, EAGAIN, or what is wrong. */
static int take_head(struct talk *talk)
{
    char *end = memmem(talk->answer, talk->nread, "\r\n\r\n", 4);
    uint64_t body_bytes;

    if (end == NULL)
        return EAGAIN;
    *end = '\0';
    int error = http_parse_head(talk->answer, &body_bytes);
    talk->body_at = (size_t)(end + 4 - talk->answer);
    if (error == 0 && body_bytes > sizeof talk->answer - talk->body_at)
        error = EMSGSIZE;
    talk->body_bytes = (size_t)body_bytes;
    talk->in_body = error == 0;
    return error;
}

static bool take_bytes(struct task *task)
{
    struct talk *talk = talk_of(task);

    if (task->op.done == 0)
        return give_up(task, ECONNRESET);
    talk->nread += task->op.done;
    int error = talk->in_body ? 0 : take_head(talk);
    if (error == EAGAIN)
        return read_on(task);
    if (error != 0)
        return give_up(task, error);
    size_t whole = talk->body_at + talk->body_bytes;
    if (talk->nread > whole)
        return give_up(task, EPROTO); /* more than we asked for */
    return talk->nread < whole ? read_on(task) : take_answer(task);
}

static bool talk_next(struct task *task)
{
    switch (task->op.kind) {
    case OP_CLOSE:
        return false;
    case OP_START:
        return ask_next(task, clock_ns());
    case OP_SLEEP:
        return ask(task);
    default:
        break;
    }
    if (task->op.error != 0)
        return give_up(task, task->op.error);
    return task->op.kind == OP_WRITE ? read_on(task) : take_bytes(task);
}

static const struct workload talk_work = {.next = talk_next};

struct task *load_talk_new(struct load_client *client, unsigned index, int fd)
{
    struct task *task = calloc(1, sizeof *task + sizeof(struct talk));

    if (task == NULL)
        return NULL;
    op_init(&task->op);
    task->workload = &talk_work;
    struct talk *talk = talk_of(task);
    talk->client = client;
    talk->index = index;
    talk->fd = fd;
    return task;
}
