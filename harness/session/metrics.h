/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_METRICS_H
#define HARNESS_METRICS_H

#include "harness/session/quantity.h"
#include "harness/stats/stats.h"

struct session;

/* Where a quantity of a point lies: over the values of its good runs, one a
 * block, by the rule of all estimates; values may be 0. n is 0 where no run has
 * it, or one is negative. Returns 0 or -ENOMEM. */
int metrics_locate(const struct session *session, unsigned point,
                   const struct quantity *quantity, struct stats_location *ret);

#endif
