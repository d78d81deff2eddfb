/* SPDX-License-Identifier: MIT */
/* Named numbers, to JSON; what is unknown stays so. The way back is
 * harness/session/result_read.h. */
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
