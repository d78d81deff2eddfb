/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_EXPERIMENT_METRICS_H
#define HARNESS_EXPERIMENT_METRICS_H

#include <jansson.h>

struct experiment;
struct reader;

/* Reads the members "metrics", a list of names, and "compare", one name or
 * null, of an experiment in its own file or in a plan; either may be missing.
 * Returns 0, or -EINVAL with a complaint. */
int experiment_read_metrics(struct reader *reader, const json_t *object,
                            struct experiment *experiment);

#endif
