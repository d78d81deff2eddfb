/* SPDX-License-Identifier: MIT */
#ifndef PROVE_NAIVE_H
#define PROVE_NAIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/prove/weather.h"

/*
 * What people do instead, to be held beside our claims on the same machines.
 * None of it is used by the suite.
 */

/* All runs of a, then all runs of b. */
void naive_measure(struct weather *weather, double *a, double *b, size_t n);

/* The two-sided p value of Welch's t test of two heaps of n > 1 times. */
double naive_welch_p(const double *a, const double *b, size_t n);

/* Do the means differ by more than 5 %? */
bool naive_means_differ(const double *a, const double *b, size_t n);

/* Our own paired test, but after every pair from the 6th to the 40th, until it
 * says p < 0.05. Does it ever? */
bool naive_peek(struct weather *weather);

#endif
