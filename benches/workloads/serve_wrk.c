/* SPDX-License-Identifier: MIT */
/*
 * Running wrk. It is given a script of a few lines, which changes nothing of
 * what it does, but has it print its figures as plain numbers. When it is over,
 * tasks may still wait for connections that it never made, or that stood in the
 * queue behind a server that takes one at a time: they get one each.
 */
#include "benches/workloads/serve_wrk.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "benches/workloads/load_client.h"
#include "core/child.h"
#include "core/clock.h"

#define MARK "heddle:"

/* Durations are in microseconds (wrk's SCRIPTING file). At its end it waits for
 * us: as long as it lives, its connections are open. */
static const char script[] =
    "done = function(summary, latency)\n"
    "  local e = summary.errors\n"
    "  io.write(string.format('" MARK " %d %d %.3f %.3f %.3f %d\\n',\n"
    "    summary.requests, summary.duration, latency:percentile(50),\n"
    "    latency:percentile(99), latency.max,\n"
    "    e.connect + e.read + e.write + e.status + e.timeout))\n"
    "  io.stdout:flush()\n"
    "  io.read()\n"
    "end\n";

/* A file that every thread of wrk can open anew. Returns it or -errno. */
static int make_script(void)
{
    int fd = memfd_create("heddle-wrk", 0);

    if (fd < 0)
        return -errno;
    if (write(fd, script, sizeof script - 1) != sizeof script - 1) {
        close(fd);
        return -EIO;
    }
    return fd;
}

static _Noreturn void become_wrk(const struct serve_wrk *wrk, int line,
                                 int failure)
{
    char connections[32], duration[32], path[32], url[64];
    int fd = make_script();
    int error = fd < 0 ? -fd : load_leave_cores(wrk->spared_cores);

    snprintf(connections, sizeof connections, "-c%llu",
             (unsigned long long)wrk->nconnections);
    snprintf(duration, sizeof duration, "-d%llu",
             (unsigned long long)wrk->duration_s);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", wrk->port);
    if (error == 0) {
        dup2(line, STDIN_FILENO);
        dup2(line, STDOUT_FILENO);
        execlp("wrk", "wrk", "-t1", connections, duration, "-s", path, url,
               (char *)NULL);
        error = errno;
    }
    error = error < 0 ? -error : error;
    if (write(failure, &error, sizeof error) < 0)
        _exit(126);
    _exit(127);
}

/* Returns the line to wrk as a stream, or NULL, with -errno in *result. */
static FILE *start_wrk(const struct serve_wrk *wrk, int *result)
{
    int line[2], failure[2], error = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) < 0 ||
        pipe2(failure, O_CLOEXEC) < 0) {
        *result = -errno;
        return NULL;
    }
    pid_t pid = child_fork();
    if (pid == 0)
        become_wrk(wrk, line[1], failure[1]);
    close(line[1]);
    close(failure[1]);
    /* Closed when wrk begins, and written to if it cannot. */
    if (pid > 0 && read(failure[0], &error, sizeof error) != sizeof error)
        error = 0;
    close(failure[0]);
    *result = pid < 0 ? pid : -error;
    return *result == 0 ? fdopen(line[0], "r") : NULL;
}

static int read_figures(FILE *output, struct serve_wrk *wrk)
{
    char line[256];
    int n = 0;

    while (fgets(line, sizeof line, output) != NULL)
        if (strncmp(line, MARK, sizeof MARK - 1) == 0) {
            wrk->nserved = atomic_load(&wrk->naccepted);
            shutdown(fileno(output), SHUT_WR);
            n = sscanf(line + sizeof MARK - 1, "%lf %lf %lf %lf %lf %lf",
                       &wrk->requests, &wrk->duration_us, &wrk->latency_p50_us,
                       &wrk->latency_p99_us, &wrk->latency_max_us,
                       &wrk->errors);
        }
    return n == 6 ? 0 : -EPROTO;
}

static void visit_who_still_waits(const struct serve_wrk *wrk)
{
    struct sockaddr_in server = {
        .sin_family = AF_INET,
        .sin_port = htons(wrk->port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct timespec pause = clock_timespec(NS_PER_MS);

    while (atomic_load(&wrk->naccepted) < wrk->nconnections) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (fd >= 0) {
            (void)connect(fd, (const struct sockaddr *)&server, sizeof server);
            nanosleep(&pause, NULL);
            close(fd);
        }
    }
}

static int live(const void *what, int control)
{
    struct serve_wrk *wrk = *(struct serve_wrk *const *)what;
    struct rusage usage;
    int result = 0;
    FILE *output = start_wrk(wrk, &result);

    if (send(control, &result, sizeof result, MSG_NOSIGNAL) < 0 ||
        output == NULL)
        return -1;
    result = read_figures(output, wrk);
    fclose(output);
    while (wait(NULL) < 0 && errno == EINTR)
        continue;
    getrusage(RUSAGE_CHILDREN, &usage);
    wrk->cpu_ns = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) *
                      (double)NS_PER_S +
                  (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) *
                      (double)NS_PER_US;
    visit_who_still_waits(wrk);
    if (send(control, &result, sizeof result, MSG_NOSIGNAL) < 0)
        return -errno;
    return result;
}

int serve_wrk_finish(const struct peer *peer)
{
    return load_client_finish(peer);
}

int serve_wrk_start(struct serve_wrk *wrk, struct peer *ret)
{
    struct peer peer = {.control = -1};
    int result = peer_spawn(live, &wrk, &peer);

    if (result != 0)
        return result;
    result = load_client_finish(&peer);
    if (result != 0)
        peer_stop(&peer);
    else
        *ret = peer;
    return result;
}
