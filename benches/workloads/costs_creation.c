/* SPDX-License-Identifier: MIT */
/*
 * Threads and processes, each made, ended and waited for before the next, on
 * whatever core the kernel chooses, as a program would. fork(2) copies the page
 * tables of its parent, so what the parent has touched is what it costs;
 * posix_spawn(3) lends the child the parent's memory until it executes
 * something else (vfork(2)), and costs the same whatever the parent holds.
 */
#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "benches/workloads/costs.h"
#include "core/child.h"
#include "core/crew.h"
#include "core/job.h"

enum { STACK_BYTES = 65536 };

/* ---- Threads ---- */

static void *count_up(void *argument)
{
    _Atomic uint64_t *count = argument;

    atomic_fetch_add(count, 1);
    return NULL;
}

int cost_thread(struct cost *cost, uint64_t n, uint64_t *done)
{
    _Atomic uint64_t count = 0;
    pthread_t thread;

    for (uint64_t i = 0; i < n; i++) {
        int result = thread_create(&thread, STACK_BYTES, count_up, &count);
        if (result != 0)
            return job_fail(cost->job, -result, "creating a thread");
        pthread_join(thread, NULL);
    }
    *done += count;
    return 0;
}

/* ---- What the parent holds ---- */

static int open_parent(struct cost *cost, bool huge)
{
    size_t bytes = (size_t)cost->primitive->size << 20;

    cost->own = cost_map(cost, bytes, huge);
    if (cost->own == NULL)
        return -cost->job->error;
    memset(cost->own, 1, bytes);
    return 0;
}

int cost_parent_open(struct cost *cost)
{
    return open_parent(cost, false);
}

int cost_parent_huge_open(struct cost *cost)
{
    return open_parent(cost, true);
}

void cost_parent_close(struct cost *cost)
{
    if (cost->own != NULL)
        munmap(cost->own, (size_t)cost->primitive->size << 20);
}

/* ---- Processes ---- */

/* Waits for it; true: it left with that status. */
static bool left_with(pid_t pid, int wanted)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == wanted;
}

int cost_fork(struct cost *cost, uint64_t n, uint64_t *done)
{
    enum { WELL = 7 };

    for (uint64_t i = 0; i < n; i++) {
        pid_t pid = child_fork();
        if (pid == 0)
            _exit(WELL);
        if (pid < 0)
            return job_fail(cost->job, -pid, "forking");
        *done += left_with(pid, WELL);
    }
    return 0;
}

int cost_spawn(struct cost *cost, uint64_t n, uint64_t *done)
{
    static char name[] = "true";
    char *const argv[] = {name, NULL}, *const environment[] = {NULL};
    pid_t pid;

    for (uint64_t i = 0; i < n; i++) {
        int error =
            posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environment);
        if (error != 0)
            return job_fail(cost->job, error, "starting /bin/true");
        *done += left_with(pid, 0);
    }
    return 0;
}
