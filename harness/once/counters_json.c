/* SPDX-License-Identifier: MIT */
/* What was counted, as JSON: the figures, why there are none, and their share
 * of a task, which is what models are compared by. */
#include <stdio.h>

#include "harness/once/counters.h"

static json_t *share(int64_t figure, uint64_t ntasks)
{
    if (figure == FIGURE_UNKNOWN || ntasks == 0)
        return json_null();
    return json_real((double)figure / (double)ntasks);
}

static json_t *per_task(const struct counters *counters, uint64_t ntasks)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < COUNTER_MAX; i++)
        json_object_set_new(object, counter_names[i],
                            share(counters->figures[i], ntasks));
    return object;
}

static const char *reason_name(unsigned counter, char name[64])
{
    snprintf(name, 64, "%s_missing", counter_names[counter]);
    return name;
}

json_t *counters_json(const struct counters *counters, uint64_t ntasks)
{
    json_t *object =
        figures_json(counter_names, counters->figures, COUNTER_MAX);
    char name[64];

    for (unsigned i = 0; i < COUNTER_MAX; i++)
        if (counters->missing[i][0] != '\0')
            json_object_set_new(object, reason_name(i, name),
                                json_string(counters->missing[i]));
    json_object_set_new(object, "per_task", per_task(counters, ntasks));
    return object;
}

void counters_read_reasons(const json_t *object, struct counters *ret)
{
    char name[64];

    for (unsigned i = 0; i < COUNTER_MAX; i++) {
        const char *reason =
            json_string_value(json_object_get(object, reason_name(i, name)));
        ret->missing[i][0] = '\0';
        if (reason != NULL && ret->figures[i] == FIGURE_UNKNOWN)
            snprintf(ret->missing[i], COUNTER_REASON, "%s", reason);
    }
}
