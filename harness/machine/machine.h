/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_MACHINE_H
#define HARNESS_MACHINE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The machine beside the numbers: what it is, how steady it is, and what
 * disturbed it meanwhile. Functions with a `root` read the files of /proc and
 * /sys below that folder; "" is the real machine, a test shows them another
 * one.
 */

/* That root for this process: "", or the folder that HEDDLE_ROOT names in its
 * environment. For tests: what is then measured is still measured here. */
const char *machine_root(void);

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

/* ---- What disturbs it ---- */

/*
 * Counters since the start of the machine: only differences mean something.
 * Those that a machine does not have stay 0.
 */
struct machine_counters {
    uint64_t steal_ticks; /* a hypervisor ran others on our CPUs */
    uint64_t total_ticks; /* of all CPUs, idle or not */
    /* Our control group, or one above, stood still: its quota was used up. */
    uint64_t throttled_periods;
    /* Some task of this machine had to wait for it: "some" of /proc/pressure */
    uint64_t waited_cpu_us;
    uint64_t waited_io_us;
    uint64_t waited_memory_us;
};

/* Returns 0, or -errno if there is no /proc/stat. */
int machine_counters_read(const char *root, struct machine_counters *ret);

/* The share of all CPU time that was stolen from one reading to a later one:
 * 0 to 1; 0 if not a tick went by. */
double machine_steal_ratio(const struct machine_counters *before,
                           const struct machine_counters *after);

/* ---- How steady it is ---- */

struct machine_calibration {
    double median_ns; /* of one round of a fixed loop of integer arithmetic */
    double cv_ratio;  /* standard deviation over mean of 20 rounds */
};

/* Times the loop: about 100 ms of one core. Equal medians (within 2 %) mean an
 * equally fast machine. Returns 0 or -ENOMEM. */
int machine_calibrate(struct machine_calibration *ret);

/*
 * How far absolute times can be trusted.
 *     A  nothing stolen and the loop varies by less than 0.5 %
 *     B  by less than 2 %
 *     C  by less than 5 %
 *     D  by more, or more than 2 % stolen, or throttled by a CPU quota
 */
struct machine_grade {
    char letter;
    char reason[128]; /* one sentence: what decided it */
};

/* cv_ratio is that of machine_calibrate; steal_ratio and throttled_periods are
 * differences over the session. */
struct machine_grade machine_grade(double cv_ratio, double steal_ratio,
                                   uint64_t throttled_periods);

#endif
