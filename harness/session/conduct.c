/* SPDX-License-Identifier: MIT */
/*
 * The course of a session, for `bench` and `run` alike: self-check, plan,
 * folder, machine, blocks, results, report. Look at conduct, at the end.
 */
#include "harness/session/conduct.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "harness/configuration.h"
#include "harness/cpython/cpython.h"
#include "harness/machine/machine.h"
#include "harness/options.h"
#include "harness/report/report.h"
#include "harness/session/against.h"
#include "harness/session/blocks.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/journal.h"
#include "harness/session/plan.h"
#include "harness/session/progress.h"
#include "harness/session/result.h"
#include "harness/session/resume.h"
#include "harness/session/runner.h"
#include "harness/session/session.h"
#include "harness/session/steadiness.h"
#include "harness/stats/stats.h"

uint64_t conduct_seed(void)
{
    uint64_t seed = 0;

    /* Without randomness the time will do: it only has to differ. */
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        seed = clock_ns();
    return seed & ((UINT64_C(1) << 53) - 1);
}

/* ---- The folder ---- */

/* Returns 0 if it is empty or not there, -ENOTEMPTY, or what else is wrong. */
static int folder_check(const char *path)
{
    DIR *folder = opendir(path);
    size_t nentries = 0;

    if (folder == NULL)
        return errno == ENOENT ? 0 : -errno;
    while (readdir(folder) != NULL)
        nentries++;
    closedir(folder);
    return nentries == 2 ? 0 : -ENOTEMPTY; /* itself and its parent */
}

/* With all folders above it. Returns 0 or -errno. */
static int folder_make(const char *path)
{
    char *copy = strdup(path);

    if (copy == NULL)
        return -ENOMEM;
    for (char *slash = strchr(copy + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0777); /* whether it worked shows at the last one */
        *slash = '/';
    }
    int result = mkdir(copy, 0777) == 0 || errno == EEXIST ? 0 : -errno;
    free(copy);
    return result;
}

/* Says where results will go, before anything takes time. */
static int choose_folder(struct session *session, const struct options *options)
{
    int length = options->out != NULL
                     ? asprintf(&session->folder, "%s", options->out)
                     : asprintf(&session->folder, "results/%s", session->id);

    if (length < 0) {
        session->folder = NULL;
        complain("no memory");
        return EXIT_NOT_MEASURED;
    }
    int err = folder_check(session->folder);
    if (err == 0)
        return 0;
    if (err != -ENOTEMPTY) {
        complain("%s: %s; choose another --out", session->folder,
                 strerror(-err));
        return EXIT_USAGE;
    }
    complain("%s: is in use; results go to a new or an empty folder: choose "
             "another --out",
             session->folder);
    return EXIT_USAGE;
}

/* ---- Before ---- */

/* What every run has to find, once for each kind of work. */
static int self_check(struct session *session, struct runner *runner,
                      struct progress *progress)
{
    struct complaint complaint = {""};
    char id[128];

    progress->ncheck = (unsigned)session->npoints;
    for (unsigned i = 0; i < session->npoints; i++) {
        progress->nchecked = i;
        /* A reference takes a process, so its time is never 0. */
        if (session->points[i].reference_ns > 0)
            continue;
        int result = runner_reference(runner, session, i, &complaint);
        if (result == 0)
            continue;
        session_point_id(session, i, id, sizeof id);
        progress_clear(progress);
        if (result != -EINTR)
            complain("%s: the self-check failed: %s", id, complaint.text);
        return result;
    }
    return 0;
}

/* The exit status of what a look at the other program found. */
static int other_status(const struct runner *runner, struct progress *progress,
                        int result, const struct complaint *complaint)
{
    progress_clear(progress);
    if (result == -EINTR)
        return 128 + runner->watch.signal;
    if (result != 0)
        complain("%s", complaint->text);
    return result == 0          ? EXIT_WELL
           : result == -EBADMSG ? EXIT_WRONG_WORK
                                : EXIT_USAGE;
}

/* Is the other program one of ours, and do all find the same? Returns an exit
 * status. */
static int check_work(struct session *session, struct runner *runner,
                      struct progress *progress)
{
    struct complaint complaint = {""};
    int result = 0;

    if (session->against != NULL)
        result = against_check_program(session, runner, &complaint);
    if (result != 0)
        return other_status(runner, progress, result, &complaint);
    result = self_check(session, runner, progress);
    if (result != 0)
        return result == -EINTR ? 128 + runner->watch.signal
                                : EXIT_NOT_MEASURED;
    if (session->against != NULL)
        result = against_check_work(session, runner, &complaint);
    return other_status(runner, progress, result, &complaint);
}

/* ---- The machine ---- */

/* Its grade for --strict: before, so that nobody waits for what will not do,
 * and after. Returns 0 or an exit status. */
static int check_fitness(const struct session *session,
                         const struct options *options)
{
    if (!options->strict || session->grade.letter != 'D')
        return 0;
    complain("--strict: the machine is unfit: %s heddle doctor tells more",
             session->grade.reason);
    return EXIT_UNFIT_MACHINE;
}

/* Describes and grades it. */
static int machine_before(struct session *session, const struct runner *runner,
                          struct steadiness *steadiness)
{
    int result = steadiness_before(session, &runner->noise, steadiness);

    machine_complain_of_root();
    if (result != 0)
        complain("describing this machine: %s", strerror(-result));
    return result;
}

/* ---- After ---- */

/* A hole of ours where the other program has none. */
static bool is_lost(const struct session *session, unsigned point)
{
    return session->against != NULL && !session->points[point].other &&
           session->points[estimate_baseline(session, point)].refused == NULL;
}

/* A hole that the experiment does not allow, or that the other program does not
 * have; or an experiment without a single complete block. */
static bool lacks_something(const struct session *session)
{
    for (unsigned i = 0; i < session->npoints; i++) {
        const struct point *point = &session->points[i];
        if (point->refused != NULL &&
            (!session->experiments[point->experiment]->allow_holes ||
             is_lost(session, i)))
            return true;
    }
    for (size_t i = 0; i < session->nexperiments; i++)
        if (session->experiments[i]->nblocks == 0)
            return true;
    return false;
}

static bool is_imprecise(const struct session *session)
{
    return session->stop_reason == NULL ||
           strcmp(session->stop_reason, "precision") != 0;
}

/* The report has named them. */
static bool is_slower(const struct session *session, double limit_ratio)
{
    size_t nslower = 0;

    return against_count_slower(session, limit_ratio, &nslower) == 0 &&
           nslower > 0;
}

static int exit_status(const struct session *session, int signal,
                       const struct options *options)
{
    if (session->stop_reason != NULL &&
        strcmp(session->stop_reason, "wrong work") == 0)
        return EXIT_WRONG_WORK;
    if (signal != 0)
        return 128 + signal;
    if (!session->complete || lacks_something(session))
        return EXIT_NOT_MEASURED;
    if (options->fail_above > 0 && is_slower(session, options->fail_above))
        return EXIT_REGRESSION;
    if (check_fitness(session, options) != 0)
        return EXIT_UNFIT_MACHINE;
    if (options->strict && is_imprecise(session)) {
        complain("--strict: not all ratios are known to +-%.3g %%",
                 100 * session->target_ratio);
        return EXIT_NOT_MEASURED;
    }
    return EXIT_WELL;
}

/* What `run --json FILE` asks for besides the session's folder. */
static int write_copy(const struct session *session, const char *path)
{
    json_t *result = result_json(session);
    int err = 0;

    if (strcmp(path, "-") != 0)
        err = result_save(path, result);
    else if (result == NULL)
        err = -ENOMEM;
    else if (json_dumpf(result, stdout, RESULT_NUMBERS | JSON_INDENT(1)) != 0 ||
             putchar('\n') == EOF || fflush(stdout) != 0)
        err = -EIO;
    json_decref(result);
    return err;
}

static int write_results(const struct session *session,
                         const struct options *options)
{
    int err = result_write(session);

    if (err != 0) {
        complain("%s: result.json: %s; the runs are in samples.ndjson",
                 session->folder, strerror(-err));
        return err;
    }
    err = report_session(session, options);
    if (err != 0)
        complain("%s: the report could not be made: %s", session->folder,
                 strerror(-err));
    if (err == 0 && options->json_file != NULL) {
        err = write_copy(session, options->json_file);
        if (err != 0)
            complain("--json %s: %s", options->json_file, strerror(-err));
    }
    return err;
}

/* ---- The course ---- */

/* The journal, and what else it takes to go on after an interruption: all of it
 * is on the disk before the first block. */
static int prepare_folder(struct session *session, struct journal *journal)
{
    bool again = session->resumed_utc != NULL;
    int result = again ? 0 : folder_make(session->folder);

    if (result == 0)
        result = journal_open(journal, session);
    if (result != 0) {
        complain("%s: %s", session->folder,
                 result == -EBUSY ? "another process is measuring this session"
                                  : strerror(-result));
        return result;
    }
    if (!again)
        session->duration_ns = session->planned_ns =
            clock_ns() - session->began_ns;
    result = again ? resume_note(session) : result_write_plan(session);
    if (result != 0) {
        complain("%s/plan.json: %s", session->folder, strerror(-result));
        journal_close(journal);
    }
    return result;
}

/* Halves of two programs are no whole. */
static int check_unchanged(struct session *session)
{
    struct complaint complaint;
    int result = against_check_unchanged(session, &complaint);

    if (result != 0) {
        complain("%s", complaint.text);
        session->complete = false;
    }
    return result;
}

/* Blocks, and what became of the machine meanwhile. */
static int measure_session(struct session *session, struct runner *runner,
                           struct journal *journal, struct progress *progress,
                           const struct steadiness *steadiness)
{
    int result = blocks_measure(session, runner, journal, progress);
    runner->watch.tick = NULL;
    journal_close(journal);
    if (result == 0 && session->against != NULL)
        result = check_unchanged(session);
    steadiness_after(session, &runner->noise, steadiness);
    session->duration_ns = clock_ns() - session->began_ns;
    return result;
}

static int conduct_watched(struct session *session, struct runner *runner,
                           struct progress *progress,
                           const struct options *options)
{
    struct steadiness steadiness;
    struct journal journal;
    int status = check_work(session, runner, progress);

    if (status != 0)
        return status;
    int result = machine_before(session, runner, &steadiness);
    if (result != 0)
        return EXIT_NOT_MEASURED;
    progress->ncheck = 0;
    progress_clear(progress);
    plan_print(stderr, session);
    plan_print_machine(stderr, session);
    status = check_fitness(session, options);
    if (status != 0 || options->dry_run)
        return status;
    result = prepare_folder(session, &journal);
    if (result != 0)
        return result == -EBUSY ? EXIT_USAGE : EXIT_NOT_MEASURED;
    result = measure_session(session, runner, &journal, progress, &steadiness);
    if (result != 0) {
        /* It has been told. What can be saved is, for `show`. */
        result_write(session);
        return EXIT_NOT_MEASURED;
    }
    if (write_results(session, options) != 0)
        return EXIT_NOT_MEASURED;
    return exit_status(session, runner->watch.signal, options);
}

int conduct(struct session *session, const struct options *options)
{
    struct runner runner = {.session = session};
    struct progress progress;

    if (session->nblocks > STATS_BLOCKS_MAX) {
        complain("--blocks: at most %d", STATS_BLOCKS_MAX);
        return EXIT_USAGE;
    }
    int status =
        session->resumed_utc != NULL ? 0 : choose_folder(session, options);
    if (status != 0)
        return status;
    int result = setenv(ONCE_IN_SESSION, "1", 1) < 0 ? -errno : 0;
    if (result == 0)
        result = cpython_prepare(session);
    if (result == 0)
        result = noise_open(&runner.noise, machine_root());
    if (result == 0)
        result = watch_init(&runner.watch);
    if (result != 0) {
        complain("watching for signals: %s", strerror(-result));
        noise_close(&runner.noise);
        return EXIT_NOT_MEASURED;
    }
    progress_init(&progress);
    if (progress.live) {
        runner.watch.tick = progress_tick;
        runner.watch.context = &progress;
    }
    status = conduct_watched(session, &runner, &progress, options);
    progress_clear(&progress);
    watch_fini(&runner.watch);
    noise_close(&runner.noise);
    return status;
}
