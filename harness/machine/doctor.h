/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DOCTOR_H
#define HARNESS_DOCTOR_H

#include <jansson.h>

/* The parts of `heddle doctor`; all print to standard output. */

/* A name, and words that go on in further lines below each other. */
void doctor_print_row(const char *name, const char *words);

/* Which helpers and counters are there, and how to get the others. */
void doctor_print_tools(const json_t *environment);

#endif
