/* SPDX-License-Identifier: MIT */
#ifndef PROVE_TELL_H
#define PROVE_TELL_H

#include <jansson.h>
#include <stdbool.h>

#include "tests/prove/checks.h"

/* What came of a figure: for the exit status, for people, for programs. */

bool tell_has_target(const struct figure *figure);

/* Is the target missed by more than chance: by more than three standard errors,
 * and not on the safe side? Of figures that lie right at their edge that would
 * be one in 700. Nothing drawn is missed as well. */
bool tell_missed(const struct figure *figure, const struct tally *tally);

/* One line each on standard output. */
void tell_head(void);
void tell_figure(const struct check *check, const struct figure *figure,
                 const struct tally *tally);

/* A new object. Its share or mean is null if nothing was drawn. */
json_t *tell_json(const struct check *check, const struct figure *figure,
                  const struct tally *tally);

#endif
