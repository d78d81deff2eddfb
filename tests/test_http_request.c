/* SPDX-License-Identifier: MIT */
/* The server's reader of HTTP: what it takes, what it waits for the rest of,
 * and with which status it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "benches/workloads/http_request.h"

/* In a block of exactly its size, so that nobody reads beyond. */
static int read_request(const char *text, size_t n, struct http_request *ret)
{
    char *copy = malloc(n + (n == 0));

    assert_non_null(copy);
    memcpy(copy, text, n);
    int status = http_read_request(copy, n, ret);
    if (status == 200)
        ret->target = text + (ret->target - copy);
    free(copy);
    return status;
}

static void test_statuses(void **state)
{
    static const struct {
        const char *text;
        int status;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
        {"GET /k/1/2 HTTP/1.1\r\nhost:a\r\nX: \t y \r\nEmpty:\r\n\r\n", 200},
        {"GET / HTTP/1.0\r\n\r\n", 200},
        {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200},
        {"", 0},
        {"GET / HTTP/1.1\r\nHost: a\r\n", 0},
        {"GET / HTTP/1.1\r\n\r\n", 400}, /* no Host */
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400},
        {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
        {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"\r\n\r\n", 400},
        {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"\x16\x03\x01\r\n\r\n", 400},
        {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 501},
        {"get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
         501},
        {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 413},
        {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x\r\n\r\n", 413},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_request request;
        int status =
            read_request(cases[i].text, strlen(cases[i].text), &request);
        if (status != cases[i].status)
            fail_msg("%s: %d", cases[i].text, status);
    }
}

/* Whatever piece of it has come: the rest is waited for. */
static void test_every_beginning(void **state)
{
    static const char text[] =
        "GET /k/1/2 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\nGET /next";
    struct http_request request;
    size_t whole = sizeof text - 1 - strlen("GET /next");

    (void)state;
    for (size_t n = 0; n < whole; n++)
        assert_int_equal(read_request(text, n, &request), 0);
    for (size_t n = whole; n < sizeof text; n++) {
        assert_int_equal(read_request(text, n, &request), 200);
        assert_int_equal(request.length, whole);
        assert_ptr_equal(request.target, text + 4);
        assert_int_equal(request.target_length, 6);
    }
}

static void test_who_stays(void **state)
{
    static const struct {
        const char *text;
        bool keep_alive;
    } cases[] = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nconnection: x , Close\t\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n", true},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
        {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_request request;
        assert_int_equal(
            read_request(cases[i].text, strlen(cases[i].text), &request), 200);
        if (request.keep_alive != cases[i].keep_alive)
            fail_msg("%s", cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_every_beginning),
        cmocka_unit_test(test_who_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
