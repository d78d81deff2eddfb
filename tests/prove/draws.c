/* SPDX-License-Identifier: MIT */
/*
 * One draw of each kind: a session (or a sample) of a scene, and what is
 * counted in it. Look at draw_family: what the user is told, all of it, and
 * whether any of it is false.
 */
#include "tests/prove/draws.h"

#include <assert.h>
#include <math.h>

#include "harness/session/experiment.h"
#include "harness/stats/stats.h"
#include "tests/prove/naive.h"

static void count(struct tally *tally, bool hit)
{
    tally->hits += hit;
    tally->n++;
}

static bool claims(enum stats_verdict verdict)
{
    return verdict == STATS_FASTER || verdict == STATS_SLOWER;
}

static bool covers(const struct stats_ratio *ratio, double truth)
{
    return ratio->low <= truth && truth <= ratio->high;
}

static void count_blocks(struct tally *tally, const struct stage *stage)
{
    tally->hits += stage->session.experiments[0]->nblocks;
    tally->n++;
}

const size_t draw_sizes[FIGURES_MAX] = {8, 10, 15, 22, 33, 60};

void draw_median(const struct scene *scene, uint64_t seed,
                 struct tally tallies[FIGURES_MAX])
{
    struct weather weather = weather_begin(scene->weather, scene->noise, seed);
    double truth = scene->weather->median(scene->noise);

    for (size_t i = 0; i < FIGURES_MAX; i++) {
        double times[60];
        struct stats_location location;
        for (size_t k = 0; k < draw_sizes[i]; k++) {
            times[k] = weather_next(&weather, false);
            for (size_t other = 0; other < scene->nmodels; other++)
                weather_next(&weather, false);
        }
        int result =
            stats_locate(times, draw_sizes[i], ESTIMATE_LEVEL, &location);
        assert(result == 0);
        count(&tallies[i], location.low <= truth && truth <= location.high);
    }
}

void draw_equal(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    const struct estimate *model = &stage.estimates[STAGE_MODEL];
    count(&tallies[0], claims(model->verdict));
    count(&tallies[1], model->verdict == STATS_SAME);
    count_blocks(&tallies[2], &stage);
    stage_fini(&stage);
}

void draw_found(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    enum stats_verdict verdict = stage.estimates[STAGE_MODEL].verdict;
    count(&tallies[0], verdict == STATS_SLOWER);
    count(&tallies[1], verdict == STATS_FASTER);
    count_blocks(&tallies[2], &stage);
    stage_fini(&stage);
}

void draw_ratio(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    const struct estimate *model = &stage.estimates[STAGE_MODEL];
    count(&tallies[0], covers(&model->ratio, scene->truth));
    count(&tallies[1], model->verdict == STATS_SLOWER);
    stage_fini(&stage);
}

void draw_family(const struct scene *scene, uint64_t seed,
                 struct tally tallies[FIGURES_MAX])
{
    struct stage stage;
    bool any = false, any_alone = false;

    stage_play(&stage, scene, seed);
    for (size_t i = STAGE_MODEL; i < stage.nestimates; i++) {
        any = any || claims(stage.estimates[i].verdict);
        any_alone = any_alone || claims(stats_judge(&stage.estimates[i].ratio));
    }
    count(&tallies[0], any);
    count(&tallies[1], any_alone);
    count_blocks(&tallies[2], &stage);
    stage_fini(&stage);
}

void draw_band(const struct scene *scene, uint64_t seed,
               struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    enum stats_verdict verdict = stage.estimates[STAGE_MODEL].verdict;
    count(&tallies[0], verdict == STATS_SAME);
    count(&tallies[1], verdict == STATS_SLOWER);
    stage_fini(&stage);
}

void draw_forecast(const struct scene *scene, uint64_t seed,
                   struct tally tallies[FIGURES_MAX])
{
    enum { TRACTABLE = 190 };
    struct stage stage;

    stage_play(&stage, scene, seed);
    const struct estimate *model = &stage.estimates[STAGE_MODEL];
    bool open = model->verdict == STATS_CANNOT_TELL;
    size_t more = model->more_blocks;
    stage_fini(&stage);
    count(&tallies[0], open);
    if (!open)
        return;
    count(&tallies[2], more > TRACTABLE);
    if (more > TRACTABLE)
        return;
    struct scene longer = *scene;
    longer.nblocks += (unsigned)more;
    stage_play(&stage, &longer, seed);
    count(&tallies[1],
          stage.estimates[STAGE_MODEL].verdict != STATS_CANNOT_TELL);
    tallies[3].hits += more;
    tallies[3].n++;
    stage_fini(&stage);
}

void draw_naive(const struct scene *scene, uint64_t seed,
                struct tally tallies[FIGURES_MAX])
{
    enum { NRUNS = 30 };
    struct weather weather = weather_begin(scene->weather, scene->noise, seed);
    double a[NRUNS], b[NRUNS];

    naive_measure(&weather, a, b, NRUNS);
    count(&tallies[0], naive_welch_p(a, b, NRUNS) < 0.05);
    count(&tallies[1], naive_means_differ(a, b, NRUNS));
    count(&tallies[2], naive_peek(&weather));
}
