/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include <stdint.h>
#include <stdio.h>

struct session;

/* How long a run of this point will take, in ns, and a block of this experiment
 * with all that belongs to it: a guess from the reference's time, the waits and
 * the workers, good to a factor of about two. */
uint64_t plan_run_ns(const struct session *session, unsigned point);
uint64_t plan_block_ns(const struct session *session, unsigned experiment);

/* The most blocks that an experiment will have; the fewest that it should. */
unsigned plan_blocks_max(const struct session *session, unsigned experiment);
unsigned plan_blocks_min(const struct session *session, unsigned experiment);

/* What will be measured, and how long that takes. After the self-check. */
void plan_print(FILE *out, const struct session *session);

/* How steady the machine is, and what in it will bend the numbers: a line for
 * each and one for its cure. Needs environment and grade. */
void plan_print_machine(FILE *out, const struct session *session);

#endif
