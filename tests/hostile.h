/* SPDX-License-Identifier: MIT */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

#include <stddef.h>

/* What the kernel does instead of what it was asked for (hostile.c), counted:
 * moves fewer bytes; half of them; is interrupted. */
size_t hostile_shorten(size_t length);
size_t hostile_halve(size_t length);
int hostile_interrupts(void);

/* Says how often the kernel was unkind, and ends the program with an error if
 * it was supposed to be and never was. */
void hostile_report(void);

#endif
