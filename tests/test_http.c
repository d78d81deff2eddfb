/* SPDX-License-Identifier: MIT */
/* The strict reader of HTTP: what it takes, and above all what it refuses. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "benches/workloads/http.h"

static int parse(const char *text, uint64_t *ret_body_bytes)
{
    char copy[512];

    snprintf(copy, sizeof copy, "%s", text);
    return http_parse_head(copy, ret_body_bytes);
}

static void test_reads_heads(void **state)
{
    uint64_t bytes = 0;

    (void)state;
    assert_int_equal(parse("HTTP/1.1 200 OK\r\nContent-Length: 42", &bytes), 0);
    assert_int_equal(bytes, 42);
    assert_int_equal(
        parse("HTTP/1.0 200 \r\nServer: x\r\ncontent-length:0 ", &bytes), 0);
    assert_int_equal(bytes, 0);
}

static void test_refuses_heads(void **state)
{
    static const struct {
        const char *text;
        int error;
    } cases[] = {
        {"", EPROTO},
        {"HTTP/2 200 OK\r\nContent-Length: 1", EPROTO},
        {"HTTP/1.1 20 OK\r\nContent-Length: 1", EPROTO},
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 1", EREMOTEIO},
        {"HTTP/1.1 200 OK", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length: ", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length: -1", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1x", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length : 1", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n folded", EPROTO},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
         EPROTO},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t bytes = 7;
        assert_int_equal(parse(cases[i].text, &bytes), cases[i].error);
        assert_int_equal(bytes, 7);
    }
}

static void test_finds_servers(void **state)
{
    struct http_server server;
    const char *why = NULL;

    (void)state;
    assert_int_equal(
        http_find_server("http://localhost:8080/a?b", false, &server, &why), 0);
    assert_int_equal(ntohs(server.endpoint.sin_port), 8080);
    assert_string_equal(server.host, "localhost:8080");
    assert_string_equal(server.path, "/a?b");
    assert_int_equal(http_find_server("http://127.1.2.3", false, &server, &why),
                     0);
    assert_int_equal(ntohs(server.endpoint.sin_port), 80);
    assert_string_equal(server.path, "/");
}

static void test_refuses_servers(void **state)
{
    static const struct {
        const char *url;
        int result;
    } cases[] = {
        {"", -EINVAL},
        {"https://localhost/", -EINVAL},
        {"http:///", -EINVAL},
        {"http://localhost:0/", -EINVAL},
        {"http://localhost:65536/", -EINVAL},
        {"http://localhost/a b", -EINVAL},
        {"http://localhost/a\r\nX: y", -EINVAL},
        {"http://192.0.2.1/", -EPERM},
        {"http://example.org/", -EPERM}, /* not even looked up */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_server server;
        const char *why = NULL;
        assert_int_equal(http_find_server(cases[i].url, false, &server, &why),
                         cases[i].result);
        assert_non_null(why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_heads),
        cmocka_unit_test(test_refuses_heads),
        cmocka_unit_test(test_finds_servers),
        cmocka_unit_test(test_refuses_servers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
