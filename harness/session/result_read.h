/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RESULT_READ_H
#define HARNESS_RESULT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/figures.h"
#include "harness/session/reader.h"

struct counters;
struct run;
struct session;

/* Parts of session_load (harness/session/session.h), for the files that make
 * it. They return 0, or -EINVAL with a complaint. */

/* A result.json that becomes a session. */
struct source {
    struct reader reader;
    struct session *session;
    json_t *ids;  /* from a configuration's id to its place in the session */
    bool growing; /* runs decide how many blocks there are, not the plan */
    bool newer;   /* its version is a later one, which may know more names */
};

/* "session", "plan", "configurations" and "runs", in this order: each needs
 * what the ones before it have put into the session. */
int result_read_session(struct source *source);
int result_read_plan(struct source *source);
int result_read_points(struct source *source);
int result_read_runs(struct source *source);

/* One run, also of a journal; the source needs the session and its ids. The
 * caller ends *ret with run_fini. */
int result_read_run(struct source *source, const json_t *value,
                    struct run *ret);

/* The list at `key`, which may be empty. It belongs to the object. */
int result_read_list(struct reader *reader, const json_t *object,
                     const char *key, const json_t **ret);

/* The member "stop_reason": one of them, or null. */
int result_read_stop_reason(struct reader *reader, const json_t *object,
                            const char **ret);

/* Is `value` an object with all of the first keys, perhaps some of the second
 * ones, and no others but those of later versions and those that begin with
 * "x-"? Both lists end with NULL, the second stands behind the first. */
int result_read_keys(struct source *source, const json_t *value,
                     const char *const *keys);

/* A whole number from `min` on; FIGURE_UNKNOWN if it is null or missing. */
int result_read_figure(struct reader *reader, const json_t *object,
                       const char *key, int64_t min, int64_t *ret);

/* The member `key`: an object of n such numbers, of which only that called
 * `any` (NULL: none) may be below 0. All are unknown if it is missing. */
int result_read_figures(struct source *source, const json_t *object,
                        const char *key, const char *const *names, size_t n,
                        const char *any, int64_t *ret);

/* The member "counters" of a configuration; missing before version 1.1. */
int result_read_counters(struct source *source, const json_t *object,
                         struct counters *ret);

/* The member "metrics" of a run: numbers under any names, and "latency". */
int result_read_metrics(struct source *source, const json_t *object);

/* A member that is "0x" and 16 digits. */
int result_read_digest(struct reader *reader, const json_t *object,
                       const char *key, uint64_t *ret);

#endif
