/* SPDX-License-Identifier: MIT */
/* What sessions say about latencies, from made-up runs whose truth is known. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/configuration.h"
#include "harness/registry.h"
#include "harness/report/chart_data.h"
#include "harness/report/finding.h"
#include "harness/report/report.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/latency.h"
#include "harness/session/result.h"
#include "harness/session/result_parts.h"
#include "harness/session/session.h"

enum { NBLOCKS = 8 };

/* The median of a point; its p99 is twice that, its p90 half as much again. */
struct made {
    const char *model;
    uint64_t rate_per_s;
    bool baseline;
    double latency_ms, service_ms;
    double load_ratio;
    double counted; /* requests in flight, of 10 expected */
};

static const struct made rows[] = {
    {"event_loop", 100, true, 1, 1, 1, 10},
    {"threads", 100, false, 1.01, 1, 1, 10},
    {"thread_pool", 100, false, 3, 1, 0.99, 10.2},
    {"event_loop", 500, true, 2, 2, 1, 10},
    {"threads", 500, false, 6, 2, 0.999, 11},
    {"thread_pool", 500, false, 400, 1, 0.7, 10},
    {NULL, 0, false, 0, 0, 0, 0},
};

static json_t *made_latency(const struct made *made, uint64_t n, unsigned block)
{
    static const struct {
        double share_ratio, factor;
        uint64_t needs;
    } shares[] = {{0, 0.5, 20},
                  {0.5, 1, 20},
                  {0.9, 1.5, 100},
                  {0.99, 2, 1000},
                  {0.999, 3, 10000}};
    double wobble = 1 + (double)(block * 5 % NBLOCKS) / 1000;
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double factor = shares[i].factor * wobble * 1e6;
        double latency_ns = made->latency_ms * factor;
        double service_ns = made->service_ms * factor;
        if (n >= shares[i].needs)
            json_array_append_new(
                list, json_pack("{s:f, s:I, s:I, s:I}", "share_ratio",
                                shares[i].share_ratio, "latency_ns",
                                (json_int_t)latency_ns, "service_ns",
                                (json_int_t)service_ns, "lateness_ns",
                                (json_int_t)(latency_ns - service_ns)));
    }
    return json_pack("{s:I, s:o, s:I, s:I, s:f, s:f, s:f, s:f, s:I, s:I}",
                     "requests", (json_int_t)n, "percentiles", list, "mean_ns",
                     (json_int_t)(made->latency_ms * wobble * 1e6), "max_ns",
                     (json_int_t)(made->latency_ms * 5e6), "load_ratio",
                     made->load_ratio, "inflight", made->counted,
                     "inflight_error", 0.02, "inflight_expected", 10.0, "looks",
                     (json_int_t)100, "wake_p99_ns", (json_int_t)250000);
}

static void add_runs(struct session *session, unsigned point,
                     const struct made *made)
{
    uint64_t n = session->points[point].configuration.ntasks;

    for (unsigned b = 0; b < NBLOCKS; b++) {
        struct run run = {.point = point, .block = b, .run_ns = 1000 + b};
        run.metrics = json_pack("{s:o}", "latency", made_latency(made, n, b));
        assert_int_equal(session_add_run(session, &run), 0);
    }
}

static void set(struct configuration *c, const char *setting)
{
    struct complaint complaint;

    assert_int_equal(configuration_set(c, setting, &complaint), 0);
}

static void add_point(struct experiment *experiment, const struct made *made,
                      uint64_t n)
{
    struct point point = {.label = (char *)(uintptr_t)made->model,
                          .x = made->rate_per_s,
                          .baseline = made->baseline};
    char setting[64];

    assert_int_equal(configuration_init(&point.configuration,
                                        model_find(made->model),
                                        workload_find("sleepers")),
                     0);
    set(&point.configuration, "sleepers.arrivals=poisson");
    snprintf(setting, sizeof setting, "sleepers.rate_per_s=%u",
             (unsigned)made->rate_per_s);
    set(&point.configuration, setting);
    point.configuration.ntasks = n;
    assert_int_equal(experiment_add_point(experiment, &point), 0);
    configuration_fini(&point.configuration);
}

static void make_session(struct session *ret, uint64_t n, char grade)
{
    struct experiment *experiment =
        experiment_new("made-up", "How long?", CHART_LATENCY);
    unsigned point = 0;

    assert_non_null(experiment);
    assert_int_equal(session_init(ret, 7), 0);
    experiment->sweep = SWEEP_RATE;
    experiment->npanels = 1;
    experiment->panel_titles[0] = strdup("");
    experiment->nblocks = NBLOCKS;
    experiment->stop_reason = session_stop_reason("blocks");
    for (const struct made *made = rows; made->model != NULL; made++)
        add_point(experiment, made, n);
    assert_int_equal(session_add_experiment(ret, experiment), 0);
    ret->environment = json_pack("{s:i}", "cores_usable", 2);
    ret->grade = (struct machine_grade){.letter = grade, .reason = "So."};
    ret->complete = true;
    ret->stop_reason = session_stop_reason("blocks");
    for (const struct made *made = rows; made->model != NULL; made++) {
        add_runs(ret, point++, made);
        if (made->baseline) /* its twin */
            add_runs(ret, point++, made);
    }
    assert_int_equal(point, ret->npoints);
}

static void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void assert_finding(const struct session *session, const char *expected)
{
    struct view view;

    assert_int_equal(view_init(&view, session, 0), 0);
    char *text = finding_text(&view, 0);
    assert_string_equal(text, expected);
    free(text);
    view_fini(&view);
}

/* ---- Estimates ---- */

static void percentiles_are_medians_over_runs(void **state)
{
    struct session session;
    struct latency_estimate e;

    (void)state;
    make_session(&session, 1000, 'B');
    assert_int_equal(latency_estimate(&session, 3, &e), 0);
    assert_int_equal(e.nruns, NBLOCKS);
    assert_int_equal(e.nrequests, 1000);
    assert_int_equal(e.arrivals.rate_per_s, 100);
    const struct latency_location *p99 = latency_at(&e, 99000);
    assert_non_null(p99);
    /* Runs at 6 ms times 1.000 to 1.007. */
    assert_true(p99->latency.median > 6.0205e6 &&
                p99->latency.median < 6.0215e6);
    assert_true(p99->latency.low >= 6e6 && p99->latency.high <= 6.042e6);
    assert_true(p99->latency.low < p99->latency.median);
    assert_null(latency_at(&e, 99900));
    session_fini(&session);
}

static void what_spoils_is_flagged(void **state)
{
    static const unsigned wanted[] = {
        0, 0, 0, 0, 0, 0, LATENCY_LITTLE, LATENCY_OVERLOADED};
    struct session session;
    struct latency_estimate e;

    (void)state;
    make_session(&session, 1000, 'B');
    for (unsigned i = 0; i < session.npoints; i++) {
        assert_int_equal(latency_estimate(&session, i, &e), 0);
        assert_int_equal(e.flags, wanted[i]);
        assert_true((latency_reason(e.flags) != NULL) == (e.flags != 0));
    }
    /* A sleeper that is woken late makes it the machine's fault, where requests
     * began late as well: under thread_pool, not under event_loop. */
    for (size_t i = 0; i < session.nruns; i++)
        json_object_set_new(json_object_get(session.runs[i].metrics, "latency"),
                            "wake_p99_ns", json_integer(310000));
    assert_int_equal(latency_estimate(&session, 3, &e), 0);
    assert_int_equal(e.flags, LATENCY_LATE);
    assert_null(latency_reason(e.flags));
    assert_int_equal(latency_estimate(&session, 0, &e), 0);
    assert_int_equal(e.flags, 0);
    session_fini(&session);
}

/* Half of the runs make a flag of the point, fewer do not. */
static void one_bad_run_spoils_nothing(void **state)
{
    struct session session;
    struct latency_estimate e;

    (void)state;
    make_session(&session, 1000, 'B');
    for (unsigned nbad = 1; nbad <= NBLOCKS / 2; nbad++) {
        struct run *run = &session.runs[nbad - 1];
        json_object_set_new(json_object_get(run->metrics, "latency"),
                            "load_ratio", json_real(0.97));
        assert_int_equal(latency_estimate(&session, 0, &e), 0);
        assert_int_equal(e.nflagged[0], nbad);
        assert_int_equal(e.flags, nbad < NBLOCKS / 2 ? 0 : LATENCY_OVERLOADED);
    }
    session_fini(&session);
}

static void runs_without_latencies_have_no_entry(void **state)
{
    struct session session;
    struct latency_estimate e;

    (void)state;
    make_session(&session, 1000, 'B');
    for (size_t i = 0; i < session.nruns; i++)
        json_object_clear(session.runs[i].metrics);
    assert_int_equal(latency_estimate(&session, 0, &e), -ENODATA);
    json_t *list = part_latency(&session);
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    session_fini(&session);
}

static void results_hold_them(void **state)
{
    struct session session;
    double median_ns, low_ratio;
    int valid;
    json_t *reason;

    (void)state;
    make_session(&session, 1000, 'B');
    json_t *list = part_latency(&session);
    assert_int_equal(json_array_size(list), session.npoints);
    const char *id, *arrivals;
    assert_int_equal(json_unpack(json_array_get(list, 7),
                                 "{s:s, s:s, s:b, s:o, s:{s:F}, s:{s:F}}",
                                 "configuration", &id, "arrivals", &arrivals,
                                 "valid", &valid, "reason", &reason, "mean",
                                 "median_ns", &median_ns, "load", "low_ratio",
                                 &low_ratio),
                     0);
    assert_string_equal(id, "made-up/thread_pool/500");
    assert_string_equal(arrivals, "poisson");
    assert_false(valid);
    assert_memory_equal(json_string_value(reason), "overloaded", 10);
    assert_true(median_ns > 400e6 && median_ns < 403e6);
    assert_true(low_ratio == 0.7);
    json_decref(list);
    session_fini(&session);
}

/* ---- Words ---- */

static void findings_name_the_quick_and_the_overloaded(void **state)
{
    struct session session;

    (void)state;
    make_session(&session, 1000, 'B');
    assert_finding(&session,
                   "At 500 requests per second event loop answers 99 % within "
                   "4.02 ms; thread pool is overloaded; under thread pool p99 "
                   "is 803 ms, of which a closed loop sees 2.01 ms");
    session_fini(&session);
    make_session(&session, 1000, 'D');
    assert_finding(&session,
                   "At 500 requests per second event loop answers 99 % "
                   "soonest; thread pool is overloaded; under thread pool p99 "
                   "is 400 times what a closed loop sees");
    session_fini(&session);
}

/* With fewer than 1000 requests there is no p99 to speak of. */
static void few_requests_are_told_by_their_median(void **state)
{
    struct session session;

    (void)state;
    make_session(&session, 200, 'B');
    assert_finding(&session,
                   "At 500 requests per second event loop answers half within "
                   "2.01 ms; thread pool is overloaded; under thread pool the "
                   "median is 401 ms, of which a closed loop sees 1.00 ms");
    session_fini(&session);
}

static void tables_show_both_times(void **state)
{
    struct session session;
    char *text;
    size_t length;

    (void)state;
    make_session(&session, 1000, 'B');
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(report_print(out, &session, true), 0);
    assert_int_equal(fclose(out), 0);
    assert_says(text, "requests per second: 100\n");
    assert_says(text, "! overloaded");
    assert_says(text, "! little");
    assert_says(text,
                "ms from the intended start, at 500 requests per second\n");
    assert_says(text, "\n  thread_pool !");
    assert_says(text, "\n    service ");
    assert_says(text, "  ! overloaded: requests ended more slowly");
    assert_says(text, "  ! Little's law does not hold: ");
    assert_says(text, "|##"); /* bars */
    for (const char *line = text; *line != '\0';) {
        length = strcspn(line, "\n");
        assert_in_range(length, 0, 80);
        assert_true(length == 0 || line[length - 1] != ' ');
        line += length + (line[length] == '\n');
    }
    free(text);
    session_fini(&session);
}

/* ---- Files for the chart ---- */

static void assert_file(const char *folder, const char *name, const char *part)
{
    char path[128], text[16384];

    snprintf(path, sizeof path, "%s/data/%s", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_int_equal(unlink(path), 0);
    assert_says(text, part);
}

static void charts_have_their_data(void **state)
{
    char folder[] = "/tmp/heddle-latency-XXXXXX", data[64];
    struct session session;
    struct view view;

    (void)state;
    assert_non_null(mkdtemp(folder));
    make_session(&session, 1000, 'B');
    session.folder = strdup(folder);
    assert_int_equal(view_init(&view, &session, 0), 0);
    assert_int_equal(chart_data_write(&view), 0);
    view_fini(&view);
    assert_file(
        folder, "made-up.gp",
        "AXIS = 'requests per second'\n"
        "AT = 'at 500 requests per second'\nSHARE = 'p99'\nSERIES = 3\n");
    /* p99 has one slower request in 100; 2 ms doubled. */
    assert_file(folder, "made-up.percentiles.tsv", "\n100\t99\t4.01");
    assert_file(folder, "made-up.load.tsv", "\n500\t802.");
    snprintf(data, sizeof data, "%s/data", folder);
    assert_int_equal(rmdir(data), 0);
    assert_int_equal(rmdir(folder), 0);
    session_fini(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_medians_over_runs),
        cmocka_unit_test(what_spoils_is_flagged),
        cmocka_unit_test(one_bad_run_spoils_nothing),
        cmocka_unit_test(runs_without_latencies_have_no_entry),
        cmocka_unit_test(results_hold_them),
        cmocka_unit_test(findings_name_the_quick_and_the_overloaded),
        cmocka_unit_test(few_requests_are_told_by_their_median),
        cmocka_unit_test(tables_show_both_times),
        cmocka_unit_test(charts_have_their_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
