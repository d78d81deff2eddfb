/* SPDX-License-Identifier: MIT */
/*
 * Hand-overs through descriptors: eight bytes there, eight bytes back. Each is
 * two writes, two reads, two wake-ups and two switches; what the carrier adds
 * is what tells them apart. The partner is a thread, or a process where that is
 * what is asked about, and returns each token plus one: that is the proof.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "benches/workloads/costs.h"
#include "core/child.h"
#include "core/crew.h"
#include "core/job.h"

/* As large as an eventfd takes. */
#define STOP (UINT64_MAX - 1)

enum { STACK_BYTES = 65536 };

/* One side: where it reads and where it writes, which may be the same. */
struct side {
    int in, out;
};

struct carrier {
    struct side ours, theirs;
    const struct cost *cost;
    uint64_t token; /* the last one; an eventfd takes no 0 */
    pthread_t thread;
    pid_t child; /* 0: a thread */
};

static int put(const struct side *side, uint64_t token)
{
    ssize_t n;

    do
        n = write(side->out, &token, sizeof token);
    while (n < 0 && errno == EINTR);
    return n == sizeof token ? 0 : n < 0 ? -errno : -EPIPE;
}

static int take(const struct side *side, uint64_t *token)
{
    ssize_t n;

    do
        n = read(side->in, token, sizeof *token);
    while (n < 0 && errno == EINTR);
    return n == sizeof *token ? 0 : n < 0 ? -errno : -EPIPE;
}

/* Until it is told to stop, or the other side is gone. */
static void answer(const struct carrier *carrier)
{
    uint64_t token;

    cost_pin_other(carrier->cost);
    while (take(&carrier->theirs, &token) == 0 && token != STOP)
        if (put(&carrier->theirs, token + 1) != 0)
            return;
}

static void *partner_main(void *argument)
{
    answer(argument);
    return NULL;
}

static void close_side(const struct side *side)
{
    close(side->in);
    if (side->out != side->in)
        close(side->out);
}

/* ---- Carriers ---- */

static int make_pipes(struct carrier *carrier)
{
    int there[2], back[2];

    if (pipe2(there, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(back, O_CLOEXEC) < 0) {
        int error = errno;
        close(there[0]);
        close(there[1]);
        return -error;
    }
    carrier->ours = (struct side){back[0], there[1]};
    carrier->theirs = (struct side){there[0], back[1]};
    return 0;
}

/* Both sides use the same two, and each closes its own. */
static int make_eventfds(struct carrier *carrier)
{
    int fds[4] = {-1, -1, -1, -1};

    fds[0] = eventfd(0, EFD_CLOEXEC);
    fds[1] = fds[0] < 0 ? -1 : eventfd(0, EFD_CLOEXEC);
    fds[2] = fds[1] < 0 ? -1 : fcntl(fds[0], F_DUPFD_CLOEXEC, 0);
    fds[3] = fds[2] < 0 ? -1 : fcntl(fds[1], F_DUPFD_CLOEXEC, 0);
    if (fds[3] < 0) {
        int error = errno;
        for (size_t i = 0; i < 4 && fds[i] >= 0; i++)
            close(fds[i]);
        return -error;
    }
    carrier->ours = (struct side){fds[1], fds[0]};
    carrier->theirs = (struct side){fds[2], fds[3]};
    return 0;
}

static int make_socketpair(struct carrier *carrier)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    carrier->ours = (struct side){ends[0], ends[0]};
    carrier->theirs = (struct side){ends[1], ends[1]};
    return 0;
}

/* What is written is sent at once. */
static int connect_to(int listener, int *ours, int *theirs)
{
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    int on = 1;

    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        return -errno;
    *ours = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*ours < 0)
        return -errno;
    if (connect(*ours, (struct sockaddr *)&address, length) < 0)
        goto close_ours;
    *theirs = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (*theirs < 0)
        goto close_ours;
    setsockopt(*ours, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(*theirs, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return 0;

close_ours:;
    int error = errno;
    close(*ours);
    return -error;
}

static int make_tcp(struct carrier *carrier)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int ours = -1, theirs = -1, result;

    if (listener < 0)
        return -errno;
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, 1) < 0)
        result = -errno;
    else
        result = connect_to(listener, &ours, &theirs);
    close(listener);
    if (result == 0) {
        carrier->ours = (struct side){ours, ours};
        carrier->theirs = (struct side){theirs, theirs};
    }
    return result;
}

/* ---- The partner ---- */

static int start_thread(struct carrier *carrier)
{
    return thread_create(&carrier->thread, STACK_BYTES, partner_main, carrier);
}

static int start_child(struct carrier *carrier)
{
    pid_t pid = child_fork();

    if (pid < 0)
        return pid;
    if (pid == 0) {
        close_side(&carrier->ours);
        answer(carrier);
        _exit(0);
    }
    carrier->child = pid;
    return 0;
}

/* Who starts a partner does so from its own core, where it already stays. */
static int open_carrier(struct cost *cost, int (*make)(struct carrier *),
                        int (*start)(struct carrier *))
{
    struct carrier *carrier = calloc(1, sizeof *carrier);

    if (carrier == NULL)
        return job_fail(cost->job, ENOMEM, "making a carrier");
    carrier->cost = cost;
    int result = cost_pin(cost);
    if (result != 0)
        goto free_carrier;
    result = make(carrier);
    if (result != 0)
        goto unpin;
    result = start(carrier);
    if (result != 0)
        goto close_sides;
    cost->own = carrier;
    return 0;

close_sides:
    close_side(&carrier->ours);
    close_side(&carrier->theirs);
unpin:
    cost_unpin(cost);
free_carrier:
    free(carrier);
    return job_fail(cost->job, -result, "setting up %s", cost->primitive->name);
}

int cost_pipe_open(struct cost *cost)
{
    return open_carrier(cost, make_pipes, start_thread);
}

int cost_eventfd_open(struct cost *cost)
{
    return open_carrier(cost, make_eventfds, start_thread);
}

int cost_socketpair_open(struct cost *cost)
{
    return open_carrier(cost, make_socketpair, start_thread);
}

int cost_tcp_open(struct cost *cost)
{
    return open_carrier(cost, make_tcp, start_thread);
}

int cost_process_open(struct cost *cost)
{
    return open_carrier(cost, make_pipes, start_child);
}

/* ---- Batches ---- */

int cost_descriptors(struct cost *cost, uint64_t n, uint64_t *done)
{
    struct carrier *carrier = cost->own;
    uint64_t back = 0;

    for (uint64_t i = 0; i < n; i++) {
        uint64_t token = carrier->token + 1;
        int result = put(&carrier->ours, token);
        if (result == 0)
            result = take(&carrier->ours, &back);
        if (result != 0)
            return job_fail(cost->job, -result, "handing over token %llu",
                            (unsigned long long)token);
        *done += back == token + 1;
        carrier->token = back;
    }
    return 0;
}

void cost_descriptors_close(struct cost *cost)
{
    struct carrier *carrier = cost->own;

    (void)put(&carrier->ours, STOP);
    if (carrier->child == 0)
        pthread_join(carrier->thread, NULL);
    else
        while (waitpid(carrier->child, NULL, 0) < 0 && errno == EINTR)
            continue;
    close_side(&carrier->ours);
    close_side(&carrier->theirs);
    cost_unpin(cost);
    free(carrier);
}
