/* SPDX-License-Identifier: MIT */
/* Broken on purpose: the generator is seeded again for every block, so that all
 * blocks have one order, however random it looks. */
#include "harness/stats/rng.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
void __real_rng_shuffle(struct rng *rng, size_t *items, size_t n);
void __wrap_rng_shuffle(struct rng *rng, size_t *items, size_t n);

void __wrap_rng_shuffle(struct rng *rng, size_t *items, size_t n)
{
    struct rng again = {.state = 1};

    (void)rng;
    __real_rng_shuffle(&again, items, n);
}
/* NOLINTEND(bugprone-reserved-identifier) */
