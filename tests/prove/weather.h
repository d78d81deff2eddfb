/* SPDX-License-Identifier: MIT */
#ifndef PROVE_WEATHER_H
#define PROVE_WEATHER_H

#include <stdbool.h>

#include "harness/stats/rng.h"

/*
 * A simulated machine: how long the next run takes there. Every time is
 * shape * exp(mood), where the shape is drawn anew for each run and the mood of
 * the machine goes on from run to run. Without noise and mood a run takes 1.
 */
struct weather {
    const struct weather_kind *kind;
    double noise; /* of one run: 0.02 is a coefficient of variation of 2 % */
    double mood;  /* log scale */
    struct rng rng;
};

struct weather_kind {
    const char *text;
    double (*shape)(struct rng *rng, double noise);
    double (*median)(double noise);          /* the true one of all times */
    void (*change)(struct weather *weather); /* of mood; NULL: it has none */
    double first; /* log: the first run of a block takes so much longer */
};

/* Independent runs, of five shapes. */
extern const struct weather_kind weather_normal, weather_lognormal,
    weather_outliers, weather_bimodal, weather_exponential;
/* Normal noise on a machine whose mood changes, or that is slow to begin. */
extern const struct weather_kind weather_ar6, weather_ar9, weather_walk,
    weather_step, weather_first;

/* Some time after the machine was switched on: moods are under way. */
struct weather weather_begin(const struct weather_kind *kind, double noise,
                             uint64_t seed);

/* The next run; `first`: of its block. */
double weather_next(struct weather *weather, bool first);

#endif
