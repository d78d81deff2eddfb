/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DISTURBANCES_H
#define HARNESS_DISTURBANCES_H

#include <stdio.h>

struct session;

/* What disturbed a session and what came of it: its noise grade, runs far from
 * their median with what explains them, blocks that were measured again. Each a
 * sentence, none about what did not happen. Returns 0 or -ENOMEM. */
int disturbances_print(FILE *out, const struct session *session);

#endif
