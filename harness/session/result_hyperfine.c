/* SPDX-License-Identifier: MIT */
/*
 * Our whole-process times in hyperfine's layout, so that the scripts people
 * have for its files read ours. Seconds throughout; "exit_codes" are all 0,
 * since only good runs have a time.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "harness/session/estimate.h"
#include "harness/session/result.h"
#include "harness/session/result_parts.h"
#include "harness/session/runner.h"
#include "harness/session/session.h"

static json_t *command_text(const struct session *session, unsigned point)
{
    char **argv = runner_argv(session, point, false);
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    for (size_t i = 0; out != NULL && argv != NULL && argv[i] != NULL; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", argv[i]);
    if (out != NULL)
        fclose(out);
    json_t *value = text != NULL ? json_string(text) : NULL;
    free(text);
    runner_argv_free(argv);
    return value;
}

static double deviation(const double *values, size_t n, double mean)
{
    double squares = 0;

    for (size_t i = 0; i < n; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
}

/* The mean over the good runs of the user or the system time. */
static json_t *cpu_seconds(const struct session *session, unsigned point,
                           bool user)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        if (run->point != point || run->status != RUN_OK)
            continue;
        sum +=
            (double)(user ? run->user_ns : run->system_ns) / (double)NS_PER_S;
        n++;
    }
    return part_real(sum / (double)n);
}

/* In place, from ns to s: in the order of blocks, and then sorted. */
static json_t *command_json(const struct session *session, unsigned point,
                            struct sample *sample)
{
    json_t *times = json_array(), *codes = json_array();
    double sum = 0;
    size_t n = sample->n;

    for (size_t i = 0; i < n; i++) {
        sample->values[i] /= (double)NS_PER_S;
        sum += sample->values[i];
        json_array_append_new(times, part_real(sample->values[i]));
        json_array_append_new(codes, json_integer(0));
    }
    double mean = sum / (double)n;
    double stddev = deviation(sample->values, n, mean);
    stats_sort(sample->values, n);
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o}}",
        "command", command_text(session, point), "mean", part_real(mean),
        "stddev", part_real(stddev), "median",
        part_real(stats_quantile(sample->values, n, 0.5)), "user",
        cpu_seconds(session, point, true), "system",
        cpu_seconds(session, point, false), "min", part_real(sample->values[0]),
        "max", part_real(sample->values[n - 1]), "times", times, "exit_codes",
        codes, "parameters", "configuration", part_id(session, point));
}

json_t *result_hyperfine(const struct session *session)
{
    json_t *results = json_array();

    for (unsigned point = 0; point < session->npoints; point++) {
        struct sample sample;
        if (sample_init(&sample, session, point, &quantity_process) != 0) {
            json_decref(results);
            return NULL;
        }
        if (sample.n > 0)
            json_array_append_new(results,
                                  command_json(session, point, &sample));
        sample_fini(&sample);
    }
    return json_pack("{s:o}", "results", results);
}
