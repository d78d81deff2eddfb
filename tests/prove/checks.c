/* SPDX-License-Identifier: MIT */
/*
 * The table of what is proven, and how each figure is counted. Targets are
 * written down before they are measured. Look at draw_models: one session, and
 * all that is counted in it.
 */
#include "tests/prove/checks.h"

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

/* ---- T2: the interval of a median ---- */

static const size_t sizes[FIGURES_MAX] = {8, 10, 15, 22, 33, 60};

static const struct figure median_figures[FIGURES_MAX + 1] = {
    {"n = 8", 0.94, 0.965, BOTH_COUNT},  {"n = 10", 0.94, 0.965, BOTH_COUNT},
    {"n = 15", 0.94, 0.965, BOTH_COUNT}, {"n = 22", 0.94, 0.965, BOTH_COUNT},
    {"n = 33", 0.94, 0.965, BOTH_COUNT}, {"n = 60", 0.94, 0.965, BOTH_COUNT},
};
static const struct figure drifting_figures[FIGURES_MAX + 1] = {
    {"n = 8", 0, 0, BOTH_COUNT},  {"n = 10", 0, 0, BOTH_COUNT},
    {"n = 15", 0, 0, BOTH_COUNT}, {"n = 22", 0, 0, BOTH_COUNT},
    {"n = 33", 0, 0, BOTH_COUNT}, {"n = 60", 0, 0, BOTH_COUNT},
};

/* The times of one model: nmodels others run between two of its own. */
static void draw_median(const struct scene *scene, uint64_t seed,
                        struct tally tallies[FIGURES_MAX])
{
    struct weather weather = weather_begin(scene->weather, scene->noise, seed);
    double truth = scene->weather->median(scene->noise);

    for (size_t i = 0; i < FIGURES_MAX; i++) {
        double times[60];
        struct stats_location location;
        for (size_t k = 0; k < sizes[i]; k++) {
            times[k] = weather_next(&weather, false);
            for (size_t other = 0; other < scene->nmodels; other++)
                weather_next(&weather, false);
        }
        int result = stats_locate(times, sizes[i], ESTIMATE_LEVEL, &location);
        assert(result == 0);
        count(&tallies[i], location.low <= truth && truth <= location.high);
    }
}

/* ---- T3, T6, T7, T8: sessions ---- */

static const struct figure equal_figures[] = {
    {"claims a difference", 0.04, 0.055, LOW_IS_SAFE},
    {"says the same within 2 %", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static void draw_equal(const struct scene *scene, uint64_t seed,
                       struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    const struct estimate *model = &stage.estimates[STAGE_MODEL];
    count(&tallies[0], claims(model->verdict));
    count(&tallies[1], model->verdict == STATS_SAME);
    tallies[2].hits += stage.session.experiments[0]->nblocks;
    tallies[2].n++;
    stage_fini(&stage);
}

static const struct figure found_figures[] = {
    {"finds it", 0.85, 1, BOTH_COUNT},
    {"claims the opposite", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};
static const struct figure hard_figures[] = {
    {"finds it", 0, 0, BOTH_COUNT},
    {"claims the opposite", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static void draw_found(const struct scene *scene, uint64_t seed,
                       struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    enum stats_verdict verdict = stage.estimates[STAGE_MODEL].verdict;
    count(&tallies[0], verdict == STATS_SLOWER);
    count(&tallies[1], verdict == STATS_FASTER);
    tallies[2].hits += stage.session.experiments[0]->nblocks;
    tallies[2].n++;
    stage_fini(&stage);
}

static const struct figure ratio_figures[] = {
    {"interval holds the truth", 0.93, 0.97, HIGH_IS_SAFE},
    {"finds it", 0, 0, BOTH_COUNT},
    {NULL, 0, 0, BOTH_COUNT},
};

static void draw_ratio(const struct scene *scene, uint64_t seed,
                       struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    const struct estimate *model = &stage.estimates[STAGE_MODEL];
    count(&tallies[0], covers(&model->ratio, scene->truth));
    count(&tallies[1], model->verdict == STATS_SLOWER);
    stage_fini(&stage);
}

static const struct figure family_figures[] = {
    {"any false claim", 0, 0.05, BOTH_COUNT},
    {"any, if each were judged alone", 0, 0, BOTH_COUNT},
    {"blocks, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

static void draw_family(const struct scene *scene, uint64_t seed,
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
    tallies[2].hits += stage.session.experiments[0]->nblocks;
    tallies[2].n++;
    stage_fini(&stage);
}

/* ---- Verdicts beyond faster and slower ---- */

static const struct figure band_figures[] = {
    {"says the same within 2 %", 0, 0.05, BOTH_COUNT},
    {"finds it", 0, 0, BOTH_COUNT},
    {NULL, 0, 0, BOTH_COUNT},
};

/* A model just outside the band of "the same". */
static void draw_band(const struct scene *scene, uint64_t seed,
                      struct tally tallies[FIGURES_MAX])
{
    struct stage stage;

    stage_play(&stage, scene, seed);
    enum stats_verdict verdict = stage.estimates[STAGE_MODEL].verdict;
    count(&tallies[0], verdict == STATS_SAME);
    count(&tallies[1], verdict == STATS_SLOWER);
    stage_fini(&stage);
}

static const struct figure forecast_figures[] = {
    {"cannot tell after 10 blocks", 0, 0, BOTH_COUNT},
    {"of these, settled as forecast", 0.5, 1, BOTH_COUNT},
    {"of these, forecast > 190 more", 0, 0, BOTH_COUNT},
    {"blocks forecast, on average", 0, 0, MEAN},
    {NULL, 0, 0, BOTH_COUNT},
};

/* Where ten blocks cannot tell: as many more as they ask for. */
static void draw_forecast(const struct scene *scene, uint64_t seed,
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

/* ---- What people do instead ---- */

static const struct figure naive_figures[] = {
    {"30 + 30 runs, Welch's t", 0, 0, BOTH_COUNT},
    {"30 + 30 runs, means > 5 % apart", 0, 0, BOTH_COUNT},
    {"test after each pair to p < .05", 0, 0, BOTH_COUNT},
    {NULL, 0, 0, BOTH_COUNT},
};

static void draw_naive(const struct scene *scene, uint64_t seed,
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

/* ---- The table ---- */

#define MEDIAN(name, noise)                                                    \
    {                                                                          \
        "T2." #name, "median of independent runs",                             \
            {&weather_##name, noise, 1, 0, 0, 0}, draw_median, median_figures, \
            1                                                                  \
    }
#define DRIFTING(name, nothers, text)                                          \
    {                                                                          \
        "T2." #name "." #nothers, text,                                        \
            {&weather_##name, 0.01, 1, nothers, 0, 0}, draw_median,            \
            drifting_figures, 1                                                \
    }
#define EQUAL(name, noise)                                                     \
    {                                                                          \
        "T3." #name, "equal models", {&weather_##name, noise, 1, 1, 0, 0},     \
            draw_equal, equal_figures, 1                                       \
    }
#define NAIVE(name, noise)                                                     \
    {                                                                          \
        "naive." #name, "equal models, other methods",                         \
            {&weather_##name, noise, 1, 0, 0, 0}, draw_naive, naive_figures, 1 \
    }
#define RATIO(name, noise)                                                     \
    {                                                                          \
        "T7." #name, "a model 5 % slower",                                     \
            {&weather_##name, noise, 1.05, 1, 0, 0}, draw_ratio,               \
            ratio_figures, 1                                                   \
    }
#define FAMILY(name, noise)                                                    \
    {                                                                          \
        "T8." #name, "eight equal models",                                     \
            {&weather_##name, noise, 1, 7, 0, 0}, draw_family, family_figures, \
            4                                                                  \
    }

const struct check checks[] = {
    MEDIAN(normal, 0.05),
    MEDIAN(lognormal, 0.3),
    MEDIAN(outliers, 0.02),
    MEDIAN(bimodal, 0.01),
    MEDIAN(exponential, 0.1),
    DRIFTING(ar9, 0, "median, alone on a drifting machine"),
    DRIFTING(ar9, 7, "median, seven other models between"),
    EQUAL(normal, 0.02),
    {"T3.cv3",
     "equal models",
     {&weather_normal, 0.03, 1, 1, 0, 0},
     draw_equal,
     equal_figures,
     1},
    {"T3.cut",
     "equal models, 20 blocks at most",
     {&weather_normal, 0.02, 1, 1, 0, 20},
     draw_equal,
     equal_figures,
     1},
    EQUAL(lognormal, 0.05),
    EQUAL(outliers, 0.02),
    EQUAL(bimodal, 0.02),
    EQUAL(ar6, 0.01),
    EQUAL(ar9, 0.01),
    EQUAL(walk, 0.01),
    EQUAL(step, 0.01),
    EQUAL(first, 0.01),
    NAIVE(normal, 0.02),
    NAIVE(lognormal, 0.05),
    NAIVE(outliers, 0.02),
    NAIVE(bimodal, 0.02),
    NAIVE(ar6, 0.01),
    NAIVE(ar9, 0.01),
    NAIVE(walk, 0.01),
    NAIVE(step, 0.01),
    {"T6.cv1",
     "a model 2 % slower, CV 1 %",
     {&weather_normal, 0.01, 1.02, 1, 0, 0},
     draw_found,
     found_figures,
     1},
    {"T6.cv2",
     "a model 2 % slower, CV 2 %",
     {&weather_normal, 0.02, 1.02, 1, 0, 0},
     draw_found,
     found_figures,
     1},
    {"T6.walk",
     "a model 2 % slower, random walk",
     {&weather_walk, 0.01, 1.02, 1, 0, 0},
     draw_found,
     found_figures,
     1},
    {"T6.cv5",
     "a model 2 % slower, CV 5 %",
     {&weather_normal, 0.05, 1.02, 1, 0, 0},
     draw_found,
     hard_figures,
     1},
    RATIO(normal, 0.02),
    RATIO(lognormal, 0.05),
    RATIO(outliers, 0.02),
    RATIO(bimodal, 0.02),
    RATIO(ar9, 0.01),
    RATIO(walk, 0.01),
    RATIO(step, 0.01),
    RATIO(first, 0.01),
    FAMILY(normal, 0.02),
    FAMILY(walk, 0.01),
    FAMILY(first, 0.01),
    {"band.cv1",
     "a model 2.1 % slower, CV 1 %",
     {&weather_normal, 0.01, 1.021, 1, 0, 0},
     draw_band,
     band_figures,
     1},
    {"band.cv2",
     "a model 2.1 % slower, CV 2 %",
     {&weather_normal, 0.02, 1.021, 1, 0, 0},
     draw_band,
     band_figures,
     1},
    {"forecast.0",
     "equal models, CV 3 %",
     {&weather_normal, 0.03, 1, 1, 10, 0},
     draw_forecast,
     forecast_figures,
     4},
    {"forecast.3",
     "a model 3 % slower, CV 3 %",
     {&weather_normal, 0.03, 1.03, 1, 10, 0},
     draw_forecast,
     forecast_figures,
     4},
};
const size_t nchecks = sizeof checks / sizeof *checks;
