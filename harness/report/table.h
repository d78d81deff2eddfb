/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_TABLE_H
#define HARNESS_TABLE_H

#include <stdio.h>

struct view;

enum { TABLE_COLUMNS = 80 }; /* of text; a long label may make a table wider */

/* Prints one panel as a table in plain text: a line per row, a heading per
 * value of the sweep, and below it what needs explaining. Holes are rows with
 * their reason. Returns 0 or -ENOMEM. */
int table_print(FILE *out, const struct view *view, unsigned panel);

/* Explains the marks of the tables, in two lines. */
void table_print_legend(FILE *out);

#endif
