/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RESULT_H
#define HARNESS_RESULT_H

#include <jansson.h>

struct run;
struct session;

/*
 * result.json: all of a session in one file; its schema is
 * results/schema/result-1.json. The major version grows when readers of the
 * old one would be wrong.
 */
#define RESULT_TOOL          "heddle"
#define RESULT_VERSION       "1.2"
#define RESULT_VERSION_MAJOR 1
#define RESULT_VERSION_MINOR 1

/* Numbers and order as in all of our files: equal sessions, equal bytes. */
#define RESULT_NUMBERS (JSON_SORT_KEYS | JSON_REAL_PRECISION(9))

/* One run, as in the journal and in "runs". NULL: no memory. */
json_t *result_run(const struct session *session, const struct run *run);

/* Writes value to the path: to a temporary file beside it, synced, and then
 * renamed, so that there is either all of it or nothing. Returns 0 or -errno.
 */
int result_save(const char *path, json_t *value);

/* The whole session as one value. NULL: no memory. */
json_t *result_json(const struct session *session);

/* The whole processes' times in the layout of hyperfine's --export-json, for
 * the tools that read it. NULL: no memory. */
json_t *result_hyperfine(const struct session *session);

/* Writes plan.json into the session's folder: result.json as it is before the
 * first block. With the journal it is all that it takes to go on after an
 * interruption (harness/session/resume.h). Returns 0 or -errno. */
int result_write_plan(const struct session *session);

/* Writes result.json and hyperfine.json into the session's folder. Returns 0
 * or -errno. */
int result_write(const struct session *session);

#endif
