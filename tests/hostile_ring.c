/* SPDX-License-Identifier: MIT */
/*
 * The hostile kernel for rings: what is submitted moves fewer bytes than were
 * asked for, and calls are interrupted. As hostile.c does, in place of the real
 * calls.
 */
#include <errno.h>
#include <liburing.h>

#include "tests/hostile.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
int __real_io_uring_submit(struct io_uring *ring);
int __wrap_io_uring_submit(struct io_uring *ring);
int __real_io_uring_submit_and_wait(struct io_uring *ring, unsigned n);
int __wrap_io_uring_submit_and_wait(struct io_uring *ring, unsigned n);

/* All entries that the kernel has not seen yet. */
static void shorten_entries(struct io_uring *ring)
{
    for (unsigned i = ring->sq.sqe_head; i != ring->sq.sqe_tail; i++) {
        struct io_uring_sqe *entry =
            &ring->sq.sqes[i & (ring->sq.ring_entries - 1)];
        if (entry->opcode == IORING_OP_SEND || entry->opcode == IORING_OP_RECV)
            entry->len = (unsigned)hostile_shorten(entry->len);
        else if (entry->opcode == IORING_OP_READ ||
                 entry->opcode == IORING_OP_WRITE)
            entry->len = (unsigned)hostile_halve(entry->len);
    }
}

int __wrap_io_uring_submit(struct io_uring *ring)
{
    if (hostile_interrupts())
        return -EINTR;
    shorten_entries(ring);
    return __real_io_uring_submit(ring);
}

int __wrap_io_uring_submit_and_wait(struct io_uring *ring, unsigned n)
{
    if (hostile_interrupts())
        return -EINTR;
    shorten_entries(ring);
    return __real_io_uring_submit_and_wait(ring, n);
}
/* NOLINTEND(bugprone-reserved-identifier) */
