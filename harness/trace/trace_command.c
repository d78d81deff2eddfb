/* SPDX-License-Identifier: MIT */
/*
 * `heddle trace`: one run that is looked at, and before it, for comparison,
 * some that are not. The answer is checked before anything is told.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/job.h"
#include "core/model.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/once/once.h"
#include "harness/once/reference.h"
#include "harness/options.h"
#include "harness/report/draw.h"
#include "harness/trace/cost.h"
#include "harness/trace/history.h"
#include "harness/trace/slices.h"
#include "harness/trace/timeline.h"
#include "harness/trace/trace_json.h"
#include "harness/trace/trace_table.h"

/* What is known when all has been run. */
struct traced {
    const struct options *options;
    const struct configuration *configuration;
    struct history history;
    struct slices slices;
    struct trace_cost cost;
    struct window window;
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);

    return length > n && strcmp(text + length - n, end) == 0;
}

/* What can be refused before anything is run. */
static int check_options(const struct options *options)
{
    const char *timeline = options->timeline;

    if (timeline != NULL && !ends_with(timeline, ".svg") &&
        !ends_with(timeline, ".png")) {
        complain("--timeline %s: the name must end with .svg or .png",
                 timeline);
        return EXIT_USAGE;
    }
    if (options->zoom != NULL && strcmp(options->zoom, "handover") != 0) {
        complain("--zoom %s: must be handover", options->zoom);
        return EXIT_USAGE;
    }
    if (options->zoom != NULL && timeline == NULL) {
        complain("--zoom needs --timeline FILE, which it draws");
        return EXIT_USAGE;
    }
    if (options->events > 1 << 26 || options->blocks > 1000) {
        complain(options->blocks > 1000 ? "--blocks: at most 1000"
                                        : "--events: at most 67108864");
        return EXIT_USAGE;
    }
    return 0;
}

static int fail(const struct complaint *complaint, int error)
{
    complain("%s", complaint->text);
    return error == -EPROTO ? EXIT_WRONG_WORK : EXIT_NOT_MEASURED;
}

static int fail_at(const char *path, int error)
{
    complain("%s: %s", path, strerror(-error));
    return EXIT_NOT_MEASURED;
}

/* The traced run itself, in this process. */
static int run_traced(const struct job_plan *plan,
                      const struct reference *expected, struct history *ret,
                      struct complaint *complaint)
{
    struct measurement m;
    int result = measure(plan, &(struct extras){.history = ret}, &m, complaint);

    if (result == 0 && once_verify(plan, expected, 3, &m, complaint) != OK) {
        history_fini(ret);
        return -EPROTO;
    }
    return result;
}

/* ---- What comes of it ---- */

/* All of a file or nothing of it; what is no file, such as /dev/null, is just
 * written to. */
static int write_json(const struct traced *t, const char *path)
{
    struct stat there;
    bool direct = stat(path, &there) == 0 && !S_ISREG(there.st_mode);
    char *part;

    if (strcmp(path, "-") == 0)
        return trace_json_write(stdout, t->configuration, &t->history);
    if (asprintf(&part, "%s%s", path, direct ? "" : ".part") < 0)
        return -ENOMEM;
    FILE *out = fopen(part, "we");
    int result = out == NULL
                     ? -errno
                     : trace_json_write(out, t->configuration, &t->history);
    if (out != NULL && fclose(out) != 0 && result == 0)
        result = -errno;
    if (result == 0 && !direct && rename(part, path) != 0)
        result = -errno;
    if (result != 0 && out != NULL && !direct)
        remove(part);
    free(part);
    return result;
}

/* A hand-over is looked for in the window that was asked for, or everywhere. */
static const struct window *zoom_window(const struct traced *t,
                                        struct window *whole)
{
    *whole = (struct window){t->history.known_ns, t->history.end_ns};
    return t->options->from_ms != NULL || t->options->length_ms != NULL
               ? &t->window
               : whole;
}

static int draw(const struct traced *t, const char *path)
{
    struct window whole;
    int result;

    if (!draw_has_gnuplot()) {
        complain("--timeline: gnuplot is not installed (on Debian: apt install "
                 "gnuplot-nox); here it is in letters");
        timeline_print(stderr, &t->history, &t->window);
        return EXIT_NOT_MEASURED;
    }
    if (t->options->zoom != NULL)
        result = timeline_draw_handover(t->configuration, &t->history,
                                        zoom_window(t, &whole), path);
    else
        result = timeline_draw(t->configuration, &t->history, &t->slices,
                               &t->window, path);
    if (result == -ENODATA) {
        complain("--zoom handover: nobody was made to hand the GIL over in "
                 "this time; it takes the model gil, two workers that compute, "
                 "and a longer run");
        return EXIT_NOT_MEASURED;
    }
    return result == 0 ? 0 : fail_at(path, result);
}

/* Where the files are. The table yields standard output to the JSON, if that
 * goes there. */
static int tell(const struct traced *t)
{
    const struct options *options = t->options;
    bool json_first = options->out != NULL && strcmp(options->out, "-") == 0;
    FILE *out = json_first ? stderr : stdout;
    int result = options->out != NULL ? write_json(t, options->out) : 0;
    int status = result == 0 ? 0 : fail_at(options->out, result);

    trace_table_print(out, t->configuration, &t->history, &t->slices, &t->cost);
    if (options->out != NULL && !json_first && status == 0)
        fprintf(out, "\n%s: open it in https://ui.perfetto.dev\n",
                options->out);
    if (options->out == NULL && options->timeline == NULL) {
        fputc('\n', out);
        timeline_print(out, &t->history, &t->window);
    }
    if (options->timeline != NULL) {
        int drawn = draw(t, options->timeline);
        status = status != 0 ? status : drawn;
        if (drawn == 0)
            fprintf(out, "\n%s: drawn\n", options->timeline);
    }
    return status;
}

static int run_all(struct traced *t)
{
    const struct options *options = t->options;
    struct job_plan plan = configuration_plan(t->configuration);
    uint64_t events = options->events != 0 ? options->events
                                           : history_capacity(job_rings(&plan));
    size_t npairs = options->blocks != 0 ? (size_t)options->blocks : 3;
    struct complaint complaint = {""};
    struct reference expected;

    int result = reference_compute_apart(&plan, &expected, &complaint);
    if (result == 0)
        result = cost_measure(&plan, events, &expected, npairs, &t->cost,
                              &complaint);
    if (result != 0)
        return fail(&complaint, result);
    plan.trace_events = events;
    result = run_traced(&plan, &expected, &t->history, &complaint);
    int status = result == 0 ? 0 : fail(&complaint, result);
    if (result == 0 && slices_find(&t->history, &t->slices) == 0) {
        if (timeline_window(&t->history, options->from_ms, options->length_ms,
                            &t->window, &complaint) == 0) {
            status = tell(t);
        } else {
            complain("%s", complaint.text);
            status = EXIT_USAGE;
        }
        slices_fini(&t->slices);
    }
    if (result == 0)
        history_fini(&t->history);
    cost_fini(&t->cost);
    return status;
}

int command_trace(const struct options *options)
{
    struct configuration configuration;
    struct traced traced = {.options = options,
                            .configuration = &configuration};

    signal(SIGPIPE, SIG_IGN);
    int status = check_options(options);
    if (status == 0)
        status = once_configuration(options, &configuration);
    if (status != 0)
        return status;
    if (configuration.model->cpython != NULL) {
        complain("trace: %s is another program, which we cannot look into; "
                 "`heddle once --trace` has it note its slices",
                 configuration.model->name);
        status = EXIT_USAGE;
    } else {
        status = run_all(&traced);
    }
    configuration_fini(&configuration);
    return status;
}
