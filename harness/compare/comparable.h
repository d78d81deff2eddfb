/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_COMPARABLE_H
#define HARNESS_COMPARABLE_H

#include <jansson.h>
#include <stdbool.h>

struct complaint;
struct session;

/*
 * May two sessions be held against each other at all? A stored time is worth
 * something only on the machine that it was measured on, and only as long as
 * that machine is as fast as it was.
 */

/* The calibration loop of two sessions may differ by this factor. */
#define COMPARABLE_GAP 1.02

/*
 * Refuses the same session twice; another machine (processor, cores usable, CPU
 * quota, or memory by more than 2 %); sessions without a configuration in
 * common; configurations of one name that are set otherwise or do other work
 * (digest, steps, bytes); and, if `absolute` times are to be compared,
 * calibrations that are missing or more than COMPARABLE_GAP apart. Returns 0,
 * or -EINVAL with a complaint.
 */
int comparable_check(const struct session *a, const struct session *b,
                     bool absolute, struct complaint *complaint);

/* The median of b's calibration loop over that of a's; NaN if one of them has
 * none. Above 1, the machine was slower in b. */
double comparable_gap(const struct session *a, const struct session *b);

/* What else differs, and does not make it another machine: kernel, governor,
 * compiler and the like, as [{"fact", "a", "b"}]. Every difference of times is
 * the work of all of these together. NULL: no memory. */
json_t *comparable_differences(const struct session *a,
                               const struct session *b);

/* The point of b that has the name of this point of a; -1: there is none. */
long comparable_twin(const struct session *a, unsigned point,
                     const struct session *b);

#endif
