/* SPDX-License-Identifier: MIT */
/* Our fork and join. */
#include "benches/peers/fib.h"
#include "models/fork_join.h"

struct fib {
    uint64_t n;
    uint64_t result;
};

static void fib(void *argument)
{
    struct fib *self = argument;

    if (self->n < 2) {
        self->result = self->n;
        return;
    }
    struct fib left = {self->n - 1, 0}, right = {self->n - 2, 0};
    struct spawned spawned;
    fork_join_spawn(&spawned, fib, &left);
    fib(&right);
    fork_join_join(&spawned);
    self->result = left.result + right.result;
}

int main(int argc, char **argv)
{
    struct fib root = {fib_number(argc, argv, 1, 32), 0};
    struct fork_join *crew;
    struct stopwatch watch;

    if (fork_join_new((unsigned)fib_number(argc, argv, 2, 2), &crew) != 0)
        return 1;
    stopwatch_start(&watch);
    fork_join_run(crew, fib, &root);
    int status = stopwatch_tell(&watch, fib_ncalls(root.n), root.result);
    fork_join_free(crew);
    return status;
}
