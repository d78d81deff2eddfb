/* SPDX-License-Identifier: MIT */
/* Broken on purpose: every block has the order of the experiment's file. */
#include "harness/stats/rng.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
void __wrap_rng_shuffle(struct rng *rng, size_t *items, size_t n);

void __wrap_rng_shuffle(struct rng *rng, size_t *items, size_t n)
{
    (void)rng;
    (void)items;
    (void)n;
}
/* NOLINTEND(bugprone-reserved-identifier) */
