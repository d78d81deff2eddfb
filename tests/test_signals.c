/* SPDX-License-Identifier: MIT */
/*
 * Threads under a GIL while signals rain on them: waits for the lock, for a
 * mutex, at the gate and in sleeps are interrupted all the time (the handler
 * restarts nothing), and the work is the same. Above all, nobody takes a signal
 * for the lock: no update of a counter is lost. Transfers are hostile.c's.
 */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/once/reference.h"
#include "harness/registry.h"

/* Often enough to meet every kind of wait, seldom enough to get on. */
enum { PAUSE_NS = 300000, WORKERS = 4, NTASKS = 16 };

static atomic_bool raining;
static atomic_uint nsignals;

static void count(int number)
{
    (void)number;
    atomic_fetch_add_explicit(&nsignals, 1, memory_order_relaxed);
}

/* One for every other thread of this process. */
static void shower(DIR *threads, long self)
{
    const struct dirent *entry;

    rewinddir(threads);
    while ((entry = readdir(threads)) != NULL) {
        long thread = strtol(entry->d_name, NULL, 10);
        if (thread > 0 && thread != self)
            syscall(SYS_tgkill, getpid(), thread, SIGUSR1);
    }
}

static void *rain(void *argument)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    DIR *threads = opendir("/proc/self/task");

    (void)argument;
    if (threads == NULL)
        abort();
    while (raining) {
        shower(threads, syscall(SYS_gettid));
        nanosleep(&pause, NULL);
    }
    closedir(threads);
    return NULL;
}

static struct configuration configure(const char *model, const char *workload)
{
    static const char *const settings[] = {
        "countdown.steps=50000",    "countdown.grain=500",
        "sleepers.sleep_us=500",    "sleepers.rounds=10",
        "counter.increments=20000", "gil_ticks.check_interval=10",
        "gil.interval_us=200",
    };
    struct configuration c;
    struct complaint complaint;

    if (configuration_init(&c, model_find(model), workload_find(workload)) != 0)
        abort();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (configuration_set(&c, settings[i], &complaint) != 0)
            abort();
    /* With a lock for each, the counter needs one besides. */
    if (strcmp(model, "gil_each") == 0 &&
        configuration_set(&c, "counter.guard=mutex", &complaint) != 0)
        abort();
    c.workers = WORKERS;
    c.ntasks = NTASKS;
    if (configuration_resolve(&c, 2, &complaint) != 0)
        abort();
    return c;
}

static bool is_well(const struct measurement *got,
                    const struct reference *expected)
{
    if (got->result.digest != expected->digest ||
        got->result.steps != expected->steps)
        return false;
    for (unsigned i = 0; i < got->nmetrics; i++)
        if (strcmp(got->metrics[i].name, "lost_share") == 0 &&
            got->metrics[i].value > 0)
            return false;
    return true;
}

static int check(const char *model, const char *workload)
{
    struct configuration c = configure(model, workload);
    struct job_plan plan = configuration_plan(&c);
    struct complaint complaint = {"other work"};
    struct reference expected;
    struct measurement got;
    pthread_t cloud;

    int result = reference_compute(&plan, &expected, &complaint);
    raining = true;
    nsignals = 0;
    if (pthread_create(&cloud, NULL, rain, NULL) != 0)
        abort();
    /* A run may be over before the first drop. */
    for (unsigned i = 0; result == 0 && (i < 3 || nsignals < 50); i++) {
        result = measure(&plan, &(struct extras){0}, &got, &complaint);
        if (result == 0 && !is_well(&got, &expected))
            result = -1;
    }
    raining = false;
    pthread_join(cloud, NULL);
    configuration_fini(&c);
    printf("%s x %s, %u signals: %s\n", model, workload, (unsigned)nsignals,
           result == 0 ? "well" : complaint.text);
    return result != 0;
}

int main(void)
{
    static const char *const tested[] = {"gil", "gil_ticks", "gil_each"};
    struct sigaction action = {.sa_handler = count};
    int nfailures = 0;

    sigaction(SIGUSR1, &action, NULL);
    for (size_t i = 0; i < sizeof tested / sizeof *tested; i++) {
        nfailures += check(tested[i], "countdown");
        nfailures += check(tested[i], "sleepers");
        nfailures += check(tested[i], "counter");
    }
    return nfailures > 0;
}
