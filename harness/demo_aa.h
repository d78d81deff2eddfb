/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DEMO_AA_H
#define HARNESS_DEMO_AA_H

#include <stdbool.h>
#include <stdio.h>

#include "harness/session/runner.h"
#include "harness/session/session.h"
#include "harness/stats/rng.h"
#include "harness/stats/stats.h"
#include "harness/stats/stats_welch.h"

/*
 * `heddle demo aa`: A and B are the same program with the same work. A try
 * compares them in the usual way, all runs of A and then all runs of B, and
 * right after it in shuffled blocks, with as many runs. Which way claims that
 * they differ, and how often? Times are those of whole processes, in ns.
 */
enum { AA_TRIES = 10, AA_RUNS = 20 };

/* Ratios are B's time over A's. */
struct aa_try {
    struct stats_welch usual;
    struct stats_ratio blocks;
};

struct aa {
    struct session session; /* its points: 0 is A, 1 is B */
    struct runner runner;
    struct rng rng;
    bool hyperfine;  /* the usual way is hyperfine's, otherwise our own */
    unsigned ntries; /* at most AA_TRIES */
    unsigned nruns; /* of A, and of B, in a try and each way; at most AA_RUNS */
    struct aa_try tries[AA_TRIES];
    double usual_ns[AA_TRIES][2 * AA_RUNS];  /* nruns of A, then nruns of B */
    double blocks_ns[2][AA_TRIES * AA_RUNS]; /* of A, of B; all tries */
};

/* What the usual way, at 95 %, and the blocks claim. */
bool aa_usual_claims(const struct aa_try *one);
bool aa_blocks_claim(const struct aa_try *one);

/* The lines for a terminal: before the tries, after each (from 0), at the
 * end. */
void aa_print_head(FILE *out, const struct aa *aa);
void aa_print_try(FILE *out, const struct aa *aa, unsigned number);
void aa_print_end(FILE *out, const struct aa *aa);

/* Writes what scripts/charts/aa.gp draws, and every single time, into data/ of
 * the session's folder, which it makes. Returns 0 or -errno. */
int aa_write_files(const struct aa *aa);

#endif
