/* SPDX-License-Identifier: MIT */
#include "harness/once/trouble.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/job.h"
#include "harness/configuration.h"
#include "harness/once/limits.h"

int trouble_of_system(int error, const char *doing, struct complaint *complaint)
{
    const char *name = strerrorname_np(error);

    snprintf(complaint->text, sizeof complaint->text, "%s: %s (%s)", doing,
             strerror(error), name != NULL ? name : "?");
    return -error;
}

/* With the limit, if anybody saw which it was: that says more than the words
 * for the error, and charts have room for one of them. */
static int trouble_of_limit(int error, const char *doing, const char *limit,
                            struct complaint *complaint)
{
    const char *name = strerrorname_np(error);

    if (*limit == '\0' || name == NULL)
        return trouble_of_system(error, doing, complaint);
    snprintf(complaint->text, sizeof complaint->text, "%s: %s: %s", doing, name,
             limit);
    return -error;
}

/* What a task was refused nobody looked at; but some limits never change. */
static int trouble_of_task(const struct job *job,
                           const struct job_result *result,
                           struct complaint *complaint)
{
    struct limits_seen seen;
    char doing[96], limit[sizeof job->limit] = "";

    snprintf(doing, sizeof doing, "task %" PRIu64 "%s", result->error_index,
             peer_alive(&job->peer) ? "" : ", the peer has died");
    if (result->error == EMFILE || result->error == ENFILE ||
        result->error == EADDRNOTAVAIL) {
        limits_look(&seen);
        limits_tell(&seen, result->error, limit, sizeof limit);
    }
    return trouble_of_limit(result->error, doing, limit, complaint);
}

int trouble_of_job(const struct job *job, const struct job_result *result,
                   struct complaint *complaint)
{
    /* A child that was killed, a stack that overflowed: the system has nothing
     * to add. */
    if ((job->error == ECHILD || job->error == EFAULT) &&
        job->reason[0] != '\0') {
        snprintf(complaint->text, sizeof complaint->text, "%s", job->reason);
        return -job->error;
    }
    if (job->error != 0)
        return trouble_of_limit(job->error, job->reason, job->limit, complaint);
    if (result == NULL || result->error == 0)
        return 0;
    return trouble_of_task(job, result, complaint);
}
