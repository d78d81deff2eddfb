/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_WORDS_H
#define HARNESS_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Numbers and claims in the words that tables, headlines and charts share.
 * The small buffers are the caller's, and big enough for any result. */

enum { WORDS_NUMBER = 24, WORDS_INTERVAL = 80 };

/* Three significant digits, and never an exponent: "0.518", "12.3", "1230";
 * "0" below 0.00005; "?" for NaN. Returns text. */
char *words_number(double value, char text[WORDS_NUMBER]);

/* How many times as much, for sentences: "1.9", "12". Returns text. */
char *words_times(double ratio, char text[WORDS_NUMBER]);

/* A whole number, with thousands apart from 10 000 on. Returns text. */
char *words_count(uint64_t count, char text[WORDS_NUMBER]);

/* "128 [126, 131]", or "128" without an interval. Returns text. */
char *words_interval(double value, double low, double high,
                     char text[WORDS_INTERVAL]);

/* "a", "a and b", "a, b and c", with blanks for underscores; more than three
 * are counted: "5 models". */
void words_names(FILE *out, const char *const *names, size_t n);

/* Writes text in lines of at most `columns` columns, broken at blanks. The
 * caller has written the first `indent` columns; the other lines begin with as
 * many blanks. */
void words_paragraph(FILE *out, const char *text, size_t columns,
                     size_t indent);

/* The columns a text takes on a terminal, for letters of one column each. */
size_t words_width(const char *text);

#endif
