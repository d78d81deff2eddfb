/* SPDX-License-Identifier: MIT */
/* Boost.Context as its users meet it: boost::context::fiber, with MXCSR and x87
 * control word saved, as is its default. Usage: peer_switch_boost ROUNDTRIPS */
#include <boost/context/fiber.hpp>
#include <cstdlib>
#include <utility>

#include "benches/peers/tell.h"

int main(int argc, char **argv)
{
    uint64_t n = argc > 1 ? strtoull(argv[1], nullptr, 10) : 1000000;
    uint64_t sum = 0, value = 0;
    bool over = false;
    struct stopwatch watch;

    boost::context::fiber other{[&](boost::context::fiber &&home) {
        while (!over) {
            sum += value;
            home = std::move(home).resume();
        }
        return std::move(home);
    }};
    stopwatch_start(&watch);
    for (value = 1; value <= n; value++)
        other = std::move(other).resume();
    int status = stopwatch_tell(&watch, 2 * n, sum);
    over = true;
    std::move(other).resume();
    return status;
}
