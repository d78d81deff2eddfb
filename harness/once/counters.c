/* SPDX-License-Identifier: MIT */
/*
 * Counters of perf. Each is opened by itself, not as a group: some machines
 * have a few of them only. A user who may not look into the kernel gets none:
 * switches and migrations happen there and would be counted as 0.
 */
#include "harness/once/counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *const counter_names[COUNTER_MAX] = {
    [COUNTER_TASK_CLOCK_NS] = "task_clock_ns",
    [COUNTER_CONTEXT_SWITCHES] = "context_switches",
    [COUNTER_CPU_MIGRATIONS] = "cpu_migrations",
    [COUNTER_PAGE_FAULTS] = "page_faults",
    [COUNTER_CYCLES] = "cycles",
    [COUNTER_INSTRUCTIONS] = "instructions",
    [COUNTER_CACHE_MISSES] = "cache_misses",
};

/* What perf calls them. */
static const struct {
    uint32_t type;
    uint64_t config;
} events[COUNTER_MAX] = {
    [COUNTER_TASK_CLOCK_NS] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
    [COUNTER_CONTEXT_SWITCHES] = {PERF_TYPE_SOFTWARE,
                                  PERF_COUNT_SW_CONTEXT_SWITCHES},
    [COUNTER_CPU_MIGRATIONS] = {PERF_TYPE_SOFTWARE,
                                PERF_COUNT_SW_CPU_MIGRATIONS},
    [COUNTER_PAGE_FAULTS] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
    [COUNTER_CYCLES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
    [COUNTER_INSTRUCTIONS] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
    [COUNTER_CACHE_MISSES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
};

/* Returns a descriptor or -errno. */
static int open_counter(enum counter counter)
{
    struct perf_event_attr attributes = {
        .type = events[counter].type,
        .size = sizeof attributes,
        .config = events[counter].config,
        .inherit = 1,
        .exclude_hv = 1,
        .read_format =
            PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
    };
    long fd = syscall(SYS_perf_event_open, &attributes, 0, -1, -1,
                      PERF_FLAG_FD_CLOEXEC);

    return fd < 0 ? -errno : (int)fd;
}

void counters_start(struct counting *ret)
{
    for (unsigned i = 0; i < COUNTER_MAX; i++)
        ret->fds[i] = open_counter((enum counter)i);
}

/* A processor with too few counters takes turns: then the count is a part, and
 * is made up in proportion to the time. */
static int64_t read_counter(int fd)
{
    struct {
        uint64_t value, enabled_ns, running_ns;
    } got;

    if (read(fd, &got, sizeof got) != (ssize_t)sizeof got ||
        (got.running_ns == 0 && got.enabled_ns > 0))
        return FIGURE_UNKNOWN;
    if (got.running_ns >= got.enabled_ns)
        return (int64_t)got.value;
    return (int64_t)((double)got.value * (double)got.enabled_ns /
                     (double)got.running_ns);
}

void counters_forget(struct counters *counters)
{
    figures_forget(counters->figures, COUNTER_MAX);
    memset(counters->missing, 0, sizeof counters->missing);
}

const char *counters_reason(int error)
{
    if (error == -EACCES || error == -EPERM)
        return "not allowed to this user";
    if (error == -ENOENT || error == -EOPNOTSUPP)
        return "this machine has none";
    return strerror(-error);
}

void counters_stop(struct counting *counting, struct counters *ret)
{
    counters_forget(ret);
    for (unsigned i = 0; i < COUNTER_MAX; i++) {
        int fd = counting->fds[i];
        const char *why = "others had the processor's counters all the time";
        if (fd >= 0) {
            ret->figures[i] = read_counter(fd);
            close(fd);
        } else {
            why = counters_reason(fd);
        }
        if (ret->figures[i] == FIGURE_UNKNOWN)
            snprintf(ret->missing[i], COUNTER_REASON, "%s", why);
    }
}

int counters_try(enum counter counter)
{
    int fd = open_counter(counter);

    if (fd < 0)
        return fd;
    close(fd);
    return 0;
}
