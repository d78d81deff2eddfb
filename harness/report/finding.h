/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_FINDING_H
#define HARNESS_FINDING_H

struct view;

/*
 * What one panel found, in one sentence without a full stop: the last line of
 * its table and the headline of its chart. Computed from intervals that hold
 * for all rows of a group together, by the rules of finding_rules.c;
 * where they do not suffice, the sentence says so. The caller frees it; NULL:
 * no memory.
 */
char *finding_text(const struct view *view, unsigned panel);

#endif
