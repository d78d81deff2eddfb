/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ADVICE_H
#define HARNESS_ADVICE_H

#include <jansson.h>
#include <stddef.h>

/*
 * What in a machine bends numbers, and the cure. Pure functions of what
 * machine_environment found, so that a test can ask about any machine.
 */
struct advice {
    char found[384];   /* what there is, and what it does to the numbers */
    char mend[320];    /* what to do about it */
    char command[256]; /* to be typed as it stands; "" if none helps */
};

enum { ADVICE_MAX = 16 };

/* Everything that applies, the strongest effect first; returns how many.
 * steal_ratio: the share of CPU time that was stolen
 * (harness/machine/machine.h). */
size_t advice_collect(const json_t *environment, double steal_ratio,
                      struct advice ret[ADVICE_MAX]);

#endif
