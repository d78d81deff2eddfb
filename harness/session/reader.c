/* SPDX-License-Identifier: MIT */
/*
 * A strict reader with a good memory for places. The price of telling the line
 * is a second, small scan of the text, paid only when something is wrong. Look
 * at reader_line: in valid JSON, only strings and brackets need a thought.
 */
#include "harness/session/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/configuration.h"

/* ---- Lines ---- */

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* From the opening quote to behind the closing one. */
static const char *skip_string(const char *at)
{
    for (at++; *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at + 1;
}

static const char *skip_value(const char *at)
{
    size_t depth = 0;

    do {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        if (*at == '{' || *at == '[')
            depth++;
        else if (*at == '}' || *at == ']')
            depth--;
        at++;
    } while (depth > 0 || strchr(",]} \t\r\n", *at) == NULL);
    return at;
}

/* Goes to the member or the element that the step names: to its key, and to its
 * value. Both stay as they are if there is none. */
static bool descend(const char **key, const char **value, const char *step,
                    size_t length)
{
    char opening = **value;
    size_t index = strtoul(step, NULL, 10);

    if (opening != '{' && opening != '[')
        return false;
    const char *at = skip_space(*value + 1);
    for (size_t i = 0; *at != '}' && *at != ']'; i++) {
        const char *name = at;
        bool found = opening == '[' && i == index;
        if (opening == '{') {
            at = skip_string(at);
            found = (size_t)(at - name) == length + 2 &&
                    strncmp(name + 1, step, length) == 0;
            at = skip_space(skip_space(at) + 1); /* over the colon */
        }
        if (found) {
            *key = name;
            *value = at;
            return true;
        }
        at = skip_space(skip_value(at));
        if (*at == ',')
            at = skip_space(at + 1);
    }
    return false;
}

size_t reader_line(const char *text, const char *place)
{
    const char *key = skip_space(text), *value = key;
    size_t line = 1;

    while (*place == '/') {
        const char *step = place + 1;
        size_t length = strcspn(step, "/");
        if (!descend(&key, &value, step, length))
            break;
        place = step + length;
    }
    for (const char *at = text; at < key; at++)
        line += *at == '\n';
    return line;
}

/* ---- The file ---- */

/* Larger than any session: 4095 blocks of a hundred configurations. */
static const off_t bytes_max = 256 << 20;

/* The path, or its end: there must be room for what is wrong. */
static const char *shown_path(const struct reader *reader)
{
    enum { SHOWN_MAX = 300 };
    size_t length = strlen(reader->path);

    return reader->path + (length > SHOWN_MAX ? length - SHOWN_MAX : 0);
}

/* Makes the complaint one line, whatever it quotes. */
static int tidy(struct reader *reader, int result)
{
    for (char *at = reader->complaint->text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == '\x7f')
            *at = '?';
    return result;
}

static int complain_about_file(struct reader *reader, int error)
{
    snprintf(reader->complaint->text, sizeof reader->complaint->text,
             "%s: cannot be read: %s", shown_path(reader),
             error == ENODEV ? "it is no regular file" : strerror(error));
    return tidy(reader, -error);
}

/* Does the file just end? What it ends in may look like another mistake: half a
 * number, half a letter. */
static bool is_cut_off(const struct reader *reader, size_t length,
                       const json_error_t *error)
{
    enum { LETTER_BYTES = 4 }; /* of UTF-8, at most */
    enum json_error_code code = json_error_code(error);
    /* How far behind the place of the mistake the end may be. */
    size_t rest = code == json_error_invalid_utf8 ? LETTER_BYTES : 0;

    if (code == json_error_premature_end_of_input)
        return true;
    return (code == json_error_invalid_syntax ||
            code == json_error_invalid_utf8) &&
           (size_t)error->position + rest >= length &&
           strchr("]}", reader->text[length - 1]) == NULL;
}

/* Syntax: jansson's words, or our own where they would mislead. */
static int complain_about_syntax(struct reader *reader, size_t length,
                                 const json_error_t *error)
{
    bool cut = length > 0 && is_cut_off(reader, length, error);
    const char *what = error->text;

    if (length == 0)
        what = "it is empty";
    else if (cut)
        what = "it is cut off here";
    else if (json_error_code(error) == json_error_null_character ||
             json_error_code(error) == json_error_null_byte_in_key)
        what = "a text holds a zero character";
    snprintf(reader->complaint->text, sizeof reader->complaint->text,
             "%s:%d: %s", shown_path(reader), error->line > 0 ? error->line : 1,
             what);
    return tidy(reader, cut || length == 0 ? -ENODATA : -EINVAL);
}

/* jansson passes over a zero byte behind a number; texts of C end there. */
static int check_zero(struct reader *reader, size_t length)
{
    size_t line = 1;

    if (strlen(reader->text) == length)
        return 0;
    for (const char *at = reader->text; *at != '\0'; at++)
        line += *at == '\n';
    snprintf(reader->complaint->text, sizeof reader->complaint->text,
             "%s:%zu: it holds a zero byte", shown_path(reader), line);
    return tidy(reader, -EINVAL);
}

/* What is no regular file may have no end, and may keep us waiting. Returns its
 * size, or -errno. */
static off_t size_of(int fd)
{
    struct stat about;

    if (fstat(fd, &about) != 0)
        return -errno;
    if (!S_ISREG(about.st_mode))
        return S_ISDIR(about.st_mode) ? -EISDIR : -ENODEV;
    return about.st_size <= bytes_max ? about.st_size : -EFBIG;
}

/* Reads until the end, or until there is no more room. Returns how much it was,
 * or -errno. */
static ssize_t read_all(int fd, char *text, size_t room)
{
    size_t length = 0;

    while (length < room) {
        ssize_t more = read(fd, text + length, room - length);
        if (more < 0)
            return -errno;
        if (more == 0)
            break;
        length += (size_t)more;
    }
    return (ssize_t)length;
}

/* The whole file as a text. NULL: *ret_error says why. */
static char *read_text(const char *path, size_t *ret_length, int *ret_error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0) {
        *ret_error = errno;
        return NULL;
    }
    off_t size = size_of(fd);
    ssize_t length = size < 0 ? (ssize_t)size : -ENOMEM;
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text != NULL)
        length = read_all(fd, text, (size_t)size);
    close(fd);
    if (text == NULL || length < 0) {
        free(text);
        *ret_error = (int)-length;
        return NULL;
    }
    text[length] = '\0';
    *ret_length = (size_t)length;
    return text;
}

int reader_init(struct reader *ret, const char *path,
                struct complaint *complaint)
{
    struct reader reader = {.path = path, .complaint = complaint};
    json_error_t error;
    size_t length = 0;
    int result = 0;

    reader.text = read_text(path, &length, &result);
    if (reader.text == NULL)
        return complain_about_file(&reader, result);
    result = check_zero(&reader, length);
    if (result == 0) {
        reader.root =
            json_loadb(reader.text, length, JSON_REJECT_DUPLICATES, &error);
        if (reader.root == NULL)
            result = complain_about_syntax(&reader, length, &error);
    }
    if (result != 0)
        free(reader.text);
    else
        *ret = reader;
    return result;
}

void reader_fini(struct reader *reader)
{
    json_decref(reader->root);
    free(reader->text);
}

size_t reader_enter(struct reader *reader, const char *key)
{
    size_t mark = strlen(reader->at);

    snprintf(reader->at + mark, sizeof reader->at - mark, "/%s", key);
    return mark;
}

size_t reader_enter_element(struct reader *reader, size_t index)
{
    char step[24];

    snprintf(step, sizeof step, "%zu", index);
    return reader_enter(reader, step);
}

void reader_leave(struct reader *reader, size_t mark)
{
    reader->at[mark] = '\0';
}

int reader_fault(struct reader *reader, const char *key, const char *format,
                 ...)
{
    char *text = reader->complaint->text;
    size_t room = sizeof reader->complaint->text;
    va_list arguments;

    if (key != NULL)
        reader_enter(reader, key);
    int length =
        reader->text == NULL
            ? snprintf(text, room, "%s: %s: ", shown_path(reader), reader->at)
            : snprintf(text, room, "%s:%zu: ", shown_path(reader),
                       reader->lines_before +
                           reader_line(reader->text, reader->at));
    if (length < 0 || (size_t)length >= room)
        return -EINVAL;
    va_start(arguments, format);
    vsnprintf(text + length, room - (size_t)length, format, arguments);
    va_end(arguments);
    return tidy(reader, -EINVAL);
}
