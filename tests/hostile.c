/* SPDX-License-Identifier: MIT */
/*
 * A hostile kernel, linked in place of the real calls (-Wl,--wrap): transfers
 * move a few bytes at a time, calls are interrupted, and those that may not
 * wait say that they would have to, without a reason. epoll becomes
 * level-triggered: a lie about readiness must not swallow the only edge there
 * is.
 */
#include "tests/hostile.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
ssize_t __real_recv(int fd, void *buffer, size_t length, int flags);
ssize_t __wrap_recv(int fd, void *buffer, size_t length, int flags);
ssize_t __real_send(int fd, const void *buffer, size_t length, int flags);
ssize_t __wrap_send(int fd, const void *buffer, size_t length, int flags);
ssize_t __real_pread(int fd, void *buffer, size_t length, off_t offset);
ssize_t __wrap_pread(int fd, void *buffer, size_t length, off_t offset);
ssize_t __real_pwrite(int fd, const void *buffer, size_t length, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *buffer, size_t length, off_t offset);
int __real_epoll_ctl(int epoll_fd, int command, int fd,
                     struct epoll_event *event);
int __wrap_epoll_ctl(int epoll_fd, int command, int fd,
                     struct epoll_event *event);

static _Atomic unsigned long nshort, nlies, ninterruptions;

/* A fixed sequence for each thread; which call meets which draw is up to the
 * scheduler, and must not matter. */
static unsigned draw(void)
{
    static _Thread_local unsigned state = 12345;

    state = state * 1103515245 + 12345;
    return state >> 16;
}

/* True: the call fails with errno instead of being made. */
static int unkind(int flags)
{
    unsigned what = draw() % 8;

    if (what == 0) {
        ninterruptions++;
        errno = EINTR;
        return 1;
    }
    if (what == 1 && (flags & MSG_DONTWAIT) != 0) {
        nlies++;
        errno = EAGAIN;
        return 1;
    }
    return 0;
}

int hostile_interrupts(void)
{
    int yes = draw() % 8 == 0;

    ninterruptions += (unsigned long)yes;
    return yes;
}

size_t hostile_shorten(size_t length)
{
    if (length <= 1)
        return length;
    nshort++;
    return draw() % 4 == 0 ? 1 + draw() % length : 1;
}

/* The line between the peer and its keeper is no TCP, and carries whole
 * messages. Single bytes must not wait for each other's acknowledgement. */
static int is_tcp(int fd)
{
    int yes = 1;

    return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0;
}

ssize_t __wrap_recv(int fd, void *buffer, size_t length, int flags)
{
    if (!is_tcp(fd))
        return __real_recv(fd, buffer, length, flags);
    return unkind(flags)
               ? -1
               : __real_recv(fd, buffer, hostile_shorten(length), flags);
}

ssize_t __wrap_send(int fd, const void *buffer, size_t length, int flags)
{
    if (!is_tcp(fd))
        return __real_send(fd, buffer, length, flags);
    return unkind(flags)
               ? -1
               : __real_send(fd, buffer, hostile_shorten(length), flags);
}

/* Half of what was asked for: files are large, and byte by byte takes long. */
size_t hostile_halve(size_t length)
{
    nshort += length > 1;
    return length - length / 2;
}

ssize_t __wrap_pread(int fd, void *buffer, size_t length, off_t offset)
{
    return unkind(0) ? -1
                     : __real_pread(fd, buffer, hostile_halve(length), offset);
}

ssize_t __wrap_pwrite(int fd, const void *buffer, size_t length, off_t offset)
{
    return unkind(0) ? -1
                     : __real_pwrite(fd, buffer, hostile_halve(length), offset);
}

int __wrap_epoll_ctl(int epoll_fd, int command, int fd,
                     struct epoll_event *event)
{
    if (event != NULL)
        event->events &= ~(unsigned)EPOLLET;
    return __real_epoll_ctl(epoll_fd, command, fd, event);
}

/* NOLINTEND(bugprone-reserved-identifier) */

void hostile_report(void)
{
    printf("%lu short transfers, %lu lies, %lu interruptions\n", nshort, nlies,
           ninterruptions);
    /* Forked workers count for themselves; the peer is one of them too. What
     * this process did alone is the reference, in which nothing waits. */
    if (nshort == 0 || ninterruptions == 0) {
        puts("FAILED the kernel was never hostile");
        exit(1);
    }
}
