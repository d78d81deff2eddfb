/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RESULT_PARTS_H
#define HARNESS_RESULT_PARTS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct run;
struct session;

/* Parts of result.json, for the files that make it. They return new
 * references; NULL: no memory. */

/* An integer. Ours stay below 2^63; digests are texts instead. */
json_t *part_integer(uint64_t value);

/* A real number; null for NaN and infinity, which JSON does not have. */
json_t *part_real(double value);

/* null for FIGURE_UNKNOWN. */
json_t *part_figure(int64_t value);

/* "0x" and 16 digits: a JSON number would lose the last ones. */
json_t *part_digest(uint64_t digest);

/* The id of a point. */
json_t *part_id(const struct session *session, unsigned point);

/* Arrays over all experiments. */
json_t *part_estimates(const struct session *session);
json_t *part_comparisons(const struct session *session);

/* How models scale with their workers, over all experiments that sweep them. */
json_t *part_scaling(const struct session *session);
/* One entry for each configuration with arrivals that has a good run. */
json_t *part_latency(const struct session *session);

/* The noise floor: the twin that says most against this session. null: no twin
 * was compared. */
json_t *part_aa_twin(const struct session *session);

/* How fast and how steady a core was, before the session and over it; and which
 * blocks had to be measured again. */
json_t *part_calibration(const struct session *session);
json_t *part_reruns(const struct session *session);

/* The flags of each run, session->nruns arrays of texts: "outlier" and why it
 * is one (harness/session/outliers.h); those of requests are in
 * harness/session/latency.h. NULL: no memory. */
json_t *part_flags(const struct session *session);

#endif
