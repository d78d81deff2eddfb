/* SPDX-License-Identifier: MIT */
/* The function under Boost.Context, without its C++: the least that can be had
 * from that library. Usage: peer_switch_fcontext ROUNDTRIPS */
#include <boost/context/detail/fcontext.hpp>
#include <cstdlib>

#include "benches/peers/tell.h"

using namespace boost::context::detail;

static const size_t stack_bytes = 65536;
static uint64_t sum, value;

static void add(transfer_t home)
{
    for (;;) {
        sum += value;
        home = jump_fcontext(home.fctx, nullptr);
    }
}

int main(int argc, char **argv)
{
    uint64_t n = argc > 1 ? strtoull(argv[1], nullptr, 10) : 1000000;
    char *stack = static_cast<char *>(aligned_alloc(4096, stack_bytes));
    struct stopwatch watch;

    if (stack == nullptr)
        return 1;
    transfer_t other = {make_fcontext(stack + stack_bytes, stack_bytes, add),
                        nullptr};
    stopwatch_start(&watch);
    for (value = 1; value <= n; value++)
        other = jump_fcontext(other.fctx, nullptr);
    int status = stopwatch_tell(&watch, 2 * n, sum);
    free(stack);
    return status;
}
