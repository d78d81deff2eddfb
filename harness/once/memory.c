/* SPDX-License-Identifier: MIT */
/*
 * The sampler reads the tasks in the shared mapping: all of them asleep before
 * the look at /proc and all of them asleep after it, or there is no sample. It
 * takes both looks itself, so pages that it shares count alike in both.
 */
#include "harness/once/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/job.h"
#include "harness/once/sampler.h"

enum { LOOK_EVERY_NS = 2000000 };

/* The sum of `names`, in bytes, from lines "Name:   123 kB"; -errno. */
static int64_t sum_kib_lines(const char *path, const char *const *names)
{
    FILE *file = fopen(path, "re");
    char line[128];
    int64_t sum = 0;

    if (file == NULL)
        return -errno;
    while (fgets(line, sizeof line, file) != NULL)
        for (size_t i = 0; names[i] != NULL; i++) {
            size_t length = strlen(names[i]);
            if (strncmp(line, names[i], length) == 0 && line[length] == ':')
                sum += 1024 * strtoll(line + length + 1, NULL, 10);
        }
    fclose(file);
    return sum;
}

/* The parent of a process; 0: it is gone. */
static pid_t parent_of(pid_t pid)
{
    char path[64], text[512];
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    /* The name in parentheses may hold anything; the last one closes it. */
    const char *after = strrchr(text, ')');
    if (after == NULL || sscanf(after, ") %*c %d", &parent) != 1)
        return 0;
    return parent;
}

static int64_t pss_of(pid_t pid)
{
    static const char *const names[] = {"Pss", NULL};
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    return sum_kib_lines(path, names);
}

struct sample {
    uint64_t pss_bytes;
    uint64_t kernel_bytes;
};

static int sample(pid_t measured, struct sample *ret)
{
    static const char *const names[] = {"KernelStack", "PageTables", "Slab",
                                        NULL};
    int64_t pss = pss_of(measured);
    int64_t kernel = sum_kib_lines("/proc/meminfo", names);
    DIR *processes = opendir("/proc");
    const struct dirent *entry;

    if (processes == NULL)
        return -errno;
    while ((entry = readdir(processes)) != NULL) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || parent_of(pid) != measured)
            continue;
        int64_t more = pss_of(pid);
        pss += more > 0 ? more : 0;
    }
    closedir(processes);
    if (pss < 0 || kernel < 0)
        return (int)(pss < 0 ? pss : kernel);
    *ret = (struct sample){(uint64_t)pss, (uint64_t)kernel};
    return 0;
}

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
                         struct sample *ret)
{
    struct timespec pause = clock_timespec(LOOK_EVERY_NS);
    int asleep;

    while ((asleep = all_asleep(job)) == 0 && kill(measured, 0) == 0)
        nanosleep(&pause, NULL);
    if (asleep != 1)
        return -ENODATA;
    /* The last to fall asleep may still be on its way into the kernel. */
    nanosleep(&pause, NULL);
    int result = sample(measured, ret);
    return result == 0 && all_asleep(job) != 1 ? -ENODATA : result;
}

static uint64_t growth(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}

/* The sampler's life: a byte after the first look, the growth after the second,
 * or an early end. */
static void watch(const struct job *job, pid_t measured, int answer)
{
    struct sample before = {0}, after = {0};

    /* Touch the tasks now, so that this process shares them in both looks. */
    (void)all_asleep(job);
    if (sample(measured, &before) != 0 || write(answer, "", 1) != 1 ||
        sample_asleep(job, measured, &after) != 0)
        return;
    struct memory_growth grown = {
        growth(before.pss_bytes, after.pss_bytes),
        growth(before.kernel_bytes, after.kernel_bytes)};
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
