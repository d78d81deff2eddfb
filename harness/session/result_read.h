/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RESULT_READ_H
#define HARNESS_RESULT_READ_H

#include <stdint.h>

#include "harness/session/reader.h"

struct session;

/* Parts of session_load (harness/session/session.h), for the files that make
 * it. They return 0, or -EINVAL with a complaint. */

/* A result.json that becomes a session. */
struct source {
    struct reader reader;
    struct session *session;
    json_t *ids; /* from a configuration's id to its place in the session */
};

/* "plan", "configurations" and "runs", in this order: each needs what the ones
 * before it have put into the session. */
int result_read_plan(struct source *source);
int result_read_points(struct source *source);
int result_read_runs(struct source *source);

/* The list at `key`, which may be empty. It belongs to the object. */
int result_read_list(struct reader *reader, const json_t *object,
                     const char *key, const json_t **ret);

/* The member "stop_reason": one of them, or null. */
int result_read_stop_reason(struct reader *reader, const json_t *object,
                            const char **ret);

/* A member that is "0x" and 16 digits. */
int result_read_digest(struct reader *reader, const json_t *object,
                       const char *key, uint64_t *ret);

#endif
