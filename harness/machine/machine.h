/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_MACHINE_H
#define HARNESS_MACHINE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The machine beside the numbers: what it is and how steady it is. What
 * disturbs it meanwhile: noise.h. Functions with a `root` read the files of
 * /proc and /sys below that folder; "" is the real machine, a test shows them
 * another one.
 */

/* That root for this process: "", or the folder that HEDDLE_ROOT names in its
 * environment. For tests: what is then measured is still measured here. */
const char *machine_root(void);

/* Says so in one line of complaint, if it is another machine's. */
void machine_complain_of_root(void);

/* ---- What it is ---- */

/*
 * All facts about the machine, its limits, the build and this moment, as one
 * flat object: {"cpu_model": "...", "logical_cpus": 8, "on_ac_power": true}.
 * Units stand in the names. What cannot be told is null and has a sibling with
 * the reason: {"governor": null, "governor_missing": "no cpufreq here, ..."}.
 * The same keys on every machine, apart from these siblings; the table in
 * machine.c is the list of them.
 *
 * Returns 0 and a new reference, or -ENOMEM.
 */
int machine_environment(const char *root, json_t **ret);

/* The same of what may change while a session runs: frequency, governor, load,
 * pressure and the like. */
int machine_environment_now(const char *root, json_t **ret);

/*
 * The machine in short, for captions: "AMD EPYC, 2 cores, Linux 6.18". From
 * what machine_environment returned, here or in an earlier session; without a
 * host's name. Cut to the room.
 */
void machine_name(const json_t *environment, char *ret, size_t room);

/* ---- How steady it is ---- */

struct machine_calibration {
    double median_ns; /* of one round of a fixed loop of integer arithmetic */
    double cv_ratio;  /* standard deviation over mean of 20 rounds */
};

/* Times the loop: about 100 ms of one core. Equal medians (within 2 %) mean an
 * equally fast machine. Returns 0 or -ENOMEM. */
int machine_calibrate(struct machine_calibration *ret);

/* A shorter round of the same loop, to be timed before each run: about 1 ms of
 * one core. Returns its time in ns. */
int64_t machine_calibrate_briefly(void);

/*
 * How much such rounds vary over a session: the distance between the 5 % and
 * the 95 % quantile, as the standard deviation over the median of a normal
 * distribution with these quantiles. A round that another program interrupts
 * once in a while takes many times as long; it would decide over a plain
 * standard deviation, while a frequency that wanders shows in both. NaN: fewer
 * than MACHINE_VARIATION_MIN times, or no memory.
 */
enum { MACHINE_VARIATION_MIN = 10 };
double machine_variation(const double *times_ns, size_t n);

/* What was found, for machine_grade. */
struct machine_unrest {
    double variation_ratio; /* of equal work: the larger of
                               machine_calibration.cv_ratio and, after a
                               session, machine_variation of its runs */
    double steal_ratio;     /* of all CPU time, while it was measured */
    uint64_t throttled_periods;
    double rerun_ratio; /* of the blocks, for the causes of noise.h */
};

/*
 * How far absolute times can be trusted.
 *     A  nothing stolen, and equal work varies by less than 0.5 %
 *     B  by less than 2 %
 *     C  by less than 5 %
 *     D  by more, or more than 2 % stolen, or stopped by a CPU quota, or more
 *        than a fifth of all blocks measured again
 */
struct machine_grade {
    char letter;
    char reason[128]; /* one sentence: what decided it */
};

struct machine_grade machine_grade(const struct machine_unrest *unrest);

#endif
