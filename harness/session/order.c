/* SPDX-License-Identifier: MIT */
/*
 * Every block has a generator of its own. Its state goes through the scrambling
 * of the session's generator once for each number that it depends on, so that
 * neighbouring seeds, experiments and blocks have nothing in common.
 */
#include "harness/session/order.h"

#include "harness/stats/rng.h"

static uint64_t fold(uint64_t state, uint64_t number)
{
    struct rng rng = {.state = state ^ number};

    return rng_next(&rng);
}

void order_shuffle(uint64_t seed, unsigned experiment, uint32_t block,
                   size_t *points, size_t n)
{
    struct rng rng = {.state = fold(fold(fold(0, seed), experiment), block)};

    rng_shuffle(&rng, points, n);
}
