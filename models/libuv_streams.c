/* SPDX-License-Identifier: MIT */
/*
 * Connections as libuv has them. Look at offer_buffer: bytes go straight to
 * where the task wants them, and reading is never stopped before something has
 * come that nobody asked for. To stop and to start anew would cost two calls of
 * epoll_ctl for each message.
 */
#include "models/libuv_streams.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "core/task.h"
#include "core/trace.h"

struct libuv_connection *libuv_connection_new(struct libuv_runner *runner)
{
    struct libuv_connection *connection = malloc(sizeof *connection);

    if (connection == NULL)
        return NULL;
    *connection = (struct libuv_connection){.runner = runner, .fd = -1};
    uv_tcp_init(&runner->loop->uv, &connection->tcp);
    connection->tcp.data = connection;
    return connection;
}

void libuv_connection_keep(struct libuv_connection *connection, int fd)
{
    connection->fd = fd;
    connection->next = connection->runner->handles;
    connection->runner->handles = connection;
}

void libuv_connection_close(struct libuv_connection *connection)
{
    connection->runner = NULL;
    uv_close((uv_handle_t *)&connection->tcp, libuv_free_data);
}

static struct libuv_connection **find(struct libuv_runner *runner, int fd)
{
    struct libuv_connection **at = (struct libuv_connection **)&runner->handles;

    while (*at != NULL && (*at)->fd != fd)
        at = &(*at)->next;
    return at;
}

/* The connection of the task's descriptor; one that libuv has not met yet is
 * shown to it. Returns 0 or -errno. */
static int connection_of(struct libuv_runner *runner,
                         struct libuv_connection **ret)
{
    int fd = runner->task->op.fd;
    struct libuv_connection *connection = *find(runner, fd);

    if (connection == NULL) {
        connection = libuv_connection_new(runner);
        if (connection == NULL)
            return -ENOMEM;
        int result = uv_tcp_open(&connection->tcp, fd);
        if (result != 0) {
            libuv_connection_close(connection);
            return result;
        }
        libuv_connection_keep(connection, fd);
    }
    *ret = connection;
    return 0;
}

/* The operation that wants what has come; NULL: there is none now. */
static struct op *reader_of(const struct libuv_connection *connection)
{
    const struct libuv_runner *runner = connection->runner;

    if (runner == NULL || !runner->waiting)
        return NULL;
    struct op *op = &runner->task->op;
    bool reads = op->kind == OP_READ || op->kind == OP_READ_SOME;
    return reads && op->fd == connection->fd ? op : NULL;
}

/* libuv reads on as long as buffers are filled. After a READ, which knows how
 * much there is, that would be a call for nothing: no buffer, and epoll will
 * tell. A READ_SOME that is filled suggests that there is more. */
static void offer_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *ret)
{
    const struct libuv_connection *connection = handle->data;
    const struct op *op = connection->full ? NULL : reader_of(connection);

    (void)suggested;
    *ret = (uv_buf_t){.base = NULL};
    if (op != NULL)
        *ret = (uv_buf_t){.base = (char *)op->buffer + op->done,
                          .len = op->length - op->done};
}

static void stop_reading(struct libuv_connection *connection)
{
    uv_read_stop((uv_stream_t *)&connection->tcp);
    connection->reading = false;
}

static void on_read(uv_stream_t *stream, ssize_t result, const uv_buf_t *buffer)
{
    struct libuv_connection *connection = stream->data;
    struct op *op = reader_of(connection);

    (void)buffer;
    if (result == 0) /* EAGAIN */
        return;
    if (result == UV_ENOBUFS) {
        if (!connection->full)
            stop_reading(connection);
        connection->full = false;
        return;
    }
    if (result < 0)
        stop_reading(connection);
    /* The end of a stream that nobody reads now comes again when one does. */
    if (op == NULL)
        return;
    trace_task(connection->runner->task->index);
    trace_state(TRACE_SYSTEM);
    if (!op_advance(op, result == UV_EOF ? 0 : result))
        return;
    connection->full = op->kind == OP_READ && result > 0;
    libuv_resume(connection->runner);
}

static bool begin_read(struct libuv_runner *runner,
                       struct libuv_connection *connection)
{
    int result = 0;

    if (!connection->reading) {
        connection->full = false;
        result = uv_read_start((uv_stream_t *)&connection->tcp, offer_buffer,
                               on_read);
        connection->reading = result == 0;
    }
    return result != 0 && op_advance(&runner->task->op, result);
}

static void on_written(uv_write_t *request, int status)
{
    struct libuv_connection *connection = request->data;
    struct libuv_runner *runner = connection->runner;

    if (runner == NULL || connection->cut)
        return;
    struct op *op = &runner->task->op;
    trace_task(runner->task->index);
    trace_state(TRACE_SYSTEM);
    op_advance(op, status < 0 ? status : (ssize_t)(op->length - op->done));
    libuv_resume(runner);
}

static bool begin_write(struct libuv_runner *runner,
                        struct libuv_connection *connection)
{
    struct op *op = &runner->task->op;
    uv_stream_t *stream = (uv_stream_t *)&connection->tcp;
    int result;

    do {
        uv_buf_t rest = {.base = (char *)op->buffer + op->done,
                         .len = op->length - op->done};
        result = connection->cut ? -ETIMEDOUT : uv_try_write(stream, &rest, 1);
        if (result == UV_EAGAIN) {
            connection->request.write.data = connection;
            result = uv_write(&connection->request.write, stream, &rest, 1,
                              on_written);
            return result != 0 && op_advance(op, result);
        }
    } while (!op_advance(op, result));
    return true;
}

/* Forgets a connection that has come to nothing. */
static void drop(struct libuv_runner *runner, int fd)
{
    struct libuv_connection **at = find(runner, fd);
    struct libuv_connection *connection = *at;

    assert(connection != NULL);
    *at = connection->next;
    libuv_connection_close(connection);
}

/* The handle is the runner's, under -1, while it has not connected yet. */
static void on_connected(uv_connect_t *request, int status)
{
    struct libuv_connection *connection = request->data;
    struct libuv_runner *runner = connection->runner;

    if (runner == NULL)
        return;
    struct op *op = &runner->task->op;
    trace_task(runner->task->index);
    trace_state(TRACE_SYSTEM);
    if (status == 0)
        status = uv_fileno((uv_handle_t *)&connection->tcp, &connection->fd);
    if (status == 0)
        op->fd = connection->fd;
    else
        drop(runner, -1);
    op_advance(op, status);
    libuv_resume(runner);
}

bool libuv_begin_connect(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;
    struct libuv_connection *connection = libuv_connection_new(runner);

    if (connection == NULL)
        return op_advance(op, -ENOMEM);
    connection->request.connect.data = connection;
    int result =
        uv_tcp_connect(&connection->request.connect, &connection->tcp,
                       (const struct sockaddr *)&op->endpoint, on_connected);
    if (result != 0) {
        libuv_connection_close(connection);
        return op_advance(op, result);
    }
    libuv_connection_keep(connection, -1);
    return false;
}

/* The descriptor is closed when uv_close returns; only the handle takes until
 * the end of the loop's turn, and no task has to wait for that. */
bool libuv_begin_close(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;

    if (*find(runner, op->fd) == NULL)
        return libuv_begin_file(runner);
    drop(runner, op->fd);
    return op_advance(op, 0);
}

bool libuv_begin_transfer(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;
    struct libuv_connection *connection;

    if (op->offset != OP_STREAM)
        return libuv_begin_file(runner);
    if (op->length == 0)
        return true;
    int result = connection_of(runner, &connection);
    if (result != 0)
        return op_advance(op, result);
    return op->kind == OP_WRITE ? begin_write(runner, connection)
                                : begin_read(runner, connection);
}

void libuv_give_up_stream(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;

    if (op->kind == OP_CONNECT)
        drop(runner, -1);
    if (op->kind != OP_WRITE)
        return;
    struct libuv_connection *connection = *find(runner, op->fd);
    assert(connection != NULL);
    connection->cut = true;
    op->done = op->length -
               uv_stream_get_write_queue_size((uv_stream_t *)&connection->tcp);
}
