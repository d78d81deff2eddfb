/* SPDX-License-Identifier: MIT */
/*
 * Our operations on libuv's loop: op_try makes the calls, uv_poll_t and
 * uv_timer_t do the waiting. What sets it apart from `event_loop` is the loop
 * alone; what sets `libuv` apart from it is who reads and writes. A handle goes
 * on polling for what its task waited for last, and is stopped only when that
 * comes and nobody waits: level-triggered, it would come again and again.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"
#include "models/libuv_loops.h"

/* A descriptor as libuv knows it: of one task, or a listening socket of the
 * loop's, which knows its tasks. */
struct watch {
    uv_poll_t poll;              /* its `data` is this watch */
    struct libuv_runner *runner; /* NULL: its task has ended, or a listener */
    struct watch *next;          /* of the same task, or of the loop */
    int fd;
    int events;                 /* UV_READABLE, UV_WRITABLE; 0: stopped */
    struct libuv_queue waiting; /* for a listener, first come, first served */
};

static struct watch **find(void **first, int fd)
{
    struct watch **at = (struct watch **)first;

    while (*at != NULL && (*at)->fd != fd)
        at = &(*at)->next;
    return at;
}

/* The watch of `fd` in this list, a new one if need be. Returns 0 or -errno. */
static int watch_of(struct libuv_loop *loop, void **first, int fd,
                    struct watch **ret)
{
    struct watch *watch = *find(first, fd);

    if (watch == NULL) {
        watch = malloc(sizeof *watch);
        if (watch == NULL)
            return -ENOMEM;
        *watch = (struct watch){.fd = fd, .next = *first};
        int result = uv_poll_init(&loop->uv, &watch->poll, fd);
        if (result != 0) {
            free(watch);
            return result;
        }
        watch->poll.data = watch;
        TAILQ_INIT(&watch->waiting);
        *first = watch;
    }
    *ret = watch;
    return 0;
}

static int poll_for(struct watch *watch, int events, uv_poll_cb ready)
{
    if (watch->events == events)
        return 0;
    watch->events = events;
    return uv_poll_start(&watch->poll, events, ready);
}

static void stop_polling(struct watch *watch)
{
    watch->events = 0;
    uv_poll_stop(&watch->poll);
}

static void drop_from(void **first, int fd)
{
    struct watch **at = find(first, fd);
    struct watch *watch = *at;

    if (watch == NULL)
        return;
    *at = watch->next;
    uv_close((uv_handle_t *)&watch->poll, libuv_free_data);
}

/* The descriptor is about to be closed, or has been. */
static void drop(struct libuv_runner *runner, int fd)
{
    drop_from(&runner->handles, fd);
    drop_from(&runner->loop->listeners, fd);
}

/* op_try, with libuv told of what it closes. */
static bool try_operation(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;
    int fd = op->fd;

    if (op->kind == OP_CLOSE)
        drop(runner, fd);
    if (!op_try(op))
        return false;
    if (op->kind == OP_CONNECT && op->fd < 0)
        drop(runner, fd);
    return true;
}

static bool accepts(const struct op *op)
{
    return op->kind == OP_ACCEPT || (op->kind == OP_START && op->fd >= 0);
}

static bool is_wanted(const struct watch *watch)
{
    const struct libuv_runner *runner = watch->runner;

    return runner != NULL && runner->waiting &&
           op_events(&runner->task->op) != 0 &&
           runner->task->op.fd == watch->fd;
}

/* After an error (`status`) libuv has stopped the handle; which error it was,
 * the operation finds out. */
static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct libuv_runner *runner = watch->runner;
    int wanted = watch->events;

    (void)events;
    if (status < 0)
        watch->events = 0;
    if (!is_wanted(watch)) {
        stop_polling(watch);
        return;
    }
    trace_task(runner->task->index);
    if (try_operation(runner))
        libuv_resume(runner);
    else
        (void)poll_for(watch, wanted, on_ready);
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    struct libuv_runner *runner;

    (void)events;
    if (status < 0)
        watch->events = 0;
    while ((runner = TAILQ_FIRST(&watch->waiting)) != NULL) {
        trace_task(runner->task->index);
        if (!try_operation(runner)) {
            (void)poll_for(watch, UV_READABLE, on_connection);
            return;
        }
        TAILQ_REMOVE(&watch->waiting, runner, queued);
        libuv_resume(runner);
    }
    stop_polling(watch);
}

static void on_time(uv_timer_t *timer)
{
    struct libuv_runner *runner = timer->data;
    struct op *op = &runner->task->op;
    int fd = op->fd;
    bool accepting = accepts(op);

    trace_task(runner->task->index);
    if (!try_operation(runner)) {
        libuv_set_timer(runner, op->deadline_ns, on_time);
        return;
    }
    if (accepting)
        TAILQ_REMOVE(&(*find(&runner->loop->listeners, fd))->waiting, runner,
                     queued);
    libuv_resume(runner);
}

/* Has libuv look at the descriptor. Returns 0 or -errno. */
static int wait_for_descriptor(struct libuv_runner *runner)
{
    struct libuv_loop *loop = runner->loop;
    const struct op *op = &runner->task->op;
    struct watch *watch;

    if (accepts(op)) {
        int result = watch_of(loop, &loop->listeners, op->fd, &watch);
        if (result == 0)
            result = poll_for(watch, UV_READABLE, on_connection);
        if (result == 0)
            TAILQ_INSERT_TAIL(&watch->waiting, runner, queued);
        return result;
    }
    int result = watch_of(loop, &runner->handles, op->fd, &watch);
    if (result != 0)
        return result;
    watch->runner = runner;
    return poll_for(watch, op_events(op) == POLLIN ? UV_READABLE : UV_WRITABLE,
                    on_ready);
}

static bool begin(struct libuv_runner *runner)
{
    struct op *op = &runner->task->op;

    if (try_operation(runner))
        return true;
    int result = op_events(op) != 0 ? wait_for_descriptor(runner) : 0;
    if (result != 0) {
        job_fail(runner->loop->job, -result, "watching task %llu",
                 (unsigned long long)runner->task->index);
        return op_advance(op, result);
    }
    if (op->deadline_ns != 0)
        libuv_set_timer(runner, op->deadline_ns, on_time);
    return false;
}

static void leave(struct libuv_runner *runner)
{
    struct watch *watch = runner->handles;

    for (; watch != NULL; watch = watch->next)
        watch->runner = NULL;
}

static void close_handle(struct libuv_loop *loop, uv_handle_t *handle)
{
    (void)loop;
    uv_close(handle, libuv_free_data);
}

static int libuv_poll_open(struct job *job)
{
    static const struct libuv_way way = {begin, leave, close_handle};

    return libuv_loops_open(job, &way);
}

const struct model model_libuv_poll = {
    .name = "libuv_poll",
    .summary = "our operations on libuv's loop",
    .knobs = MODEL_SCHEDULER,
    .open = libuv_poll_open,
    .run = libuv_loops_run,
    .close = libuv_loops_close,
};
