/* SPDX-License-Identifier: MIT */
/*
 * Every workload under one model (the argument): the digest, steps, bytes and
 * number of tasks of the reference, and nothing left behind. The same source is
 * also linked with a hostile kernel (hostile.c), which changes nothing of that.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/once/reference.h"
#include "harness/registry.h"
#include "tests/hostile.h"

/* Small work, so that all of it fits into seconds, also under sanitizers. A
 * workload that is not named here runs with its defaults. */
static const char *const settings[] = {
    "primes.numbers=20",
    "primes.grain=500",
    "countdown.steps=3000",
    "countdown.grain=500",
    "mandelbrot.width=64",
    "mandelbrot.height=48",
    "mandelbrot.iterations=200",
    "stream.mebibytes=4",
    "stream.passes=1",
    "sleepers.sleep_us=2000",
    "sleepers.jitter_us=1000",
    "sleepers.rounds=2",
    "echo.rounds=3",
    "echo.delay_us=500",
    "echo.jitter_us=500",
    "fetch.pages=2",
    "fetch.delay_us=500",
    "fetch.jitter_us=500",
    "files.file_bytes=20000",
    "mixed.compute=50",
    "mixed.wait_us=500",
    "mixed.rounds=2",
    "convoy.duration_ms=10",
    "convoy.warmup_ms=1",
    "counter.increments=2000",
    "counter.yield=between",
    "extension.steps=6000",
    "extension.cycle_steps=900",
    "extension.grain=500",
    "cost.operations=20",
    "serve.requests=3",
    "serve.compute_steps=900",
    "serve.grain=500",
    "serve.wait_us=300",
};

/* 0: the default of the model and workload. */
static const struct shape {
    unsigned workers;
    uint64_t inflight;
    uint64_t ntasks;
    const char *also; /* a further setting */
} shapes[] = {
    {0, 0, 13, "convoy.echo_tasks=3"},
    {1, 1, 5, NULL},
    {3, 3, 13, "echo.connect=inside"},
    {4, 4, 1, NULL},
};

static int nfailures;
static char temporary[] = "/tmp/heddle-conformance-XXXXXX";

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

/* Without those by which the kernel carries out what io_uring was asked: they
 * are its own, and go when they have had nothing to do for some seconds. */
static unsigned count_threads(void)
{
    DIR *folder = opendir("/proc/self/task");
    struct dirent *entry;
    unsigned n = 0;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[300], name[32] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", entry->d_name);
        FILE *comm = fopen(path, "re");
        if (comm != NULL && fgets(name, sizeof name, comm) != NULL)
            n += strncmp(name, "iou-", 4) != 0;
        if (comm != NULL)
            fclose(comm);
    }
    if (folder != NULL)
        closedir(folder);
    return n;
}

/* Shared mappings: jobs and big arrays; sanitizers map much of their own. */
static unsigned count_shared_mappings(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[512];
    unsigned n = 0;

    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        char mode[5] = "";
        n += sscanf(line, "%*s %4s", mode) == 1 && mode[3] == 's';
    }
    if (maps != NULL)
        fclose(maps);
    return n;
}

struct belongings {
    unsigned ndescriptors;
    unsigned nthreads;
    unsigned nmappings;
    unsigned nfiles; /* in the temporary folder */
};

static struct belongings take_stock(void)
{
    return (struct belongings){count_entries("/proc/self/fd"), count_threads(),
                               count_shared_mappings(),
                               count_entries(temporary)};
}

static void check_nothing_left(const char *what,
                               const struct belongings *before)
{
    struct belongings now = take_stock();

    CHECK(now.ndescriptors == before->ndescriptors,
          "%s: %u descriptors, %u before", what, now.ndescriptors,
          before->ndescriptors);
    CHECK(now.nthreads == before->nthreads, "%s: %u threads, %u before", what,
          now.nthreads, before->nthreads);
    CHECK(now.nmappings == before->nmappings, "%s: %u mappings, %u before",
          what, now.nmappings, before->nmappings);
    CHECK(now.nfiles == before->nfiles, "%s: %u files, %u before", what,
          now.nfiles, before->nfiles);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
          "%s: there is still a child", what);
}

/* libuv keeps threads and descriptors from their first use to the end of the
 * process. They are there after a first run. */
static bool keeps_things(const struct model *model)
{
    return strncmp(model->name, "libuv", 5) == 0;
}

static void check_here(const char *what, const struct configuration *c,
                       const struct job_plan *plan,
                       const struct reference *expected)
{
    static const char *met;
    struct complaint complaint = {""};
    struct measurement got;

    if (keeps_things(c->model) &&
        (met == NULL || strcmp(met, c->workload->name) != 0))
        measure(plan, &(struct extras){0}, &got, &complaint);
    met = c->workload->name;
    struct belongings before = take_stock();
    int result = measure(plan, &(struct extras){0}, &got, &complaint);
    CHECK(result == 0, "%s: %s", what, complaint.text);
    CHECK(got.result.ntasks == c->ntasks,
          "%s: %" PRIu64 " of %" PRIu64 " tasks", what, got.result.ntasks,
          c->ntasks);
    CHECK(got.result.digest == expected->digest,
          "%s: digest %016" PRIx64 ", expected %016" PRIx64, what,
          got.result.digest, expected->digest);
    bool timed = c->workload->timed;
    CHECK(timed || got.result.steps == expected->steps,
          "%s: %" PRIu64 " steps, expected %" PRIu64, what, got.result.steps,
          expected->steps);
    CHECK(timed || got.result.bytes == expected->bytes,
          "%s: %" PRIu64 " bytes, expected %" PRIu64, what, got.result.bytes,
          expected->bytes);
    CHECK(got.open_loop == configuration_arrivals(c) &&
              (!got.open_loop || got.latency.nrequests == c->ntasks),
          "%s: not all requests have a latency", what);
    check_nothing_left(what, &before);
}

/* The first run settles the size of libuv's pool for the whole process. */
static void check_in_child(const char *what, const struct configuration *c,
                           const struct job_plan *plan,
                           const struct reference *expected)
{
    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        nfailures = 0;
        check_here(what, c, plan, expected);
        exit(nfailures > 0);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0,
          "%s: its process ended with status %d", what, status);
}

static void check_run(const char *what, const struct configuration *c)
{
    struct job_plan plan = configuration_plan(c);
    struct complaint complaint = {""};
    struct reference expected;
    struct belongings before = take_stock();

    int result = reference_compute(&plan, &expected, &complaint);
    CHECK(result == 0, "%s: reference: %s", what, complaint.text);
    check_nothing_left(what, &before);
    if (result != 0)
        return;
    if (strcmp(c->model->name, "libuv_pool") == 0)
        check_in_child(what, c, &plan, &expected);
    else
        check_here(what, c, &plan, &expected);
}

/* Where all tasks have to be under way at once, there are as many as can be. */
static uint64_t shape_tasks(const struct configuration *c,
                            const struct shape *shape)
{
    bool alone = c->model->knobs == MODEL_ALONE;
    uint64_t at_once = alone ? 1 : shape->workers;

    if (!c->workload->all_at_once || at_once == 0 || shape->ntasks < at_once)
        return shape->ntasks;
    return at_once;
}

/* Fills in a shape as far as it applies to this model. */
static bool shape_configuration(struct configuration *c,
                                const struct shape *shape)
{
    struct complaint complaint;

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (configuration_set(c, settings[i], &complaint) != 0 &&
            strstr(complaint.text, "no model or workload") == NULL) {
            CHECK(false, "%s", complaint.text);
            return false;
        }
    c->ntasks = shape_tasks(c, shape);
    if (shape->also != NULL && c->ntasks > 1)
        CHECK(configuration_set(c, shape->also, &complaint) == 0, "%s",
              complaint.text);
    if (c->model->knobs != MODEL_ALONE)
        c->workers = shape->workers;
    if (c->model->knobs == MODEL_QUEUE || c->model->knobs == MODEL_SCHEDULER)
        c->inflight = shape->inflight;
    int result = configuration_resolve(c, 2, &complaint);
    CHECK(result == 0, "%s", complaint.text);
    return result == 0;
}

static void set(struct configuration *c, const char *name, const char *value)
{
    struct complaint complaint;
    char setting[128];

    snprintf(setting, sizeof setting, "%s.%s=%s", c->workload->name, name,
             value);
    CHECK(configuration_set(c, setting, &complaint) == 0, "%s", complaint.text);
}

/* Requests that arrive by plan: the same work, and none begins too early
 * (harness/once/latency.c asserts it of every single one). */
static void check_arrivals(const struct model *model,
                           const struct workload *workload, const char *also)
{
    static const struct shape shape = {0, 0, 40, NULL};
    static const char *const kinds[] = {"constant", "poisson"};
    bool takes_part = false;

    for (size_t i = 0; i < workload->nparameters; i++)
        takes_part =
            takes_part || strcmp(workload->parameters[i].name, "arrivals") == 0;
    for (size_t i = 0; takes_part && i < 2; i++) {
        struct configuration c;
        struct complaint complaint;
        char what[128];
        snprintf(what, sizeof what, "%s x %s, %s arrivals", model->name,
                 workload->name, kinds[i]);
        if (configuration_init(&c, model, workload) != 0)
            abort();
        if (also != NULL)
            CHECK(configuration_set(&c, also, &complaint) == 0, "%s",
                  complaint.text);
        set(&c, "arrivals", kinds[i]);
        set(&c, "rate_per_s", "4000");
        if (shape_configuration(&c, &shape))
            check_run(what, &c);
        configuration_fini(&c);
    }
}

/* What must be alone in its process, others refuse in one sentence. */
static bool check_refused(const struct model *model,
                          const struct workload *workload)
{
    struct configuration c;
    struct complaint complaint = {""};

    if (!workload->alone || model->knobs == MODEL_ALONE)
        return false;
    if (configuration_init(&c, model, workload) != 0)
        abort();
    CHECK(configuration_resolve(&c, 2, &complaint) == -EINVAL &&
              strstr(complaint.text, "give sequential instead of ") != NULL,
          "%s x %s: not refused: %s", model->name, workload->name,
          complaint.text);
    configuration_fini(&c);
    return true;
}

static void check_pair(const struct model *model,
                       const struct workload *workload, const char *also)
{
    if (check_refused(model, workload))
        return;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct configuration c;
        struct complaint complaint;
        char what[128];
        snprintf(what, sizeof what, "%s x %s, shape %zu", model->name,
                 workload->name, i);
        if (configuration_init(&c, model, workload) != 0)
            abort();
        if (also != NULL)
            CHECK(configuration_set(&c, also, &complaint) == 0, "%s",
                  complaint.text);
        if (shape_configuration(&c, &shapes[i]))
            check_run(what, &c);
        configuration_fini(&c);
    }
    check_arrivals(model, workload, also);
    printf("%s x %s: checked\n", model->name, workload->name);
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

static void make_temporary_folder(void)
{
    if (mkdtemp(temporary) == NULL || setenv("TMPDIR", temporary, 1) != 0) {
        perror(temporary);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    const struct model *model = argc > 1 ? model_find(argv[1]) : NULL;

    if (model == NULL) {
        fprintf(stderr, "usage: %s MODEL [SETTING]\n", argv[0]);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    start_first_thread();
    make_temporary_folder();
    for (size_t i = 0; workloads[i] != NULL; i++)
        check_pair(model, workloads[i], argc > 2 ? argv[2] : NULL);
    CHECK(rmdir(temporary) == 0, "the temporary folder is not empty");
    hostile_report();
    printf("%d failed\n", nfailures);
    return nfailures > 0;
}
