/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RESUME_H
#define HARNESS_RESUME_H

struct complaint;
struct session;

/*
 * A session that was interrupted, by a signal, by kill -9 or with the machine,
 * back into memory as it was: its plan from plan.json, the runs of its complete
 * blocks from the journal, which alone is believed about them. Its clock goes
 * on where the last run ended, so breaks cost no budget.
 *
 * Refuses a folder without a plan, a session that is complete or found wrong
 * work, a newer schema, another program, another machine or the same in another
 * state, and a journal that is damaged beyond a last block that was cut off.
 * Returns 0, or -errno with one line of complaint; end with session_fini.
 */
int resume_load(const char *folder, struct session *ret,
                struct complaint *complaint);

/* Writes down in plan.json that the session is continued now. Returns 0 or
 * -errno. */
int resume_note(const struct session *session);

#endif
