/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_FINDING_GIL_RULES_H
#define HARNESS_FINDING_GIL_RULES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct estimate;
struct view;

/* A sentence while it is written. */
struct gil_teller {
    FILE *out;
    const struct view *view;
    const char **names; /* room for as many as there are rows */
    size_t nnames;
};

/* Each writes the sentence of one chart, without its capital letter and its
 * full stop. Some row has an interval. Return 0 or -ENOMEM. */

/* Charts of threads that compute (finding_gil_computing.c). */
int gil_tell_workers(struct gil_teller *teller);
int gil_tell_share(struct gil_teller *teller);
int gil_tell_lost(struct gil_teller *teller);
int gil_tell_switches(struct gil_teller *teller);

/* Charts of an echo server beside them (finding_gil_convoy.c). */
int gil_tell_interval(struct gil_teller *teller);
int gil_tell_waits(struct gil_teller *teller);
int gil_tell_tradeoff(struct gil_teller *teller);
int gil_tell_rules(struct gil_teller *teller);

/* With blanks for underscores. */
void gil_write_label(const struct gil_teller *teller, const char *label);

/* The first row in the order of the experiment whose model has this name, on
 * these axes with this x; NULL: there is none with figures. */
const struct estimate *gil_find_model(const struct view *view, unsigned axes,
                                      const char *model, uint64_t x);

/* The swept value on these axes that is nearest to `wish` on a log scale, of
 * those with figures; 0: nothing is swept. */
uint64_t gil_nearest_x(const struct view *view, unsigned axes, uint64_t wish);

#endif
