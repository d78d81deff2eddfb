/* SPDX-License-Identifier: MIT */
/*
 * What a server of `serve` says. The head has the fields that nginx sends too,
 * so that the two can be compared; all of it but the date is written once,
 * before the run, and the date once a second for each connection.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "benches/workloads/serve.h"

#define DATE_TEXT                                                              \
    "Thu, 01 Jan 1970 00:00:00 GMT" /* of the same length always */

enum { DATE_LENGTH = sizeof DATE_TEXT - 1 };

void serve_make_heads(struct serve_shared *shared)
{
    static const char *const connections[] = {"close", "keep-alive"};
    static const char before[] = "HTTP/1.1 200 OK\r\nServer: heddle\r\nDate: ";

    shared->date_at = sizeof before - 1;
    for (int stays = 0; stays < 2; stays++) {
        int n = snprintf(shared->heads[stays], sizeof shared->heads[stays],
                         "%s" DATE_TEXT "\r\nContent-Type: text/plain\r\n"
                         "Content-Length: %llu\r\nConnection: %s\r\n\r\n",
                         before, (unsigned long long)shared->body_bytes,
                         connections[stays]);
        shared->head_bytes[stays] = (size_t)n;
    }
}

/* The coarse clock is good to some milliseconds and costs next to nothing. */
static void look_at_the_date(struct serve_task *state)
{
    struct timespec now;
    struct tm date;

    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    if (now.tv_sec == state->date_s)
        return;
    state->date_s = now.tv_sec;
    gmtime_r(&now.tv_sec, &date);
    strftime(state->date, sizeof state->date, "%a, %d %b %Y %H:%M:%S GMT",
             &date);
}

size_t serve_write_answer(const struct serve_shared *shared,
                          struct serve_task *state)
{
    size_t head_bytes = shared->head_bytes[state->keep_alive];
    char *body = state->answer + head_bytes;
    uint64_t value = state->value;

    look_at_the_date(state);
    memcpy(state->answer, shared->heads[state->keep_alive], head_bytes);
    memcpy(state->answer + shared->date_at, state->date, DATE_LENGTH);
    for (int i = SERVE_BODY_MIN - 1; i >= 0; i--, value >>= 4)
        body[i] = "0123456789abcdef"[value & 15];
    memset(body + SERVE_BODY_MIN, '.', shared->body_bytes - SERVE_BODY_MIN);
    return head_bytes + shared->body_bytes;
}

static const char *reason_of(int status)
{
    switch (status) {
    case 413:
        return "Content Too Large";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Bad Request";
    }
}

size_t serve_write_refusal(struct serve_task *state, int status)
{
    return (size_t)snprintf(
        state->answer, sizeof state->answer,
        "HTTP/1.1 %d %s\r\nServer: heddle\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n",
        status, reason_of(status));
}
