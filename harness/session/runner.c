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
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/session/against.h"
#include "harness/session/experiment.h"
#include "harness/session/result.h"
#include "harness/session/result_read.h"
#include "harness/session/session.h"

/* ---- The command line ---- */

enum { EXTRA_ARGUMENTS = 7 };

static char *expect_text(const struct point *point)
{
    char *text;

    if (point->configuration.workload->timed)
        return asprintf(&text, "0x%016" PRIx64, point->digest) < 0 ? NULL
                                                                   : text;
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
    if (session->experiments[p->experiment]->trace)
        extra[n++] = "--trace";
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
        length = asprintf(&text, "no result after %" PRIu64 " s%s%s",
                          session->timeout_s, colon, line);
    else if (WIFSIGNALED(outcome->status))
        length = asprintf(&text, "killed by SIG%s%s%s",
                          sigabbrev_np(WTERMSIG(outcome->status)), colon, line);
    else
        length = asprintf(&text, "no result, exit status %d%s%s",
                          WEXITSTATUS(outcome->status), colon, line);
    return length < 0 ? NULL : text;
}

/* Cuts and mends what a process said, so that it fits into a line of any
 * table, and into JSON. */
static char *tidy(char *text)
{
    enum { LENGTH_MAX = 500 };

    if (text == NULL)
        return NULL;
    if (strlen(text) > LENGTH_MAX)
        text[LENGTH_MAX] = '\0';
    json_t *value = json_string(text); /* NULL: it is not UTF-8 */
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == '\x7f' ||
            ((unsigned char)*at >= 0x80 && value == NULL))
            *at = '?';
    json_decref(value);
    return text;
}

/* Moves a count into *ret. Returns whether it is one that can be. */
static bool number(const json_t *line, const char *key, uint64_t max,
                   uint64_t *ret)
{
    const json_t *value = json_object_get(line, key);

    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return false;
    *ret = (uint64_t)json_integer_value(value);
    return true;
}

/* FIGURE_UNKNOWN if it is none. */
static int64_t figure(const json_t *line, const char *key)
{
    uint64_t value;

    return number(line, key, READER_NUMBER_MAX, &value) ? (int64_t)value
                                                        : FIGURE_UNKNOWN;
}

static bool digest_of(const json_t *line, uint64_t *ret)
{
    const char *text = json_string_value(json_object_get(line, "digest"));

    if (text == NULL)
        return false;
    *ret = strtoull(text, NULL, 16);
    return true;
}

/* May they stand in result.json? */
static bool are_metrics(const json_t *line)
{
    struct complaint complaint;
    struct source source = {.reader = {.path = "", .complaint = &complaint}};

    return result_read_metrics(&source, line) == 0;
}

/* With as many digits as result.json and the journal will have: what is made
 * of a run must not change when it is read. NULL: no memory. */
static json_t *as_written(const json_t *value)
{
    char *text = json_dumps(value, RESULT_NUMBERS);
    json_t *copy = text != NULL ? json_loads(text, 0, NULL) : NULL;

    free(text);
    return copy;
}

/* Reads as much as is there. Returns the name of what is not; NULL: it is all
 * there. */
static const char *read_line(const json_t *line, struct run *run)
{
    const struct {
        const char *name;
        uint64_t *at;
    } numbers[] = {
        {"startup_ns", &run->startup_ns},
        {"run_ns", &run->run_ns},
        {"shutdown_ns", &run->shutdown_ns},
        {"user_ns", &run->user_ns},
        {"system_ns", &run->system_ns},
        {"voluntary_switches", &run->voluntary_switches},
        {"involuntary_switches", &run->involuntary_switches},
        {"peak_rss_bytes", &run->peak_rss_bytes},
        {"peer_cpu_ns", &run->peer_cpu_ns},
        {"steps", &run->steps},
        {"bytes", &run->bytes},
    };
    const char *missing = NULL;

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!number(line, numbers[i].name, READER_NUMBER_MAX, numbers[i].at))
            missing = numbers[i].name;
    if (!digest_of(line, &run->digest))
        missing = "digest";
    if (are_metrics(line))
        run->metrics = as_written(json_object_get(line, "metrics"));
    else
        missing = "metrics";
    /* Another build may not know them. */
    run->minor_faults = figure(line, "minor_faults");
    run->major_faults = figure(line, "major_faults");
    return missing;
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

/* Why it was not well, in its words or in ours. NULL: no memory. */
static char *error_of(const json_t *line, const struct session *session,
                      struct outcome *outcome)
{
    const char *error = json_string_value(json_object_get(line, "error"));

    return tidy(error != NULL ? strdup(error)
                              : words_for_end(session, outcome));
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
    /* Another build need not know how to count, and Python does not. */
    bool counting = runner->counting && !session->points[point].other &&
                    session->points[point].configuration.model->cpython == NULL;
    char **argv = point_argv(session, point, true, counting);
    int result = start_observed(runner, program_of(session, point), argv,
                                &outcome, &run.noise);

    if (result == 0) {
        json_t *line = line_of(&outcome);
        run.start_ns = outcome.start_ns - session->began_ns;
        run.wall_ns = outcome.wall_ns;
        run.status = judge(line, &outcome);
        const char *missing = read_line(line, &run);
        for (unsigned i = 0; i < COUNTER_MAX && counting; i++)
            counters->figures[i] =
                figure(json_object_get(line, "counters"), counter_names[i]);
        if (counting)
            counters_read_reasons(json_object_get(line, "counters"), counters);
        if (run.metrics == NULL)
            run.metrics = json_object();
        if (run.status == RUN_OK && missing != NULL) {
            run.status = RUN_FAILED;
            if (asprintf(&run.error, "its result has no valid %s", missing) < 0)
                run.error = NULL;
        } else if (run.status != RUN_OK) {
            run.error = error_of(line, session, &outcome);
        }
        json_decref(line);
        *ret = run;
    }
    outcome_fini(&outcome);
    runner_argv_free(argv);
    return result;
}

/* Returns whether the line holds all of it. */
static bool spread_reference(struct session *session, unsigned point,
                             const json_t *line, uint64_t reference_ns)
{
    struct point found = {.reference_ns = reference_ns};

    if (!digest_of(line, &found.digest) ||
        !number(line, "steps", READER_NUMBER_MAX, &found.steps) ||
        !number(line, "longest_steps", READER_NUMBER_MAX,
                &found.longest_steps) ||
        !number(line, "shortest_steps", found.longest_steps,
                &found.shortest_steps) ||
        !number(line, "bytes", READER_NUMBER_MAX, &found.bytes) ||
        /* What is planned may take longer than anything that is measured. */
        !number(line, "sum_wait_ns", INT64_MAX, &found.sum_wait_ns) ||
        !number(line, "longest_wait_ns", INT64_MAX, &found.longest_wait_ns))
        return false;
    for (size_t i = 0; i < session->npoints; i++) {
        struct point *p = &session->points[i];
        if (!configuration_same_work(&p->configuration,
                                     &session->points[point].configuration))
            continue;
        p->digest = found.digest;
        p->steps = found.steps;
        p->longest_steps = found.longest_steps;
        p->shortest_steps = found.shortest_steps;
        p->bytes = found.bytes;
        p->sum_wait_ns = found.sum_wait_ns;
        p->longest_wait_ns = found.longest_wait_ns;
        p->reference_ns = found.reference_ns;
    }
    return true;
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
            char *words = error_of(line, session, &outcome);
            snprintf(complaint->text, sizeof complaint->text, "%s",
                     words != NULL ? words : "no memory");
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
    if (!spread_reference(session, point, line, took_ns)) {
        snprintf(complaint->text, sizeof complaint->text,
                 "the result of the reference lacks a number");
        result = -EIO;
    }
    json_decref(line);
    return result;
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
    uint64_t digest = 0, steps = 0, bytes = 0;
    bool whole = digest_of(line, &digest) &&
                 number(line, "steps", READER_NUMBER_MAX, &steps) &&
                 number(line, "bytes", READER_NUMBER_MAX, &bytes);
    if (!whole || digest != p->digest || steps != p->steps ||
        bytes != p->bytes) {
        snprintf(complaint->text, sizeof complaint->text,
                 "other work: it finds 0x%016" PRIx64
                 " instead of 0x%016" PRIx64,
                 digest, p->digest);
        result = -EBADMSG;
    }
    json_decref(line);
    return result;
}
