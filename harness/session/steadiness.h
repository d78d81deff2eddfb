/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_STEADINESS_H
#define HARNESS_STEADINESS_H

#include "harness/machine/noise.h"

struct machine_calibration;
struct session;

/* How steady the machine is: a judgement before a session measures anything,
 * and another one, on all that was seen, when it is over. */

struct steadiness {
    struct noise before;
};

/* Describes the machine (session.environment), times the loop of machine.h
 * (session.calibration) and grades what this shows. About 0.4 s. Returns 0 or
 * -errno. */
int steadiness_before(struct session *session,
                      const struct noise_reader *reader,
                      struct steadiness *ret);

/* Grades the session, and looks once more at what may have changed. */
void steadiness_after(struct session *session,
                      const struct noise_reader *reader,
                      const struct steadiness *steadiness);

/* Of the short rounds before the runs: their median, and machine_variation as
 * cv_ratio. NaN: too few. */
struct machine_calibration steadiness_of_runs(const struct session *session);

/* How many blocks there are, of all experiments, and how many of them were
 * measured again. */
unsigned steadiness_blocks(const struct session *session);
unsigned steadiness_reruns(const struct session *session);

#endif
