/* SPDX-License-Identifier: MIT */
/*
 * Listening sockets as libuv has them. It accepts as long as somebody comes,
 * also when no task wants one more, and a connection that one loop holds is
 * lost to the others. So a loop listens on a copy of the descriptor, and closes
 * that as soon as nobody waits for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/task.h"
#include "core/trace.h"
#include "models/libuv_streams.h"

struct listener {
    uv_tcp_t tcp; /* its `data` is this listener */
    struct libuv_loop *loop;
    int fd;                     /* the workload's; `tcp` has a copy */
    struct libuv_queue waiting; /* never empty between two callbacks */
    struct listener *next;
};

static struct listener **find(struct libuv_loop *loop, int fd)
{
    struct listener **at = (struct listener **)&loop->listeners;

    while (*at != NULL && (*at)->fd != fd)
        at = &(*at)->next;
    return at;
}

static void drop_if_unwanted(struct libuv_loop *loop, int fd)
{
    struct listener **at = find(loop, fd);
    struct listener *listener = *at;

    if (listener != NULL && TAILQ_EMPTY(&listener->waiting)) {
        *at = listener->next;
        uv_close((uv_handle_t *)&listener->tcp, libuv_free_data);
    }
}

/* Returns the new descriptor or -errno. */
static int take_connection(struct listener *listener,
                           struct libuv_runner *runner)
{
    struct libuv_connection *connection = libuv_connection_new(runner);
    int fd;

    if (connection == NULL)
        return -ENOMEM;
    int result = uv_accept((uv_stream_t *)&listener->tcp,
                           (uv_stream_t *)&connection->tcp);
    if (result == 0)
        result = uv_fileno((uv_handle_t *)&connection->tcp, &fd);
    if (result != 0) {
        libuv_connection_close(connection);
        return result;
    }
    libuv_connection_keep(connection, fd);
    return fd;
}

static void on_connection(uv_stream_t *server, int status)
{
    struct listener *listener = server->data;
    struct libuv_runner *runner = TAILQ_FIRST(&listener->waiting);
    struct libuv_loop *loop = listener->loop;
    int fd = listener->fd;

    trace_task(runner->task->index);
    trace_state(TRACE_SYSTEM);
    int result = status == 0 ? take_connection(listener, runner) : status;
    TAILQ_REMOVE(&listener->waiting, runner, queued);
    op_advance(&runner->task->op, result);
    libuv_resume(runner);
    drop_if_unwanted(loop, fd);
}

/* libuv needs the backlog once more; it is no smaller than anybody's. */
static int listen_on(struct listener *listener)
{
    int copy = fcntl(listener->fd, F_DUPFD_CLOEXEC, 0);

    if (copy < 0)
        return -errno;
    int result = uv_tcp_open(&listener->tcp, copy);
    if (result != 0) {
        close(copy);
        return result;
    }
    return uv_listen((uv_stream_t *)&listener->tcp, SOMAXCONN, on_connection);
}

static int listener_new(struct libuv_loop *loop, int fd, struct listener **ret)
{
    struct listener *listener = calloc(1, sizeof *listener);

    if (listener == NULL)
        return -ENOMEM;
    listener->loop = loop;
    listener->fd = fd;
    TAILQ_INIT(&listener->waiting);
    uv_tcp_init(&loop->uv, &listener->tcp);
    listener->tcp.data = listener;
    int result = listen_on(listener);
    if (result != 0)
        uv_close((uv_handle_t *)&listener->tcp, libuv_free_data);
    else
        *ret = listener;
    return result;
}

bool libuv_begin_accept(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;
    struct listener **at = find(runner->loop, op->fd);

    if (*at == NULL) {
        int result = listener_new(runner->loop, op->fd, at);
        if (result != 0)
            return op_advance(op, result);
    }
    TAILQ_INSERT_TAIL(&(*at)->waiting, runner, queued);
    return false;
}

void libuv_leave_listener(struct libuv_runner *runner)
{
    int fd = runner->task->op.fd;
    struct listener *listener = *find(runner->loop, fd);

    TAILQ_REMOVE(&listener->waiting, runner, queued);
    drop_if_unwanted(runner->loop, fd);
}
