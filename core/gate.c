/* SPDX-License-Identifier: MIT */
#include "core/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

int gate_init(struct gate *gate)
{
    gate->own_worker_ends = false;
    if (pipe2(gate->ready, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(gate->go, O_CLOEXEC) < 0) {
        int error = errno;
        close_end(&gate->ready[0]);
        close_end(&gate->ready[1]);
        return -error;
    }
    return 0;
}

void gate_fini(struct gate *gate)
{
    close_end(&gate->ready[0]);
    close_end(&gate->ready[1]);
    close_end(&gate->go[0]);
    close_end(&gate->go[1]);
}

void gate_be_worker(struct gate *gate)
{
    gate->own_worker_ends = true;
    close_end(&gate->ready[0]);
    close_end(&gate->go[1]);
}

void gate_be_opener(struct gate *gate)
{
    close_end(&gate->ready[1]);
    close_end(&gate->go[0]);
}

int gate_enter(struct gate *gate)
{
    char byte = 0;
    ssize_t n;

    if (write(gate->ready[1], &byte, 1) != 1)
        return -EPIPE;
    /* Once all who came have hung up, a missing byte shows as end of file. */
    if (gate->own_worker_ends)
        close_end(&gate->ready[1]);
    do
        n = read(gate->go[0], &byte, 1);
    while (n < 0 && errno == EINTR);
    return n == 1 ? 0 : -EPIPE;
}

int gate_await(struct gate *gate, unsigned nworkers)
{
    char bytes[64];

    while (nworkers > 0) {
        size_t wanted = nworkers < sizeof bytes ? nworkers : sizeof bytes;
        ssize_t n = read(gate->ready[0], bytes, wanted);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -ECHILD;
        nworkers -= (unsigned)n;
    }
    return 0;
}

void gate_open(struct gate *gate, unsigned nworkers)
{
    const char bytes[64] = {0};

    while (nworkers > 0) {
        size_t wanted = nworkers < sizeof bytes ? nworkers : sizeof bytes;
        ssize_t n = write(gate->go[1], bytes, wanted);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* All workers died; whoever waits for them will tell. */
        nworkers -= (unsigned)n;
    }
}
