/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_HYPERFINE_H
#define HARNESS_HYPERFINE_H

#include <stdbool.h>
#include <stddef.h>

struct complaint;
struct run;
struct runner;

/* Is hyperfine installed? */
bool hyperfine_is_there(struct runner *runner);

/* Lets hyperfine run the configurations of these runs once more, in the same
 * order, and adds what it saw of the whole processes to their metrics as
 * "process_ns". One call is one block. Returns 0; -EINTR if a signal ended it;
 * or -errno with a complaint, and then adds nothing. */
int hyperfine_time(struct runner *runner, struct run *runs, size_t nruns,
                   struct complaint *complaint);

/* Lets hyperfine time points as people do, all runs of one before the first of
 * the next: those of points[i] from times_ns[i * nruns] on. Returns as above,
 * and then leaves times_ns alone. */
int hyperfine_in_turn(struct runner *runner, const unsigned *points,
                      size_t npoints, unsigned nwarmups, unsigned nruns,
                      double *times_ns, struct complaint *complaint);

#endif
