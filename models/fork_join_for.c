/* SPDX-License-Identifier: MIT */
/*
 * A loop in pieces, which splits itself only where somebody wants a part of it.
 * The cost per piece is a look at the own deque. Look at run_piece: it gives
 * half of what it has away as soon as the last half it gave is gone.
 */
#include <assert.h>

#include "models/fork_join.h"

struct loop {
    uint64_t grain;
    void (*body)(uint64_t from, uint64_t to, void *context);
    void *context;
};

struct piece {
    const struct loop *loop;
    uint64_t begin, end;
};

static void run_piece(void *argument)
{
    struct piece *left = argument;
    const struct loop *loop = left->loop;

    while (left->end - left->begin > loop->grain) {
        if (fork_join_is_hungry()) {
            uint64_t middle = left->begin + (left->end - left->begin) / 2;
            struct piece right = {loop, middle, left->end};
            struct spawned spawned;
            left->end = middle;
            fork_join_spawn(&spawned, run_piece, &right);
            run_piece(left);
            fork_join_join(&spawned);
            return;
        }
        uint64_t from = left->begin;
        left->begin += loop->grain;
        loop->body(from, left->begin, loop->context);
    }
    loop->body(left->begin, left->end, loop->context);
}

void fork_join_for(uint64_t begin, uint64_t end, uint64_t grain,
                   void (*body)(uint64_t from, uint64_t to, void *context),
                   void *context)
{
    struct loop loop = {grain, body, context};
    struct piece whole = {&loop, begin, end};

    assert(grain > 0);
    if (begin < end)
        run_piece(&whole);
}
