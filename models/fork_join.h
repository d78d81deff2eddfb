/* SPDX-License-Identifier: MIT */
#ifndef MODELS_FORK_JOIN_H
#define MODELS_FORK_JOIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Fork and join: calls that may go on side by side, cheap enough to make one
 * wherever two halves of something do not depend on each other.
 *
 *   static void fib(void *argument)
 *   {
 *       struct fib *f = argument;
 *       struct fib left = {f->n - 1}, right = {f->n - 2};
 *       struct spawned spawned;
 *       ...
 *       fork_join_spawn(&spawned, fib, &left);
 *       fib(&right);
 *       fork_join_join(&spawned);
 *       f->result = left.result + right.result;
 *   }
 *
 * A spawned call lies in its thread's deque until the thread comes back to it,
 * or another, which has nothing to do, steals it (child stealing). The oldest
 * goes first: in a tree of calls that is the largest piece.
 *
 *   R. Blumofe, C. Leiserson: Scheduling multithreaded computations by work
 *   stealing. Journal of the ACM 46, 1999.
 *
 * All below fork_join_run is for calls within it. Calls must not wait for each
 * other except by joining. While a join waits it carries out other calls, on
 * the same stack: FORK_JOIN_STACK_BYTES a thread, and the caller's own.
 */
enum { FORK_JOIN_STACK_BYTES = 8 << 20 };

struct fork_join;

/* Makes `nworkers` - 1 threads (1 or more workers; the caller of fork_join_run
 * is one of them), which sleep. Returns 0 or -errno. End with fork_join_free,
 * outside of a fork_join_run. */
int fork_join_new(unsigned nworkers, struct fork_join **ret);
void fork_join_free(struct fork_join *crew);

/* Makes the caller worker 0 and calls call(argument). By one thread at a time,
 * and not within itself. */
void fork_join_run(struct fork_join *crew, void (*call)(void *),
                   void *argument);

/* A call that another thread may carry out. The caller's, who keeps it in place
 * until it is joined. */
struct spawned {
    void (*call)(void *);
    void *argument;
    _Atomic bool done; /* by a thread that has stolen it, or at once */
};

/* Lets `call` be carried out: by somebody else, or by the join. If too many of
 * the thread's own wait already (FORK_JOIN_WAITING_MAX) it is done at once. */
enum { FORK_JOIN_WAITING_MAX = 4096 };
void fork_join_spawn(struct spawned *spawned, void (*call)(void *),
                     void *argument);

/* Returns when the call has ended, and shows all that it did. To be called by
 * the thread and function that spawned it; the latest first, or others that
 * were spawned since are carried out on the way. */
void fork_join_join(struct spawned *spawned);

/* The number of the calling worker, from 0. */
unsigned fork_join_worker(void);

/* Does nothing of the calling worker's wait to be stolen? Then who looks for
 * work finds none here. */
bool fork_join_is_hungry(void);

/*
 * A loop: body(from, to, context) for pieces that together are begin ... end -
 * 1 and each at most `grain` long (1 or more), side by side. Returns when all
 * have ended. Half of what is left is given away whenever the thread's own
 * deque is empty, which tells that somebody is hungry (lazy binary splitting:
 * A. Tzannes, G. Caragea, R. Barua, U. Vishkin, PPoPP 2010); so an undisturbed
 * loop is hardly ever split.
 */
void fork_join_for(uint64_t begin, uint64_t end, uint64_t grain,
                   void (*body)(uint64_t from, uint64_t to, void *context),
                   void *context);

#endif
