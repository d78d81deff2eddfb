/* SPDX-License-Identifier: MIT */
/*
 * Changed bytes are seldom JSON still, and what is none is refused in the first
 * lines of a reader. So every other mutation is one of values: a number, a
 * word, a member too many or too few. Only clang's fuzzer calls this.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "harness/session/reader.h"
#include "tests/fuzz/fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed);

/* A place in a JSON value: a member of an object or an element of an array. */
struct place {
    json_t *in;
    const char *key; /* NULL: an element */
    size_t index;
};

enum { PLACES_MAX = 4096 };

struct places {
    struct place at[PLACES_MAX];
    size_t n;
};

static void collect(json_t *value, struct places *places)
{
    const char *key;
    json_t *member;
    size_t i;

    json_object_foreach(value, key, member)
    {
        if (places->n < PLACES_MAX)
            places->at[places->n++] = (struct place){value, key, 0};
        collect(member, places);
    }
    json_array_foreach(value, i, member)
    {
        if (places->n < PLACES_MAX)
            places->at[places->n++] = (struct place){value, NULL, i};
        collect(member, places);
    }
}

static json_t *get(const struct place *place)
{
    return place->key != NULL ? json_object_get(place->in, place->key)
                              : json_array_get(place->in, place->index);
}

static void set(const struct place *place, json_t *value)
{
    if (place->key != NULL)
        json_object_set_new(place->in, place->key, value);
    else
        json_array_set_new(place->in, place->index, value);
}

static json_t *other_number(json_int_t number, unsigned choice)
{
    const json_int_t most = (json_int_t)READER_NUMBER_MAX;
    const json_int_t numbers[] = {0,          1,          -1,   2,
                                  number + 1, number - 1, most, most + 1,
                                  number / 2, 1000,       4095, INT64_MAX};

    return json_integer(numbers[choice % (sizeof numbers / sizeof *numbers)]);
}

static json_t *other_value(const json_t *value, unsigned choice)
{
    static const double reals[] = {0, 0.5, 1, -1, 1e-300, 1e15, 1e300};

    if (choice % 16 == 0)
        return json_null();
    if (json_is_integer(value) && json_integer_value(value) < INT64_MAX / 2)
        return other_number(json_integer_value(value), choice / 16);
    if (json_is_number(value))
        return json_real(reals[choice / 16 % (sizeof reals / sizeof *reals)]);
    if (json_is_boolean(value))
        return json_boolean(!json_is_true(value));
    return json_string(choice % 3 == 0 ? "" : "x");
}

static void change(json_t *root, unsigned seed)
{
    static struct places places;
    unsigned choice = (unsigned)rand_r(&seed);

    places.n = 0;
    collect(root, &places);
    if (places.n == 0)
        return;
    const struct place *a = &places.at[(size_t)rand_r(&seed) % places.n];
    const struct place *b = &places.at[(size_t)rand_r(&seed) % places.n];
    if (choice % 8 == 0)
        set(a, json_deep_copy(get(b)));
    else if (choice % 8 == 1 && a->key != NULL)
        json_object_del(a->in, a->key);
    else if (choice % 8 == 1)
        json_array_remove(a->in, a->index);
    else if (choice % 8 == 2 && a->key == NULL)
        json_array_append_new(a->in, json_deep_copy(get(a)));
    else
        set(a, other_value(get(a), choice / 8));
}

/* The value in data[*begin .. *end-1]: the whole, or else some line of it. */
static json_t *value_in(const uint8_t *data, size_t *begin, size_t *end,
                        unsigned choice)
{
    json_t *root = json_loadb((const char *)data, *end, 0, NULL);

    if (root != NULL || *end == 0)
        return root;
    size_t middle = choice % *end, size = *end;
    while (middle > 0 && data[middle - 1] != '\n')
        middle--;
    *begin = middle;
    while (middle < size && data[middle] != '\n')
        middle++;
    *end = middle;
    return json_loadb((const char *)data + *begin, *end - *begin, 0, NULL);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max,
                               unsigned seed)
{
    size_t begin = 0, end = size;
    json_t *root =
        seed % 2 == 0 ? value_in(data, &begin, &end, seed / 2) : NULL;

    if (root == NULL)
        return LLVMFuzzerMutate(data, size, max);
    change(root, seed / 2);
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    size_t length = text != NULL ? strlen(text) : 0;
    if (length == 0 || begin + length + (size - end) > max) {
        free(text);
        return LLVMFuzzerMutate(data, size, max);
    }
    memmove(data + begin + length, data + end, size - end);
    memcpy(data + begin, text, length);
    free(text);
    return begin + length + (size - end);
}
