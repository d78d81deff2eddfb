/* SPDX-License-Identifier: MIT */
/*
 * Numbers of result.json that come as an object: what was counted, and what a
 * run measured besides its times. Look at read_latency: its numbers are looked
 * up by name when they are needed, and have to be what they are by then.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "harness/session/result_read.h"

int result_read_figures(struct source *source, const json_t *object,
                        const char *key, const char *const *names, size_t n,
                        const char *any, int64_t *ret)
{
    struct reader *reader = &source->reader;
    const json_t *value = json_object_get(object, key);
    const char *keys[READER_NAMES_MAX] = {NULL};

    figures_forget(ret, n);
    if (value == NULL)
        return 0;
    assert(n + 2 <= READER_NAMES_MAX);
    for (size_t i = 0; i < n; i++)
        keys[i] = names[i];
    size_t mark = reader_enter(reader, key);
    if (result_read_keys(source, value, keys) != 0)
        return -EINVAL;
    for (size_t i = 0; i < n; i++) {
        bool may = any != NULL && strcmp(names[i], any) == 0;
        int64_t min = may ? -(int64_t)READER_NUMBER_MAX : 0;
        if (result_read_figure(reader, value, names[i], min, &ret[i]) != 0)
            return -EINVAL;
    }
    reader_leave(reader, mark);
    return 0;
}

/* ---- Metrics ---- */

/* Checks whole numbers of an object; the names end with NULL. */
static int check_numbers(struct reader *reader, const json_t *object,
                         const char *const *names)
{
    uint64_t number;

    for (; *names != NULL; names++)
        if (reader_number(reader, object, *names, 0, READER_NUMBER_MAX,
                          &number) != 0)
            return -EINVAL;
    return 0;
}

/* Little's law divides by what is expected. */
static int check_reals(struct reader *reader, const json_t *latency)
{
    static const struct {
        const char *name;
        double min;
    } reals[] = {
        {"load_ratio", 0},
        {"inflight", 0},
        {"inflight_error", 0},
        {"inflight_expected", 1e-9},
    };
    double real;

    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
        if (reader_real(reader, latency, reals[i].name, reals[i].min,
                        (double)READER_NUMBER_MAX, &real) != 0)
            return -EINVAL;
    return 0;
}

static int check_percentile(struct source *source, const json_t *value)
{
    static const char *const keys[] = {
        "share_ratio", "latency_ns", "service_ns", "lateness_ns", NULL, NULL};
    struct reader *reader = &source->reader;
    double share;

    if (result_read_keys(source, value, keys) != 0 ||
        reader_real(reader, value, keys[0], 0, 1, &share) != 0)
        return -EINVAL;
    return check_numbers(reader, value, keys + 1);
}

static int check_percentiles(struct source *source, const json_t *latency)
{
    struct reader *reader = &source->reader;
    const json_t *list;

    if (result_read_list(reader, latency, "percentiles", &list) != 0)
        return -EINVAL;
    size_t mark = reader_enter(reader, "percentiles");
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t here = reader_enter_element(reader, i);
        if (check_percentile(source, json_array_get(list, i)) != 0)
            return -EINVAL;
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    return 0;
}

static int check_latency(struct source *source, const json_t *latency)
{
    static const char *const keys[] = {"requests",
                                       "percentiles",
                                       "mean_ns",
                                       "max_ns",
                                       "load_ratio",
                                       "inflight",
                                       "inflight_error",
                                       "inflight_expected",
                                       "looks",
                                       "wake_p99_ns",
                                       NULL,
                                       NULL};
    static const char *const numbers[] = {"requests", "mean_ns",     "max_ns",
                                          "looks",    "wake_p99_ns", NULL};
    struct reader *reader = &source->reader;

    if (result_read_keys(source, latency, keys) != 0 ||
        check_numbers(reader, latency, numbers) != 0 ||
        check_reals(reader, latency) != 0)
        return -EINVAL;
    return check_percentiles(source, latency);
}

int result_read_metrics(struct source *source, const json_t *object)
{
    struct reader *reader = &source->reader;
    json_t *metrics = json_object_get(object, "metrics"), *metric;
    const double most = (double)READER_NUMBER_MAX;
    const char *name;
    double number;

    if (!json_is_object(metrics))
        return reader_fault(reader, "metrics",
                            "metrics must be an object: {...}");
    size_t mark = reader_enter(reader, "metrics");
    json_object_foreach(metrics, name, metric)
    {
        if (strcmp(name, "unverified") == 0 && json_is_true(metric))
            continue;
        if (strcmp(name, "latency") != 0) {
            if (reader_real(reader, metrics, name, -most, most, &number) != 0)
                return -EINVAL;
            continue;
        }
        size_t here = reader_enter(reader, name);
        if (check_latency(source, metric) != 0)
            return -EINVAL;
        reader_leave(reader, here);
    }
    reader_leave(reader, mark);
    return 0;
}
