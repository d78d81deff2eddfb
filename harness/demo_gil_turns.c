/* SPDX-License-Identifier: MIT */
/*
 * The second stop: a job that runs in this process, under the eyes of the
 * class, and a timeline, which is `heddle trace`'s.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "core/job.h"
#include "harness/demo_gil.h"
#include "harness/live/live.h"
#include "harness/once/measure.h"
#include "harness/once/reference.h"
#include "harness/options.h"
#include "harness/registry.h"

/* Of each of the two tasks: 3 s in all for those that are watched. */
#define WATCHED_STEPS "countdown.steps=900000000"
#define TRACED_STEPS  "countdown.steps=60000000"
#define TURNS_CHART   "plots/demo-gil-2-turns.svg"

/* Two tasks under the GIL, drawn while they run. The answer is checked when the
 * class has something to look at. */
static int run_live(const struct configuration *c, struct complaint *complaint)
{
    struct job_plan plan = configuration_plan(c);
    struct reference expected;
    struct measurement m;

    plan.trace_events = LIVE_EVENTS;
    int result =
        measure(&plan, &(struct extras){.live = stdout}, &m, complaint);
    plan.trace_events = 0;
    if (result == 0)
        result = reference_compute_apart(&plan, &expected, complaint);
    if (result == 0 && m.result.digest != expected.digest) {
        snprintf(complaint->text, sizeof complaint->text,
                 "wrong work: the tasks have computed something else");
        result = -EBADMSG;
    }
    return result;
}

int tour_watch_turns(bool quick)
{
    struct configuration c;
    struct complaint complaint = {"no memory"};
    int result =
        configuration_init(&c, model_find("gil"), workload_find("countdown"));

    if (result == 0) {
        c.ntasks = c.workers = 2;
        result = configuration_set(&c, quick ? TRACED_STEPS : WATCHED_STEPS,
                                   &complaint);
        if (result == 0)
            result = configuration_resolve(&c, c.workers, &complaint);
        if (result == 0)
            result = run_live(&c, &complaint);
        configuration_fini(&c);
    }
    if (result == 0)
        return EXIT_WELL;
    complain("%s", complaint.text);
    return result == -EBADMSG ? EXIT_WRONG_WORK : EXIT_NOT_MEASURED;
}

int tour_draw_turns(struct tour *tour)
{
    static const char *const arguments[] = {
        "heddle",    "trace",      "--model",  "gil",       "--workload",
        "countdown", "--tasks",    "2",        "--workers", "2",
        "--set",     TRACED_STEPS, "--blocks", "1",         "--timeline",
        TURNS_CHART, NULL};
    struct outcome outcome;

    mkdir("plots", 0777); /* whether it is there shows when it is drawn */
    int result = watch_init(&tour->runner.watch);
    if (result == 0) {
        /* posix_spawn does not change them, whatever its type says. */
        result = process_run(&tour->runner.watch, RUNNER_PROGRAM,
                             (char **)(uintptr_t)arguments,
                             GIL_TIMEOUT_S * NS_PER_S, &outcome);
        watch_fini(&tour->runner.watch);
    }
    if (result != 0) {
        complain("drawing the timeline: %s", strerror(-result));
        return EXIT_NOT_MEASURED;
    }
    bool interrupted = outcome.interrupted;
    if (!interrupted && outcome.status == 0)
        puts(TURNS_CHART ": 60 ms of two threads under the GIL");
    else if (!interrupted)
        fputs(outcome.err, stderr);
    outcome_fini(&outcome);
    return interrupted ? 128 + tour->runner.watch.signal : EXIT_WELL;
}
