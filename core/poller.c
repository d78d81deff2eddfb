/* SPDX-License-Identifier: MIT */
#include "core/poller.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/task.h"
#include "core/trace.h"

int poller_init(struct poller *poller)
{
    poller->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (poller->epoll_fd < 0)
        return -errno;
    timers_init(&poller->timers);
    poller->nevents = 0;
    poller->next_event = 0;
    return 0;
}

void poller_fini(struct poller *poller)
{
    timers_fini(&poller->timers);
    close(poller->epoll_fd);
}

static int watch_descriptor(struct poller *poller, struct task *task)
{
    struct op *op = &task->op;
    uint32_t events = (uint32_t)op_events(op);
    int command = EPOLL_CTL_ADD;

    if (op->fd == op->watched_fd) {
        if ((op->watched_events & events) == events)
            return 0;
        events |= op->watched_events;
        command = EPOLL_CTL_MOD;
    }
    struct epoll_event event = {.events = events | EPOLLET, .data.ptr = task};
    int result = epoll_ctl(poller->epoll_fd, command, op->fd, &event);
    /* The task goes to and fro between two descriptors: epoll knows both. */
    if (result < 0 && errno == EEXIST)
        result = epoll_ctl(poller->epoll_fd, EPOLL_CTL_MOD, op->fd, &event);
    if (result < 0)
        return -errno;
    op->watched_fd = op->fd;
    op->watched_events = events;
    return 0;
}

int poller_watch(struct poller *poller, struct task *task)
{
    struct op *op = &task->op;
    int result = 0;

    if (op->deadline_ns != 0)
        result = timers_add(&poller->timers, op->deadline_ns, task, &op->timer);
    if (result == 0 && op_events(op) != 0)
        result = watch_descriptor(poller, task);
    if (result != 0 && op->timer != TIMER_NONE)
        timers_remove(&poller->timers, op->timer);
    op->waiting = result == 0;
    return result;
}

/* The task of the next event that is what its task waits for, or NULL. */
static struct task *next_ready(struct poller *poller)
{
    while (poller->next_event < poller->nevents) {
        struct epoll_event event = poller->events[poller->next_event++];
        struct task *task = event.data.ptr;
        uint32_t wanted = (uint32_t)op_events(&task->op) | EPOLLERR | EPOLLHUP;
        if (!task->op.waiting || op_events(&task->op) == 0 ||
            (event.events & wanted) == 0)
            continue;
        if (task->op.timer != TIMER_NONE)
            timers_remove(&poller->timers, task->op.timer);
        task->op.waiting = false;
        return task;
    }
    return NULL;
}

static struct task *next_expired(struct poller *poller)
{
    if (poller->timers.ntimers == 0)
        return NULL;
    struct task *task = timers_expire(&poller->timers, clock_ns());
    if (task != NULL)
        task->op.waiting = false;
    return task;
}

/* Asks epoll for events. The time-out is a duration in nanoseconds; the older
 * call's milliseconds would be early or late. NULL: as long as it takes. */
static void gather(struct poller *poller, const struct timespec *timeout)
{
    int n = epoll_pwait2(poller->epoll_fd, poller->events,
                         sizeof poller->events / sizeof *poller->events,
                         timeout, NULL);
    assert(n >= 0 || errno == EINTR);
    poller->nevents = n > 0 ? n : 0;
    poller->next_event = 0;
}

/* A trace calls this idle: all tasks wait, none can go on. */
static void gather_until_deadline(struct poller *poller)
{
    trace_state(TRACE_IDLE);
    if (poller->timers.ntimers == 0) {
        gather(poller, NULL);
        return;
    }
    uint64_t now_ns = clock_ns();
    uint64_t deadline_ns = poller->timers.heap[0].deadline_ns;
    struct timespec left =
        clock_timespec(deadline_ns > now_ns ? deadline_ns - now_ns : 0);
    gather(poller, &left);
}

struct task *poller_poll(struct poller *poller)
{
    const struct timespec at_once = {0};
    struct task *task = next_ready(poller);

    if (task == NULL)
        task = next_expired(poller);
    if (task == NULL) {
        trace_task(TRACE_NO_TASK);
        trace_state(TRACE_SYSTEM);
        gather(poller, &at_once);
        task = next_ready(poller);
    }
    return task;
}

struct task *poller_wait(struct poller *poller)
{
    for (;;) {
        struct task *task = next_ready(poller);
        if (task == NULL)
            task = next_expired(poller);
        if (task != NULL)
            return task;
        gather_until_deadline(poller);
    }
}
