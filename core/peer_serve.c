/* SPDX-License-Identifier: MIT */
/*
 * The peer's own life, told in the project's own words. Listeners, connections
 * and the line to whoever started it are tasks; one poller serves them all.
 * Look at connection_next: what a server in an event loop comes down to.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/listener.h"
#include "core/peer.h"
#include "core/poller.h"
#include "core/task.h"
#include "core/workload.h"

enum {
    BACKLOG = 4096,
    REQUEST_BYTES = 1024, /* the longest head of an HTTP request */
    RESPONSE_BYTES = 128, /* the longest head of our HTTP responses */
    RETRY_NS = 10000000   /* the pause when accept finds no descriptor */
};

struct server {
    const struct peer_plan *plan;
    struct poller poller;
    uint64_t began_ns;
    bool done;
};

/* What the task of a connection waits for. */
enum stage {
    BORN,
    READING,
    DELAYING,
    WRITING,
    CLOSING,
};

struct connection {
    struct server *server;
    enum stage stage;
    int fd;
    size_t nrequest; /* bytes of the request so far */
    size_t nreply;
    char buffer[]; /* the request, then the reply to it */
};

struct listener {
    struct server *server;
    int fd;
};

static void resume(struct server *server, struct task *task)
{
    while (op_try(&task->op)) {
        if (!task_step(task)) {
            free(task);
            return;
        }
    }
    int result = poller_watch(&server->poller, task);
    assert(result == 0);
}

/* A new-born task of the peer's own; `state_bytes` of zeroed state. */
static struct task *bear(const struct workload *work, size_t state_bytes)
{
    struct task *task = calloc(1, sizeof *task + state_bytes);

    if (task != NULL) {
        op_init(&task->op);
        task->workload = work;
    }
    return task;
}

static struct connection *connection_of(struct task *task)
{
    return (struct connection *)(void *)task->state;
}

static bool read_request(struct task *task)
{
    struct connection *c = connection_of(task);
    const struct peer_plan *plan = c->server->plan;

    c->stage = READING;
    if (plan->protocol == PEER_ECHO)
        return op_read(&task->op, c->fd, c->buffer, plan->message_bytes,
                       OP_STREAM);
    return op_read_some(&task->op, c->fd, c->buffer + c->nrequest,
                        REQUEST_BYTES - c->nrequest);
}

static bool hang_up(struct task *task)
{
    struct connection *c = connection_of(task);

    c->stage = CLOSING;
    return op_close(&task->op, c->fd);
}

static bool delay(struct task *task, uint64_t which)
{
    struct connection *c = connection_of(task);
    uint64_t delay_ns = peer_delay_ns(c->server->plan, which);

    c->stage = DELAYING;
    return delay_ns > 0 ? op_sleep(&task->op, delay_ns) : op_yield(&task->op);
}

/* Writes page number `page` into the buffer: letters drawn by the seed. */
static void make_page(struct connection *c, uint64_t page)
{
    const struct peer_plan *plan = c->server->plan;
    uint64_t length = draw_between(plan->seed, page, 1, plan->page_min_bytes,
                                   plan->page_max_bytes);
    int head = snprintf(c->buffer, RESPONSE_BYTES,
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                        "Content-Length: %llu\r\n\r\n",
                        (unsigned long long)length);
    char *body = c->buffer + head;

    for (uint64_t i = 0; i < length; i += 8) {
        uint64_t letters = draw_u64(plan->seed, page, 2 + i);
        for (uint64_t j = i; j < length && j < i + 8; j++, letters >>= 8)
            body[j] = (char)('@' + (letters & 31));
    }
    c->nreply = (size_t)head + length;
}

static bool take_http_request(struct task *task)
{
    static const char refusal[] =
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    struct connection *c = connection_of(task);
    unsigned long long page;

    c->nrequest += task->op.done;
    if (memmem(c->buffer, c->nrequest, "\r\n\r\n", 4) == NULL)
        return c->nrequest < REQUEST_BYTES ? read_request(task) : hang_up(task);
    c->buffer[c->nrequest - 1] = '\0';
    c->nrequest = 0;
    if (sscanf(c->buffer, "GET /page/%llu HTTP/1.1\r", &page) == 1) {
        make_page(c, page);
        return delay(task, page);
    }
    memcpy(c->buffer, refusal, sizeof refusal - 1);
    c->nreply = sizeof refusal - 1;
    return delay(task, 0);
}

static bool take_message(struct task *task)
{
    struct connection *c = connection_of(task);
    uint64_t which;

    if (task->op.done < task->op.length)
        return hang_up(task);
    memcpy(&which, c->buffer, sizeof which);
    c->nreply = task->op.length;
    return delay(task, which);
}

static bool connection_next(struct task *task)
{
    struct connection *c = connection_of(task);

    if (c->stage == CLOSING)
        return false;
    if (task->op.error != 0)
        return hang_up(task);
    switch (c->stage) {
    case READING:
        if (task->op.done == 0)
            return hang_up(task);
        return c->server->plan->protocol == PEER_ECHO ? take_message(task)
                                                      : take_http_request(task);
    case DELAYING:
        c->stage = WRITING;
        return op_write(&task->op, c->fd, c->buffer, c->nreply, OP_STREAM);
    default:
        return read_request(task);
    }
}

static const struct workload connection_work = {.next = connection_next};

static size_t buffer_bytes(const struct peer_plan *plan)
{
    if (plan->protocol == PEER_ECHO)
        return plan->message_bytes;
    size_t reply = RESPONSE_BYTES + plan->page_max_bytes;
    return reply > REQUEST_BYTES ? reply : REQUEST_BYTES;
}

static void adopt(struct server *server, int fd)
{
    struct task *task = bear(&connection_work, sizeof(struct connection) +
                                                   buffer_bytes(server->plan));

    if (task == NULL) {
        close(fd);
        return;
    }
    struct connection *c = connection_of(task);
    c->server = server;
    c->fd = fd;
    resume(server, task);
}

static bool listener_next(struct task *task)
{
    struct listener *listener = (struct listener *)(void *)task->state;

    if (task->op.error != 0)
        return op_sleep(&task->op, RETRY_NS);
    if (task->op.kind == OP_ACCEPT)
        adopt(listener->server, task->op.fd);
    return op_accept(&task->op, listener->fd);
}

static const struct workload listener_work = {.next = listener_next};

static int listen_anywhere(struct server *server, uint16_t *ret_port)
{
    int fd = listener_open(BACKLOG, ret_port);

    if (fd < 0)
        return fd;
    struct task *task = bear(&listener_work, sizeof(struct listener));
    if (task == NULL)
        return -ENOMEM;
    struct listener *listener = (struct listener *)(void *)task->state;
    *listener = (struct listener){server, fd};
    resume(server, task);
    return 0;
}

/* The line to whoever started the peer: its end is ours. */
struct control {
    struct server *server;
    int fd;
    char byte;
};

static bool control_next(struct task *task)
{
    struct control *control = (struct control *)(void *)task->state;

    if (task->op.kind == OP_START)
        return op_read_some(&task->op, control->fd, &control->byte, 1);
    control->server->done = true;
    return false;
}

static const struct workload control_work = {.next = control_next};

static int report(struct server *server, int fd, const uint16_t *ports)
{
    struct task *task = bear(&control_work, sizeof(struct control));

    if (task == NULL)
        return -ENOMEM;
    struct control *control = (struct control *)(void *)task->state;
    *control = (struct control){server, fd, 0};
    if (send(fd, ports, PEER_PORTS_MAX * sizeof *ports, MSG_NOSIGNAL) < 0) {
        free(task);
        return -errno;
    }
    resume(server, task);
    return 0;
}

/* Whoever asked for stalls gets them: nothing moves for stall_ms. */
static void stall(const struct server *server)
{
    uint64_t every_ns = server->plan->stall_every_ms * NS_PER_MS;
    uint64_t stall_ns = server->plan->stall_ms * NS_PER_MS;

    if (every_ns == 0)
        return;
    uint64_t phase_ns = (clock_ns() - server->began_ns) % every_ns;
    if (phase_ns + stall_ns >= every_ns) {
        struct timespec rest = clock_timespec(every_ns - phase_ns);
        nanosleep(&rest, NULL);
    }
}

int peer_serve(const struct peer_plan *plan, unsigned nports, int control)
{
    struct server server = {.plan = plan, .began_ns = clock_ns()};
    uint16_t ports[PEER_PORTS_MAX] = {0};
    int result = poller_init(&server.poller);

    for (unsigned i = 0; i < nports && result == 0; i++)
        result = listen_anywhere(&server, &ports[i]);
    if (result == 0 && control >= 0)
        result = report(&server, control, ports);
    if (result != 0)
        return result;
    for (unsigned i = 0; control < 0 && i < nports; i++)
        printf("listening on 127.0.0.1:%u\n", ports[i]);
    fflush(stdout);
    while (!server.done) {
        struct task *task = poller_wait(&server.poller);
        stall(&server);
        resume(&server, task);
    }
    /* What is still open goes with the process, at once. */
    return 0;
}
