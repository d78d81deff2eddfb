/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_LOOKS_H
#define HARNESS_LOOKS_H

#include <stdbool.h>

struct session;

/*
 * The stopping rule without a clock: at which blocks a session looks at its
 * intervals, and how wide they are then. Pure functions of the session, which
 * see widths alone: never where an interval lies, never a p value.
 */

/* Looking several times at data that stop when they please costs coverage:
 * intervals are narrow enough sooner where chance made them too narrow. At
 * this level at least 95 % of it is left (tests/prove, T3 and T7). */
#define LOOK_LEVEL 0.965

/* Whether to look after so many blocks of an experiment that has at most
 * `max`: at block counts that are fixed beforehand, and after the last. */
bool looks_due(unsigned nblocks, unsigned max);

/*
 * *ret: the widest half-width at LOOK_LEVEL, as a ratio (0.015: +-1.5 %), among
 * the planned comparisons of an experiment: every point with its baseline, but
 * for twins and for what is refused or has no baseline. 0 if there are none,
 * infinity as long as one of them has no interval. Returns 0 or -ENOMEM.
 */
int looks_widest(const struct session *session, unsigned experiment,
                 double *ret);

/* The level of an experiment's claims about ratios: LOOK_LEVEL if it stopped
 * at a look because of what it saw there, ESTIMATE_LEVEL if not. */
double looks_claim_level(const struct session *session, unsigned experiment);

#endif
