/* SPDX-License-Identifier: MIT */
#ifndef PROVE_CHECKS_H
#define PROVE_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/prove/stage.h"

/*
 * What is proven. A check draws sessions (or samples) whose truth is known and
 * counts what the suite says about them.
 */

enum { FIGURES_MAX = 6 };

struct figure {
    const char *what; /* NULL: no more figures */
    double low, high; /* the target, as a share of cases; low = high: none */
    enum {
        BOTH_COUNT,  /* the target is missed on either side */
        LOW_IS_SAFE, /* below it, claims are more careful than asked for */
        HIGH_IS_SAFE,
        MEAN, /* an average number, not a share; no target */
    } kind;
};

/* How often it was so, among how many; for an average: the sum. */
struct tally {
    uint64_t hits, n;
};

/* A question. */
struct question {
    const char *text; /* "equal models" */
    /* One draw: adds to the tallies of the figures. Equal seeds, equal sums. */
    void (*draw)(const struct scene *scene, uint64_t seed,
                 struct tally tallies[FIGURES_MAX]);
    const struct figure *figures; /* FIGURES_MAX at most */
    unsigned share; /* is drawn once where others are `share` times: it takes
                       longer */
};

struct check {
    const char *id; /* "T3.walk" */
    const struct question *question;
    struct scene scene;
};

extern const struct check checks[];
extern const size_t nchecks;

#endif
