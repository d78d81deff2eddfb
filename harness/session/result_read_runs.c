/* SPDX-License-Identifier: MIT */
/*
 * The runs of result.json. A configuration and a block name one place, and
 * whatever stood there before would be forgotten without a word: look at
 * check_once.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/session/experiment.h"
#include "harness/session/result_read.h"
#include "harness/session/session.h"
#include "harness/stats/stats.h"

/* ---- One run ---- */

/* Its point and its block are places in memory. */
static int read_place(struct source *source, const json_t *value,
                      struct run *run)
{
    struct reader *reader = &source->reader;
    const struct session *session = source->session;
    const char *id = "";
    uint64_t block = 0, position = 0;

    if (reader_words(reader, value, "configuration", &id) != 0 ||
        reader_number(reader, value, "block", 0, INT32_MAX, &block) != 0 ||
        reader_number(reader, value, "position", 0, INT32_MAX, &position) != 0)
        return -EINVAL;
    const json_t *place = json_object_get(source->ids, id);
    if (place == NULL)
        return reader_fault(reader, "configuration",
                            "there is no configuration \"%s\"", id);
    run->point = (unsigned)json_integer_value(place);
    const struct experiment *experiment =
        session->experiments[session->points[run->point].experiment];
    if (source->growing && block >= STATS_BLOCKS_MAX)
        return reader_fault(reader, "block", "block must be below %d",
                            STATS_BLOCKS_MAX);
    if (!source->growing && block >= experiment->nblocks)
        return reader_fault(reader, "block",
                            "block must be below %u, the plan's number of "
                            "blocks",
                            experiment->nblocks);
    run->block = (unsigned)block;
    run->position = (unsigned)position;
    return 0;
}

/* What went well has no error, what did not says why. */
static int read_end(struct source *source, const json_t *value, struct run *run)
{
    struct reader *reader = &source->reader;
    const char *status = "", *error = NULL;
    size_t which = 0;

    if (reader_words(reader, value, "status", &status) != 0 ||
        reader_choice(reader, "status", status, run_status_names,
                      RUN_STATUS_MAX, &which) != 0 ||
        reader_note(reader, value, "error", &error) != 0)
        return -EINVAL;
    run->status = (enum run_status)which;
    if ((run->status == RUN_OK) != (error == NULL))
        return reader_fault(reader, "error",
                            error == NULL
                                ? "error must say why the status is \"%s\""
                                : "error must be null where the status is "
                                  "\"%s\"",
                            status);
    run->error = error != NULL ? strdup(error) : NULL;
    return error == NULL || run->error != NULL
               ? 0
               : reader_fault(reader, NULL, "no memory");
}

static int read_numbers(struct source *source, const json_t *value,
                        struct run *run)
{
    const struct {
        const char *name;
        uint64_t *at;
    } numbers[] = {
        {"start_ns", &run->start_ns},
        {"wall_ns", &run->wall_ns},
        {"startup_ns", &run->startup_ns},
        {"run_ns", &run->run_ns},
        {"shutdown_ns", &run->shutdown_ns},
        {"user_ns", &run->user_ns},
        {"system_ns", &run->system_ns},
        {"voluntary_switches", &run->voluntary_switches},
        {"involuntary_switches", &run->involuntary_switches},
        {"peak_rss_bytes", &run->peak_rss_bytes},
        {"peer_cpu_ns", &run->peer_cpu_ns},
        {"steps", &run->steps},
        {"bytes", &run->bytes},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (reader_number(&source->reader, value, numbers[i].name, 0,
                          READER_NUMBER_MAX, numbers[i].at) != 0)
            return -EINVAL;
    return 0;
}

/* What went on around it, which files before 1.1 do not tell. */
static int read_circumstances(struct source *source, const json_t *value,
                              struct run *run)
{
    struct reader *reader = &source->reader;

    if (result_read_figure(reader, value, "minor_faults", 0,
                           &run->minor_faults) != 0 ||
        result_read_figure(reader, value, "major_faults", 0,
                           &run->major_faults) != 0)
        return -EINVAL;
    /* A clock may be set back. */
    return result_read_figures(source, value, "noise", noise_names,
                               NOISE_FIGURES, noise_names[NOISE_CLOCK_STEP_NS],
                               run->noise.figures);
}

/* Only tasks that arrive by plan have latencies, and all of them do. */
static int check_latency(struct source *source, const json_t *value,
                         const struct run *run)
{
    struct reader *reader = &source->reader;
    const struct configuration *c =
        &source->session->points[run->point].configuration;
    const json_t *latency =
        json_object_get(json_object_get(value, "metrics"), "latency");
    const json_t *requests = json_object_get(latency, "requests");

    if (latency == NULL)
        return 0;
    size_t mark = reader_enter(reader, "metrics");
    if (!configuration_arrivals(c))
        return reader_fault(reader, "latency",
                            "latency needs a configuration with arrivals");
    if ((uint64_t)json_integer_value(requests) != c->ntasks)
        return reader_fault(reader, "latency",
                            "requests must be %" PRIu64 ", the tasks of the "
                            "configuration",
                            c->ntasks);
    reader_leave(reader, mark);
    return 0;
}

int result_read_run(struct source *source, const json_t *value, struct run *ret)
{
    static const char *const keys[] = {"configuration",
                                       "block",
                                       "position",
                                       "start_ns",
                                       "wall_ns",
                                       "startup_ns",
                                       "run_ns",
                                       "shutdown_ns",
                                       "user_ns",
                                       "system_ns",
                                       "status",
                                       "voluntary_switches",
                                       "error",
                                       "involuntary_switches",
                                       "digest",
                                       "peak_rss_bytes",
                                       "steps",
                                       "peer_cpu_ns",
                                       "bytes",
                                       "metrics",
                                       NULL,
                                       "flags",
                                       "minor_faults",
                                       "major_faults",
                                       "noise",
                                       NULL};
    struct run run = {0};

    if (result_read_keys(source, value, keys) != 0 ||
        read_place(source, value, &run) != 0 ||
        read_numbers(source, value, &run) != 0 ||
        result_read_digest(&source->reader, value, "digest", &run.digest) !=
            0 ||
        read_circumstances(source, value, &run) != 0 ||
        result_read_metrics(source, value) != 0 ||
        check_latency(source, value, &run) != 0 ||
        read_end(source, value, &run) != 0)
        return -EINVAL;
    run.metrics = json_incref(json_object_get(value, "metrics"));
    *ret = run;
    return 0;
}

/* ---- Together ---- */

/* Where a run belongs, and which one it is in the file. */
struct place {
    unsigned point, block;
    size_t index;
};

static int by_place(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->point != b->point)
        return a->point < b->point ? -1 : 1;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* A configuration runs once in a block. */
static int check_once(struct source *source)
{
    struct reader *reader = &source->reader;
    const struct session *session = source->session;
    struct place *places = calloc(session->nruns + 1, sizeof *places);
    int result = 0;

    if (places == NULL)
        return reader_fault(reader, NULL, "no memory");
    for (size_t i = 0; i < session->nruns; i++)
        places[i] =
            (struct place){session->runs[i].point, session->runs[i].block, i};
    qsort(places, session->nruns, sizeof *places, by_place);
    for (size_t i = 1; i < session->nruns && result == 0; i++) {
        const struct place *a = &places[i - 1], *b = &places[i];
        if (a->point != b->point || a->block != b->block)
            continue;
        reader_enter_element(reader, b->index);
        result = reader_fault(reader, NULL,
                              "the run of block %u is there twice", b->block);
    }
    free(places);
    return result;
}

int result_read_runs(struct source *source)
{
    struct reader *reader = &source->reader;
    const json_t *list;

    if (result_read_list(reader, reader->root, "runs", &list) != 0)
        return -EINVAL;
    size_t mark = reader_enter(reader, "runs");
    for (size_t i = 0; i < json_array_size(list); i++) {
        size_t here = reader_enter_element(reader, i);
        struct run run;
        if (result_read_run(source, json_array_get(list, i), &run) != 0)
            return -EINVAL;
        if (session_add_run(source->session, &run) != 0) {
            run_fini(&run);
            return reader_fault(reader, NULL, "no memory");
        }
        reader_leave(reader, here);
    }
    if (check_once(source) != 0)
        return -EINVAL;
    reader_leave(reader, mark);
    return 0;
}
