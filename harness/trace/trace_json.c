/* SPDX-License-Identifier: MIT */
/*
 * One event a line, written as it is made: a trace of a million events need not
 * fit into memory twice.
 */
#include "harness/trace/trace_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/trace/history.h"

struct writer {
    FILE *out;
    bool first;
    int result;
};

/* Steals the event. */
static void put(struct writer *writer, json_t *event)
{
    if (writer->result != 0 || event == NULL) {
        json_decref(event);
        writer->result = writer->result != 0 ? writer->result : -ENOMEM;
        return;
    }
    fputs(writer->first ? "\n" : ",\n", writer->out);
    writer->first = false;
    /* 15 digits: whole nanoseconds, for longer than a year. */
    if (json_dumpf(event, writer->out,
                   JSON_COMPACT | JSON_PRESERVE_ORDER |
                       JSON_REAL_PRECISION(15)) != 0)
        writer->result = -EIO;
    json_decref(event);
}

static void put_name(struct writer *writer, const char *what, unsigned track,
                     const char *name)
{
    put(writer,
        json_pack("{s:s, s:s, s:i, s:i, s:{s:s}}", "name", what, "ph", "M",
                  "pid", 1, "tid", (int)track, "args", "name", name));
}

static double us(uint64_t ns)
{
    return (double)ns * 1e-3;
}

static void put_span(struct writer *writer, const char *name, const char *kind,
                     unsigned track, uint64_t from_ns, uint64_t to_ns,
                     uint32_t task)
{
    json_t *event =
        json_pack("{s:s, s:s, s:s, s:f, s:f, s:i, s:i}", "name", name, "cat",
                  kind, "ph", "X", "ts", us(from_ns), "dur",
                  us(to_ns - from_ns), "pid", 1, "tid", (int)track);

    if (event != NULL && task != TRACE_NO_TASK)
        json_object_set_new(event, "args",
                            json_pack("{s:i}", "task", (int)task));
    put(writer, event);
}

/* The end of the stretches from `i` on that belong to the same task. */
static size_t same_task(const struct lane *lane, size_t i)
{
    uint32_t task = lane->stretches[i].task;

    while (i < lane->nstretches && lane->stretches[i].task == task)
        i++;
    return i;
}

static int compare_tasks(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Does it end each task before it begins another? Then no task has two spans.
 * Returns 1 or 0, or -ENOMEM. */
static int one_at_a_time(const struct lane *lane)
{
    uint32_t *tasks = calloc(lane->nstretches + 1, sizeof *tasks);
    size_t n = 0;
    int answer = 1;

    if (tasks == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < lane->nstretches; i = same_task(lane, i))
        if (lane->stretches[i].task != TRACE_NO_TASK)
            tasks[n++] = lane->stretches[i].task;
    qsort(tasks, n, sizeof *tasks, compare_tasks);
    for (size_t i = 1; i < n; i++)
        if (tasks[i] == tasks[i - 1])
            answer = 0;
    free(tasks);
    return answer;
}

static void put_tasks(struct writer *writer, const struct lane *lane,
                      unsigned track)
{
    for (size_t i = 0; i < lane->nstretches;) {
        const struct stretch *first = &lane->stretches[i];
        char name[32];
        i = same_task(lane, i);
        if (first->task == TRACE_NO_TASK)
            continue;
        snprintf(name, sizeof name, "task %u", first->task);
        put_span(writer, name, "task", track, first->from_ns,
                 lane->stretches[i - 1].to_ns, first->task);
    }
}

/* Whoever reads it takes spans that begin together for nested in the order of
 * the file: tasks first. */
static void put_lane(struct writer *writer, const struct lane *lane,
                     unsigned track)
{
    char name[32];
    int whole = one_at_a_time(lane);

    if (whole < 0)
        writer->result = whole;
    snprintf(name, sizeof name, "worker %u", track - 1);
    put_name(writer, "thread_name", track, name);
    if (whole == 1)
        put_tasks(writer, lane, track);
    for (size_t i = 0; i < lane->nstretches; i++) {
        const struct stretch *s = &lane->stretches[i];
        if (s->state != TRACE_IDLE)
            put_span(writer, trace_state_names[s->state], "state", track,
                     s->from_ns, s->to_ns, s->task);
    }
    for (size_t i = 0; i < lane->nmarks; i++)
        put(writer, json_pack("{s:s, s:s, s:s, s:s, s:f, s:i, s:i}", "name",
                              "asks the holder to let go", "cat", "gil", "ph",
                              "i", "s", "t", "ts", us(lane->marks[i].ns), "pid",
                              1, "tid", (int)track));
}

int trace_json_write(FILE *out, const struct configuration *c,
                     const struct history *history)
{
    struct writer writer = {out, true, 0};
    char name[128], settings[256];

    fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", out);
    snprintf(name, sizeof name, "%s: %s", c->model->name, c->workload->name);
    put_name(&writer, "process_name", 0, name);
    for (unsigned i = 0; i < history->nlanes; i++)
        put_lane(&writer, &history->lanes[i], i + 1);
    configuration_settings_text(c, settings, sizeof settings);
    json_t *about = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "model",
        c->model->name, "workload", c->workload->name, "set", settings, "tasks",
        (json_int_t)c->ntasks, "seed", (json_int_t)c->seed, "known_from_ns",
        (json_int_t)history->known_ns, "run_ns", (json_int_t)history->end_ns,
        "trace_events", (json_int_t)history->nevents, "trace_lost",
        (json_int_t)history->nlost, "workers_not_traced",
        (json_int_t)history->nunseen);
    fputs("\n],\"otherData\":", out);
    if (about == NULL || json_dumpf(about, out, JSON_PRESERVE_ORDER) != 0)
        writer.result = writer.result != 0 ? writer.result : -ENOMEM;
    json_decref(about);
    fputs("}\n", out);
    return writer.result != 0 ? writer.result : ferror(out) ? -EIO : 0;
}
