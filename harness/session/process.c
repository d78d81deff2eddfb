/* SPDX-License-Identifier: MIT */
/*
 * A child, two pipes, a pidfd and a signalfd under one poll(2): no signal
 * handlers, so no code that may be interrupted anywhere. The exit is seen by
 * the pidfd and not by the end of the pipes, which a stray grandchild could
 * hold open.
 */
#include "harness/session/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"

extern char **environ;

/* More than any program of ours says; the rest is read and thrown away. */
enum { TEXT_MAX = 1 << 20 };

/* A stream of the child while it is being read. */
struct stream {
    int fd;
    char *text;
    size_t length;
};

/* ---- Signals ---- */

static void our_signals(sigset_t *ret)
{
    sigemptyset(ret);
    sigaddset(ret, SIGINT);
    sigaddset(ret, SIGTERM);
}

int watch_init(struct watch *ret)
{
    sigset_t set;

    our_signals(&set);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return -errno;
    sigprocmask(SIG_BLOCK, &set, NULL);
    *ret = (struct watch){.signals = fd};
    return 0;
}

static void let_signals_through(void)
{
    sigset_t set;

    our_signals(&set);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void watch_fini(struct watch *watch)
{
    close(watch->signals);
    let_signals_through();
}

bool watch_interrupted(struct watch *watch)
{
    struct signalfd_siginfo info;

    if (watch->signal == 0 &&
        read(watch->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        watch->signal = (int)info.ssi_signo;
    }
    return watch->signal != 0;
}

/* ---- Start ---- */

static int prepare(posix_spawn_file_actions_t *actions,
                   posix_spawnattr_t *attributes, int out, int err)
{
    sigset_t none, ours;

    sigemptyset(&none);
    our_signals(&ours);
    sigaddset(&ours, SIGPIPE);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
                                             POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setsigdefault(attributes, &ours);
    int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
                                                 "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(actions, out, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(actions, err, STDERR_FILENO);
    return error;
}

/* Returns 0 or -errno. */
static int spawn(const char *program, char *const argv[], int out, int err,
                 pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0)
        return -error;
    error = posix_spawnattr_init(&attributes);
    if (error == 0) {
        error = prepare(&actions, &attributes, out, err);
        if (error == 0)
            error = posix_spawnp(ret, program, &actions, &attributes, argv,
                                 environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return -error;
}

/* ---- Watch ---- */

/* Takes what is there, a pipe full at most: who writes without end must not
 * keep us from looking at the clock. Returns false at the end of the stream. */
static bool take(struct stream *stream)
{
    enum { PIPE_BYTES = 65536 };
    char piece[4096];
    ssize_t got = 1;

    for (size_t n = 0; n < PIPE_BYTES && got > 0; n += sizeof piece) {
        got = read(stream->fd, piece, sizeof piece);
        if (got <= 0)
            break;
        size_t length = (size_t)got;
        if (stream->length + length > TEXT_MAX)
            continue;
        char *text = realloc(stream->text, stream->length + length + 1);
        if (text == NULL)
            continue;
        memcpy(text + stream->length, piece, length);
        stream->text = text;
        stream->length += length;
        text[stream->length] = '\0';
    }
    return got > 0 || (got < 0 && errno == EAGAIN);
}

/* Until the next tick or the deadline, rounded up. -1: as long as it takes. */
static int patience_ms(const struct watch *watch, uint64_t deadline_ns)
{
    uint64_t now_ns = clock_ns();
    uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;

    if (watch->tick != NULL && left_ns > NS_PER_S)
        left_ns = NS_PER_S;
    return (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS % INT32_MAX);
}

/* Until the process has exited: it ends by itself, or is ended. */
static void watch_process(struct watch *watch, int pidfd, pid_t pid,
                          struct stream streams[2], uint64_t deadline_ns,
                          struct outcome *ret)
{
    for (;;) {
        bool ended = ret->timed_out || ret->interrupted;
        struct pollfd fds[] = {
            {.fd = pidfd, .events = POLLIN},
            {.fd = streams[0].fd, .events = POLLIN},
            {.fd = streams[1].fd, .events = POLLIN},
            {.fd = ended ? -1 : watch->signals, .events = POLLIN},
        };
        poll(fds, 4, ended ? -1 : patience_ms(watch, deadline_ns));
        for (int i = 0; i < 2; i++)
            if (fds[1 + i].revents != 0 && !take(&streams[i])) {
                close(streams[i].fd);
                streams[i].fd = -1;
            }
        if (fds[0].revents != 0)
            return;
        if (ended)
            continue;
        ret->interrupted = watch_interrupted(watch);
        ret->timed_out = !ret->interrupted && clock_ns() >= deadline_ns;
        if (ret->interrupted || ret->timed_out)
            kill(-pid, SIGKILL);
        else if (watch->tick != NULL)
            watch->tick(watch->context);
    }
}

static void finish(pid_t pid, struct stream streams[2], struct outcome *ret)
{
    /* It is a zombie still, so its number cannot be another's yet. */
    kill(-pid, SIGKILL);
    while (waitpid(pid, &ret->status, 0) < 0 && errno == EINTR)
        continue;
    for (int i = 0; i < 2; i++)
        if (streams[i].fd >= 0) {
            take(&streams[i]);
            close(streams[i].fd);
        }
    ret->out = streams[0].text;
    ret->err = streams[1].text;
}

static int make_pipes(int pipes[4])
{
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(pipes + 2, O_CLOEXEC) < 0) {
        int error = errno;
        close(pipes[0]);
        close(pipes[1]);
        return -error;
    }
    /* Only our ends: the child's own writes may wait. */
    fcntl(pipes[0], F_SETFL, O_NONBLOCK);
    fcntl(pipes[2], F_SETFL, O_NONBLOCK);
    return 0;
}

int process_run(struct watch *watch, const char *program, char *const argv[],
                uint64_t timeout_ns, struct outcome *ret)
{
    int pipes[4];
    pid_t pid = -1;

    *ret = (struct outcome){.start_ns = clock_ns()};
    ret->interrupted = watch_interrupted(watch);
    if (ret->interrupted) {
        let_signals_through();
        return 0;
    }
    int result = make_pipes(pipes);
    if (result != 0)
        return result;
    ret->start_ns = clock_ns();
    result = spawn(program, argv, pipes[1], pipes[3], &pid);
    close(pipes[1]);
    close(pipes[3]);
    struct stream streams[2] = {{.fd = pipes[0]}, {.fd = pipes[2]}};
    if (result != 0) {
        close(pipes[0]);
        close(pipes[2]);
        return result;
    }
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0)
        result = -errno;
    else
        watch_process(watch, pidfd, pid, streams, ret->start_ns + timeout_ns,
                      ret);
    ret->wall_ns = clock_ns() - ret->start_ns;
    finish(pid, streams, ret);
    /* A terminal's Ctrl-C also meets a child that has not left our group yet,
     * and its end may be seen first. */
    if (WIFSIGNALED(ret->status) && !ret->timed_out)
        ret->interrupted = watch_interrupted(watch);
    /* Not before: a second signal that waits already would end this program
     * and leave the process behind. */
    if (ret->interrupted)
        let_signals_through();
    if (pidfd >= 0)
        close(pidfd);
    return result;
}

void outcome_fini(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
}
