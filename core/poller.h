/* SPDX-License-Identifier: MIT */
#ifndef CORE_POLLER_H
#define CORE_POLLER_H

#include <stdbool.h>
#include <sys/epoll.h>

#include "core/timers.h"

struct task;

/*
 * Waits for many tasks at once: epoll for descriptors, a heap for deadlines.
 *
 * The event loop and the coroutines share it, and with it one policy, or a
 * chart of both would compare their system calls. A task's descriptor is
 * registered at its first wait, level-triggered, and stays so: as long as there
 * is something to read epoll says so, whether it came before the wait or in it.
 * Hence nobody has to ask the kernel in vain before waiting (op_try's answer
 * "too early"), and a round trip costs one write, one read, and its share of
 * one wait for all. The price: what a task does not want now has to be taken
 * out when epoll reports it, or no wait would sleep any more.
 *
 * A START that waits for a connection does so at a listening socket that it
 * leaves behind for the next START. The poller registers that itself, once, and
 * exclusively: of several loops that sleep, a connection wakes one. (Of a
 * thousand connections, one after the other to two loops, that saves a thousand
 * wake-ups, 1870 instead of 2970, and 4 % of the processor time.)
 *
 * How many events one call may tell makes no difference that we could measure
 * between 64 and 1024.
 */
struct poller {
    int epoll_fd;
    int listener_fd;       /* registered; -1: none */
    struct task *starting; /* waits for a connection there; NULL: nobody */
    bool coarse;           /* this kernel waits in whole milliseconds */
    bool looked;           /* poller_poll has not yet said NULL since */
    struct timers timers;
    uint64_t now_ns; /* the last look at the clock, after a wait */
    int nevents;     /* in `events`, from epoll */
    int next_event;
    struct epoll_event events[256];
};

/* Returns 0 or -errno. */
int poller_init(struct poller *poller);
void poller_fini(struct poller *poller);

/* Remembers a task whose op_try said that it would have to wait; of those that
 * START with a connection, one at a time. Returns 0, or -errno if the kernel
 * refuses (ENOSPC: /proc/sys/fs/epoll/max_user_watches). */
int poller_watch(struct poller *poller, struct task *task);

/* The next task that need not wait any more: try its operation again. Who is
 * ready is served in the order in which epoll names them, then those whose time
 * has come, and nobody a second time before all of them. Sleeps until there is
 * one; somebody must be in the poller. */
struct task *poller_wait(struct poller *poller)
    __attribute__((returns_nonnull));

/* The same without sleeping. NULL: that was all, at one look at the kernel. */
struct task *poller_poll(struct poller *poller);

#endif
