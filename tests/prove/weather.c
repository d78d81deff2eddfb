/* SPDX-License-Identifier: MIT */
/*
 * Kinds of machines, from the textbook's to those that people have. The sizes
 * are those seen on shared virtual machines. Look at how little code a
 * machine needs that most statistics are wrong on: change_walk is one line.
 */
#include "tests/prove/weather.h"

#include <math.h>
#include <stddef.h>

/* ---- Chance ---- */

/* Above 0, at most 1. */
static double uniform(struct rng *rng)
{
    return ((double)(rng_next(rng) >> 11) + 1) * 0x1p-53;
}

/* Box and Muller, "A note on the generation of random normal deviates", Annals
 * of Mathematical Statistics 29, 1958; one of the two that they give. */
static double normal(struct rng *rng)
{
    double radius = sqrt(-2 * log(uniform(rng)));

    return radius * cos(2 * M_PI * uniform(rng));
}

/* ---- Shapes ---- */

static double shape_normal(struct rng *rng, double noise)
{
    return 1 + noise * normal(rng);
}

static double shape_lognormal(struct rng *rng, double noise)
{
    return exp(noise * normal(rng));
}

/* One run in twenty takes up to twice as long. */
static double shape_outliers(struct rng *rng, double noise)
{
    double usual = shape_normal(rng, noise);

    return uniform(rng) > 0.05 ? usual : usual * (1.2 + 0.8 * uniform(rng));
}

/* Three runs in ten are on the slow side of something: 1 and 1.1. */
static double shape_bimodal(struct rng *rng, double noise)
{
    double usual = shape_normal(rng, noise);

    return uniform(rng) > 0.3 ? usual : usual + 0.1;
}

static double shape_exponential(struct rng *rng, double noise)
{
    return 1 - noise * log(uniform(rng));
}

static double median_one(double noise)
{
    (void)noise;
    return 1;
}

/* Where 0.95 Phi((m - 1) / noise) is a half: all outliers lie above. */
static double median_outliers(double noise)
{
    return 1 + 0.06601181 * noise;
}

/* Where 0.7 Phi((m - 1) / noise) is a half, if the slow ones lie above. */
static double median_bimodal(double noise)
{
    return 1 + 0.56594882 * noise;
}

static double median_exponential(double noise)
{
    return 1 + M_LN2 * noise;
}

/* ---- Moods ---- */

/* A first-order autoregression with a standard deviation of 3 %. */
static void change_ar(struct weather *weather, double resemblance)
{
    double fresh = sqrt(1 - resemblance * resemblance);

    weather->mood =
        resemblance * weather->mood + fresh * 0.03 * normal(&weather->rng);
}

static void change_ar6(struct weather *weather)
{
    change_ar(weather, 0.6);
}

static void change_ar9(struct weather *weather)
{
    change_ar(weather, 0.9);
}

static void change_walk(struct weather *weather)
{
    weather->mood += 0.005 * normal(&weather->rng);
}

/* Once in forty runs the machine turns 10 % slower, or quick again. */
static void change_step(struct weather *weather)
{
    if (uniform(&weather->rng) <= 1.0 / 40)
        weather->mood = weather->mood > 0 ? 0 : log(1.1);
}

/* ---- Kinds ---- */

const struct weather_kind weather_normal = {"normal", shape_normal, median_one,
                                            NULL, 0};
const struct weather_kind weather_lognormal = {"lognormal", shape_lognormal,
                                               median_one, NULL, 0};
const struct weather_kind weather_outliers = {"5 % outliers", shape_outliers,
                                              median_outliers, NULL, 0};
const struct weather_kind weather_bimodal = {"two modes, 70/30", shape_bimodal,
                                             median_bimodal, NULL, 0};
const struct weather_kind weather_exponential = {
    "exponential", shape_exponential, median_exponential, NULL, 0};
const struct weather_kind weather_ar6 = {"AR(1) 0.6", shape_normal, median_one,
                                         change_ar6, 0};
const struct weather_kind weather_ar9 = {"AR(1) 0.9", shape_normal, median_one,
                                         change_ar9, 0};
const struct weather_kind weather_walk = {"random walk", shape_normal,
                                          median_one, change_walk, 0};
const struct weather_kind weather_step = {"10 % steps", shape_normal,
                                          median_one, change_step, 0};
const struct weather_kind weather_first = {"first of block +3 %", shape_normal,
                                           median_one, NULL, 0.03};

struct weather weather_begin(const struct weather_kind *kind, double noise,
                             uint64_t seed)
{
    enum { BEFORE = 50 };
    struct weather weather = {
        .kind = kind, .noise = noise, .rng = {.state = seed}};

    for (size_t i = 0; i < BEFORE && kind->change != NULL; i++)
        kind->change(&weather);
    return weather;
}

double weather_next(struct weather *weather, bool first)
{
    const struct weather_kind *kind = weather->kind;

    if (kind->change != NULL)
        kind->change(weather);
    return kind->shape(&weather->rng, weather->noise) *
           exp(weather->mood + (first ? kind->first : 0));
}
