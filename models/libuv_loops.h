/* SPDX-License-Identifier: MIT */
#ifndef MODELS_LIBUV_LOOPS_H
#define MODELS_LIBUV_LOOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

struct job;
struct task;
struct libuv_loop;

/*
 * Workers that are loops of libuv: what the models `libuv` and `libuv_poll`
 * have in common. Each worker has a uv_loop_t of its own and admits its share
 * of the tasks; a way of carrying operations out is what sets the two apart.
 */

/* What carries one task on. It is the next one's when that has ended, its timer
 * with it: a handle may only be freed in a callback of its own. */
struct libuv_runner {
    struct libuv_loop *loop;
    struct task *task;
    bool waiting;     /* for a callback, which is to call libuv_resume */
    uv_timer_t timer; /* of a SLEEP or a START, or a time-out */
    void *handles;    /* the way's: one for each descriptor of the task */
    uv_fs_t *file;    /* the request for a file; NULL: none was made yet */
    TAILQ_ENTRY(libuv_runner) queued; /* for a listener */
};

TAILQ_HEAD(libuv_queue, libuv_runner);

struct libuv_way {
    /* Begins the task's operation. True: it is carried out. False: a callback
     * will tell. */
    bool (*begin)(struct libuv_runner *runner);
    /* The task has ended; what it leaves open stays so until the model closes.
     */
    void (*leave)(struct libuv_runner *runner);
    /* Closes a handle of the way's that is still open, but not a descriptor:
     * that is the workload's. */
    void (*close)(struct libuv_loop *loop, uv_handle_t *handle);
};

struct libuv_loop {
    uv_loop_t uv;
    uv_prepare_t prepare; /* called before each wait, for a trace */
    struct job *job;
    const struct libuv_way *way;
    uint64_t nlive;          /* admitted and not finished */
    uint64_t nlive_max;      /* its share of plan.inflight */
    bool starting;           /* the last one admitted has not arrived yet */
    int spare;               /* a descriptor to be overwritten */
    void *listeners;         /* the way's */
    struct libuv_queue idle; /* runners without a task */
};

/* The model's three calls. Returns 0 or -errno, noted with job_fail. */
int libuv_loops_open(struct job *job, const struct libuv_way *way);
void libuv_loops_run(struct job *job);
void libuv_loops_close(struct job *job);

/* For a callback: the operation of this runner's task has been carried out.
 * Goes on with the task up to its next wait, then takes in others if there is
 * room. */
void libuv_resume(struct libuv_runner *runner);

/* Has `expired` called when `deadline_ns` of the program's clock has passed,
 * unless libuv_resume comes first. libuv counts in whole milliseconds; rounded
 * up, none is early. */
void libuv_set_timer(struct libuv_runner *runner, uint64_t deadline_ns,
                     uv_timer_cb expired);

/* A uv_close_cb: frees what handle->data points to. */
void libuv_free_data(uv_handle_t *handle);

#endif
