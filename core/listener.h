/* SPDX-License-Identifier: MIT */
#ifndef CORE_LISTENER_H
#define CORE_LISTENER_H

#include <stdint.h>

/* Listens on a free port of 127.0.0.1 and puts it into *ret_port. The socket is
 * non-blocking, as OP_ACCEPT wants it; the kernel cuts `backlog` down to
 * net.core.somaxconn. Returns it, or -errno. */
int listener_open(int backlog, uint16_t *ret_port);

/* The same on that port; 0: on a free one. */
int listener_open_at(uint16_t port, int backlog, uint16_t *ret_port);

#endif
