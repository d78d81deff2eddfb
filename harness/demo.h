/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_DEMO_H
#define HARNESS_DEMO_H

struct options;

/* The names of all demos on standard output, one a line. */
void demo_print_names(void);

/* Prints a question, and on a terminal waits until somebody presses Enter. */
void demo_ask(const char *question);

/* Demos that are no experiment. They measure, print what the class is to see
 * and return an exit status. */
int demo_aa(const struct options *options);
int demo_stall(const struct options *options);
int demo_table(const struct options *options);
int demo_gil(const struct options *options);

#endif
