/* SPDX-License-Identifier: MIT */
/*
 * How an operation becomes system calls. `attempt` makes one call, op_advance
 * takes its result; everything else is which flag to pass and when to repeat.
 */
#include "core/op.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/trace.h"

void op_init(struct op *op)
{
    *op = (struct op){.kind = OP_START,
                      .fd = -1,
                      .offset = OP_STREAM,
                      .watched_fd = -1,
                      .timer = TIMER_NONE};
}

static bool prepare(struct op *op, enum op_kind kind, int fd)
{
    op->kind = kind;
    op->fd = fd;
    op->error = 0;
    op->length = 0;
    op->done = 0;
    op->deadline_ns = 0;
    op->early = false;
    return true;
}

static bool prepare_transfer(struct op *op, enum op_kind kind, int fd,
                             void *buffer, size_t length, int64_t offset)
{
    bool reply = kind != OP_WRITE && op->kind == OP_WRITE &&
                 op->offset == OP_STREAM && op->fd == fd;

    op->buffer = buffer;
    op->offset = offset;
    prepare(op, kind, fd);
    op->length = length;
    op->early = reply;
    return true;
}

bool op_yield(struct op *op)
{
    return prepare(op, OP_YIELD, op->fd);
}

bool op_sleep(struct op *op, uint64_t duration_ns)
{
    prepare(op, OP_SLEEP, op->fd);
    op->deadline_ns = clock_ns() + duration_ns;
    op->early = duration_ns > 0;
    return true;
}

bool op_connect(struct op *op, const struct sockaddr_in *endpoint)
{
    op->endpoint = *endpoint;
    return prepare(op, OP_CONNECT, -1);
}

bool op_accept(struct op *op, int listener)
{
    return prepare(op, OP_ACCEPT, listener);
}

bool op_read(struct op *op, int fd, void *buffer, size_t length, int64_t offset)
{
    return prepare_transfer(op, OP_READ, fd, buffer, length, offset);
}

bool op_read_some(struct op *op, int fd, void *buffer, size_t length)
{
    return prepare_transfer(op, OP_READ_SOME, fd, buffer, length, OP_STREAM);
}

bool op_write(struct op *op, int fd, const void *buffer, size_t length,
              int64_t offset)
{
    /* The cast is safe: op_write's buffer is only ever read. */
    return prepare_transfer(op, OP_WRITE, fd, (void *)(uintptr_t)buffer, length,
                            offset);
}

bool op_fsync(struct op *op, int fd)
{
    return prepare(op, OP_FSYNC, fd);
}

bool op_close(struct op *op, int fd)
{
    return prepare(op, OP_CLOSE, fd);
}

bool op_leave(struct op *op)
{
    return prepare(op, OP_LEAVE, op->fd);
}

bool op_enter(struct op *op)
{
    return prepare(op, OP_ENTER, op->fd);
}

static bool waits_for_time_alone(const struct op *op)
{
    return op->kind == OP_SLEEP || (op->kind == OP_START && op->fd < 0);
}

short op_events(const struct op *op)
{
    switch (op->kind) {
    case OP_START:
        return op->fd >= 0 ? POLLIN : 0;
    case OP_ACCEPT:
    case OP_READ:
    case OP_READ_SOME:
        return POLLIN;
    case OP_CONNECT:
    case OP_WRITE:
        return POLLOUT;
    default:
        return 0;
    }
}

static ssize_t attempt_sleep(const struct op *op, bool wait)
{
    if (op->deadline_ns == 0)
        return 0;
    if (!wait)
        return clock_ns() < op->deadline_ns ? -EAGAIN : 0;
    struct timespec end = clock_timespec(op->deadline_ns);
    return -clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
}

/* A connection that failed leaves nothing for the task to close. */
static void drop_socket(struct op *op)
{
    close(op->fd);
    if (op->fd == op->watched_fd)
        op->watched_fd = -1;
    op->fd = -1;
}

/* The socket is made at the first attempt. connect(2) may be called again to
 * learn how a connection in progress fares; unlike SO_ERROR it tells "still
 * under way" from "well". To this very machine a connection stands by the time
 * that the first call has said "in progress", so we ask once more at once: a
 * cheap call instead of a registration and a wait. A socket made for trying
 * stays non-blocking: its task will only ever try. */
static ssize_t attempt_connect(struct op *op, bool wait)
{
    if (op->fd < 0) {
        int type = SOCK_STREAM | SOCK_CLOEXEC | (wait ? 0 : SOCK_NONBLOCK);
        op->fd = socket(AF_INET, type, 0);
        if (op->fd < 0)
            return -errno;
    }
    if (connect(op->fd, (const struct sockaddr *)&op->endpoint,
                sizeof op->endpoint) == 0 ||
        errno == EISCONN)
        return 0;
    if (errno == EINPROGRESS || errno == EINTR)
        return -EINTR; /* make the call again */
    if (errno == EALREADY)
        return -EAGAIN;
    int error = errno;
    drop_socket(op);
    return -error;
}

/* accept(2) has no flag for "do not wait", so listeners are non-blocking (which
 * also keeps two workers that share one from waiting for the same client). */
static ssize_t attempt_accept(const struct op *op, bool wait)
{
    struct pollfd listener = {.fd = op->fd, .events = POLLIN};

    do {
        int fd = accept4(op->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0 || errno != EAGAIN || !wait)
            return fd >= 0 ? fd : -errno;
    } while (poll(&listener, 1, -1) >= 0);
    return -errno;
}

static ssize_t attempt_transfer(const struct op *op, bool wait)
{
    unsigned char *at = (unsigned char *)op->buffer + op->done;
    size_t left = op->length - op->done;
    int flags = MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT);
    ssize_t result;

    if (op->offset == OP_STREAM)
        result = op->kind == OP_WRITE ? send(op->fd, at, left, flags)
                                      : recv(op->fd, at, left, flags);
    else if (op->kind == OP_WRITE)
        result = pwrite(op->fd, at, left, op->offset + (off_t)op->done);
    else
        result = pread(op->fd, at, left, op->offset + (off_t)op->done);
    return result < 0 ? -errno : result;
}

/* Asked before anything else, so that a YIELD, of which some tasks have one
 * every 30 ns, costs next to nothing. */
bool op_is_call(const struct op *op)
{
    return op->kind != OP_YIELD && op->kind != OP_ENTER &&
           op->kind != OP_LEAVE &&
           (op->kind != OP_START || op->deadline_ns != 0 || op->fd >= 0);
}

static ssize_t attempt(struct op *op, bool wait)
{
    /* Before its arrival a task is nobody's. */
    trace_state(op->kind == OP_START ? TRACE_IDLE : TRACE_SYSTEM);
    switch (op->kind) {
    case OP_START:
        return op->fd >= 0 ? attempt_accept(op, wait) : attempt_sleep(op, wait);
    case OP_SLEEP:
        return attempt_sleep(op, wait);
    case OP_CONNECT:
        return attempt_connect(op, wait);
    case OP_ACCEPT:
        return attempt_accept(op, wait);
    case OP_READ:
    case OP_READ_SOME:
    case OP_WRITE:
        return attempt_transfer(op, wait);
    case OP_FSYNC:
        return fsync(op->fd) < 0 ? -errno : 0;
    case OP_CLOSE:
        /* Linux frees the descriptor even when close reports EINTR. */
        return close(op->fd) < 0 && errno != EINTR ? -errno : 0;
    case OP_YIELD:
    case OP_ENTER:
    case OP_LEAVE:
        break;
    }
    return -EINVAL;
}

bool op_advance(struct op *op, ssize_t result)
{
    if (result == -EINTR)
        return false;
    if (result < 0) {
        op->error = (int)-result;
        if (op->kind == OP_START)
            op->fd = -1;
        return true;
    }
    switch (op->kind) {
    case OP_START:
        if (op->fd >= 0)
            op->fd = (int)result;
        return true;
    case OP_READ:
    case OP_WRITE:
        op->done += (size_t)result;
        return result == 0 || op->done == op->length;
    case OP_READ_SOME:
        op->done = (size_t)result;
        return true;
    case OP_ACCEPT:
        op->fd = (int)result;
        return true;
    case OP_CLOSE:
        /* It has left epoll, and its number may come again. */
        if (op->fd == op->watched_fd)
            op->watched_fd = -1;
        return true;
    default:
        return true;
    }
}

static bool timed_out(struct op *op)
{
    if (op->deadline_ns == 0 || waits_for_time_alone(op) ||
        clock_ns() < op->deadline_ns)
        return false;
    if (op->kind == OP_CONNECT)
        drop_socket(op);
    if (op->kind == OP_START)
        op->fd = -1;
    op->error = ETIMEDOUT;
    return true;
}

bool op_try(struct op *op)
{
    ssize_t result;

    if (!op_is_call(op))
        return true;
    if (op->early) {
        op->early = false;
        return false;
    }
    do {
        result = attempt(op, false);
        if (result == -EAGAIN)
            return timed_out(op);
    } while (!op_advance(op, result));
    return true;
}

static void finish_by_deadline(struct op *op)
{
    while (!op_try(op)) {
        struct pollfd socket = {.fd = op->fd, .events = op_events(op)};
        uint64_t now_ns = clock_ns();
        uint64_t left_ns =
            now_ns < op->deadline_ns ? op->deadline_ns - now_ns : 0;
        struct timespec left = clock_timespec(left_ns);
        /* Whatever ends the wait, op_try finds out what it was. */
        (void)ppoll(&socket, 1, &left, NULL);
    }
}

void op_finish(struct op *op)
{
    if (!op_is_call(op))
        return;
    if (op->deadline_ns != 0 && !waits_for_time_alone(op)) {
        finish_by_deadline(op);
        return;
    }
    while (!op_advance(op, attempt(op, true)))
        continue;
}

void op_elide(struct op *op)
{
    if (!waits_for_time_alone(op))
        op_finish(op);
}
