/* SPDX-License-Identifier: MIT */
/*
 * A strict reader with a good memory for places. The price of telling the line
 * is a second, small scan of the text, paid only when something is wrong. Look
 * at reader_line: in valid JSON, only strings and brackets need a thought.
 */
#include "harness/session/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int complain_about_file(struct reader *reader, int error)
{
    snprintf(reader->complaint->text, sizeof reader->complaint->text,
             "%s: cannot be read: %s", reader->path, strerror(error));
    return -error;
}

/* The whole file as a text; NULL with errno set. */
static char *read_text(const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return NULL;
    /* No JSON holds a zero byte, so this reads all of it. */
    errno = 0;
    ssize_t length = getdelim(&text, &room, '\0', file);
    if (length < 0 && feof(file) && errno == 0 && text != NULL)
        text[0] = '\0';
    else if (length < 0) {
        int error = errno;
        free(text);
        text = NULL;
        errno = error != 0 ? error : EIO;
    }
    fclose(file);
    return text;
}

int reader_init(struct reader *ret, const char *path,
                struct complaint *complaint)
{
    struct reader reader = {.path = path, .complaint = complaint};
    json_error_t error;

    reader.text = read_text(path);
    if (reader.text == NULL)
        return complain_about_file(&reader, errno);
    reader.root = json_loads(reader.text, JSON_REJECT_DUPLICATES, &error);
    if (reader.root == NULL) {
        snprintf(complaint->text, sizeof complaint->text, "%s:%d: %s", path,
                 error.line > 0 ? error.line : 1, error.text);
        free(reader.text);
        return -EINVAL;
    }
    *ret = reader;
    return 0;
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
    int length = snprintf(text, room, "%s:%zu: ", reader->path,
                          reader_line(reader->text, reader->at));
    if (length < 0 || (size_t)length >= room)
        return -EINVAL;
    va_start(arguments, format);
    vsnprintf(text + length, room - (size_t)length, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

/* ---- Names that are nearly right ---- */

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* How many letters to change, insert or leave out (Levenshtein), row by row.
 * Long words are never near. */
static size_t distance(const char *a, const char *b)
{
    enum { LENGTH_MAX = 40 };
    size_t row[LENGTH_MAX + 1];
    size_t length = strlen(b);

    if (length > LENGTH_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j];
            row[j] = min3(above + 1, row[j - 1] + 1,
                          corner + (a[i - 1] != b[j - 1]));
            corner = above;
        }
    }
    return row[length];
}

void reader_suggest(const char *word, const char *const *names, char *text,
                    size_t room)
{
    size_t nearest = 0, least = SIZE_MAX, length = 0;

    text[0] = '\0';
    for (size_t i = 0; names[i] != NULL; i++) {
        size_t far = distance(word, names[i]);
        if (far < least) {
            least = far;
            nearest = i;
        }
    }
    if (least <= 2 && least < strlen(word)) {
        snprintf(text, room, "; did you mean %s?", names[nearest]);
        return;
    }
    for (size_t i = 0; names[i] != NULL && length < room; i++)
        length += (size_t)snprintf(text + length, room - length, "%s%s",
                                   i == 0 ? "; there is " : ", ", names[i]);
}

/* ---- Members ---- */

int reader_check_keys(struct reader *reader, const json_t *value,
                      const char *const *names)
{
    const char *key;
    json_t *member;
    char suggestion[200];

    if (!json_is_object(value))
        return reader_fault(reader, NULL, "must be an object: {...}");
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], key) != 0)
            i++;
        if (names[i] != NULL)
            continue;
        reader_suggest(key, names, suggestion, sizeof suggestion);
        return reader_fault(reader, key, "there is no field \"%s\"%s", key,
                            suggestion);
    }
    return 0;
}

int reader_text(struct reader *reader, const json_t *object, const char *key,
                const char **ret)
{
    const json_t *value = json_object_get(object, key);

    if (value == NULL)
        return 0;
    if (!json_is_string(value) || json_string_length(value) == 0)
        return reader_fault(reader, key, "%s must be a text in quotes", key);
    *ret = json_string_value(value);
    return 0;
}

int reader_number(struct reader *reader, const json_t *object, const char *key,
                  uint64_t min, uint64_t max, uint64_t *ret)
{
    const json_t *value = json_object_get(object, key);

    if (value == NULL)
        return 0;
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || (uint64_t)number < min ||
        (uint64_t)number > max)
        return reader_fault(reader, key,
                            "%s must be a whole number from %" PRIu64
                            " to %" PRIu64,
                            key, min, max);
    *ret = (uint64_t)number;
    return 0;
}

int reader_flag(struct reader *reader, const json_t *object, const char *key,
                bool *ret)
{
    const json_t *value = json_object_get(object, key);

    if (value == NULL)
        return 0;
    if (!json_is_boolean(value))
        return reader_fault(reader, key, "%s must be true or false", key);
    *ret = json_is_true(value);
    return 0;
}
