/* SPDX-License-Identifier: MIT */
/*
 * How an operation becomes an entry of the ring, and its completion the result
 * of a system call, for op_advance to judge. Look at ring_put: a time-out is an
 * entry of its own, linked to the one that it bounds.
 */
#include "models/ring.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/task.h"
#include "core/trace.h"

/* In the low bit of an entry's user_data, beside the task's address: it only
 * waits until the operation itself would not have to. */
enum { POLLED = 1 };

int ring_init(struct ring *ring)
{
    /* Results are put together when this thread asks for them, where the kernel
     * can (6.1), and not by interrupting it. */
    struct io_uring_params params = {.flags = IORING_SETUP_R_DISABLED |
                                              IORING_SETUP_SINGLE_ISSUER |
                                              IORING_SETUP_DEFER_TASKRUN};
    int result =
        io_uring_queue_init_params(RING_ENTRIES, &ring->uring, &params);

    if (result == -EINVAL) {
        params = (struct io_uring_params){.flags = IORING_SETUP_R_DISABLED};
        result =
            io_uring_queue_init_params(RING_ENTRIES, &ring->uring, &params);
    }
    return result;
}

void ring_fini(struct ring *ring)
{
    io_uring_queue_exit(&ring->uring);
}

int ring_join(struct ring *ring)
{
    /* liburing 2.3 declares io_uring_enable_rings, and does not have it. */
    long result = syscall(SYS_io_uring_register, ring->uring.ring_fd,
                          IORING_REGISTER_ENABLE_RINGS, NULL, 0);

    return result < 0 ? -errno : 0;
}

static bool waits_for_time(const struct op *op)
{
    return op->kind == OP_SLEEP || (op->kind == OP_START && op->fd < 0);
}

bool ring_done_at_once(struct task *task)
{
    struct op *op = &task->op;

    if (!op_is_call(op))
        return true;
    if (waits_for_time(op))
        return clock_ns() >= op->deadline_ns && op_advance(op, 0);
    if (op->kind == OP_CONNECT) {
        op->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        return op->fd < 0 && op_advance(op, -errno);
    }
    return false;
}

static struct __kernel_timespec *
end_of(struct ring *ring, const struct io_uring_sqe *entry, uint64_t end_ns)
{
    struct timespec end = clock_timespec(end_ns);
    struct __kernel_timespec *ret = &ring->ends[entry - ring->uring.sq.sqes];

    *ret = (struct __kernel_timespec){end.tv_sec, end.tv_nsec};
    return ret;
}

static void prepare_transfer(struct io_uring_sqe *entry, const struct op *op)
{
    unsigned char *at = (unsigned char *)op->buffer + op->done;
    size_t left = op->length - op->done;
    uint64_t offset = (uint64_t)op->offset + op->done;

    if (op->offset == OP_STREAM && op->kind == OP_WRITE)
        io_uring_prep_send(entry, op->fd, at, left, MSG_NOSIGNAL);
    else if (op->offset == OP_STREAM)
        io_uring_prep_recv(entry, op->fd, at, left, 0);
    else if (op->kind == OP_WRITE)
        io_uring_prep_write(entry, op->fd, at, (unsigned)left, offset);
    else
        io_uring_prep_read(entry, op->fd, at, (unsigned)left, offset);
}

static void prepare(struct ring *ring, struct io_uring_sqe *entry,
                    const struct op *op)
{
    if (waits_for_time(op)) {
        io_uring_prep_timeout(entry, end_of(ring, entry, op->deadline_ns), 0,
                              IORING_TIMEOUT_ABS);
        return;
    }
    switch (op->kind) {
    case OP_START:
    case OP_ACCEPT:
        io_uring_prep_accept(entry, op->fd, NULL, NULL, SOCK_CLOEXEC);
        break;
    case OP_CONNECT:
        io_uring_prep_connect(entry, op->fd,
                              (const struct sockaddr *)&op->endpoint,
                              sizeof op->endpoint);
        break;
    case OP_FSYNC:
        io_uring_prep_fsync(entry, op->fd, 0);
        break;
    case OP_CLOSE:
        io_uring_prep_close(entry, op->fd);
        break;
    default:
        prepare_transfer(entry, op);
        break;
    }
}

/* The operation, or only the waiting for it (POLLED). Both of two linked
 * entries must be submitted together. */
static int put(struct ring *ring, struct task *task, uintptr_t polled)
{
    const struct op *op = &task->op;

    while (io_uring_sq_space_left(&ring->uring) < 2) {
        int result = io_uring_submit(&ring->uring);
        if (result < 0 && result != -EINTR)
            return result;
    }
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring->uring);
    if (polled)
        io_uring_prep_poll_add(entry, op->fd, (unsigned)op_events(op));
    else
        prepare(ring, entry, op);
    io_uring_sqe_set_data64(entry, (uintptr_t)task | polled);
    if (op->deadline_ns != 0 && !waits_for_time(op)) {
        entry->flags |= IOSQE_IO_LINK;
        entry = io_uring_get_sqe(&ring->uring);
        io_uring_prep_link_timeout(entry, end_of(ring, entry, op->deadline_ns),
                                   IORING_TIMEOUT_ABS);
        io_uring_sqe_set_data64(entry, 0);
    }
    return 0;
}

int ring_put(struct ring *ring, struct task *task)
{
    return put(ring, task, 0);
}

/* One system call; a trace wants to see its two halves apart. */
int ring_wait(struct ring *ring)
{
    int result = 0;

    if (trace_mine != NULL) {
        trace_task(TRACE_NO_TASK);
        trace_state(TRACE_SYSTEM);
        result = io_uring_submit(&ring->uring);
        trace_state(TRACE_IDLE);
    }
    if (result >= 0)
        result = io_uring_submit_and_wait(&ring->uring, 1);
    return result == -EINTR ? 0 : result;
}

/* A completion's result as that of the system call. */
static ssize_t result_of(struct op *op, ssize_t result, bool polled)
{
    if (polled && result >= 0)
        return -EINTR; /* it would not wait now: make the call */
    if (result == -ETIME && waits_for_time(op))
        return 0;
    if (result == -EINTR && op->kind == OP_CLOSE)
        return 0; /* Linux has freed the descriptor all the same */
    if (result == -EISCONN && op->kind == OP_CONNECT)
        return 0;
    if (result == -ECANCELED && op->deadline_ns != 0)
        result = -ETIMEDOUT;
    if (result < 0 && result != -EINTR && op->kind == OP_CONNECT) {
        close(op->fd);
        op->fd = -1;
    }
    return result;
}

bool ring_take(struct ring *ring, struct task **task, int *error)
{
    struct io_uring_cqe *completion;

    *task = NULL;
    *error = 0;
    if (io_uring_peek_cqe(&ring->uring, &completion) != 0)
        return false;
    uint64_t data = completion->user_data;
    ssize_t result = completion->res;
    io_uring_cqe_seen(&ring->uring, completion);
    if (data == 0)
        return true; /* a time-out: what it was linked to tells what happened */
    struct task *owner = (struct task *)(uintptr_t)(data & ~(uint64_t)POLLED);
    trace_task(owner->index);
    /* Listeners are non-blocking: the ring does not wait for them by itself. */
    if (result == -EAGAIN || result == -EINPROGRESS || result == -EALREADY)
        *error = put(ring, owner, POLLED);
    else if (!op_advance(&owner->op,
                         result_of(&owner->op, result, data & POLLED)))
        *error = put(ring, owner, 0);
    else
        *task = owner;
    if (*error != 0)
        *task = owner;
    return true;
}
