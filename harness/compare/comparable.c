/* SPDX-License-Identifier: MIT */
/*
 * Reasons not to compare. They are looked for before any figure is made, from
 * the plainest to the subtlest: the session, the machine, the configurations,
 * the work, the speed of the day.
 */
#include "harness/compare/comparable.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/session/estimate.h"
#include "harness/session/session.h"

/* Where these differ it is another machine. */
static const char *const identity[] = {
    "architecture", "cpu_model",          "logical_cpus",
    "cores_usable", "memory_total_bytes", "cgroup_cpu_quota_cores",
};

/* Where these differ it is the same machine in another state. */
static const char *const state[] = {
    "kernel",       "governor",
    "boost",        "frequency_max_mhz",
    "smt",          "platform_profile",
    "on_ac_power",  "hypervisor",
    "container",    "isolated_cpus",
    "thp",          "aslr",
    "clock_source", "libc",
    "compiler",     "compiler_flags",
    "build_type",
};

enum {
    NIDENTITY = sizeof identity / sizeof *identity,
    NSTATE = sizeof state / sizeof *state,
};

static int refuse(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(struct complaint *complaint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

/* ---- The machine ---- */

static const json_t *fact(const struct session *session, const char *key)
{
    const json_t *value = json_object_get(session->environment, key);
    return json_is_null(value) ? NULL : value;
}

/* Kernels keep more or less of the memory for themselves. */
static bool nearly_equal(const json_t *a, const json_t *b)
{
    double x = json_number_value(a), y = json_number_value(b);
    return x > 0 && y > 0 && fmax(x, y) / fmin(x, y) <= 1.02;
}

static bool same_fact(const char *key, const json_t *a, const json_t *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return json_equal(a, b) ||
           (strcmp(key, "memory_total_bytes") == 0 && nearly_equal(a, b));
}

/* As people read it. */
static void write_fact(const json_t *value, char *text, size_t room)
{
    char *dumped = NULL;

    if (json_is_string(value))
        snprintf(text, room, "%s", json_string_value(value));
    else if (value == NULL ||
             (dumped = json_dumps(value, JSON_ENCODE_ANY)) == NULL)
        snprintf(text, room, "unknown");
    else
        snprintf(text, room, "%s", dumped);
    free(dumped);
}

static int check_machine(const struct session *a, const struct session *b,
                         struct complaint *complaint)
{
    char of_a[64], of_b[64];

    for (size_t i = 0; i < NIDENTITY; i++) {
        const json_t *x = fact(a, identity[i]), *y = fact(b, identity[i]);
        if (same_fact(identity[i], x, y))
            continue;
        write_fact(x, of_a, sizeof of_a);
        write_fact(y, of_b, sizeof of_b);
        return refuse(complaint,
                      "another machine: %s is %s in A and %s in B; times hold "
                      "on the machine they were measured on",
                      identity[i], of_a, of_b);
    }
    return 0;
}

json_t *comparable_differences(const struct session *a, const struct session *b)
{
    json_t *list = json_array();
    char of_a[128], of_b[128];

    for (size_t i = 0; i < NSTATE; i++) {
        const json_t *x = fact(a, state[i]), *y = fact(b, state[i]);
        if (same_fact(state[i], x, y))
            continue;
        write_fact(x, of_a, sizeof of_a);
        write_fact(y, of_b, sizeof of_b);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "fact",
                                              state[i], "a", of_a, "b", of_b));
    }
    return list;
}

/* ---- The work ---- */

long comparable_twin(const struct session *a, unsigned point,
                     const struct session *b)
{
    char id[256], other[256];

    session_point_id(a, point, id, sizeof id);
    for (unsigned i = 0; i < b->npoints; i++) {
        session_point_id(b, i, other, sizeof other);
        if (strcmp(id, other) == 0)
            return i;
    }
    return -1;
}

/* Everything that decides how the work is run, as one text. */
static void write_settings(const struct configuration *c, char *text,
                           size_t room)
{
    int length =
        snprintf(text, room,
                 "%s, %s, %" PRIu64 " tasks, %u workers, %" PRIu64
                 " in flight, seed %" PRIu64 "%s ",
                 c->model->name, c->workload->name, c->ntasks, c->workers,
                 c->inflight, c->seed, c->pin ? ", pinned" : "");
    if (length > 0 && (size_t)length < room)
        configuration_settings_text(c, text + length, room - (size_t)length);
}

/* Where two texts part, from the word on. */
static size_t first_difference(const char *a, const char *b)
{
    size_t at = 0, word = 0;

    while (a[at] != '\0' && a[at] == b[at]) {
        at++;
        if (a[at - 1] == ' ')
            word = at;
    }
    return word;
}

static int check_point(const struct session *a, unsigned i,
                       const struct session *b, unsigned k,
                       struct complaint *complaint)
{
    const struct point *p = &a->points[i], *q = &b->points[k];
    char id[64], of_a[512], of_b[512];

    session_point_id(a, i, id, sizeof id);
    write_settings(&p->configuration, of_a, sizeof of_a);
    write_settings(&q->configuration, of_b, sizeof of_b);
    size_t at = first_difference(of_a, of_b);
    if (strcmp(estimate_quantity(a, p->experiment)->name,
               estimate_quantity(b, q->experiment)->name) != 0)
        return refuse(complaint,
                      "other work: %s is about %s in A and about %s in B", id,
                      estimate_quantity(a, p->experiment)->name,
                      estimate_quantity(b, q->experiment)->name);
    if (strcmp(of_a, of_b) != 0)
        return refuse(complaint,
                      "other work: %s is \"%.*s\" in A and \"%.*s\" in B; "
                      "measure both with the same experiment",
                      id, (int)strcspn(of_a + at, ","), of_a + at,
                      (int)strcspn(of_b + at, ","), of_b + at);
    if (p->digest != q->digest || p->steps != q->steps || p->bytes != q->bytes)
        return refuse(complaint,
                      "other work: the tasks of %s find 0x%016" PRIx64
                      " in A and 0x%016" PRIx64
                      " in B; the workload has changed between them",
                      id, p->digest, q->digest);
    return 0;
}

static int check_work(const struct session *a, const struct session *b,
                      struct complaint *complaint)
{
    size_t ncommon = 0;

    for (unsigned i = 0; i < a->npoints; i++) {
        long k = comparable_twin(a, i, b);
        if (k < 0)
            continue;
        ncommon++;
        int err = check_point(a, i, b, (unsigned)k, complaint);
        if (err != 0)
            return err;
    }
    return ncommon > 0
               ? 0
               : refuse(complaint, "nothing in common: no configuration of A "
                                   "is in B");
}

/* ---- The day ---- */

double comparable_gap(const struct session *a, const struct session *b)
{
    if (!(a->calibration.median_ns > 0 && b->calibration.median_ns > 0))
        return NAN;
    return b->calibration.median_ns / a->calibration.median_ns;
}

static int check_calibration(const struct session *a, const struct session *b,
                             struct complaint *complaint)
{
    double gap = comparable_gap(a, b);
    bool a_lacks = !(a->calibration.median_ns > 0);

    if (isnan(gap))
        return refuse(complaint,
                      "%s has no calibration (schema 1.0), so nothing tells "
                      "how fast its machine was; --relative compares ratios to "
                      "the baselines instead",
                      a_lacks ? "A" : "B");
    if (fmax(gap, 1 / gap) <= COMPARABLE_GAP)
        return 0;
    return refuse(complaint,
                  "the machine was %.1f %% %s in B (calibration; up to 2 %% "
                  "would do); --relative compares ratios to the baselines, "
                  "`bench --against` two builds in one session",
                  100 * (fmax(gap, 1 / gap) - 1),
                  gap > 1 ? "slower" : "faster");
}

int comparable_check(const struct session *a, const struct session *b,
                     bool absolute, struct complaint *complaint)
{
    if (strcmp(a->id, b->id) == 0)
        return refuse(complaint, "A and B are the same session, %s; name two",
                      a->id);
    int err = check_machine(a, b, complaint);
    if (err == 0)
        err = check_work(a, b, complaint);
    if (err == 0 && absolute)
        err = check_calibration(a, b, complaint);
    return err;
}
