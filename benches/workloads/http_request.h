/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_HTTP_REQUEST_H
#define WORKLOADS_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

/* What a server needs to know of a request; `target` lies in the caller's
 * bytes, and a blank follows it. */
struct http_request {
    const char *target;
    size_t target_length;
    size_t length;   /* of the whole request: the next one begins there */
    bool keep_alive; /* the client wants to ask more on this connection */
};

/* Reads the request that `n` bytes begin with. Returns the status to answer
 * with: 200 and *ret; 0: it is not complete yet; 400 (malformed), 413 (it has a
 * body), 501 (not GET, or a transfer coding), 505 (not HTTP/1.0 or 1.1). What
 * is refused leaves *ret alone, and where the next request would begin nobody
 * knows: hang up. */
int http_read_request(const char *bytes, size_t n, struct http_request *ret);

#endif
