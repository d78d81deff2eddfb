/* SPDX-License-Identifier: MIT */
#ifndef TESTS_HOSTILE_H
#define TESTS_HOSTILE_H

/* Says how often the kernel was unkind, and ends the program with an error if
 * it was supposed to be and never was. */
void hostile_report(void);

#endif
