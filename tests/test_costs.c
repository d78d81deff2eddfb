/* SPDX-License-Identifier: MIT */
/*
 * Every primitive of the workload `cost`, a few times each: it has proof of
 * every repetition, tells one figure, and leaves no child, thread, descriptor
 * or changed set of cores behind. What needs a second core is refused by name
 * where there is none. Those with a GiB are left out: they differ in size only.
 */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "benches/workloads/costs.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/once/reference.h"
#include "harness/registry.h"

static int nfailures;

#define CHECK(condition, ...)                                                  \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("FAILED ");                                                 \
            printf(__VA_ARGS__);                                               \
            printf("\n");                                                      \
            nfailures++;                                                       \
        }                                                                      \
    } while (0)

static unsigned count_entries(const char *path)
{
    DIR *folder = opendir(path);
    unsigned n = 0;

    while (folder != NULL && readdir(folder) != NULL)
        n++;
    if (folder != NULL)
        closedir(folder);
    return n;
}

struct belongings {
    unsigned ndescriptors, nthreads;
    cpu_set_t cores;
};

static struct belongings take_stock(void)
{
    struct belongings ret = {count_entries("/proc/self/fd"),
                             count_entries("/proc/self/task"),
                             {{0}}};

    CHECK(sched_getaffinity(0, sizeof ret.cores, &ret.cores) == 0, "affinity");
    return ret;
}

static void check_nothing_left(const char *name,
                               const struct belongings *before)
{
    struct belongings now = take_stock();

    CHECK(now.ndescriptors == before->ndescriptors, "%s: descriptors", name);
    CHECK(now.nthreads == before->nthreads, "%s: threads", name);
    CHECK(CPU_EQUAL(&now.cores, &before->cores), "%s: it stays pinned", name);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD, "%s: a child",
          name);
}

static void configure(struct configuration *c, const char *name, unsigned n)
{
    struct complaint complaint = {""};
    char of[64], operations[64];

    snprintf(of, sizeof of, "cost.of=%s", name);
    snprintf(operations, sizeof operations, "cost.operations=%u", n);
    if (configuration_init(c, model_find("sequential"),
                           workload_find("cost")) != 0)
        abort();
    CHECK(configuration_set(c, of, &complaint) == 0 &&
              configuration_set(c, operations, &complaint) == 0 &&
              configuration_resolve(c, 2, &complaint) == 0,
          "%s: %s", name, complaint.text);
}

static void check_figure(const char *name, const struct measurement *m)
{
    CHECK(m->nmetrics == 1 && strcmp(m->metrics[0].name, "operation_ns") == 0 &&
              isfinite(m->metrics[0].value) && m->metrics[0].value > 0,
          "%s: no figure", name);
}

/* Once with fewer repetitions than batches, once with more. */
static void check_primitive(const char *name, unsigned n)
{
    struct belongings before = take_stock();
    struct configuration c;
    struct reference expected;
    struct measurement m;
    struct complaint complaint = {""};

    configure(&c, name, n);
    struct job_plan plan = configuration_plan(&c);
    CHECK(reference_compute(&plan, &expected, &complaint) == 0,
          "%s: reference: %s", name, complaint.text);
    int result = measure(&plan, &(struct extras){0}, &m, &complaint);
    if (result == -ENOTSUP) {
        printf("SKIP %s: %s\n", name, complaint.text);
    } else {
        CHECK(result == 0, "%s: %s", name, complaint.text);
        CHECK(m.result.digest == expected.digest, "%s: no proof of %u", name,
              n);
        check_figure(name, &m);
    }
    configuration_fini(&c);
    check_nothing_left(name, &before);
}

/* On one core there is no way across. */
static void check_one_core(const char *name)
{
    struct belongings before = take_stock();
    struct configuration c;
    struct measurement m;
    struct complaint complaint = {""};
    cpu_set_t one;
    int first = 0;

    while (!CPU_ISSET((size_t)first, &before.cores))
        first++;
    CPU_ZERO(&one);
    CPU_SET((size_t)first, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0, "pinning");
    configure(&c, name, 3);
    struct job_plan plan = configuration_plan(&c);
    int result = measure(&plan, &(struct extras){0}, &m, &complaint);
    CHECK(result == -ENOTSUP && strstr(complaint.text, name) != NULL &&
              strstr(complaint.text, "one is usable") != NULL,
          "%s on one core: %d, %s", name, result, complaint.text);
    configuration_fini(&c);
    CHECK(sched_setaffinity(0, sizeof before.cores, &before.cores) == 0,
          "unpinning");
    check_nothing_left(name, &before);
}

/* The table and the parameter list the same names, in the same order. */
static void check_names(void)
{
    char names[1024] = "";

    for (const struct cost_primitive *p = cost_primitives; p->name != NULL;
         p++) {
        size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s",
                 length > 0 ? "|" : "", p->name);
        CHECK(!p->across || strcmp(p->name, "spin_across") == 0 ||
                  cost_on_one_core(p) != NULL,
              "%s has no pair", p->name);
    }
    CHECK(strcmp(names, COST_CHOICES) == 0, "choices are not %s", names);
}

static void *return_at_once(void *argument)
{
    return argument;
}

/* ThreadSanitizer has a thread of its own from the first one on. */
static void start_first_thread(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, return_at_once, NULL) != 0 ||
        pthread_join(thread, NULL) != 0)
        abort();
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    start_first_thread();
    check_names();
    for (const struct cost_primitive *p = cost_primitives; p->name != NULL;
         p++) {
        if (p->size == 1024)
            continue;
        check_primitive(p->name, 3);
        check_primitive(p->name, 40);
        if (p->across)
            check_one_core(p->name);
    }
    printf("%d failed\n", nfailures);
    return nfailures > 0;
}
