/* SPDX-License-Identifier: MIT */
/*
 * Files as libuv has them: a thread of its pool blocks in the kernel, and the
 * loop hears of it by an eventfd. Our own event loop blocks itself instead:
 * cheaper for what is in memory already, and a standstill for what is not.
 */
#include <errno.h>
#include <stdlib.h>

#include "core/task.h"
#include "core/trace.h"
#include "models/libuv_streams.h"

static int send_request(struct libuv_runner *runner);

static void on_file(uv_fs_t *request)
{
    struct libuv_runner *runner = request->data;
    struct op *op = &runner->task->op;
    ssize_t result = request->result;

    trace_task(runner->task->index);
    trace_state(TRACE_SYSTEM);
    uv_fs_req_cleanup(request);
    while (!op_advance(op, result)) {
        result = send_request(runner);
        if (result == 0)
            return;
    }
    libuv_resume(runner);
}

/* Returns 0, and on_file will be called, or -errno. */
static int send_request(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;
    uv_loop_t *loop = &runner->loop->uv;
    uv_fs_t *request = runner->file;
    uv_buf_t rest = {.base = (char *)op->buffer + op->done,
                     .len = op->length - op->done};
    int64_t offset = op->offset + (int64_t)op->done;

    request->data = runner;
    switch (op->kind) {
    case OP_READ:
    case OP_READ_SOME:
        return uv_fs_read(loop, request, op->fd, &rest, 1, offset, on_file);
    case OP_WRITE:
        return uv_fs_write(loop, request, op->fd, &rest, 1, offset, on_file);
    case OP_FSYNC:
        return uv_fs_fsync(loop, request, op->fd, on_file);
    case OP_CLOSE:
        return uv_fs_close(loop, request, op->fd, on_file);
    default:
        return -EINVAL;
    }
}

bool libuv_begin_file(struct libuv_runner *runner)
{
    if (runner->file == NULL)
        runner->file = malloc(sizeof *runner->file);
    int result = runner->file == NULL ? -ENOMEM : send_request(runner);
    return result != 0 && op_advance(&runner->task->op, result);
}
