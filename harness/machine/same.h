/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SAME_H
#define HARNESS_SAME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Do two descriptions of machine_environment belong to the same machine in the
 * same state, so that runs here and there may stand in one session? Compared
 * are the facts that decide how fast it is, or how much it allows; not those of
 * a moment, such as load and free memory. If not, `text` tells the first
 * difference: "governor was powersave and is performance". Cut to the room. */
bool machine_same(const json_t *was, const json_t *is, char *text, size_t room);

#endif
