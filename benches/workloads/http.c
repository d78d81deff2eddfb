/* SPDX-License-Identifier: MIT */
/*
 * As much of HTTP/1.1 (RFC 9112) as a strict client needs. What it does not
 * understand it refuses: a guess would be other work than the neighbour's.
 */
#include "benches/workloads/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define BLANKS  " \t"

/* Cuts the next line off `rest`; NULL: there is none. */
static char *take_line(char **rest)
{
    char *line = *rest;
    char *end = line != NULL ? strstr(line, "\r\n") : NULL;

    if (end != NULL)
        *end = '\0';
    *rest = end != NULL ? end + 2 : NULL;
    return line;
}

/* "HTTP/1.1 200 OK". Returns 0 or an errno value. */
static int parse_status(const char *line)
{
    if (strncmp(line, "HTTP/1.", 7) != 0 || strspn(line + 7, DIGITS) != 1 ||
        line[8] != ' ' || strspn(line + 9, DIGITS) != 3 || line[12] != ' ')
        return EPROTO;
    return strncmp(line + 9, "200", 3) == 0 ? 0 : EREMOTEIO;
}

/* Takes one header field (RFC 9112, 5). Names have no blanks in them, so
 * neither a folded line nor a blank before the colon gets through. `length` is
 * negative until the one Content-Length has told it. */
static int parse_field(char *line, int64_t *length)
{
    size_t name_length = strspn(line, DIGITS LETTERS "!#$%&'*+-.^_`|~");
    char *value = line + name_length + 1;

    if (name_length == 0 || line[name_length] != ':' ||
        strpbrk(value, "\r\n") != NULL)
        return EPROTO;
    line[name_length] = '\0';
    if (strcasecmp(line, "Transfer-Encoding") == 0)
        return EPROTO;
    if (strcasecmp(line, "Content-Length") != 0)
        return 0;
    value += strspn(value, BLANKS);
    size_t ndigits = strspn(value, DIGITS);
    /* Eighteen digits always fit. */
    if (*length >= 0 || ndigits < 1 || ndigits > 18 ||
        value[ndigits + strspn(value + ndigits, BLANKS)] != '\0')
        return EPROTO;
    *length = strtoll(value, NULL, 10);
    return 0;
}

int http_parse_head(char *text, uint64_t *ret_body_bytes)
{
    int64_t length = -1;
    int error = parse_status(take_line(&text));

    for (char *line; error == 0 && (line = take_line(&text)) != NULL;)
        error = parse_field(line, &length);
    if (error == 0 && length < 0)
        error = EPROTO;
    if (error == 0)
        *ret_body_bytes = (uint64_t)length;
    return error;
}

/* Without leave to go further no name is looked up: that alone would ask
 * another machine. */
static int look_up(const char *host, bool allow_remote, struct in_addr *ret,
                   const char **ret_why)
{
    struct addrinfo hints = {.ai_family = AF_INET,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = allow_remote ? 0 : AI_NUMERICHOST};
    struct addrinfo *found;

    if (strcasecmp(host, "localhost") == 0)
        host = "127.0.0.1";
    int result = getaddrinfo(host, NULL, &hints, &found);
    if (result != 0 && allow_remote) {
        *ret_why = gai_strerror(result);
        return -EHOSTUNREACH;
    }
    if (result == 0) {
        struct sockaddr_in address;
        memcpy(&address, found->ai_addr, sizeof address);
        *ret = address.sin_addr;
        freeaddrinfo(found);
    }
    if (!allow_remote &&
        (result != 0 || ntohl(ret->s_addr) >> 24 != IN_LOOPBACKNET)) {
        *ret_why = "it leads away from this machine; only "
                   "fetch.allow_remote=1 permits that";
        return -EPERM;
    }
    return 0;
}

int http_find_server(const char *url, bool allow_remote,
                     struct http_server *ret, const char **ret_why)
{
    struct http_server server = {.endpoint.sin_family = AF_INET};
    bool is_http = strncmp(url, "http://", 7) == 0;
    const char *host = is_http ? url + 7 : "";
    size_t host_length = strspn(host, DIGITS LETTERS "-._");
    bool has_port = host[host_length] == ':';
    const char *port = host + host_length + has_port;
    const char *path = port + (has_port ? strspn(port, DIGITS) : 0);
    long number = has_port ? strtol(port, NULL, 10) : 80;
    char name[sizeof server.host];

    if (host_length == 0 || number < 1 || number > 65535 ||
        (size_t)(path - host) >= sizeof server.host ||
        strlen(path) >= sizeof server.path || (*path != '/' && *path != '\0') ||
        path[strspn(path, DIGITS LETTERS "-._~:/?[]@!$&'()*+,;=%")] != '\0') {
        *ret_why = "it must look like http://host[:port][/path]";
        return -EINVAL;
    }
    snprintf(name, sizeof name, "%.*s", (int)host_length, host);
    snprintf(server.host, sizeof server.host, "%.*s", (int)(path - host), host);
    snprintf(server.path, sizeof server.path, "%s", *path != '\0' ? path : "/");
    server.endpoint.sin_port = htons((uint16_t)number);
    int result =
        look_up(name, allow_remote, &server.endpoint.sin_addr, ret_why);
    if (result == 0)
        *ret = server;
    return result;
}
