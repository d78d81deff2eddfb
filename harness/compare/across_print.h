/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ACROSS_PRINT_H
#define HARNESS_ACROSS_PRINT_H

#include <jansson.h>
#include <stdio.h>

struct across;
struct across_row;

/* For people: the two sessions, a table a panel, what the marks mean, and a
 * count of the verdicts. Returns 0 or -ENOMEM. */
int across_print(FILE *out, const struct across *across);

/* For programs, as results/schema/compare-1.json says; `limit` is that of
 * --fail-above, 0: none was given. NULL: no memory. */
json_t *across_json(const struct across *across, double limit);

/* The name of a row's configuration, as in result.json. Cut to the room. */
void across_row_id(const struct across_row *row, char *text, size_t room);

#endif
