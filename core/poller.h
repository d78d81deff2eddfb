/* SPDX-License-Identifier: MIT */
#ifndef CORE_POLLER_H
#define CORE_POLLER_H

#include <sys/epoll.h>

#include "core/timers.h"

struct task;

/*
 * Waits for many tasks at once: epoll for descriptors, a heap for deadlines.
 *
 * The event loop and the coroutines share it, and with it one policy, or a
 * chart of both would compare their system calls: a descriptor is registered
 * once, edge-triggered, at its first wait, and never again while it is open. An
 * edge that comes while its task does something else is forgotten, rightly: the
 * task asks the kernel (op_try) before it waits.
 */
struct poller {
    int epoll_fd;
    struct timers timers;
    int nevents; /* in `events`, from epoll */
    int next_event;
    struct epoll_event events[256];
};

/* Returns 0 or -errno. */
int poller_init(struct poller *poller);
void poller_fini(struct poller *poller);

/* Remembers a task whose op_try said that it would have to wait. Returns 0, or
 * -errno if the kernel refuses (ENOSPC: /proc/sys/fs/epoll/max_user_watches).
 */
int poller_watch(struct poller *poller, struct task *task);

/* The next task that need not wait any more: try its operation again. Sleeps
 * until there is one; somebody must be in the poller. */
struct task *poller_wait(struct poller *poller)
    __attribute__((returns_nonnull));

/* The same without sleeping; NULL: there is none. */
struct task *poller_poll(struct poller *poller);

#endif
