/* SPDX-License-Identifier: MIT */
/*
 * As much of HTTP/1.1 (RFC 9112) as a strict server of small answers needs. It
 * walks over a request once, without copying or changing it. Whatever could be
 * read in two ways is refused: who guesses may see two requests where another
 * sees one.
 */
#include "benches/workloads/http_request.h"

#include <string.h>
#include <strings.h>

/* What the lines of a head have told so far. */
struct head {
    bool minor_1; /* HTTP/1.1 */
    bool close, keep_alive;
    unsigned nhosts;
};

static bool is_between(char c, char low, char high)
{
    return c >= low && c <= high;
}

/* A letter of names (RFC 9110, 5.6.2). */
static bool is_token(char c)
{
    return is_between((char)(c | 0x20), 'a', 'z') || is_between(c, '0', '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_word(const char *at, const char *end, const char *word)
{
    size_t length = strlen(word);

    return (size_t)(end - at) == length && strncasecmp(at, word, length) == 0;
}

/* Connection: a list of words between commas. */
static void take_connection(const char *at, const char *end, struct head *head)
{
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *last = comma != NULL ? comma : end;
        const char *next = comma != NULL ? comma + 1 : end;
        while (at < last && is_blank(*at))
            at++;
        while (last > at && is_blank(last[-1]))
            last--;
        head->close = head->close || is_word(at, last, "close");
        head->keep_alive = head->keep_alive || is_word(at, last, "keep-alive");
        at = next;
    }
}

/* One field; few begin with a letter that matters. */
static int take_field(const char *line, const char *end, struct head *head)
{
    const char *colon = line;

    while (colon < end && is_token(*colon))
        colon++;
    if (colon == line || colon == end || *colon != ':')
        return 400;
    const char *value = colon + 1;
    for (const char *at = value; at < end; at++)
        if ((unsigned char)*at < ' ' && *at != '\t')
            return 400;
    while (value < end && is_blank(*value))
        value++;
    while (end > value && is_blank(end[-1]))
        end--;
    if (is_word(line, colon, "Host"))
        head->nhosts++;
    else if (is_word(line, colon, "Connection"))
        take_connection(value, end, head);
    else if (is_word(line, colon, "Transfer-Encoding"))
        return 501;
    else if (is_word(line, colon, "Content-Length") &&
             !is_word(value, end, "0"))
        return 413;
    return 200;
}

/* "GET /target HTTP/1.1" */
static int take_request_line(const char *line, const char *end,
                             struct head *head, struct http_request *request)
{
    const char *blank = line;

    while (blank < end && is_token(*blank))
        blank++;
    if (blank == line || blank == end || *blank != ' ')
        return 400;
    const char *target = blank + 1;
    const char *after = target;
    while (after < end && is_between(*after, '!', '~'))
        after++;
    size_t left = (size_t)(end - after);
    if (after == target || left != 9 || memcmp(after, " HTTP/", 6) != 0 ||
        after[7] != '.')
        return 400;
    if (after[6] != '1' || (after[8] != '0' && after[8] != '1'))
        return 505;
    if (blank - line != 3 || memcmp(line, "GET", 3) != 0)
        return 501;
    head->minor_1 = after[8] == '1';
    request->target = target;
    request->target_length = (size_t)(after - target);
    return 200;
}

/* The end of the line at `at`, whose "\r\n" lies before `limit`. NULL: there is
 * a line feed in it that ends nothing. */
static const char *line_end(const char *at, const char *limit)
{
    const char *feed = memchr(at, '\n', (size_t)(limit - at));

    return feed > at && feed[-1] == '\r' ? feed - 1 : NULL;
}

int http_read_request(const char *bytes, size_t n, struct http_request *ret)
{
    const char *last = memmem(bytes, n, "\r\n\r\n", 4);
    struct http_request request = {0};
    struct head head = {0};

    if (last == NULL)
        return 0;
    const char *limit = last + 2; /* behind the last line with text */
    const char *end = line_end(bytes, limit);
    if (end == NULL)
        return 400;
    int status = take_request_line(bytes, end, &head, &request);
    for (const char *line = end + 2; status == 200 && line < limit;
         line = end + 2) {
        end = line_end(line, limit);
        if (end == NULL)
            return 400;
        status = take_field(line, end, &head);
    }
    if (status == 200 && (head.nhosts > 1 || (head.minor_1 && head.nhosts < 1)))
        status = 400;
    if (status != 200)
        return status;
    request.length = (size_t)(last + 4 - bytes);
    request.keep_alive = !head.close && (head.minor_1 || head.keep_alive);
    *ret = request;
    return 200;
}
