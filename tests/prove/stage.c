/* SPDX-License-Identifier: MIT */
/*
 * The suite's own way through a session, with a simulated machine at its end:
 * the linker (-Wl,--wrap) puts these functions in the place of those that start
 * processes, write files and talk. Shuffles, looks, stopping, families and
 * verdicts are the very code of `heddle bench`. Look at __wrap_runner_measure.
 */
#include "tests/prove/stage.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "harness/configuration.h"
#include "harness/registry.h"
#include "harness/session/blocks.h"
#include "harness/session/experiment.h"
#include "harness/session/journal.h"
#include "harness/session/progress.h"

/* Half-width that sessions aim at unless told otherwise. */
static const double target_ratio = 0.015;
static const double base_ns = 20e6;

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
int __wrap_runner_measure(struct runner *runner, unsigned point,
                          struct run *ret);
bool __wrap_hyperfine_is_there(struct runner *runner);
uint64_t __wrap_plan_block_ns(const struct session *session,
                              unsigned experiment);
int __wrap_journal_write(struct journal *journal, const struct session *session,
                         const struct run *runs, size_t nruns, bool partial);
void __wrap_progress_say(struct progress *progress, const char *format, ...);

int __wrap_runner_measure(struct runner *runner, unsigned point,
                          struct run *ret)
{
    struct stage *stage = (struct stage *)runner;
    bool first = stage->nruns++ % stage->session.npoints == 0;
    double time = weather_next(&stage->weather, first);

    if (!stage->session.points[point].baseline)
        time *= stage->scene->truth;
    *ret = (struct run){.point = point,
                        .status = RUN_OK,
                        .run_ns = (uint64_t)llround(base_ns * time)};
    return 0;
}

bool __wrap_hyperfine_is_there(struct runner *runner)
{
    (void)runner;
    return false;
}

uint64_t __wrap_plan_block_ns(const struct session *session,
                              unsigned experiment)
{
    (void)session;
    (void)experiment;
    return 0;
}

int __wrap_journal_write(struct journal *journal, const struct session *session,
                         const struct run *runs, size_t nruns, bool partial)
{
    (void)journal;
    (void)session;
    (void)runs;
    (void)nruns;
    (void)partial;
    return 0;
}

void __wrap_progress_say(struct progress *progress, const char *format, ...)
{
    (void)progress;
    (void)format;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static void add_points(struct session *session, const struct scene *scene)
{
    struct experiment *experiment =
        experiment_new("proof", "Do our claims hold?", CHART_MODELS);
    struct point point = {.label = (char *)"model", .baseline = true};
    int result = configuration_init(
        &point.configuration, model_find("sequential"), workload_find("empty"));

    assert(experiment != NULL && result == 0);
    if (scene->blocks_max > 0)
        experiment->blocks_max = scene->blocks_max;
    for (size_t i = 0; i <= scene->nmodels; i++) {
        result = experiment_add_point(experiment, &point);
        assert(result == 0);
        point.baseline = false;
    }
    configuration_fini(&point.configuration);
    result = session_add_experiment(session, experiment);
    assert(result == 0);
}

void stage_play(struct stage *ret, const struct scene *scene, uint64_t seed)
{
    struct rng seeds = {.state = seed};
    struct journal journal = {0};
    struct progress progress = {0};

    *ret = (struct stage){
        .scene = scene,
        .weather =
            weather_begin(scene->weather, scene->noise, rng_next(&seeds)),
        .session = {.seed = rng_next(&seeds),
                    .target_ratio = target_ratio,
                    .nblocks = scene->nblocks},
    };
    ret->runner.session = &ret->session;
    add_points(&ret->session, scene);
    int result =
        blocks_measure(&ret->session, &ret->runner, &journal, &progress);
    assert(result == 0);
    result = estimate_experiment(&ret->session, 0, &ret->estimates,
                                 &ret->nestimates);
    assert(result == 0 && ret->nestimates == STAGE_MODEL + scene->nmodels);
}

void stage_fini(struct stage *stage)
{
    free(stage->estimates);
    session_fini(&stage->session);
}
