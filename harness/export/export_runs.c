/* SPDX-License-Identifier: MIT */
/*
 * Runs as a table, made from the same JSON as result.json, so that a field that
 * is added there is a column here. Look at flatten.
 */
#include "harness/export/export.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "harness/session/experiment.h"
#include "harness/session/result.h"
#include "harness/session/session.h"

/* These first and in this order; what else there is follows by name. */
static const char *const first[] = {
    "configuration", "experiment", "panel",    "label",       "x",
    "baseline",      "twin",       "workload", "model",       "workers",
    "inflight",      "tasks",      "seed",     "pin",         "set",
    "block",         "position",   "status",   "error",       "start_ns",
    "wall_ns",       "startup_ns", "run_ns",   "shutdown_ns", "user_ns",
    "system_ns",
};

enum { NFIRST = sizeof first / sizeof *first };

/* ---- One flat object a run ---- */

static int flatten(json_t *into, const char *name, json_t *value);

/* A list of texts becomes one text. */
static int flatten_texts(json_t *into, const char *name, json_t *list)
{
    char text[1024] = "";
    json_t *member;
    size_t i;

    json_array_foreach(list, i, member)
    {
        size_t length = strlen(text);
        if (json_is_string(member))
            snprintf(text + length, sizeof text - length, "%s%s",
                     length > 0 ? ";" : "", json_string_value(member));
    }
    return json_object_set_new(into, name, json_string(text));
}

/* Percentiles stand under their name: [{"share_ratio": 0.99, "latency_ns": 5}]
 * becomes {"p99.latency_ns": 5}. */
static int flatten_percentiles(json_t *into, const char *name, json_t *list)
{
    char path[256];
    const char *key;
    json_t *percentile, *member;
    size_t i;
    int err = 0;

    json_array_foreach(list, i, percentile)
    {
        double share =
            json_number_value(json_object_get(percentile, "share_ratio"));
        json_object_foreach(percentile, key, member)
        {
            snprintf(path, sizeof path, "%s.p%g.%s", name, 100 * share, key);
            if (err == 0 && strcmp(key, "share_ratio") != 0)
                err = flatten(into, path, member);
        }
    }
    return err;
}

/* Scalars under their path: {"a": {"b": 1}} becomes {"a.b": 1}. */
static int flatten(json_t *into, const char *name, json_t *value)
{
    char path[256];
    const char *key;
    json_t *member;
    int err = 0;

    if (json_is_array(value))
        return json_is_object(json_array_get(value, 0))
                   ? flatten_percentiles(into, name, value)
                   : flatten_texts(into, name, value);
    if (!json_is_object(value))
        return json_object_set(into, name, value);
    json_object_foreach(value, key, member)
    {
        snprintf(path, sizeof path, "%s%s%s", name, *name != '\0' ? "." : "",
                 key);
        err = err != 0 ? err : flatten(into, path, member);
    }
    return err;
}

/* All settings in one cell: as columns of their own, most would be empty. */
static json_t *settings_text(json_t *set)
{
    char *text = NULL;
    size_t length;
    const char *key;
    json_t *member;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        return NULL;
    json_object_foreach(set, key, member)
    {
        fprintf(out, "%s%s=", ftell(out) > 0 ? " " : "", key);
        if (json_is_string(member))
            fputs(json_string_value(member), out);
        else
            json_dumpf(member, out, JSON_ENCODE_ANY);
    }
    fclose(out);
    json_t *value = text != NULL ? json_string(text) : NULL;
    free(text);
    return value;
}

/* What a table of runs says about a configuration. NULL: no memory. */
static json_t *describe(const struct session *session, json_t *configuration)
{
    static const char *const taken[] = {
        "experiment", "label",   "x",        "baseline", "twin", "workload",
        "model",      "workers", "inflight", "tasks",    "seed", "pin",
    };
    json_t *flat = json_object();
    const char *name =
        json_string_value(json_object_get(configuration, "experiment"));
    size_t panel =
        (size_t)json_integer_value(json_object_get(configuration, "panel"));

    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        json_object_set(flat, taken[i],
                        json_object_get(configuration, taken[i]));
    json_object_set_new(flat, "set",
                        settings_text(json_object_get(configuration, "set")));
    for (size_t i = 0; i < session->nexperiments; i++)
        if (strcmp(session->experiments[i]->name, name) == 0)
            json_object_set_new(
                flat, "panel",
                json_string(session->experiments[i]->panel_titles[panel]));
    return flat;
}

/* All runs, flat, in their order. NULL: no memory. */
static json_t *flat_runs(const struct session *session)
{
    json_t *result = result_json(session);
    json_t *configurations = json_object(), *rows = json_array(), *value;
    size_t i;

    json_array_foreach(json_object_get(result, "configurations"), i, value)
        json_object_set_new(configurations,
                            json_string_value(json_object_get(value, "id")),
                            describe(session, value));
    json_array_foreach(json_object_get(result, "runs"), i, value)
    {
        const char *id =
            json_string_value(json_object_get(value, "configuration"));
        json_t *row = json_copy(json_object_get(configurations, id));
        if (row == NULL || flatten(row, "", value) != 0) {
            json_decref(row);
            json_decref(rows);
            rows = NULL;
            break;
        }
        json_array_append_new(rows, row);
    }
    json_decref(configurations);
    if (result == NULL) {
        json_decref(rows);
        rows = NULL;
    }
    json_decref(result);
    return rows;
}

/* ---- Columns ---- */

static size_t place(const char *name)
{
    size_t i = 0;

    while (i < NFIRST && strcmp(first[i], name) != 0)
        i++;
    return i;
}

static int by_place(const void *left, const void *right)
{
    const char *a = *(const char *const *)left;
    const char *b = *(const char *const *)right;
    size_t i = place(a), k = place(b);

    return i != k ? (i > k) - (i < k) : strcmp(a, b);
}

/* The names above and every other that some run has; they belong to *all, which
 * the caller frees as well as the list. NULL: no memory. */
static const char **columns_new(const json_t *rows, json_t **all, size_t *n)
{
    const char *key, **names;
    json_t *row, *value;
    size_t i;

    *all = json_object();
    *n = 0;
    /* A session without runs still has a first line. */
    for (i = 0; i < NFIRST; i++)
        json_object_set_new(*all, first[i], json_null());
    json_array_foreach(rows, i, row) json_object_update(*all, row);
    names = calloc(json_object_size(*all) + 1, sizeof *names);
    if (names != NULL) {
        json_object_foreach(*all, key, value) names[(*n)++] = key;
        qsort(names, *n, sizeof *names, by_place);
    }
    return names;
}

/* ---- Cells ---- */

static void write_text(FILE *out, const char *text, bool comma)
{
    if (!comma) {
        for (; *text != '\0'; text++)
            fputc(strchr("\t\r\n", *text) != NULL ? ' ' : *text, out);
        return;
    }
    if (strpbrk(text, ",\"\r\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_cell(FILE *out, const json_t *value, bool comma)
{
    if (json_is_string(value))
        write_text(out, json_string_value(value), comma);
    else if (value != NULL && !json_is_null(value))
        json_dumpf(value, out, JSON_ENCODE_ANY | RESULT_NUMBERS);
}

int export_runs(FILE *out, const struct session *session, bool comma)
{
    json_t *rows = flat_runs(session), *all, *row;
    size_t ncolumns, i;
    const char **names = columns_new(rows, &all, &ncolumns);
    char between = comma ? ',' : '\t';

    for (size_t c = 0; rows != NULL && names != NULL && c < ncolumns; c++) {
        write_text(out, names[c], comma);
        fputc(c + 1 < ncolumns ? between : '\n', out);
    }
    if (names != NULL) {
        json_array_foreach(rows, i, row)
        {
            for (size_t c = 0; c < ncolumns; c++) {
                write_cell(out, json_object_get(row, names[c]), comma);
                fputc(c + 1 < ncolumns ? between : '\n', out);
            }
        }
    }
    int err = rows == NULL || names == NULL ? -ENOMEM : 0;
    free(names);
    json_decref(all);
    json_decref(rows);
    return err;
}
