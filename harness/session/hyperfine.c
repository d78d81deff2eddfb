/* SPDX-License-Identifier: MIT */
/*
 * One call of hyperfine with --runs 1 and all commands in shuffled order is one
 * block: hyperfine has the stop watch, the harness the order. -N: no shell
 * between. Its own comparison of the commands is not used. Its results come
 * through a file in memory, of which nothing can be left behind.
 */
#include "harness/session/hyperfine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "harness/configuration.h"
#include "harness/session/against.h"
#include "harness/session/runner.h"
#include "harness/session/session.h"

bool hyperfine_is_there(struct runner *runner)
{
    char *argv[] = {"hyperfine", "--version", NULL};
    struct outcome outcome;
    int result =
        process_run(&runner->watch, "hyperfine", argv, 10 * NS_PER_S, &outcome);
    bool there = result == 0 && !outcome.timed_out && outcome.status == 0;

    outcome_fini(&outcome);
    return there;
}

/* hyperfine splits a command as a shell would: in single quotes everything
 * stands for itself but the quote. */
static void print_quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != '\0'; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    fputs("' ", out);
}

/* RUNNER_PROGRAM would be hyperfine itself there. NULL: no memory. */
static char *command_line(const struct session *session, unsigned point)
{
    char program[4096] = "";
    char **argv = runner_argv(session, point, false);
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (session->points[point].other)
        snprintf(program, sizeof program, "%s", session->against->program);
    else if (readlink(RUNNER_PROGRAM, program, sizeof program - 1) < 0)
        *program = '\0';
    if (*program != '\0' && argv != NULL && out != NULL) {
        print_quoted(out, program);
        for (size_t i = 1; argv[i] != NULL; i++)
            print_quoted(out, argv[i]);
    }
    if (out != NULL)
        fclose(out);
    runner_argv_free(argv);
    return text;
}

/* The whole command. NULL: no memory. */
static char **hyperfine_argv(const struct session *session, const char *warmup,
                             const char *nruns, const char *export,
                             const unsigned *points, size_t npoints)
{
    const char *const fixed[] = {"hyperfine",     "-N",  "--warmup", warmup,
                                 "--runs",        nruns, "--style",  "none",
                                 "--export-json", export};
    size_t n = 0, nfixed = sizeof fixed / sizeof *fixed;
    char **argv = calloc(nfixed + npoints + 1, sizeof *argv);
    bool full = argv != NULL;

    for (size_t i = 0; full && i < nfixed; i++)
        full = (argv[n++] = strdup(fixed[i])) != NULL;
    for (size_t i = 0; full && i < npoints; i++)
        full = (argv[n++] = command_line(session, points[i])) != NULL;
    if (full)
        return argv;
    runner_argv_free(argv);
    return NULL;
}

/* What to do, and what came of it. */
struct call {
    unsigned nwarmups, nruns; /* of each command */
    const unsigned *points;
    size_t npoints;
    json_t *results; /* an array, one of each point; new */
};

static int run_hyperfine(struct runner *runner, struct call *call, int export,
                         struct complaint *complaint)
{
    const struct session *session = runner->session;
    char path[64], nwarmups[16], nruns[16];
    struct outcome outcome = {0};
    uint64_t timeout_ns =
        session->timeout_s * NS_PER_S *
        ((call->nwarmups + call->nruns) * (uint64_t)call->npoints + 1);

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), export);
    snprintf(nwarmups, sizeof nwarmups, "%u", call->nwarmups);
    snprintf(nruns, sizeof nruns, "%u", call->nruns);
    char **argv = hyperfine_argv(session, nwarmups, nruns, path, call->points,
                                 call->npoints);
    int result = argv == NULL ? -ENOMEM
                              : process_run(&runner->watch, "hyperfine", argv,
                                            timeout_ns, &outcome);
    if (result == 0 && outcome.interrupted)
        result = -EINTR;
    else if (result == 0 && (outcome.timed_out || outcome.status != 0))
        result = -EIO;
    if (result != 0)
        snprintf(complaint->text, sizeof complaint->text, "hyperfine: %.200s",
                 outcome.err != NULL ? outcome.err : strerror(-result));
    outcome_fini(&outcome);
    runner_argv_free(argv);
    return result;
}

/* Returns 0, and the caller frees call->results; or as hyperfine_time. */
static int call_hyperfine(struct runner *runner, struct call *call,
                          struct complaint *complaint)
{
    int export = memfd_create("hyperfine", MFD_CLOEXEC);

    if (export < 0) {
        int error = errno;
        snprintf(complaint->text, sizeof complaint->text,
                 "hyperfine: a file in memory: %s", strerror(error));
        return -error;
    }
    int result = run_hyperfine(runner, call, export, complaint);
    if (result == 0) {
        json_t *file = json_loadfd(export, 0, NULL);
        call->results = json_incref(json_object_get(file, "results"));
        json_decref(file);
        if (json_array_size(call->results) != call->npoints) {
            json_decref(call->results);
            call->results = NULL;
            snprintf(complaint->text, sizeof complaint->text,
                     "hyperfine: its results cannot be read");
            result = -EINVAL;
        }
    }
    close(export);
    return result;
}

int hyperfine_time(struct runner *runner, struct run *runs, size_t nruns,
                   struct complaint *complaint)
{
    unsigned *points = calloc(nruns + 1, sizeof *points);
    struct call call = {.nruns = 1, .points = points};
    int result = 0;

    if (points == NULL) {
        snprintf(complaint->text, sizeof complaint->text, "no memory");
        return -ENOMEM;
    }
    for (size_t i = 0; i < nruns; i++)
        if (runs[i].status == RUN_OK)
            points[call.npoints++] = runs[i].point;
    if (call.npoints > 0)
        result = call_hyperfine(runner, &call, complaint);
    free(points);
    for (size_t i = 0, n = 0; result == 0 && i < nruns; i++) {
        if (runs[i].status != RUN_OK)
            continue;
        double seconds = json_number_value(
            json_object_get(json_array_get(call.results, n++), "mean"));
        json_object_set_new(runs[i].metrics, "process_ns",
                            json_integer(llround(seconds * (double)NS_PER_S)));
    }
    json_decref(call.results);
    return result;
}

int hyperfine_in_turn(struct runner *runner, const unsigned *points,
                      size_t npoints, unsigned nwarmups, unsigned nruns,
                      double *times_ns, struct complaint *complaint)
{
    struct call call = {.nwarmups = nwarmups,
                        .nruns = nruns,
                        .points = points,
                        .npoints = npoints};
    int result = call_hyperfine(runner, &call, complaint);

    for (size_t i = 0; result == 0 && i < npoints; i++) {
        const json_t *times =
            json_object_get(json_array_get(call.results, i), "times");
        for (unsigned k = 0; k < nruns; k++)
            times_ns[i * nruns + k] =
                json_number_value(json_array_get(times, k)) * (double)NS_PER_S;
    }
    json_decref(call.results);
    return result;
}
