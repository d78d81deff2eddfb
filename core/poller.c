/* SPDX-License-Identifier: MIT */
/*
 * One system call waits for everybody, and tells about up to 256 of them. Look
 * at watch_descriptor for when there has to be a further one, and at unwanted
 * for the one price of level-triggered epoll.
 */
#include "core/poller.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/task.h"
#include "core/trace.h"

int poller_init(struct poller *poller)
{
    poller->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (poller->epoll_fd < 0)
        return -errno;
    poller->listener_fd = -1;
    poller->starting = NULL;
    poller->coarse = false;
    poller->looked = false;
    timers_init(&poller->timers);
    poller->now_ns = 0;
    poller->nevents = 0;
    poller->next_event = 0;
    return 0;
}

void poller_fini(struct poller *poller)
{
    timers_fini(&poller->timers);
    close(poller->epoll_fd);
}

/* `task` NULL: the event is for whoever is `starting`. */
static int control(const struct poller *poller, int command, int fd,
                   uint32_t events, struct task *task)
{
    struct epoll_event event = {.events = events, .data.ptr = task};

    return epoll_ctl(poller->epoll_fd, command, fd, &event) < 0 ? -errno : 0;
}

static void forget_listener(struct poller *poller)
{
    (void)control(poller, EPOLL_CTL_DEL, poller->listener_fd, 0, NULL);
    poller->listener_fd = -1;
}

static void forget_descriptor(const struct poller *poller, struct op *op)
{
    (void)control(poller, EPOLL_CTL_DEL, op->watched_fd, 0, NULL);
    op->watched_fd = -1;
}

static int watch_listener(struct poller *poller, struct task *task)
{
    int fd = task->op.fd;

    assert(poller->starting == NULL);
    if (poller->listener_fd != fd) {
        if (poller->listener_fd >= 0)
            forget_listener(poller);
        int result =
            control(poller, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLEXCLUSIVE, NULL);
        if (result != 0)
            return result;
        poller->listener_fd = fd;
    }
    poller->starting = task;
    return 0;
}

/* A task is registered with one descriptor at most, for just what it waits for:
 * an event can mean nothing else. */
static int watch_descriptor(const struct poller *poller, struct task *task)
{
    struct op *op = &task->op;
    uint32_t events = (uint32_t)op_events(op);
    int command = EPOLL_CTL_ADD;

    if (op->fd == op->watched_fd) {
        if (events == op->watched_events)
            return 0;
        command = EPOLL_CTL_MOD;
    } else if (op->watched_fd >= 0) {
        forget_descriptor(poller, op);
    }
    int result = control(poller, command, op->fd, events, task);
    if (result != 0)
        return result;
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
        result = op->kind == OP_START ? watch_listener(poller, task)
                                      : watch_descriptor(poller, task);
    if (result != 0 && op->timer != TIMER_NONE)
        timers_remove(&poller->timers, op->timer);
    op->waiting = result == 0;
    return result;
}

/* Its wait is over, by an event or by time. */
static struct task *wake(struct poller *poller, struct task *task)
{
    if (task->op.timer != TIMER_NONE)
        timers_remove(&poller->timers, task->op.timer);
    if (task == poller->starting)
        poller->starting = NULL;
    task->op.waiting = false;
    task->op.early = false;
    return task;
}

/* Data for a task that sleeps or computes, or a connection when nobody starts:
 * taken out until somebody waits for it again. */
static void unwanted(struct poller *poller, struct task *task)
{
    if (task != NULL)
        forget_descriptor(poller, &task->op);
    else
        forget_listener(poller);
}

/* The task of the next event that somebody waits for, or NULL. */
static struct task *next_ready(struct poller *poller)
{
    while (poller->next_event < poller->nevents) {
        struct task *registered = poller->events[poller->next_event++].data.ptr;
        struct task *task = registered != NULL ? registered : poller->starting;
        if (task != NULL && task->op.waiting && op_events(&task->op) != 0)
            return wake(poller, task);
        unwanted(poller, registered);
    }
    return NULL;
}

/* Time stands still between two waits: who sleeps for no time at all would
 * otherwise come again and again, before all who wait for something else. */
static struct task *next_expired(struct poller *poller)
{
    struct task *task = timers_expire(&poller->timers, poller->now_ns);

    if (task == NULL)
        return NULL;
    /* A wait for time alone is over; nobody need ask the clock again. */
    if (op_events(&task->op) == 0)
        task->op.deadline_ns = 0;
    return wake(poller, task);
}

static struct task *next(struct poller *poller)
{
    struct task *task = next_ready(poller);

    return task != NULL ? task : next_expired(poller);
}

/* `left_ns` may be UINT64_MAX: as long as it takes. Before Linux 5.11 epoll
 * waits in milliseconds, and some containers refuse what they do not know with
 * EPERM; there we round up: a millisecond early would only spin. */
static int wait_events(struct poller *poller, uint64_t left_ns)
{
    const int nevents_max = sizeof poller->events / sizeof *poller->events;
    struct timespec left = clock_timespec(left_ns);

    if (!poller->coarse) {
        int n = epoll_pwait2(poller->epoll_fd, poller->events, nevents_max,
                             left_ns < UINT64_MAX ? &left : NULL, NULL);
        if (n >= 0 || (errno != ENOSYS && errno != EPERM))
            return n;
        poller->coarse = true;
    }
    uint64_t left_ms = left_ns / NS_PER_MS + (left_ns % NS_PER_MS != 0);
    int timeout_ms = left_ms < INT_MAX ? (int)left_ms : INT_MAX;
    return epoll_wait(poller->epoll_fd, poller->events, nevents_max,
                      left_ns < UINT64_MAX ? timeout_ms : -1);
}

static uint64_t until_deadline_ns(const struct poller *poller)
{
    if (poller->timers.ntimers == 0)
        return UINT64_MAX;
    uint64_t deadline_ns = poller->timers.heap[0].deadline_ns;
    uint64_t now_ns = clock_ns();
    return deadline_ns > now_ns ? deadline_ns - now_ns : 0;
}

static void gather(struct poller *poller, uint64_t left_ns)
{
    /* A sleeper who would ignore the connection must not be the one it wakes;
     * those who are awake are passed over. */
    if (poller->listener_fd >= 0 && poller->starting == NULL)
        forget_listener(poller);
    int n = wait_events(poller, left_ns);
    assert(n >= 0 || errno == EINTR);
    poller->nevents = n > 0 ? n : 0;
    poller->next_event = 0;
    if (poller->timers.ntimers > 0)
        poller->now_ns = clock_ns();
}

struct task *poller_poll(struct poller *poller)
{
    struct task *task = next(poller);

    if (task == NULL && !poller->looked) {
        trace_task(TRACE_NO_TASK);
        trace_state(TRACE_SYSTEM);
        gather(poller, 0);
        poller->looked = true;
        task = next(poller);
    }
    if (task == NULL)
        poller->looked = false;
    return task;
}

struct task *poller_wait(struct poller *poller)
{
    struct task *task;

    while ((task = next(poller)) == NULL) {
        /* A trace calls this idle: all tasks wait, none can go on. */
        trace_state(TRACE_IDLE);
        gather(poller, until_deadline_ns(poller));
    }
    return task;
}
