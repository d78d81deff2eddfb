/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RESUME_CHECK_H
#define HARNESS_RESUME_CHECK_H

struct complaint;
struct session;

/* Reads plan.json of an interrupted session, and checks that it may be
 * continued: it is not complete, its schema is known, and program and machine
 * are those that began it. Returns 0 and the session as it was before its first
 * run, or -errno with a complaint. */
int resume_check(const char *folder, struct session *ret,
                 struct complaint *complaint);

#endif
