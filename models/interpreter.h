/* SPDX-License-Identifier: MIT */
#ifndef MODELS_INTERPRETER_H
#define MODELS_INTERPRETER_H

#include <stdint.h>

#include "core/gil.h"
#include "core/parameter.h"

struct job;
struct task;

/*
 * A thread of an interpreter with a GIL. A task's steps are its bytecode: the
 * interpreter looks up at every OP_YIELD, and lets go of the lock around every
 * operation that may wait, as all of CPython's blocking calls do.
 */
enum release { RELEASE_ALWAYS, RELEASE_BLOCKING, RELEASE_NEVER };

struct interpreter {
    struct gil *gil;
    unsigned self;       /* its number to the lock */
    uint64_t look_every; /* looks up at every so manyth YIELD */
    uint64_t nyields;    /* since it last looked up */
    uint64_t io_work_ns; /* computes so long before each operation */
    enum release release;
};

/* The parameters of every model with such a lock, and the rules and habits that
 * the values of a job's model stand for. */
extern const struct parameter interpreter_parameters[];
enum { INTERPRETER_PARAMETERS = 7 };

struct gil_rules interpreter_rules(const struct job *job);
struct interpreter interpreter_new(const struct job *job, struct gil *gil,
                                   unsigned self);

/* Runs a task to its end, under the lock but for its waits. */
void interpreter_run(struct interpreter *interpreter, struct task *task);

/* Notes what the threads made of their lock as metrics of the job. */
void interpreter_report(struct job *job, const struct gil *gil);

/* Computes for `ns`. For what an interpreter does around an operation. */
void interpreter_work(uint64_t ns);

#endif
