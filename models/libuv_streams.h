/* SPDX-License-Identifier: MIT */
#ifndef MODELS_LIBUV_STREAMS_H
#define MODELS_LIBUV_STREAMS_H

#include <stdbool.h>
#include <uv.h>

#include "models/libuv_loops.h"

/*
 * The parts of the model `libuv`: connections, listeners, files.
 * A function named begin_... begins the operation of a runner's task, and
 * returns true if it is carried out already.
 */

/* A connection as libuv has it: from its first use by a task until that asks
 * for CLOSE. */
struct libuv_connection {
    uv_tcp_t tcp; /* its `data` is this connection */
    union {
        uv_connect_t connect;
        uv_write_t write;
    } request;
    struct libuv_runner *runner;   /* NULL: its task has ended, or given up */
    struct libuv_connection *next; /* of the same task */
    int fd;
    bool reading; /* libuv looks whether something has come */
    bool full;    /* the last READ is complete: do not ask for more at once */
    bool cut;     /* a WRITE timed out half-way: only to be closed */
};

/* A new one, without a descriptor yet; NULL: no memory. */
struct libuv_connection *libuv_connection_new(struct libuv_runner *runner);

/* It has `fd` from now on, and the runner finds it by that. */
void libuv_connection_keep(struct libuv_connection *connection, int fd);

/* Closes it and its descriptor. It must not be the runner's any more. */
void libuv_connection_close(struct libuv_connection *connection);

bool libuv_begin_connect(struct libuv_runner *runner);
bool libuv_begin_close(struct libuv_runner *runner);

/* READ, READ_SOME and WRITE. */
bool libuv_begin_transfer(struct libuv_runner *runner);

/* The operation has timed out: takes a CONNECT, a READ or a WRITE back. libuv
 * can do so with a WRITE only by closing the connection, which is the task's to
 * ask for: until then it is good for nothing else. */
void libuv_give_up_stream(struct libuv_runner *runner);

/* ACCEPT, and START with a listening socket. */
bool libuv_begin_accept(struct libuv_runner *runner);

/* The runner's task waits for no connection any more. */
void libuv_leave_listener(struct libuv_runner *runner);

/* READ and WRITE with an offset, FSYNC, and CLOSE of what is no connection. */
bool libuv_begin_file(struct libuv_runner *runner);

#endif
