/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ONCE_H
#define HARNESS_ONCE_H

struct complaint;
struct configuration;
struct job_plan;
struct measurement;
struct options;
struct reference;

/* What single runs have in common: `heddle once` and `heddle trace`. */

enum verdict { OK, WRONG, FAILED };

/* The configuration that the options name, resolved. Returns 0, or an exit
 * status after a line of complaint; the caller ends it with configuration_fini.
 */
int once_configuration(const struct options *options,
                       struct configuration *ret);

/* Is what a run found what it should have found? Of `expected` the first
 * `nexpected` of digest, steps and bytes are known. If not, WRONG with a
 * complaint. */
enum verdict once_verify(const struct job_plan *plan,
                         const struct reference *expected, int nexpected,
                         const struct measurement *m,
                         struct complaint *complaint);

#endif
