/* SPDX-License-Identifier: MIT */
/*
 * Many small jobs, one after the other, drawn from all models and workloads by
 * a seed: soak SECONDS [SEED]. First in one process, which must not grow; then
 * in processes that are killed while they run, which must leave nobody behind.
 * The first process only watches: orphans of the others become its children.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/model.h"
#include "core/sanitizers.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/once/reference.h"
#include "harness/registry.h"
#include "harness/stats/rng.h"
#include "tests/soak/held.h"

enum {
    NCORES = 2,
    WARM_JOBS = 40,       /* before memory is looked at */
    SLACK_KIB = 4 * 1024, /* what an allocator with arenas may keep */
    PATIENCE_MS = 10000
};

/* Milliseconds at most, each. */
static const char *const settings[] = {
    "primes.numbers=20",      "countdown.steps=3000",   "mandelbrot.width=32",
    "mandelbrot.height=24",   "stream.mebibytes=1",     "stream.passes=1",
    "sleepers.sleep_us=500",  "sleepers.jitter_us=500", "echo.rounds=2",
    "echo.connect=inside",    "fetch.pages=1",          "fetch.delay_us=500",
    "files.file_bytes=20000", "files.fsync=0",          "mixed.compute=20",
    "mixed.wait_us=200",      "convoy.duration_ms=5",   "convoy.warmup_ms=1",
    "counter.increments=500", "counter.guard=atomic",   "extension.steps=3000",
};

/* What is refused: in the middle of set-up, by a task, or by the machine. */
static const struct {
    const char *workload, *setting;
    uint64_t ntasks;
} refused[] = {
    {"empty", NULL, 1ULL << 40},
    {"files", "files.folder=/nowhere", 4},
    {"fetch", "fetch.url=http://127.0.0.1:1/", 4},
    {"echo", "echo.descriptor_table=growing", 4},
};

enum { NREFUSED = sizeof refused / sizeof *refused };

struct soak {
    struct rng rng;
    bool one_process; /* all its jobs are in this one */
    uint64_t end_ns;
    uint64_t njobs, nrefused;
    char job[160]; /* the present one, in words */
};

/* What these libraries start, threads above all, they keep until the process
 * ends, and as many as a job asks for: they take part among the killed. */
static const char *const keepers[] = {"libuv_pool", "openmp"};

static bool takes_part(const struct soak *soak, const struct model *model)
{
    for (size_t i = 0; i < sizeof keepers / sizeof *keepers; i++)
        if (soak->one_process && strcmp(model->name, keepers[i]) == 0)
            return false;
    return true;
}

static size_t length_of(const void *const *list)
{
    size_t n = 0;

    while (list[n] != NULL)
        n++;
    return n;
}

static _Noreturn void fail(const struct soak *soak, const char *what, long was,
                           long is)
{
    printf("soak: after %" PRIu64 " jobs, %s: %s: %ld, were %ld\n", soak->njobs,
           soak->job, what, is, was);
    fflush(stdout);
    _exit(1);
}

/* Settings for other workloads are passed over, and so are those that this
 * program was built without. */
static void set_all(struct configuration *c, struct soak *soak)
{
    struct complaint complaint;

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        (void)configuration_set(c, settings[i], &complaint);
    c->seed = rng_next(&soak->rng) >> 12;
    if (rng_below(&soak->rng, 2) == 0)
        c->workers = 1 + (unsigned)rng_below(&soak->rng, 4);
    if (rng_below(&soak->rng, 2) == 0)
        c->inflight = 1 + rng_below(&soak->rng, 8);
}

/* Draws until it has a configuration that its model accepts. */
static bool draw(struct soak *soak, struct configuration *ret)
{
    size_t nmodels = length_of((const void *const *)models);
    size_t nworkloads = length_of((const void *const *)workloads);
    bool refuse = rng_below(&soak->rng, 8) == 0;
    struct complaint complaint;

    for (;;) {
        size_t bad = rng_below(&soak->rng, NREFUSED);
        const struct model *model = models[rng_below(&soak->rng, nmodels)];
        const struct workload *workload =
            refuse ? workload_find(refused[bad].workload)
                   : workloads[rng_below(&soak->rng, nworkloads)];
        assert(configuration_init(ret, model, workload) == 0);
        set_all(ret, soak);
        ret->ntasks =
            refuse ? refused[bad].ntasks : 1 + rng_below(&soak->rng, 12);
        if (refuse && refused[bad].setting != NULL)
            assert(configuration_set(ret, refused[bad].setting, &complaint) ==
                   0);
        if (refuse && strcmp(workload->name, "echo") == 0)
            assert(configuration_set(ret, "echo.connect=outside", &complaint) ==
                   0);
        snprintf(soak->job, sizeof soak->job,
                 "%s, %s, %" PRIu64 " tasks, seed %" PRIu64, model->name,
                 workload->name, ret->ntasks, ret->seed);
        if (takes_part(soak, model) &&
            configuration_resolve(ret, NCORES, &complaint) == 0)
            return refuse;
        configuration_fini(ret);
    }
}

static void run_job(struct soak *soak, const struct configuration *c,
                    bool refuse)
{
    struct job_plan plan = configuration_plan(c);
    struct complaint complaint = {"it went well"};
    struct reference expected = {0};
    struct measurement m = {0};
    int result = refuse ? 0 : reference_compute(&plan, &expected, &complaint);

    if (result == 0)
        result = measure(&plan, &(struct extras){0}, &m, &complaint);
    soak->njobs++;
    soak->nrefused += refuse;
    if ((result != 0) != refuse ||
        (!refuse && m.result.digest != expected.digest)) {
        printf("soak: %s: %s\n", soak->job, complaint.text);
        fail(soak, "result", refuse, result);
    }
}

/* A thread that has been joined may be listed a moment longer. */
static void check_held(const struct soak *soak, const struct held *before)
{
    struct timespec moment = clock_timespec(NS_PER_MS);
    struct held now;

    for (unsigned i = 0; i < HELD_MAX; i++) {
        unsigned waited_ms = 0;
#ifdef __SANITIZE_THREAD__
        if (i == HELD_THREADS) /* It starts some of its own. */
            continue;
#endif
        for (held_look(&now); now.counts[i] != before->counts[i];
             held_look(&now)) {
            if (waited_ms++ == 1000)
                fail(soak, held_names[i], before->counts[i], now.counts[i]);
            nanosleep(&moment, NULL);
        }
    }
    if (waitpid(-1, NULL, WNOHANG) != -1 || errno != ECHILD)
        fail(soak, "children", 0, 1);
}

/* What a library makes once, at its first use, is there before we count: libuv
 * has a pipe for signals, and threads for files. */
static void use_each_once(struct soak *soak)
{
    struct configuration c;
    struct complaint complaint;

    for (const struct model *const *model = models; *model != NULL; model++) {
        if (!takes_part(soak, *model))
            continue;
        assert(configuration_init(&c, *model, workload_find("files")) == 0);
        set_all(&c, soak);
        c.workers = 0;
        c.inflight = 0;
        c.ntasks = 8;
        assert(configuration_resolve(&c, NCORES, &complaint) == 0);
        snprintf(soak->job, sizeof soak->job, "%s, first use", (*model)->name);
        run_job(soak, &c, false);
        configuration_fini(&c);
    }
}

/* The long-lived process. */
static void soak_here(struct soak *soak)
{
    struct configuration c;
    struct held before;
    long warm_kib = 0;
    struct timespec moment = clock_timespec(50 * NS_PER_MS);

    use_each_once(soak);
    nanosleep(&moment, NULL); /* until the joined are no longer listed */
    held_look(&before);
    while (clock_ns() < soak->end_ns || soak->njobs < 2 * (uint64_t)WARM_JOBS) {
        bool refuse = draw(soak, &c);
        run_job(soak, &c, refuse);
        configuration_fini(&c);
        check_held(soak, &before);
        if (soak->njobs == WARM_JOBS)
            warm_kib = held_anonymous_kib();
    }
    long kib = held_anonymous_kib();
    printf(
        "soak: %" PRIu64 " jobs in one process, %" PRIu64
        " of them refused: descriptors, threads, children and shared mappings "
        "as before; memory %+ld KiB since job %d\n",
        soak->njobs, soak->nrefused, kib - warm_kib, WARM_JOBS);
    fflush(stdout);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    /* Sanitizers keep what was freed. */
    if (kib > warm_kib + SLACK_KIB)
        fail(soak, "KiB of memory", warm_kib, kib);
#endif
}

/* Everybody who was left alone has come to us by now, or does so soon. */
static void await_orphans(const struct soak *soak)
{
    struct timespec moment = clock_timespec(NS_PER_MS);

    for (unsigned waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms++) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        if (waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD)
            return;
        nanosleep(&moment, NULL);
    }
    fail(soak, "processes left of a run that was killed", 0, 1);
}

static void kill_one(struct soak *soak)
{
    static const int signals[] = {SIGKILL, SIGTERM, SIGINT};
    struct configuration c;
    bool refuse = draw(soak, &c);
    pid_t pid = fork();

    if (pid == 0) {
        run_job(soak, &c, refuse);
        _exit(0);
    }
    struct timespec some = clock_timespec(rng_below(&soak->rng, 8 * NS_PER_MS));
    assert(pid > 0);
    nanosleep(&some, NULL);
    kill(pid, signals[rng_below(&soak->rng, 3)]);
    waitpid(pid, NULL, 0);
    configuration_fini(&c);
    soak->njobs++;
    await_orphans(soak);
}

static void soak_killed(struct soak *soak)
{
    struct held before;

    held_look(&before);
    while (clock_ns() < soak->end_ns) {
        kill_one(soak);
        check_held(soak, &before);
    }
    printf("soak: %" PRIu64 " jobs killed while they ran: nobody left behind\n",
           soak->njobs);
}

int main(int argc, char **argv)
{
    uint64_t seconds = argc > 1 ? strtoull(argv[1], NULL, 10) : 5;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    uint64_t half_ns = seconds * NS_PER_S / 2;
    struct soak here = {
        .rng = {.state = seed}, .one_process = true, .job = "none"};
    struct soak killed = {.rng = {.state = seed + 1}, .job = "none"};
    int status = 1;

    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    printf("soak: %" PRIu64 " s, seed %" PRIu64 "\n", seconds, seed);
    fflush(stdout);
    here.end_ns = clock_ns() + half_ns;
    pid_t pid = fork();
    if (pid == 0) {
        soak_here(&here);
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        return 1;
    await_orphans(&killed);
    killed.end_ns = clock_ns() + half_ns;
    soak_killed(&killed);
    return 0;
}
