/* SPDX-License-Identifier: MIT */
/*
 * One call of hyperfine with --runs 1 and all commands in shuffled order is one
 * block: hyperfine has the stop watch, the harness the order. -N: no shell
 * between. Its own comparison of the commands is not used.
 */
#include "harness/session/hyperfine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* The whole command; the runs that have one stand in the order of the list.
 * NULL: no memory. */
static char **hyperfine_argv(const struct session *session,
                             const struct run *runs, size_t nruns,
                             const char *export)
{
    const char *const fixed[] = {"hyperfine", "-N",   "--runs",        "1",
                                 "--style",   "none", "--export-json", export};
    size_t n = 0, nfixed = sizeof fixed / sizeof *fixed;
    char **argv = calloc(nfixed + nruns + 1, sizeof *argv);
    bool full = argv != NULL;

    for (size_t i = 0; full && i < nfixed; i++)
        full = (argv[n++] = strdup(fixed[i])) != NULL;
    for (size_t i = 0; full && i < nruns; i++)
        if (runs[i].status == RUN_OK)
            full = (argv[n++] = command_line(session, runs[i].point)) != NULL;
    if (full)
        return argv;
    runner_argv_free(argv);
    return NULL;
}

static size_t count_good(const struct run *runs, size_t nruns)
{
    size_t ngood = 0;

    for (size_t i = 0; i < nruns; i++)
        ngood += runs[i].status == RUN_OK;
    return ngood;
}

/* Returns 0 or -EINVAL: the file is not what it should be. */
static int add_times(const char *export, struct run *runs, size_t nruns)
{
    json_t *file = json_load_file(export, 0, NULL);
    const json_t *results = json_object_get(file, "results");
    bool fits = json_array_size(results) == count_good(runs, nruns);
    size_t n = 0;

    for (size_t i = 0; fits && i < nruns; i++) {
        if (runs[i].status != RUN_OK)
            continue;
        double seconds = json_number_value(
            json_object_get(json_array_get(results, n++), "mean"));
        json_object_set_new(runs[i].metrics, "process_ns",
                            json_integer(llround(seconds * (double)NS_PER_S)));
    }
    json_decref(file);
    return fits ? 0 : -EINVAL;
}

static int call(struct runner *runner, char **argv, const char *export,
                struct run *runs, size_t nruns, struct complaint *complaint)
{
    struct outcome outcome;
    uint64_t timeout_ns = runner->session->timeout_s * NS_PER_S * (nruns + 1);
    int result =
        process_run(&runner->watch, "hyperfine", argv, timeout_ns, &outcome);

    if (result == 0 && outcome.interrupted)
        result = -EINTR;
    else if (result == 0 && (outcome.timed_out || outcome.status != 0))
        result = -EIO;
    if (result == 0)
        result = add_times(export, runs, nruns);
    if (result != 0)
        snprintf(complaint->text, sizeof complaint->text, "hyperfine: %.200s",
                 outcome.err != NULL ? outcome.err : strerror(-result));
    outcome_fini(&outcome);
    return result;
}

int hyperfine_time(struct runner *runner, struct run *runs, size_t nruns,
                   struct complaint *complaint)
{
    const struct session *session = runner->session;
    char *export;

    if (count_good(runs, nruns) == 0)
        return 0;
    snprintf(complaint->text, sizeof complaint->text, "hyperfine: no memory");
    if (asprintf(&export, "%s/hyperfine.block", session->folder) < 0)
        return -ENOMEM;
    char **argv = hyperfine_argv(session, runs, nruns, export);
    int result = argv != NULL
                     ? call(runner, argv, export, runs, nruns, complaint)
                     : -ENOMEM;
    unlink(export);
    runner_argv_free(argv);
    free(export);
    return result;
}
