/* SPDX-License-Identifier: MIT */
#ifndef CORE_OP_H
#define CORE_OP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * An operation: the only thing a task can ask of the outside world.
 *
 * A task prepares one with the functions below, a model carries it out with
 * op_try or op_finish, and the task reads the outcome from `done`, `error` and
 * `fd`. Sockets stay blocking: op_try asks for a single call not to wait.
 */
enum op_kind {
    OP_START,     /* begin: with nothing, at the arrival time `deadline_ns`, or
                     with a connection to the listening socket `fd` (as ACCEPT;
                     -1: none is asked for) */
    OP_YIELD,     /* no wait: a point where others may run */
    OP_SLEEP,     /* until `deadline_ns` */
    OP_CONNECT,   /* a new TCP socket to `endpoint`; it comes in `fd` (-1 after
                     an error) */
    OP_ACCEPT,    /* on the non-blocking listening socket `fd`; the new socket
                     comes in `fd` */
    OP_READ,      /* exactly `length` bytes; fewer: the stream or file ended */
    OP_READ_SOME, /* 1 to `length` bytes; 0: the stream ended */
    OP_WRITE,     /* exactly `length` bytes */
    OP_FSYNC,     /* until `fd` is on the disk */
    OP_CLOSE,     /* `fd` */
    OP_ENTER,     /* back under a global lock, where a model has one */
    OP_LEAVE,     /* outside of it from here on; nothing elsewhere */
};

#define OP_STREAM (-1) /* `offset` of what has none */

struct op {
    enum op_kind kind;
    int fd;
    int error;                   /* 0 or an errno value, once carried out */
    void *buffer;                /* the task's; only read by OP_WRITE */
    size_t length;               /* bytes */
    size_t done;                 /* bytes so far */
    int64_t offset;              /* bytes into a file, or OP_STREAM */
    uint64_t deadline_ns;        /* SLEEP and a START without `fd`: the end.
                                    Elsewhere the time-out (error ETIMEDOUT).
                                    0: none */
    struct sockaddr_in endpoint; /* OP_CONNECT */
    bool early;                  /* the first op_try would be in vain */

    /* What the poller keeps between two waits of one task. */
    int watched_fd;          /* registered with epoll; -1: none */
    uint32_t watched_events; /* for these */
    bool waiting;            /* is the task in the poller now? */
    size_t timer;            /* place in its heap; TIMER_NONE: not there */
};

#define TIMER_NONE SIZE_MAX

/* An operation that has just been born: OP_START without an arrival time. */
void op_init(struct op *op);

/* Does it wait, or can it at least? A START need not, and a YIELD never does.
 */
bool op_is_call(const struct op *op);

/* Prepare an operation. All return true, so that a task can end its step with
 * `return op_read(...)`. Buffers stay the caller's and must live until the
 * operation is carried out. `deadline_ns` is cleared; set it afterwards. */
bool op_yield(struct op *op);
bool op_sleep(struct op *op, uint64_t duration_ns);
bool op_connect(struct op *op, const struct sockaddr_in *endpoint);
bool op_accept(struct op *op, int listener);
bool op_read(struct op *op, int fd, void *buffer, size_t length,
             int64_t offset);
bool op_read_some(struct op *op, int fd, void *buffer, size_t length);
bool op_write(struct op *op, int fd, const void *buffer, size_t length,
              int64_t offset);
bool op_fsync(struct op *op, int fd);
bool op_close(struct op *op, int fd);
bool op_leave(struct op *op);
bool op_enter(struct op *op);

/* Pushes the operation as far as it goes without waiting. True: carried out
 * (well or not: see `error`). False: it would have to wait for op_events or for
 * `deadline_ns`; call again then. Without a system call it says so of a SLEEP
 * that has just been prepared, and of a read from the stream that was written
 * to last: the answer cannot be there yet. Regular files never say that they
 * would block: OP_READ and OP_WRITE with an offset, OP_FSYNC and OP_CLOSE block
 * the caller. */
bool op_try(struct op *op);

/* Carries the operation out, waiting in the kernel in one plain blocking call
 * (with a time-out it takes two: poll, then the call). */
void op_finish(struct op *op);

/* Carries it out without any waiting for time: what only waits is over at once.
 * For the reference result; the rest is op_finish. */
void op_elide(struct op *op);

/* Takes the result of one system call for this operation, as the kernel gives
 * it to completion-based interfaces: a count, a descriptor, 0 or -errno. True:
 * carried out. False: make the call again (a partial result, EINTR). The one
 * place that knows about either. */
bool op_advance(struct op *op, ssize_t result);

/* What a pending operation waits for: POLLIN, POLLOUT (the same bits as EPOLLIN
 * and EPOLLOUT), or 0 if it waits for time alone. */
short op_events(const struct op *op);

#endif
