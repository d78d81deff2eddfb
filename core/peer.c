/* SPDX-License-Identifier: MIT */
/*
 * Starting, asking and ending the peer. It is forked twice, so that it is no
 * child of the measured process: waiting for workers never meets it, and its
 * CPU time cannot end up in the model's account.
 */
#include "core/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/digest.h"

enum { CLIENTS_PER_PORT = 2000 };

uint64_t peer_delay_ns(const struct peer_plan *plan, uint64_t which)
{
    return NS_PER_US * (plan->delay_us +
                        draw_between(plan->seed, which, 0, 0, plan->jitter_us));
}

static unsigned ports_for(uint64_t nconnections)
{
    uint64_t nports = (nconnections + CLIENTS_PER_PORT - 1) / CLIENTS_PER_PORT;

    if (nports < 1)
        return 1;
    return nports < PEER_PORTS_MAX ? (unsigned)nports : PEER_PORTS_MAX;
}

/* The peer must not keep the other's pipes open, above all its output. */
static int shed_descriptors(int control)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    control = dup2(control, STDERR_FILENO + 1);
    close_range((unsigned)control + 1, ~0U, 0);
    return control;
}

static pid_t fork_twice(int (*live)(const void *what, int control),
                        const void *what, int control)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    pid = fork();
    if (pid != 0)
        _exit(pid < 0 ? errno : 0);
    control = shed_descriptors(control);
    pid = getpid();
    if (send(control, &pid, sizeof pid, MSG_NOSIGNAL) < 0)
        _exit(1);
    _exit(live(what, control) == 0 ? 0 : 1);
}

int peer_spawn(int (*live)(const void *what, int control), const void *what,
               struct peer *ret)
{
    struct peer peer = {0};
    int control[2];
    int status;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) < 0)
        return -errno;
    pid_t pid = fork_twice(live, what, control[1]);
    int error = pid < 0 ? errno : 0;
    close(control[1]);
    if (error == 0 && waitpid(pid, &status, 0) == pid)
        error = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
    peer.control = control[0];
    if (error == 0 &&
        recv(peer.control, &peer.pid, sizeof peer.pid, 0) != sizeof peer.pid)
        error = ECHILD;
    if (error == 0) {
        peer.process = pidfd_open(peer.pid, 0);
        error = peer.process < 0 ? errno : 0;
    }
    if (error != 0) {
        close(peer.control);
        return -error;
    }
    *ret = peer;
    return 0;
}

struct server_life {
    const struct peer_plan *plan;
    unsigned nports;
};

static int live_as_server(const void *what, int control)
{
    const struct server_life *life = what;

    return peer_serve(life->plan, life->nports, control);
}

int peer_start(const struct peer_plan *plan, uint64_t nconnections,
               struct peer *ret)
{
    struct server_life life = {plan, ports_for(nconnections)};
    struct peer peer = {.control = -1};
    int result = peer_spawn(live_as_server, &life, &peer);

    if (result != 0)
        return result;
    peer.nports = life.nports;
    /* It reports once it listens, or just goes away. */
    if (recv(peer.control, peer.ports, sizeof peer.ports, 0) !=
        sizeof peer.ports) {
        peer_stop(&peer);
        return -EADDRNOTAVAIL;
    }
    *ret = peer;
    return 0;
}

/* It has nothing to save, and in whatever state it is, this reaches it. */
void peer_stop(struct peer *peer)
{
    struct pollfd gone = {.fd = peer->process, .events = POLLIN};

    if (peer->control < 0)
        return;
    pidfd_send_signal(peer->process, SIGKILL, NULL, 0);
    while (poll(&gone, 1, -1) < 0 && errno == EINTR)
        continue;
    close(peer->process);
    close(peer->control);
    peer->control = -1;
}

uint64_t peer_cpu_ns(const struct peer *peer)
{
    struct timespec time;
    clockid_t clock;

    if (peer->control < 0 || clock_getcpuclockid(peer->pid, &clock) != 0 ||
        clock_gettime(clock, &time) < 0)
        return 0;
    return (uint64_t)time.tv_sec * NS_PER_S + (uint64_t)time.tv_nsec;
}

/* The sockets of a process that dies are closed before it has died: whoever
 * was told by a socket waits a moment for the rest. */
bool peer_alive(const struct peer *peer)
{
    struct pollfd gone = {.fd = peer->process, .events = POLLIN};

    return peer->control < 0 || poll(&gone, 1, 100) == 0;
}

struct sockaddr_in peer_endpoint(const struct peer *peer, uint64_t index)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(peer->ports[index % peer->nports]),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}
