/* SPDX-License-Identifier: MIT */
/* A metric's name holds its unit, and that is all that is known of it. */
#include "harness/report/metric_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *end; /* of the name */
    const char *unit;
    double scale;
} units[] = {
    {"_per_s", "per s", 1},
    {"_ns", "ms", 1e-6},
    {"_bytes", "KiB", 1.0 / 1024},
    {"_percent", "%", 1},
};

/* Those that are told otherwise than they are called. */
static const struct {
    const char *name, *words, *unit;
    double scale;
} others[] = {
    {"run_ns", "run time", "ms", 1e-6},
    {"cpu_ns", "CPU time", "ms", 1e-6},
    {"cpu_per_request_ns", "CPU per request", "us", 1e-3},
    {"operation_ns", "operation", "ns", 1},
};

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);

    return length > tail && strcmp(name + length - tail, end) == 0;
}

struct metric_words metric_words(const char *name)
{
    struct metric_words words = {.unit = "", .scale = 1};
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (ends_with(name, units[i].end)) {
            words.unit = units[i].unit;
            words.scale = units[i].scale;
            length -= strlen(units[i].end);
            break;
        }
    snprintf(words.name, sizeof words.name, "%.*s", (int)length, name);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i].name) == 0) {
            snprintf(words.name, sizeof words.name, "%s", others[i].words);
            words.unit = others[i].unit;
            words.scale = others[i].scale;
        }
    for (char *at = words.name; (at = strchr(at, '_')) != NULL;)
        *at = ' ';
    return words;
}

void metric_write_title(const struct metric_words *words,
                        char text[METRIC_TITLE])
{
    const char *between = *words->unit == '\0'                ? ""
                          : strcmp(words->unit, "per s") == 0 ? " "
                                                              : ", ";

    snprintf(text, METRIC_TITLE, "%.60s%s%s", words->name, between,
             words->unit);
}

struct metric_aspect *metric_aspect_new(const char *name)
{
    struct metric_aspect *ret = calloc(1, sizeof *ret);
    struct metric_words words = metric_words(name);

    if (ret == NULL)
        return NULL;
    metric_write_title(&words, ret->title);
    /* Whether more is better depends on the metric, so no word judges. */
    ret->aspect = (struct aspect){
        .first = {ret->title, words.unit, words.scale, false},
        .beside = {"CPU, ms", "ms", 1e-6, false},
        .less = "lower",
        .more = "higher",
        .equal = true,
    };
    return ret;
}
