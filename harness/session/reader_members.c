/* SPDX-License-Identifier: MIT */
/*
 * Members of a JSON object, checked one by one: what they are, whether they are
 * within their bounds, and which name was meant. Every function complains at
 * the line of the member.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/session/reader.h"

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

int reader_choice(struct reader *reader, const char *key, const char *word,
                  const char *const *names, size_t n, size_t *ret)
{
    const char *list[READER_NAMES_MAX + 1] = {NULL};
    char suggestion[400];

    for (size_t i = 0; i < n && i < READER_NAMES_MAX; i++) {
        if (strcmp(names[i], word) == 0) {
            *ret = i;
            return 0;
        }
        list[i] = names[i];
    }
    reader_suggest(word, list, suggestion, sizeof suggestion);
    return reader_fault(reader, key, "there is no %s \"%s\"%s",
                        key != NULL ? key : "model", word, suggestion);
}

/* ---- Members ---- */

int reader_check_key(struct reader *reader, const char *key,
                     const char *const *names)
{
    char suggestion[400];

    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], key) == 0)
            return 0;
    reader_suggest(key, names, suggestion, sizeof suggestion);
    return reader_fault(reader, key, "there is no field \"%s\"%s", key,
                        suggestion);
}

int reader_check_keys(struct reader *reader, const json_t *value,
                      const char *const *names)
{
    const char *key;
    json_t *member;

    if (!json_is_object(value))
        return reader_fault(reader, NULL, "must be an object: {...}");
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (reader_check_key(reader, key, names) != 0)
            return -EINVAL;
    }
    return 0;
}

int reader_need_keys(struct reader *reader, const json_t *value,
                     const char *const *names)
{
    if (!json_is_object(value))
        return reader_fault(reader, NULL, "must be an object: {...}");
    for (size_t i = 0; names[i] != NULL; i++)
        if (json_object_get(value, names[i]) == NULL)
            return reader_fault(reader, NULL, "\"%s\" is missing", names[i]);
    return 0;
}

int reader_words(struct reader *reader, const json_t *object, const char *key,
                 const char **ret)
{
    const json_t *value = json_object_get(object, key);
    const char *text = json_string_value(value);

    if (value == NULL)
        return 0;
    if (text == NULL)
        return reader_fault(reader, key, "%s must be a text in quotes", key);
    for (const char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at < ' ' || *at == '\x7f')
            return reader_fault(reader, key,
                                "%s must have no control characters", key);
    *ret = text;
    return 0;
}

int reader_text(struct reader *reader, const json_t *object, const char *key,
                const char **ret)
{
    const json_t *value = json_object_get(object, key);

    if (json_is_string(value) && json_string_length(value) == 0)
        return reader_fault(reader, key, "%s must be a text in quotes", key);
    return reader_words(reader, object, key, ret);
}

int reader_name(struct reader *reader, const json_t *object, const char *key,
                const char **ret)
{
    const json_t *value = json_object_get(object, key);

    if (json_string_length(value) >= READER_NAME)
        return reader_fault(reader, key, "%s must be shorter than %d bytes",
                            key, READER_NAME);
    if (json_is_string(value) && strchr(json_string_value(value), '/') != NULL)
        return reader_fault(reader, key, "%s must have no slash", key);
    return reader_text(reader, object, key, ret);
}

int reader_note(struct reader *reader, const json_t *object, const char *key,
                const char **ret)
{
    if (!json_is_null(json_object_get(object, key)))
        return reader_words(reader, object, key, ret);
    *ret = NULL;
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

int reader_real(struct reader *reader, const json_t *object, const char *key,
                double min, double max, double *ret)
{
    const json_t *value = json_object_get(object, key);
    double number = json_number_value(value);

    if (value == NULL)
        return 0;
    if (!json_is_number(value) || number < min || number > max)
        return reader_fault(reader, key,
                            "%s must be a number from %.16g to %.16g", key, min,
                            max);
    *ret = number;
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

int reader_setting(struct reader *reader, const char *key, const json_t *value,
                   struct configuration *configuration)
{
    struct complaint complaint;
    const char *text = NULL;
    char number[24], *setting;

    if (json_is_integer(value)) {
        snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
                 json_integer_value(value));
        text = number;
    } else if (json_is_string(value)) {
        text = json_string_value(value);
    } else {
        return reader_fault(reader, key, "%s must be a whole number or a text",
                            key);
    }
    if (asprintf(&setting, "%s=%s", key, text) < 0)
        return reader_fault(reader, key, "no memory");
    int result = configuration_set(configuration, setting, &complaint);
    free(setting);
    return result == 0 ? 0 : reader_fault(reader, key, "%s", complaint.text);
}

int reader_settings(struct reader *reader, const json_t *object,
                    struct configuration *configuration)
{
    json_t *set = json_object_get(object, "set"), *value;
    const char *key;

    if (set == NULL)
        return 0;
    if (!json_is_object(set))
        return reader_fault(reader, "set",
                            "set must be an object: {\"echo.rounds\": 1}");
    size_t mark = reader_enter(reader, "set");
    json_object_foreach(set, key, value)
    {
        if (reader_setting(reader, key, value, configuration) != 0)
            return -EINVAL;
    }
    reader_leave(reader, mark);
    return 0;
}
