/* SPDX-License-Identifier: MIT */
/*
 * The sampler reads the tasks in the shared mapping: all of them asleep before
 * the look at /proc and all of them asleep after it, or there is no sample. It
 * takes both looks itself, so pages that it shares count alike in both.
 */
#include "harness/once/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/footprint.h"
#include "core/job.h"
#include "harness/once/sampler.h"

enum { LOOK_EVERY_NS = 2000000 };

/* Are all tasks asleep now? 1: yes, 0: no, -1: one has finished. The fields
 * belong to others, who may be about to write them; hence the volatile look,
 * twice. */
static int all_asleep(const struct job *job)
{
    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        const volatile struct task *task = job_task(job, i);
        if (task->finished)
            return -1;
        if (task->op.kind != OP_SLEEP)
            return 0;
    }
    return 1;
}

static int sample_asleep(const struct job *job, pid_t measured,
                         struct footprint *ret)
{
    struct timespec pause = clock_timespec(LOOK_EVERY_NS);
    int asleep;

    while ((asleep = all_asleep(job)) == 0 && kill(measured, 0) == 0)
        nanosleep(&pause, NULL);
    if (asleep != 1)
        return -ENODATA;
    /* The last to fall asleep may still be on its way into the kernel. */
    nanosleep(&pause, NULL);
    int result = footprint_look(measured, ret);
    return result == 0 && all_asleep(job) != 1 ? -ENODATA : result;
}

/* The sampler's life: a byte after the first look, the growth after the second,
 * or an early end. */
static void watch(const struct job *job, pid_t measured, int answer)
{
    struct footprint before = {0}, after = {0};

    /* Touch the tasks now, so that this process shares them in both looks. */
    (void)all_asleep(job);
    if (footprint_look(measured, &before) != 0 || write(answer, "", 1) != 1 ||
        sample_asleep(job, measured, &after) != 0)
        return;
    struct memory_growth grown = {
        footprint_growth(before.pss_bytes, after.pss_bytes),
        footprint_growth(before.kernel_bytes, after.kernel_bytes)};
    if (write(answer, &grown, sizeof grown) != sizeof grown)
        return;
}

int memory_sampler_start(const struct job *job, struct memory_sampler *ret)
{
    pid_t measured = getpid();
    int ends[2];
    char byte;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    int result = sampler_fork(ends[1]);
    if (result == 1) {
        watch(job, measured, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    if (result == 0)
        result = read(ends[0], &byte, 1) == 1 ? 0 : -ENODATA;
    if (result != 0) {
        close(ends[0]);
        return result;
    }
    ret->answer = ends[0];
    return 0;
}

int memory_sampler_finish(struct memory_sampler *sampler,
                          struct memory_growth *ret)
{
    ssize_t n = read(sampler->answer, ret, sizeof *ret);

    close(sampler->answer);
    return n == sizeof *ret ? 0 : -ENODATA;
}
