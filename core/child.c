/* SPDX-License-Identifier: MIT */
#include "core/child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/job.h"

pid_t child_fork(void)
{
    pid_t parent = getpid();
    pid_t pid = fork();

    if (pid < 0)
        return -errno;
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        /* The parent may have died before that call. */
        if (getppid() != parent)
            _exit(1);
    }
    return pid;
}

void child_judge(struct job *job, int status)
{
    if (WIFSIGNALED(status))
        job_fail(job, ECHILD, "a worker was killed by SIG%s",
                 sigabbrev_np(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        job_fail(job, ECHILD, "a worker left with status %d",
                 WEXITSTATUS(status));
}
