/* SPDX-License-Identifier: MIT */
/*
 * Two ways to compare a program with itself, in turn, so that both meet the
 * same minute of the same machine. They differ in nothing but the order of the
 * runs. Nothing is written until all is measured: an interrupt leaves nothing
 * behind.
 */
#include "harness/demo_aa.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/demo.h"
#include "harness/machine/cores.h"
#include "harness/machine/machine.h"
#include "harness/options.h"
#include "harness/registry.h"
#include "harness/report/draw.h"
#include "harness/session/conduct.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/hyperfine.h"
#include "harness/session/steadiness.h"

/* --quick: six is the least that an interval takes. */
enum { QUICK_TRIES = 3, QUICK_RUNS = 6 };
/* Before the first run that counts, as people tell hyperfine to. */
enum { WARMUPS = 2 };
/* About 20 ms of computing, so that starting a process hardly counts. */
enum { TASKS = 20 };
enum { TIMEOUT_S = 60 };

/* ---- The two programs ---- */

/* A baseline has a twin: these are A and B. */
static int add_programs(struct session *session)
{
    struct point point = {.label = (char *)(uintptr_t) "A", .baseline = true};
    struct complaint complaint;
    struct experiment *experiment = experiment_new(
        "aa", "Does a program differ from itself?", CHART_MODELS);

    if (experiment == NULL)
        return -ENOMEM;
    int result =
        configuration_init(&point.configuration, model_find("sequential"),
                           workload_find("countdown"));
    if (result == 0) {
        point.configuration.ntasks = TASKS;
        result = configuration_resolve(&point.configuration, cores_usable(""),
                                       &complaint);
        if (result == 0)
            result = experiment_add_point(experiment, &point);
        configuration_fini(&point.configuration);
    }
    if (result == 0)
        result = session_add_experiment(session, experiment);
    if (result != 0)
        experiment_free(experiment);
    return result;
}

/* ---- Measuring: 0, or -errno after a complaint, or -EINTR without one ---- */

/* -EBADMSG: it found something else than the reference. */
static int run_once(struct aa *aa, unsigned point, double *ret_ns)
{
    struct run run;
    int result = runner_measure(&aa->runner, point, &run, NULL);

    if (result == -EINTR)
        return result;
    if (result != 0) {
        complain("starting a process: %s", strerror(-result));
        return result;
    }
    if (run.status != RUN_OK) {
        complain("a run: %s", run.error != NULL ? run.error : "no memory");
        result = run.status == RUN_WRONG ? -EBADMSG : -EIO;
    }
    *ret_ns = (double)run.wall_ns;
    run_fini(&run);
    return result;
}

/* All runs of A, then all runs of B. */
static int usual_way(struct aa *aa, double *times_ns)
{
    static const unsigned points[] = {0, 1};
    struct complaint complaint;
    double unused_ns;
    int result = 0;

    if (aa->hyperfine) {
        result = hyperfine_in_turn(&aa->runner, points, 2, WARMUPS, aa->nruns,
                                   times_ns, &complaint);
        if (result != 0 && result != -EINTR)
            complain("%s", complaint.text);
        return result;
    }
    for (unsigned point = 0; point < 2; point++) {
        for (unsigned i = 0; i < WARMUPS && result == 0; i++)
            result = run_once(aa, point, &unused_ns);
        for (unsigned i = 0; i < aa->nruns && result == 0; i++)
            result = run_once(aa, point, &times_ns[point * aa->nruns + i]);
    }
    return result;
}

/* A and B in random order, again and again. */
static int shuffled_blocks(struct aa *aa, unsigned number)
{
    int result = 0;

    for (unsigned i = 0; i < aa->nruns; i++) {
        size_t order[] = {0, 1};
        rng_shuffle(&aa->rng, order, 2);
        for (unsigned k = 0; k < 2 && result == 0; k++)
            result = run_once(aa, (unsigned)order[k],
                              &aa->blocks_ns[order[k]][number * aa->nruns + i]);
    }
    return result;
}

static int measure_try(struct aa *aa, unsigned number)
{
    struct aa_try *one = &aa->tries[number];
    const double *usual_ns = aa->usual_ns[number];
    size_t n = aa->nruns, first = number * n;
    int result = usual_way(aa, aa->usual_ns[number]);

    if (result == 0)
        result = shuffled_blocks(aa, number);
    if (result != 0)
        return result;
    result =
        stats_welch(usual_ns + n, n, usual_ns, n, ESTIMATE_LEVEL, &one->usual);
    if (result == 0)
        result =
            stats_compare(&aa->blocks_ns[1][first], &aa->blocks_ns[0][first], n,
                          ESTIMATE_LEVEL, &one->blocks);
    if (result != 0)
        complain("these times cannot be compared: %s", strerror(-result));
    return result;
}

static int measure(struct aa *aa)
{
    struct complaint complaint;
    int result = runner_reference(&aa->runner, &aa->session, 0, &complaint);

    if (result != 0) {
        if (result != -EINTR)
            complain("the self-check failed: %s", complaint.text);
        return result;
    }
    aa->hyperfine = hyperfine_is_there(&aa->runner);
    aa_print_head(stdout, aa);
    for (unsigned i = 0; i < aa->ntries && result == 0; i++) {
        result = measure_try(aa, i);
        if (result == 0)
            aa_print_try(stdout, aa, i);
    }
    return result;
}

/* With what the machine is, and how steady it was. */
static int measure_and_grade(struct aa *aa)
{
    struct steadiness steadiness;
    int result =
        steadiness_before(&aa->session, &aa->runner.noise, &steadiness);

    if (result != 0) {
        complain("looking at the machine: %s", strerror(-result));
        return result;
    }
    result = measure(aa);
    steadiness_after(&aa->session, &aa->runner.noise, &steadiness);
    return result;
}

/* ---- The course ---- */

static int tell(const struct aa *aa, const struct options *options)
{
    aa_print_end(stdout, aa);
    int err = aa_write_files(aa);
    if (err != 0) {
        complain("%s: %s", aa->session.folder, strerror(-err));
        return EXIT_NOT_MEASURED;
    }
    printf("Files: %s (data/)\n", aa->session.folder);
    fflush(stdout);
    if (options->no_charts)
        return EXIT_WELL;
    if (!draw_has_gnuplot())
        puts("No chart without gnuplot (on Debian: apt install gnuplot-nox).");
    else if (draw_session(aa->session.folder, fileno(stdout)) == -ENOENT)
        complain("no chart: the script that draws it, scripts/draw, is neither "
                 "here nor installed");
    return EXIT_WELL;
}

static int conduct_demo(struct aa *aa, const struct options *options)
{
    int result = add_programs(&aa->session);

    if (result == 0 &&
        asprintf(&aa->session.folder, "results/%s", aa->session.id) < 0) {
        aa->session.folder = NULL;
        result = -ENOMEM;
    }
    if (result == 0 && setenv(ONCE_IN_SESSION, "1", 1) < 0)
        result = -errno;
    if (result == 0)
        result = noise_open(&aa->runner.noise, machine_root());
    if (result == 0)
        result = watch_init(&aa->runner.watch);
    if (result != 0) {
        complain("the demo cannot begin: %s", strerror(-result));
        noise_close(&aa->runner.noise);
        return EXIT_NOT_MEASURED;
    }
    result = measure_and_grade(aa);
    int signal = aa->runner.watch.signal;
    watch_fini(&aa->runner.watch);
    noise_close(&aa->runner.noise);
    if (result == -EINTR)
        return 128 + signal;
    if (result != 0)
        return result == -EBADMSG ? EXIT_WRONG_WORK : EXIT_NOT_MEASURED;
    return tell(aa, options);
}

int demo_aa(const struct options *options)
{
    uint64_t seed = options->seed_given ? options->seed : conduct_seed();
    struct aa *aa = calloc(1, sizeof *aa);

    if (aa == NULL || session_init(&aa->session, seed) != 0) {
        complain("no memory");
        free(aa);
        return EXIT_NOT_MEASURED;
    }
    aa->session.timeout_s = TIMEOUT_S;
    aa->runner.session = &aa->session;
    aa->rng.state = seed;
    aa->ntries = options->quick ? QUICK_TRIES : AA_TRIES;
    aa->nruns = options->quick ? QUICK_RUNS : AA_RUNS;
    int status = conduct_demo(aa, options);
    session_fini(&aa->session);
    free(aa);
    return status;
}
