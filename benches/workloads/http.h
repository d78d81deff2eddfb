/* SPDX-License-Identifier: MIT */
#ifndef WORKLOADS_HTTP_H
#define WORKLOADS_HTTP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* A server, and what to ask it for. */
struct http_server {
    struct sockaddr_in endpoint;
    char host[256]; /* for the Host field */
    char path[1024];
};

/* Reads the head of a reply: a string in `text` (which it changes) without its
 * last two line ends. Returns 0 and the length of the body; or an errno value:
 * EREMOTEIO (a status other than 200), EPROTO (malformed, chunked, or without
 * exactly one Content-Length). */
int http_parse_head(char *text, uint64_t *ret_body_bytes);

/* Understands http://host[:port][/path] and nothing that a request could not
 * carry as it is; finds the host's IPv4 address, which must be one of this
 * machine's own (127.0.0.0/8) unless allow_remote. Returns 0; or -errno with a
 * reason in words, a constant. */
int http_find_server(const char *url, bool allow_remote,
                     struct http_server *ret, const char **ret_why);

#endif
