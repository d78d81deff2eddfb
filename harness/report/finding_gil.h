/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_FINDING_GIL_H
#define HARNESS_FINDING_GIL_H

#include <stdbool.h>

struct view;

/* Is its chart one of those of the GIL, with one headline over all panels? */
bool finding_is_of_gil(const struct view *view);

/*
 * What a chart of the GIL found, in one sentence without a full stop: medians
 * and shares as they were measured, and "more" or "less" only where intervals
 * do not meet. The caller frees it; NULL: no memory.
 */
char *finding_gil(const struct view *view);

#endif
