/* SPDX-License-Identifier: MIT */
/*
 * Counters of the kernel, read around a run. The files stay open and are read
 * again from their beginning, which makes the kernel write them anew: a few
 * microseconds each. Look at noise_find_cause for what is worth a second try.
 */
#include "harness/machine/noise.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "harness/machine/cgroup.h"
#include "harness/machine/cpulist.h"

#define CPU "/sys/devices/system/cpu"

const char *const noise_names[NOISE_FIGURES] = {
    [NOISE_CALIBRATION_NS] = "calibration_ns",
    [NOISE_RUNNABLE_THREADS] = "runnable_threads",
    [NOISE_STEAL_TICKS] = "steal_ticks",
    [NOISE_BUSY_TICKS] = "busy_ticks",
    [NOISE_IDLE_TICKS] = "idle_ticks",
    [NOISE_CPU_SOME_US] = "cpu_some_us",
    [NOISE_CPU_FULL_US] = "cpu_full_us",
    [NOISE_IO_SOME_US] = "io_some_us",
    [NOISE_IO_FULL_US] = "io_full_us",
    [NOISE_MEMORY_SOME_US] = "memory_some_us",
    [NOISE_MEMORY_FULL_US] = "memory_full_us",
    [NOISE_QUOTA_PERIODS] = "quota_periods",
    [NOISE_QUOTA_US] = "quota_us",
    [NOISE_HEAT_THROTTLES] = "heat_throttles",
    [NOISE_SUSPENDED_NS] = "suspended_ns",
    [NOISE_CLOCK_STEP_NS] = "clock_step_ns",
};

const char *const noise_cause_names[NOISE_CAUSES] = {
    [NOISE_SUSPENDED] = "suspended",
    [NOISE_CLOCK_SET] = "clock_set",
    [NOISE_HOT] = "heat",
    [NOISE_QUOTA] = "quota",
    [NOISE_STOLEN] = "steal",
};

const char *const noise_cause_words[NOISE_CAUSES] = {
    [NOISE_SUSPENDED] = "the machine was suspended",
    [NOISE_CLOCK_SET] = "the clock was set",
    [NOISE_HOT] = "a processor was too hot",
    [NOISE_QUOTA] = "a CPU quota was used up",
    [NOISE_STOLEN] = "the host gave much CPU time to others",
};

/* ---- What stands in a file ---- */

/* Several files may count the same thing, one for each group or processor. */
static void add(struct noise *look, enum noise_figure figure, int64_t value)
{
    int64_t *sum = &look->figures[figure];

    *sum = *sum == FIGURE_UNKNOWN ? value : *sum + value;
}

/* "cpu  USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL ...", see proc(5). The
 * time of guests, which follows, is already part of the first two. */
static void read_stat(const char *text, int first, struct noise *look)
{
    long long user, nice, system, idle, iowait, irq, softirq, steal;

    (void)first;
    if (sscanf(text, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &user,
               &nice, &system, &idle, &iowait, &irq, &softirq, &steal) != 8)
        return;
    add(look, NOISE_STEAL_TICKS, steal);
    add(look, NOISE_BUSY_TICKS, user + nice + system + irq + softirq + steal);
    add(look, NOISE_IDLE_TICKS, idle + iowait);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=17", and another of "full" */
static void read_pressure(const char *text, int first, struct noise *look)
{
    static const char *const lines[] = {"some", "full"};

    for (int i = 0; i < 2; i++) {
        const char *line = strstr(text, lines[i]);
        const char *total = line != NULL ? strstr(line, "total=") : NULL;
        if (total != NULL)
            add(look, (enum noise_figure)(first + i),
                strtoll(total + strlen("total="), NULL, 10));
    }
}

/* Version 2 counts microseconds, version 1 nanoseconds. */
static void read_group(const char *text, int first, struct noise *look)
{
    const char *periods = strstr(text, "nr_throttled ");
    const char *us = strstr(text, "throttled_usec ");
    const char *ns = strstr(text, "throttled_time ");

    (void)first;
    if (periods != NULL)
        add(look, NOISE_QUOTA_PERIODS,
            strtoll(periods + strlen("nr_throttled "), NULL, 10));
    if (us != NULL)
        add(look, NOISE_QUOTA_US,
            strtoll(us + strlen("throttled_usec "), NULL, 10));
    else if (ns != NULL)
        add(look, NOISE_QUOTA_US,
            strtoll(ns + strlen("throttled_time "), NULL, 10) / 1000);
}

static void read_heat(const char *text, int first, struct noise *look)
{
    (void)first;
    add(look, NOISE_HEAT_THROTTLES, strtoll(text, NULL, 10));
}

/* "0.50 0.40 0.30 3/700 4711"; one of those that run reads this. */
static void read_load(const char *text, int first, struct noise *look)
{
    long long runnable;

    (void)first;
    if (sscanf(text, "%*s %*s %*s %lld/", &runnable) == 1)
        add(look, NOISE_RUNNABLE_THREADS, runnable > 0 ? runnable - 1 : 0);
}

/* ---- Sources ---- */

typedef void read_text(const char *text, int first, struct noise *look);

struct noise_source {
    int fd;
    read_text *read;
    int first; /* for read_pressure: its "some" */
};

struct opening {
    struct noise_reader *reader;
    const char *root;
    int result;
};

static void open_source(struct opening *opening, const char *path,
                        read_text *read, int first)
{
    struct noise_reader *reader = opening->reader;
    char name[PATH_MAX];

    if (snprintf(name, sizeof name, "%s%s", opening->root, path) >= PATH_MAX)
        return;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    struct noise_source *sources = reallocarray(
        reader->sources, reader->nsources + 1, sizeof *reader->sources);
    if (sources == NULL) {
        close(fd);
        opening->result = -ENOMEM;
        return;
    }
    sources[reader->nsources++] = (struct noise_source){fd, read, first};
    reader->sources = sources;
}

static void open_group(const char *path, void *context)
{
    open_source(context, path, read_group, 0);
}

static void open_processors(struct opening *opening)
{
    struct cpulist online;

    if (cpulist_read(opening->root, CPU "/online", &online) < 0)
        return;
    for (unsigned cpu = cpulist_next(&online, 0); cpu < CPULIST_MAX;
         cpu = cpulist_next(&online, cpu + 1)) {
        char path[128];
        snprintf(path, sizeof path,
                 CPU "/cpu%u/thermal_throttle/core_throttle_count", cpu);
        open_source(opening, path, read_heat, 0);
    }
}

int noise_open(struct noise_reader *ret, const char *root)
{
    struct opening opening = {.reader = ret, .root = root};

    *ret = (struct noise_reader){.sources = NULL};
    open_source(&opening, "/proc/stat", read_stat, 0);
    open_source(&opening, "/proc/loadavg", read_load, 0);
    open_source(&opening, "/proc/pressure/cpu", read_pressure,
                NOISE_CPU_SOME_US);
    open_source(&opening, "/proc/pressure/io", read_pressure, NOISE_IO_SOME_US);
    open_source(&opening, "/proc/pressure/memory", read_pressure,
                NOISE_MEMORY_SOME_US);
    cgroup_each_cpu_stat(root, open_group, &opening);
    open_processors(&opening);
    if (opening.result < 0)
        noise_close(ret);
    return opening.result;
}

void noise_close(struct noise_reader *reader)
{
    for (size_t i = 0; i < reader->nsources; i++)
        close(reader->sources[i].fd);
    free(reader->sources);
    *reader = (struct noise_reader){.sources = NULL};
}

/* ---- Clocks ---- */

static int64_t clock_of(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * (int64_t)NS_PER_S + now.tv_nsec;
}

/* How far two clocks are ahead of CLOCK_MONOTONIC. They are read one after the
 * other, so the quickest of a few readings is the truest. */
static void read_clocks(struct noise *look)
{
    int64_t best_ns = INT64_MAX;

    for (int i = 0; i < 4; i++) {
        int64_t began_ns = clock_of(CLOCK_MONOTONIC);
        int64_t real_ns = clock_of(CLOCK_REALTIME);
        int64_t boot_ns = clock_of(CLOCK_BOOTTIME);
        int64_t took_ns = clock_of(CLOCK_MONOTONIC) - began_ns;
        if (took_ns >= best_ns)
            continue;
        best_ns = took_ns;
        look->figures[NOISE_CLOCK_STEP_NS] = real_ns - began_ns;
        look->figures[NOISE_SUSPENDED_NS] = boot_ns - began_ns;
    }
}

/* ---- Looks ---- */

struct noise noise_look(const struct noise_reader *reader)
{
    struct noise look;
    char text[1024]; /* all that is looked for stands at the beginning */

    figures_forget(look.figures, NOISE_FIGURES);
    for (size_t i = 0; i < reader->nsources; i++) {
        const struct noise_source *source = &reader->sources[i];
        ssize_t length = pread(source->fd, text, sizeof text - 1, 0);
        if (length <= 0)
            continue;
        text[length] = '\0';
        source->read(text, source->first, &look);
    }
    read_clocks(&look);
    return look;
}

struct noise noise_between(const struct noise *before,
                           const struct noise *after)
{
    struct noise noise = *before;

    for (unsigned i = NOISE_STEAL_TICKS; i < NOISE_FIGURES; i++) {
        int64_t from = before->figures[i], to = after->figures[i];
        bool counter = i != NOISE_CLOCK_STEP_NS;
        if (from == FIGURE_UNKNOWN || to == FIGURE_UNKNOWN)
            noise.figures[i] = FIGURE_UNKNOWN;
        else /* a hypervisor's bookkeeping may step back by a tick or two */
            noise.figures[i] = counter && to < from ? 0 : to - from;
    }
    return noise;
}

/* ---- Causes ---- */

static int64_t known(const struct noise *noise, enum noise_figure figure)
{
    int64_t value = noise->figures[figure];

    return value == FIGURE_UNKNOWN ? 0 : value;
}

double noise_steal_ratio(const struct noise *noise)
{
    int64_t stolen = known(noise, NOISE_STEAL_TICKS);
    int64_t all =
        known(noise, NOISE_BUSY_TICKS) + known(noise, NOISE_IDLE_TICKS);

    return all > 0 ? (double)stolen / (double)all : 0;
}

uint64_t noise_quota_periods(const struct noise *noise)
{
    return (uint64_t)known(noise, NOISE_QUOTA_PERIODS);
}

enum noise_cause noise_find_cause(const struct noise *noise)
{
    /* Two clocks are not read at the same moment. */
    const int64_t least_ns = (int64_t)NS_PER_MS;
    int64_t stolen = known(noise, NOISE_STEAL_TICKS);

    if (known(noise, NOISE_SUSPENDED_NS) >= least_ns)
        return NOISE_SUSPENDED;
    if (llabs(known(noise, NOISE_CLOCK_STEP_NS)) >= least_ns)
        return NOISE_CLOCK_SET;
    if (known(noise, NOISE_HEAT_THROTTLES) > 0)
        return NOISE_HOT;
    if (known(noise, NOISE_QUOTA_PERIODS) > 0)
        return NOISE_QUOTA;
    if (stolen > 1 && 10 * (stolen - 1) > known(noise, NOISE_BUSY_TICKS))
        return NOISE_STOLEN;
    return NOISE_CAUSES;
}
