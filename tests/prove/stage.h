/* SPDX-License-Identifier: MIT */
#ifndef PROVE_STAGE_H
#define PROVE_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "harness/session/estimate.h"
#include "harness/session/runner.h"
#include "harness/session/session.h"
#include "tests/prove/weather.h"

/* A baseline, its twin, and models that are all `truth` times as slow, on one
 * simulated machine. */
struct scene {
    const struct weather_kind *weather;
    double noise;        /* of a run */
    double truth;        /* time of a model over that of the baseline */
    size_t nmodels;      /* beside the baseline and its twin */
    unsigned nblocks;    /* 0: the stopping rule decides */
    unsigned blocks_max; /* of the stopping rule; 0: as usual */
};

/* A session of that scene from its first shuffle to its verdicts. */
struct stage {
    struct runner runner; /* first: what the suite's own code passes back */
    const struct scene *scene;
    struct weather weather;
    size_t nruns; /* with those of the discarded block */
    struct session session;
    struct estimate *estimates; /* baseline, twin, models */
    size_t nestimates;
};

/* The first estimate of a model. */
enum { STAGE_MODEL = 2 };

/* Plays a session: blocks_measure and estimate_experiment as they are, with
 * the simulated machine in place of processes, nothing kept on disk, nothing
 * printed. Equal seeds, equal sessions; of two that differ in nblocks alone
 * the shorter one is the beginning of the longer. Memory is assumed. */
void stage_play(struct stage *ret, const struct scene *scene, uint64_t seed);
void stage_fini(struct stage *stage);

#endif
