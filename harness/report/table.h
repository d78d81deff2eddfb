/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_TABLE_H
#define HARNESS_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "harness/report/words.h"

struct estimate;
struct view;

enum { TABLE_COLUMNS = 80 }; /* of text; a long label may make a table wider */

/* What a table says of a row, as texts: "131 [130, 132]", "+ faster". Empty for
 * a hole, whose reason stands instead. */
struct table_cells {
    char first[WORDS_INTERVAL]; /* what is compared, in the column's unit */
    char beside[WORDS_NUMBER];
    char ratio[WORDS_INTERVAL];
    char claim[WORDS_NUMBER];
};

void table_cells(const struct view *view, const struct estimate *row,
                 struct table_cells *ret);

/* Prints one panel as a table in plain text: a line per row, a heading per
 * value of the sweep, and below it what needs explaining. Holes are rows with
 * their reason. Returns 0 or -ENOMEM. */
int table_print(FILE *out, const struct view *view, unsigned panel);

/* What may be claimed about a row: "+ faster", "? cannot tell (+12)". */
void table_write_claim(const struct view *view, const struct estimate *row,
                       char *text, size_t room);

/* Explains the marks of the tables, in two lines. */
void table_print_legend(FILE *out);

#endif
