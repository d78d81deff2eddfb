/* SPDX-License-Identifier: MIT */
#include "harness/once/trouble.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/job.h"
#include "harness/configuration.h"

int trouble_of_system(int error, const char *doing, struct complaint *complaint)
{
    const char *name = strerrorname_np(error);

    snprintf(complaint->text, sizeof complaint->text, "%s: %s (%s)", doing,
             strerror(error), name != NULL ? name : "?");
    return -error;
}

int trouble_of_job(const struct job *job, const struct job_result *result,
                   struct complaint *complaint)
{
    char doing[96];

    /* A child that was killed, a stack that overflowed: the system has nothing
     * to add. */
    if ((job->error == ECHILD || job->error == EFAULT) &&
        job->reason[0] != '\0') {
        snprintf(complaint->text, sizeof complaint->text, "%s", job->reason);
        return -job->error;
    }
    if (job->error != 0)
        return trouble_of_system(job->error, job->reason, complaint);
    if (result == NULL || result->error == 0)
        return 0;
    snprintf(doing, sizeof doing, "task %" PRIu64 "%s", result->error_index,
             peer_alive(&job->peer) ? "" : ", the peer has died");
    return trouble_of_system(result->error, doing, complaint);
}
