/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DOCTOR_H
#define HARNESS_DOCTOR_H

#include <jansson.h>

struct machine_grade;

/* The parts of `heddle doctor`; those that print do so to standard output. */

/* A name, and words that go on in further lines below each other. */
void doctor_print_row(const char *name, const char *words);

/* Which helpers and counters are there, and how to get the others. */
void doctor_print_tools(const json_t *environment);

/* All of it as one object: "noise_grade", "noise_reason", "steal_ratio" since
 * the machine was started, "advice" in order of effect, "limits" and the
 * "environment". NULL: no memory. */
json_t *doctor_json(json_t *environment, const struct machine_grade *grade,
                    double steal_ratio);

#endif
