/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_BLOCKS_H
#define HARNESS_BLOCKS_H

struct journal;
struct progress;
struct runner;
struct session;

/*
 * Measures a session: every experiment in blocks, one discarded block first,
 * until its ratios are known well enough or the budget is spent, and never
 * since something became significant. The references are known by now.
 *
 * Runs of complete blocks go into the session and the journal, those of a
 * partial one into the journal alone. Fills in nblocks and stop_reason of the
 * experiments, `refused` of points that turn out to be holes, and stop_reason
 * and complete of the session; a signal and wrong work are told there. Returns
 * 0; or -errno after one line of complaint, and then the session is not
 * complete either.
 */
int blocks_measure(struct session *session, struct runner *runner,
                   struct journal *journal, struct progress *progress);

#endif
