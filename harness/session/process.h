/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Other programs, run one at a time in a process group of their own, watched
 * until they end or have to. The first SIGINT or SIGTERM ends what runs and is
 * remembered; from then on these signals do again what they do to any program,
 * so that a second one ends this one.
 */
struct watch {
    int signals; /* a signalfd */
    int signal;  /* the one that came; 0: none */
    /* Called now and then while a process runs, at least every second, but not
     * just to pass the time if it is NULL. */
    void (*tick)(void *context);
    void *context;
};

/* What became of a process. */
struct outcome {
    uint64_t start_ns; /* of the program's clock */
    uint64_t wall_ns;  /* from spawn to exit */
    int status;        /* as wait(2) tells it */
    bool timed_out;    /* it was ended since it took too long */
    bool interrupted;  /* it was ended, or not begun, since a signal came */
    char *out;         /* its standard output, a text */
    char *err;         /* its standard error */
};

/* Takes SIGINT and SIGTERM from now on. Returns 0 or -errno. */
int watch_init(struct watch *ret);
void watch_fini(struct watch *watch);

/* Has a signal come by now? */
bool watch_interrupted(struct watch *watch);

/* Runs argv, which ends with NULL: `program` is a path, or a name to be found
 * in PATH. Its standard input is empty. When it has exited, what is left of its
 * group is ended, too. Returns 0, or -errno if it could not be started. The
 * caller ends *ret with outcome_fini. */
int process_run(struct watch *watch, const char *program, char *const argv[],
                uint64_t timeout_ns, struct outcome *ret);
void outcome_fini(struct outcome *outcome);

#endif
