/* SPDX-License-Identifier: MIT */
#include "harness/once/sampler.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

/* An open copy of a socket would keep it from being closed. */
static void shed_descriptors(int keep)
{
    if (keep > STDERR_FILENO + 1)
        close_range(STDERR_FILENO + 1, (unsigned)keep - 1, 0);
    close_range((unsigned)keep + 1, ~0U, 0);
}

int sampler_fork(int keep)
{
    int status;
    pid_t pid = fork();

    if (pid < 0)
        return -errno;
    if (pid == 0) {
        pid = fork();
        if (pid != 0)
            _exit(pid < 0 ? errno : 0);
        shed_descriptors(keep);
        return 1;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}
