/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ROOM_H
#define HARNESS_ROOM_H

struct complaint;
struct job_plan;

/* Is there memory for the tasks of a plan? The kernel promises more than it
 * has, and kills some process when the promise falls due; so this is asked
 * before. An eighth of what is free is left to the model. Returns 0, or -ENOMEM
 * with a complaint that says how many tasks there is room for. */
int room_for_tasks(const struct job_plan *plan, struct complaint *complaint);

#endif
