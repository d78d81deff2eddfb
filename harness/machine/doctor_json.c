/* SPDX-License-Identifier: MIT */
/* What `heddle doctor` says, for programs: nothing is judged here. */
#include <limits.h>

#include "harness/machine/advice.h"
#include "harness/machine/allowance.h"
#include "harness/machine/doctor.h"
#include "harness/machine/machine.h"

static json_t *text_or_null(const char *text)
{
    return *text == '\0' ? json_null() : json_string(text);
}

static json_t *advice_json(const json_t *environment, double steal_ratio)
{
    struct advice advice[ADVICE_MAX];
    size_t n = advice_collect(environment, steal_ratio, advice);
    json_t *list = json_array();

    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "found",
                                              advice[i].found, "mend",
                                              advice[i].mend, "command",
                                              text_or_null(advice[i].command)));
    return list;
}

static json_t *allowances_json(const json_t *environment)
{
    struct allowance allowances[ALLOW_MAX];
    json_t *object = json_object();

    allowance_find(environment, allowances);
    for (size_t i = 0; i < ALLOW_MAX; i++) {
        const struct allowance *one = &allowances[i];
        json_object_set_new(object, one->what,
                            json_pack("{s:o, s:o, s:o}", "allowed",
                                      one->allowed == LLONG_MAX
                                          ? json_null()
                                          : json_integer(one->allowed),
                                      "bound", text_or_null(one->bound),
                                      "command", text_or_null(one->command)));
    }
    return object;
}

json_t *doctor_json(json_t *environment, const struct machine_grade *grade,
                    double steal_ratio)
{
    const char letter[2] = {grade->letter, '\0'};

    return json_pack("{s:s, s:s, s:f, s:o, s:o, s:O}", "noise_grade", letter,
                     "noise_reason", grade->reason, "steal_ratio", steal_ratio,
                     "advice", advice_json(environment, steal_ratio), "limits",
                     allowances_json(environment), "environment", environment);
}
