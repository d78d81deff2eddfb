/* SPDX-License-Identifier: MIT */
/*
 * From a point to a run: its command line, a process, the one line that this
 * prints. What a process does instead of printing its line is put into words.
 */
#include "harness/session/runner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/clock.h"
#include "harness/configuration.h"
#include "harness/session/against.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

/* ---- The command line ---- */

enum { EXTRA_ARGUMENTS = 6 };

static char *expect_text(const struct point *point)
{
    char *text;

    if (asprintf(&text, "0x%016" PRIx64 ":%" PRIu64 ":%" PRIu64, point->digest,
                 point->steps, point->bytes) < 0)
        return NULL;
    return text;
}

/* "heddle", the configuration, and `extra`: copies of all. */
static char **copy_argv(const struct configuration *configuration,
                        const char *const *extra)
{
    char **given = configuration_argv(configuration);
    size_t n = 0, ngiven = 0, nextra = 0;

    while (given != NULL && given[ngiven] != NULL)
        ngiven++;
    while (extra[nextra] != NULL)
        nextra++;
    char **argv =
        given != NULL ? calloc(ngiven + nextra + 2, sizeof *argv) : NULL;
    if (argv != NULL) {
        bool full = (argv[n++] = strdup("heddle")) != NULL;
        for (size_t i = 0; full && i < ngiven; i++)
            full = (argv[n++] = strdup(given[i])) != NULL;
        for (size_t i = 0; full && i < nextra; i++)
            full = (argv[n++] = strdup(extra[i])) != NULL;
        if (!full) {
            runner_argv_free(argv);
            argv = NULL;
        }
    }
    configuration_argv_free(given);
    return argv;
}

static char **point_argv(const struct session *session, unsigned point,
                         bool json, bool counters)
{
    const struct point *p = &session->points[point];
    const char *extra[EXTRA_ARGUMENTS] = {"--expect"};
    size_t n = 2;
    char *expect = expect_text(p);

    if (expect == NULL)
        return NULL;
    extra[1] = expect;
    if (json)
        extra[n++] = "--json";
    if (session->experiments[p->experiment]->memory)
        extra[n++] = "--memory";
    if (counters)
        extra[n++] = "--counters";
    char **argv = copy_argv(&p->configuration, extra);
    free(expect);
    return argv;
}

char **runner_argv(const struct session *session, unsigned point, bool json)
{
    return point_argv(session, point, json, false);
}

void runner_argv_free(char **argv)
{
    for (size_t i = 0; argv != NULL && argv[i] != NULL; i++)
        free(argv[i]);
    free(argv);
}

/* ---- What it said ---- */

/* Cuts the text down to its last line that is not empty. */
static const char *last_line(char *text)
{
    if (text == NULL)
        return "";
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
        text[--length] = '\0';
    const char *newline = strrchr(text, '\n');
    return newline != NULL ? newline + 1 : text;
}

/* "killed by SIGSEGV", "exit status 3: heddle: no memory". NULL: no memory. */
static char *words_for_end(const struct session *session,
                           struct outcome *outcome)
{
    const char *line = last_line(outcome->err);
    const char *colon = *line != '\0' ? ": " : "";
    char *text = NULL;
    int length;

    if (outcome->timed_out)
        length = asprintf(&text, "no result after %" PRIu64 " s",
                          session->timeout_s);
    else if (WIFSIGNALED(outcome->status))
        length = asprintf(&text, "killed by SIG%s%s%s",
                          sigabbrev_np(WTERMSIG(outcome->status)), colon, line);
    else
        length = asprintf(&text, "no result, exit status %d%s%s",
                          WEXITSTATUS(outcome->status), colon, line);
    return length < 0 ? NULL : text;
}

static uint64_t number(const json_t *line, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(line, key));
}

static uint64_t digest_of(const json_t *line)
{
    const char *text = json_string_value(json_object_get(line, "digest"));

    return text != NULL ? strtoull(text, NULL, 16) : 0;
}

static void read_line(const json_t *line, struct run *run)
{
    run->startup_ns = number(line, "startup_ns");
    run->run_ns = number(line, "run_ns");
    run->shutdown_ns = number(line, "shutdown_ns");
    run->user_ns = number(line, "user_ns");
    run->system_ns = number(line, "system_ns");
    run->voluntary_switches = number(line, "voluntary_switches");
    run->involuntary_switches = number(line, "involuntary_switches");
    run->minor_faults = (int64_t)number(line, "minor_faults");
    run->major_faults = (int64_t)number(line, "major_faults");
    run->peak_rss_bytes = number(line, "peak_rss_bytes");
    run->peer_cpu_ns = number(line, "peer_cpu_ns");
    run->digest = digest_of(line);
    run->steps = number(line, "steps");
    run->bytes = number(line, "bytes");
    run->metrics = json_deep_copy(json_object_get(line, "metrics"));
}

/* By what it says and how it ended: both have to be good. */
static enum run_status judge(const json_t *line, const struct outcome *outcome)
{
    const char *status = json_string_value(json_object_get(line, "status"));

    if (outcome->timed_out)
        return RUN_TIMEOUT;
    if (status == NULL || !WIFEXITED(outcome->status))
        return RUN_FAILED;
    if (strcmp(status, run_status_names[RUN_WRONG]) == 0)
        return RUN_WRONG;
    return strcmp(status, run_status_names[RUN_OK]) == 0 &&
                   WEXITSTATUS(outcome->status) == 0
               ? RUN_OK
               : RUN_FAILED;
}

/* ---- Runs ---- */

static const char *program_of(const struct session *session, unsigned point)
{
    return session->points[point].other ? session->against->program
                                        : RUNNER_PROGRAM;
}

static int start(struct runner *runner, const char *program, char **argv,
                 struct outcome *ret)
{
    if (argv == NULL)
        return -ENOMEM;
    int result = process_run(&runner->watch, program, argv,
                             runner->session->timeout_s * NS_PER_S, ret);
    if (result == 0 && ret->interrupted)
        result = -EINTR;
    return result;
}

static json_t *line_of(const struct outcome *outcome)
{
    return outcome->out != NULL ? json_loads(outcome->out, 0, NULL) : NULL;
}

/* Between two looks at the machine, and after a round of the loop that tells
 * how fast it is just now. */
static int start_observed(struct runner *runner, const char *program,
                          char **argv, struct outcome *outcome,
                          struct noise *noise)
{
    int64_t calibration_ns = machine_calibrate_briefly();
    struct noise before = noise_look(&runner->noise);
    int result = start(runner, program, argv, outcome);
    struct noise after = noise_look(&runner->noise);

    before.figures[NOISE_CALIBRATION_NS] = calibration_ns;
    *noise = noise_between(&before, &after);
    return result;
}

int runner_measure(struct runner *runner, unsigned point, struct run *ret,
                   struct counters *counters)
{
    const struct session *session = runner->session;
    struct run run = {.point = point};
    struct outcome outcome = {0};
    /* Another build need not know how to count. */
    bool counting = runner->counting && !session->points[point].other;
    char **argv = point_argv(session, point, true, counting);
    int result = start_observed(runner, program_of(session, point), argv,
                                &outcome, &run.noise);

    if (result == 0) {
        json_t *line = line_of(&outcome);
        const char *error = json_string_value(json_object_get(line, "error"));
        run.start_ns = outcome.start_ns - session->began_ns;
        run.wall_ns = outcome.wall_ns;
        run.status = judge(line, &outcome);
        read_line(line, &run);
        if (counting)
            figures_read(json_object_get(line, "counters"), counter_names,
                         counters->figures, COUNTER_MAX);
        if (run.metrics == NULL)
            run.metrics = json_object();
        if (run.status != RUN_OK)
            run.error = error != NULL ? strdup(error)
                                      : words_for_end(session, &outcome);
        json_decref(line);
        *ret = run;
    }
    outcome_fini(&outcome);
    runner_argv_free(argv);
    return result;
}

static void spread_reference(struct session *session, unsigned point,
                             const json_t *line, uint64_t reference_ns)
{
    for (size_t i = 0; i < session->npoints; i++) {
        struct point *p = &session->points[i];
        if (!configuration_same_work(&p->configuration,
                                     &session->points[point].configuration))
            continue;
        p->digest = digest_of(line);
        p->steps = number(line, "steps");
        p->longest_steps = number(line, "longest_steps");
        p->shortest_steps = number(line, "shortest_steps");
        p->bytes = number(line, "bytes");
        p->sum_wait_ns = number(line, "sum_wait_ns");
        p->longest_wait_ns = number(line, "longest_wait_ns");
        p->reference_ns = reference_ns;
    }
}

/* Has the reference of a point computed. *ret: what was said, a new reference.
 * Returns 0; -EINTR; or -errno with a complaint. */
static int ask_reference(struct runner *runner, unsigned point, json_t **ret,
                         uint64_t *ret_ns, struct complaint *complaint)
{
    static const char *const extra[] = {"--reference", "--json", NULL};
    const struct session *session = runner->session;
    char **argv = copy_argv(&session->points[point].configuration, extra);
    struct outcome outcome = {0};
    int result = start(runner, program_of(session, point), argv, &outcome);

    if (result == 0) {
        json_t *line = line_of(&outcome);
        if (judge(line, &outcome) == RUN_OK) {
            *ret = json_incref(line);
            *ret_ns = outcome.wall_ns;
        } else {
            const char *error =
                json_string_value(json_object_get(line, "error"));
            char *words = words_for_end(session, &outcome);
            snprintf(complaint->text, sizeof complaint->text, "%s",
                     error != NULL   ? error
                     : words != NULL ? words
                                     : "no memory");
            free(words);
            result = -EIO;
        }
        json_decref(line);
    } else if (result != -EINTR) {
        snprintf(complaint->text, sizeof complaint->text,
                 "starting a process: %s", strerror(-result));
    }
    outcome_fini(&outcome);
    runner_argv_free(argv);
    return result;
}

int runner_reference(struct runner *runner, struct session *session,
                     unsigned point, struct complaint *complaint)
{
    json_t *line;
    uint64_t took_ns;
    int result = ask_reference(runner, point, &line, &took_ns, complaint);

    if (result != 0)
        return result;
    spread_reference(session, point, line, took_ns);
    json_decref(line);
    return 0;
}

int runner_check_other(struct runner *runner, unsigned point,
                       struct complaint *complaint)
{
    const struct point *p = &runner->session->points[point];
    json_t *line;
    uint64_t took_ns;
    int result = ask_reference(runner, point, &line, &took_ns, complaint);

    if (result != 0)
        return result;
    if (digest_of(line) != p->digest || number(line, "steps") != p->steps ||
        number(line, "bytes") != p->bytes) {
        snprintf(complaint->text, sizeof complaint->text,
                 "other work: it finds 0x%016" PRIx64
                 " instead of 0x%016" PRIx64,
                 digest_of(line), p->digest);
        result = -EBADMSG;
    }
    json_decref(line);
    return result;
}
