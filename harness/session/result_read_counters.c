/* SPDX-License-Identifier: MIT */
/* What was counted in the discarded block. Figures have to be there, if only as
 * null; reasons came with version 1.2, and shares are worked out again. */
#include <errno.h>
#include <stdio.h>

#include "harness/once/counters.h"
#include "harness/session/result_read.h"

enum { NAME = 64 };

static int check_keys(struct source *source, const json_t *value)
{
    const char *keys[2 * COUNTER_MAX + 3] = {NULL};
    char reasons[COUNTER_MAX][NAME];
    size_t n = COUNTER_MAX + 1; /* behind the end of what is needed */

    for (unsigned i = 0; i < COUNTER_MAX; i++) {
        snprintf(reasons[i], NAME, "%s_missing", counter_names[i]);
        keys[i] = counter_names[i];
        keys[n++] = reasons[i];
    }
    keys[n] = "per_task";
    return result_read_keys(source, value, keys);
}

/* A reason is a text or not there. */
static int check_reason(struct reader *reader, const json_t *value,
                        unsigned counter)
{
    char name[NAME];

    snprintf(name, NAME, "%s_missing", counter_names[counter]);
    const json_t *reason = json_object_get(value, name);
    return reason == NULL || json_is_string(reason)
               ? 0
               : reader_fault(reader, name, "%s must be a text", name);
}

int result_read_counters(struct source *source, const json_t *object,
                         struct counters *ret)
{
    struct reader *reader = &source->reader;
    const json_t *value = json_object_get(object, "counters");

    counters_forget(ret);
    if (value == NULL)
        return 0;
    size_t mark = reader_enter(reader, "counters");
    if (check_keys(source, value) != 0)
        return -EINVAL;
    for (unsigned i = 0; i < COUNTER_MAX; i++)
        if (result_read_figure(reader, value, counter_names[i], 0,
                               &ret->figures[i]) != 0 ||
            check_reason(reader, value, i) != 0)
            return -EINVAL;
    counters_read_reasons(value, ret);
    reader_leave(reader, mark);
    return 0;
}
