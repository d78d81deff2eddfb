/* SPDX-License-Identifier: MIT */
/* Fibers of Boost.Context one after the other: created, run, gone. Stacks come
 * from malloc, as is its default, or from its pool.
 * Usage: peer_create_boost FIBERS [malloc|pool] */
#include <boost/context/fiber.hpp>
#include <boost/context/fixedsize_stack.hpp>
#include <boost/context/pooled_fixedsize_stack.hpp>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "benches/peers/tell.h"

using boost::context::fiber;

static const size_t stack_bytes = 65536;

template <typename Stacks> static int create(uint64_t n, Stacks stacks)
{
    uint64_t sum = 0;
    struct stopwatch watch;

    stopwatch_start(&watch);
    for (uint64_t value = 1; value <= n; value++) {
        fiber one{std::allocator_arg, stacks, [&](fiber &&home) {
                      sum += value;
                      return std::move(home);
                  }};
        std::move(one).resume();
    }
    return stopwatch_tell(&watch, n, sum);
}

int main(int argc, char **argv)
{
    uint64_t n = argc > 1 ? strtoull(argv[1], nullptr, 10) : 1000000;

    if (argc > 2 && strcmp(argv[2], "pool") == 0)
        return create(n, boost::context::pooled_fixedsize_stack(stack_bytes));
    return create(n, boost::context::fixedsize_stack(stack_bytes));
}
