/* SPDX-License-Identifier: MIT */
/* Named numbers, to JSON and back; what is unknown stays so on the way. */
#include "harness/figures.h"

void figures_forget(int64_t *figures, size_t n)
{
    for (size_t i = 0; i < n; i++)
        figures[i] = FIGURE_UNKNOWN;
}

json_t *figures_json(const char *const *names, const int64_t *figures, size_t n)
{
    json_t *object = json_object();

    for (size_t i = 0; i < n && object != NULL; i++)
        if (json_object_set_new(object, names[i],
                                figures[i] == FIGURE_UNKNOWN
                                    ? json_null()
                                    : json_integer(figures[i])) < 0) {
            json_decref(object);
            object = NULL;
        }
    return object;
}

void figures_read(const json_t *object, const char *const *names,
                  int64_t *figures, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_object_get(object, names[i]);
        figures[i] =
            json_is_integer(value) ? json_integer_value(value) : FIGURE_UNKNOWN;
    }
}
