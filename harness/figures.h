/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_FIGURES_H
#define HARNESS_FIGURES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A list of whole numbers with a name each, some of which this machine may be
 * unable to tell: in C an array, in JSON an object with null for the unknown.
 */

/* In the place of a figure that is not known. */
#define FIGURE_UNKNOWN INT64_MIN

void figures_forget(int64_t *figures, size_t n); /* sets all to unknown */

/* {"NAME": 7, "OTHER": null}. Returns a new reference, NULL: no memory. */
json_t *figures_json(const char *const *names, const int64_t *figures,
                     size_t n);

#endif
