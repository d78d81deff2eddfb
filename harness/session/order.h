/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_ORDER_H
#define HARNESS_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* The number of the discarded block, which comes before block 0. */
#define ORDER_DISCARDED UINT32_MAX

/*
 * Puts points[0 .. n-1] into the order in which a block runs them. A pure
 * function of the session's seed, the experiment's place in the session, the
 * block's number and the list: a block has the same order whatever happened
 * before it, so an interrupted session goes on as it would have. Give all
 * points of the experiment in their own order and pass over the holes
 * afterwards: then a hole does not move the others either.
 */
void order_shuffle(uint64_t seed, unsigned experiment, uint32_t block,
                   size_t *points, size_t n);

#endif
