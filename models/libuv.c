/* SPDX-License-Identifier: MIT */
/*
 * libuv as its users write for it, for comparison: its TCP handles, timers and
 * file requests in place of our poller and our calls. It counts time in whole
 * milliseconds, and leaves files to a pool of four threads (UV_THREADPOOL_SIZE)
 * that lives as long as the process. What a library cannot know costs it: that
 * connections were there before it (an ioctl each) and are there after it.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"
#include "models/libuv_streams.h"

static bool begin_operation(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;

    switch (op->kind) {
    case OP_START:
        /* It may be late already. */
        return op->fd >= 0 ? libuv_begin_accept(runner) : op_try(op);
    case OP_ACCEPT:
        return libuv_begin_accept(runner);
    case OP_CONNECT:
        return libuv_begin_connect(runner);
    case OP_READ:
    case OP_READ_SOME:
    case OP_WRITE:
        return libuv_begin_transfer(runner);
    case OP_FSYNC:
        return libuv_begin_file(runner);
    case OP_CLOSE:
        return libuv_begin_close(runner);
    default:
        return false; /* OP_SLEEP: its deadline */
    }
}

/* Files have no time-outs, here as elsewhere. */
static bool has_deadline(const struct op *op)
{
    bool waits =
        op_events(op) != 0 || op->kind == OP_START || op->kind == OP_SLEEP;
    bool transfers =
        op->kind == OP_READ || op->kind == OP_READ_SOME || op->kind == OP_WRITE;

    return op->deadline_ns != 0 && waits &&
           (!transfers || op->offset == OP_STREAM);
}

/* What was begun is taken back. */
static void give_up(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;

    op->error = ETIMEDOUT;
    if (op->kind == OP_START || op->kind == OP_ACCEPT)
        libuv_leave_listener(runner);
    else
        libuv_give_up_stream(runner);
    if (op->kind == OP_START)
        op->fd = -1;
}

static void on_time(uv_timer_t *timer)
{
    struct libuv_runner *runner = timer->data;
    const struct op *op = &runner->task->op;

    trace_task(runner->task->index);
    trace_state(op->kind == OP_START ? TRACE_IDLE : TRACE_SYSTEM);
    if (op_events(op) != 0)
        give_up(runner);
    libuv_resume(runner);
}

static bool begin(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;

    if (!op_is_call(op))
        return true;
    trace_state(op->kind == OP_START ? TRACE_IDLE : TRACE_SYSTEM);
    if (begin_operation(runner))
        return true;
    if (has_deadline(op))
        libuv_set_timer(runner, op->deadline_ns, on_time);
    return false;
}

static void leave(struct libuv_runner *runner)
{
    struct libuv_connection *connection = runner->handles;

    for (; connection != NULL; connection = connection->next)
        connection->runner = NULL;
}

/* uv_close closes the descriptor too; the workload finds it open again. */
static void close_handle(struct libuv_loop *loop, uv_handle_t *handle)
{
    int fd;
    bool open =
        uv_fileno(handle, &fd) == 0 && dup3(fd, loop->spare, O_CLOEXEC) >= 0;

    uv_close(handle, libuv_free_data);
    if (open)
        (void)dup3(loop->spare, fd, O_CLOEXEC);
}

static int libuv_open(struct job *job)
{
    static const struct libuv_way way = {begin, leave, close_handle};

    return libuv_loops_open(job, &way);
}

const struct model model_libuv = {
    .name = "libuv",
    .summary = "libuv's own handles: its loop in place of ours",
    .knobs = MODEL_SCHEDULER,
    .open = libuv_open,
    .run = libuv_loops_run,
    .close = libuv_loops_close,
};
