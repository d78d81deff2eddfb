/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DEMO_H
#define HARNESS_DEMO_H

/* The names of all demos on standard output, one a line. */
void demo_print_names(void);

#endif
