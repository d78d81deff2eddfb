/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_PROGRESS_H
#define HARNESS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is going on, on standard error: on a terminal one line that is drawn
 * again and again, elsewhere only what progress_say says. No colours, so
 * nothing to switch off.
 */
struct progress {
    bool live;
    const char *experiment; /* the one under way; NULL: none */
    unsigned block;         /* from 1; 0: the discarded one */
    unsigned blocks_max;    /* the most there may be */
    double worst_ratio; /* half-width of the worst comparison; NaN: unknown */
    unsigned nchecked, ncheck; /* before the blocks: configurations checked */
    uint64_t ends_ns;          /* when all will be done at the latest */
    uint64_t drawn_ns;         /* when the line was last drawn */
};

void progress_init(struct progress *ret);

/* Draws the line if a second has gone by. For struct watch: `context` is the
 * struct progress. */
void progress_tick(void *context);

/* One line that stays. */
void progress_say(struct progress *progress, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the live line away, before others write there. */
void progress_clear(struct progress *progress);

enum { PROGRESS_TIME = 32 };

/* "45 s", "2 min 05 s", "1 h 10 min". Returns text. */
const char *progress_time(uint64_t ns, char text[PROGRESS_TIME]);

#endif
