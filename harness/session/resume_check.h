/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RESUME_CHECK_H
#define HARNESS_RESUME_CHECK_H

#include <jansson.h>

struct complaint;

/* Reads plan.json of an interrupted session, and checks that it may be
 * continued: it is not complete, its schema is known, and program and machine
 * are those that began it. Returns 0 and a new reference, or -errno with a
 * complaint. */
int resume_check(const char *folder, json_t **ret, struct complaint *complaint);

#endif
