/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_RUNNER_H
#define HARNESS_RUNNER_H

#include <stdbool.h>

#include "harness/machine/noise.h"
#include "harness/session/process.h"

struct complaint;
struct counters;
struct run;
struct session;

/*
 * Where a run takes place: a fresh process of this program, `heddle once`. The
 * one step that would have to change for runs elsewhere.
 */
struct runner {
    struct watch watch;
    const struct session *session;
    struct noise_reader noise; /* looked at before and after each run */
    bool counting; /* runs count with perf, which takes them longer */
};

/* The program that runs execute: this one, also if its file has been replaced
 * meanwhile; or that of session.against. */
#define RUNNER_PROGRAM "/proc/self/exe"

/* The arguments of a point's runs, argv[0] included, as a list that ends with
 * NULL; free with runner_argv_free. `json`: the run tells what it measured. */
char **runner_argv(const struct session *session, unsigned point, bool json);
void runner_argv_free(char **argv);

/* One run of a point; if the runner is counting, *counters (not NULL then) is
 * what perf counted. A run that was refused, failed, crashed or timed out is a
 * result: its status and error tell. Returns 0; -EINTR if a signal ended it,
 * there is no run then; or -errno if no process could be started. The caller
 * ends *ret with run_fini. */
int runner_measure(struct runner *runner, unsigned point, struct run *ret,
                   struct counters *counters);

/* Works out what the runs of a point have to find, and sets it in the session's
 * point; points of the same work get it as well. Returns 0; -EINTR; or -errno
 * with a complaint. */
int runner_reference(struct runner *runner, struct session *session,
                     unsigned point, struct complaint *complaint);

/* Does the program of this point work out the same as the reference that is
 * known? Returns 0; -EBADMSG: no; -EINTR; or -errno; with a complaint. */
int runner_check_other(struct runner *runner, unsigned point,
                       struct complaint *complaint);

#endif
