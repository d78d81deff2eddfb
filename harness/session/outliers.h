/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_OUTLIERS_H
#define HARNESS_OUTLIERS_H

#include <stdbool.h>
#include <stddef.h>

struct session;

/*
 * Runs far from their point's median, and why. All of them count like all
 * others: what explains a time is told beside it, and never a reason to drop
 * it.
 *
 * A run is an outlier if its time is farther from the median of its point than
 * 3.5 robust standard deviations (Iglewicz and Hoaglin, "How to Detect and
 * Handle Outliers", 1993). One that is too slow is explained by everything of
 * which the run met as unusually much (by the same rule), and enough to make up
 * for half of its lateness if each took the most that it may take.
 */
enum outlier_why {
    OUTLIER_STEAL,     /* the host gave CPU time to others */
    OUTLIER_QUOTA,     /* a CPU quota stopped it */
    OUTLIER_HEAT,      /* a processor throttled itself */
    OUTLIER_MEMORY,    /* somebody waited for memory, or a page for the disk */
    OUTLIER_IO,        /* somebody waited for a disk */
    OUTLIER_PREEMPTED, /* others ran instead: involuntary switches, or waits
                          for a CPU */
    OUTLIER_SLOW_CPU,  /* the loop before it was slow, too */
    OUTLIER_FAULTS,    /* page faults */
    OUTLIER_UNEXPLAINED,
    OUTLIER_WHYS
};
extern const char *const outlier_names[OUTLIER_WHYS]; /* "outlier:steal" */

struct outlier {
    bool is; /* all other is unset if not */
    bool because[OUTLIER_WHYS];
};

/* One for each run of the session. Returns a new array, NULL: no memory. */
struct outlier *outliers_find(const struct session *session);

#endif
