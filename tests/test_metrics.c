/* SPDX-License-Identifier: MIT */
/* Metrics of a session that is made up: what is estimated of them, what the
 * files and the tables say, and that a file gives the same session back. */
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

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/registry.h"
#include "harness/report/metric_words.h"
#include "harness/report/metrics_data.h"
#include "harness/report/report.h"
#include "harness/report/view.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/metrics.h"
#include "harness/session/result.h"
#include "harness/session/session.h"

enum { NBLOCKS = 9 };

/* gil is swept, threads stands there once, with its twin. */
static const struct made {
    const char *model;
    uint64_t x;
    double requests_per_s;
    double lost_share;
} points[] = {
    {"threads", 0, 8000, 0.25},
    {"threads", 0, 8000, 0.25}, /* the twin */
    {"gil", 500, 1000, 0},
    {"gil", 5000, 100, 0},
};

enum { NPOINTS = sizeof points / sizeof *points };

static void add_point(struct experiment *experiment, const struct made *made)
{
    struct point point = {.label = (char *)(uintptr_t)made->model,
                          .x = made->x,
                          .baseline = made->x == 0};
    struct complaint complaint;
    char setting[64];

    assert_int_equal(configuration_init(&point.configuration,
                                        model_find(made->model),
                                        workload_find("countdown")),
                     0);
    if (made->x > 0) {
        snprintf(setting, sizeof setting, "gil.interval_us=%u",
                 (unsigned)made->x);
        assert_int_equal(
            configuration_set(&point.configuration, setting, &complaint), 0);
    }
    point.configuration.workers = 2;
    point.configuration.inflight = 2;
    point.configuration.ntasks = 2;
    assert_int_equal(experiment_add_point(experiment, &point), 0);
    configuration_fini(&point.configuration);
}

/* In block b a value is wobbled by b - 4 in a thousand, so that the median is
 * what the table says. */
static void add_run(struct session *session, unsigned point, unsigned b)
{
    const struct made *made = &points[point];
    double wobble = 1 + ((double)b - 4) / 1000;
    struct run run = {.point = point,
                      .block = b,
                      .run_ns = 1000000,
                      .user_ns = 2000000,
                      .voluntary_switches = b};

    run.metrics =
        json_pack("{s:f, s:f}", "requests_per_s", made->requests_per_s * wobble,
                  "lost_share", made->lost_share);
    assert_int_equal(session_add_run(session, &run), 0);
}

static void make_session(struct session *ret, const char *compare)
{
    struct experiment *e =
        experiment_new("made-up", "How many?", CHART_METRICS);

    assert_non_null(e);
    assert_int_equal(session_init(ret, 7), 0);
    e->sweep = SWEEP_SETTING;
    assert_int_equal(experiment_add_swept(e, "gil.interval_us"), 0);
    assert_int_equal(experiment_add_metric(e, "requests_per_s"), 0);
    assert_int_equal(experiment_add_metric(e, "lost_share"), 0);
    assert_int_equal(experiment_add_metric(e, "missing_ns"), 0);
    assert_int_equal(experiment_compare_by(e, compare), 0);
    e->npanels = 1;
    e->panel_titles[0] = strdup("");
    e->nblocks = NBLOCKS;
    e->stop_reason = session_stop_reason("blocks");
    for (unsigned i = 0; i < NPOINTS; i += i == 0 ? 2 : 1)
        add_point(e, &points[i]);
    assert_int_equal(session_add_experiment(ret, e), 0);
    assert_int_equal(ret->npoints, NPOINTS);
    ret->environment = json_pack("{s:i}", "cores_usable", 2);
    ret->target_ratio = 0.015;
    ret->grade = (struct machine_grade){.letter = 'B', .reason = "So."};
    ret->complete = true;
    ret->stop_reason = session_stop_reason("blocks");
    for (unsigned b = 0; b < NBLOCKS; b++)
        for (unsigned i = 0; i < NPOINTS; i++)
            add_run(ret, i, b);
}

/* What a function writes; the caller frees. */
static char *written(int (*write)(FILE *, const struct view *),
                     const struct session *session)
{
    struct view view;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    assert_int_equal(view_init(&view, session, 0), 0);
    assert_int_equal(write(out, &view), 0);
    view_fini(&view);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* ---- Estimates ---- */

static void amounts_may_be_zero(void **state)
{
    static const double some[] = {0, 0, 0, 1, 2, 3, 4}, below[] = {1, -1};
    struct stats_location l = {.n = 99};

    (void)state;
    assert_int_equal(stats_locate_amounts(some, 7, 0.95, &l), 0);
    assert_true(l.median == 1 && l.min == 0 && l.max == 4 && l.low == 0);
    assert_int_equal(stats_locate(some, 7, 0.95, &l), -EINVAL);
    assert_int_equal(stats_locate_amounts(below, 2, 0.95, &l), -EINVAL);
    assert_int_equal(stats_locate_amounts(some, 0, 0.95, &l), -EINVAL);
    assert_int_equal(stats_locate_amounts(some, 3, 0.95, &l), 0);
    assert_true(l.median == 0 && l.cv_ratio != l.cv_ratio);
}

static void points_are_compared_by_the_metric(void **state)
{
    struct session session;
    struct estimate *estimates;
    size_t n;

    (void)state;
    make_session(&session, "requests_per_s");
    assert_string_equal(estimate_quantity(&session, 0)->name, "requests_per_s");
    assert_int_equal(estimate_experiment(&session, 0, &estimates, &n), 0);
    assert_int_equal(n, NPOINTS);
    assert_true(estimates[3].compared);
    assert_true(estimates[3].location.median == 100);
    assert_true(estimates[3].ratio.ratio > 0.01249 &&
                estimates[3].ratio.ratio < 0.01251);
    assert_string_equal(estimate_verdict(&session, 0, estimates[3].verdict),
                        "lower");
    free(estimates);
    session_fini(&session);
    /* Nothing about run times changes by being named. */
    make_session(&session, "run_ns");
    assert_ptr_equal(estimate_quantity(&session, 0), &quantity_run);
    assert_string_equal(estimate_verdict(&session, 0, STATS_FASTER), "faster");
    session_fini(&session);
}

static void a_ratio_to_zero_is_a_hole(void **state)
{
    struct session session;
    struct estimate *estimates;
    size_t n;

    (void)state;
    make_session(&session, "lost_share");
    assert_int_equal(estimate_experiment(&session, 0, &estimates, &n), 0);
    assert_false(estimates[0].zero);
    assert_true(estimates[2].zero);
    assert_false(estimates[2].compared);
    assert_int_equal(estimates[2].location.n, 0);
    free(estimates);
    session_fini(&session);
}

/* Fewer per second are worse, and more of everything else. */
static void what_is_worse(void **state)
{
    static const struct {
        const char *compare;
        enum stats_verdict verdict;
        double ratio;
        bool worse;
    } cases[] = {
        {"requests_per_s", STATS_FASTER, 0.5, true},
        {"requests_per_s", STATS_FASTER, 0.96, false}, /* within the limit */
        {"requests_per_s", STATS_SLOWER, 2, false},
        {"latency_p50_ns", STATS_SLOWER, 2, true},
        {"latency_p50_ns", STATS_FASTER, 0.5, false},
        {"run_ns", STATS_SLOWER, 1.04, false},
        {"run_ns", STATS_SLOWER, 1.06, true},
    };
    struct session session;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make_session(&session, cases[i].compare);
        assert_int_equal(estimate_is_worse(&session, 0, cases[i].verdict,
                                           cases[i].ratio, 0.05),
                         cases[i].worse);
        session_fini(&session);
    }
}

static void names_are_checked(void **state)
{
    static const char *const bad[] = {"", "1st", "Requests", "a b", "a\t", "_"};
    struct experiment *e = experiment_new("made-up", "?", CHART_METRICS);
    char name[16];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(experiment_add_metric(e, bad[i]), -EINVAL);
    for (int i = 0; i < EXPERIMENT_METRICS_MAX; i++) {
        snprintf(name, sizeof name, "m%d_ns", i);
        assert_int_equal(experiment_add_metric(e, name), 0);
        assert_int_equal(experiment_add_metric(e, name), -EEXIST);
    }
    assert_int_equal(experiment_add_metric(e, "another_ns"), -E2BIG);
    experiment_free(e);
}

/* ---- Files ---- */

static void rows_of_every_point(void **state)
{
    struct session session;

    (void)state;
    make_session(&session, "requests_per_s");
    char *text = written(metrics_fill, &session);
    assert_int_equal(strncmp(text,
                             "# panel\tx\tmodel\tlabel\tworkers\tmetric"
                             "\testimate\tlow\thigh\tmin\tmax\tn\n"
                             "1\t?\tthreads\tthreads\t2\trun_ns\t1000000"
                             "\t1000000\t1000000\t1000000\t1000000\t9\n"
                             "1\t?\tthreads\tthreads\t2\tcpu_ns\t2000000",
                             170),
                     0);
    assert_says(text, "\n1\t500\tgil\tgil\t2\tlost_share\t0\t0\t0\t0\t0\t9\n");
    assert_says(text, "\n1\t5000\tgil\tgil\t2\trequests_per_s\t100\t99.");
    assert_says(text, "\tmissing_ns\t?\t?\t?\t?\t?\t0\n");
    size_t nlines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
        nlines++;
    /* A heading; no twin; four fields and three metrics each. */
    assert_int_equal(nlines, 1 + (NPOINTS - 1) * 7);
    char *again = written(metrics_fill, &session);
    assert_string_equal(text, again);
    free(again);
    free(text);
    text = written(metrics_write_text, &session);
    assert_says(text, "NPANELS = 1\nPANEL1_TITLE = ''\n"
                      "AXIS = 'gil.interval_us'\nBASELINE = 'threads'\n"
                      "METRIC = 'requests_per_s'\n"
                      "METRIC_TITLE = 'requests per s'\nMETRIC_SCALE = 1\n"
                      "SERIES = 2\n");
    free(text);
    session_fini(&session);
}

/* A point without a good run still has its rows. */
static void bad_runs_have_no_figures(void **state)
{
    struct session session;

    (void)state;
    make_session(&session, "requests_per_s");
    for (size_t i = 0; i < session.nruns; i++)
        if (session.runs[i].point == 3) {
            session.runs[i].status = RUN_FAILED;
            session.runs[i].error = strdup("no");
        }
    char *text = written(metrics_fill, &session);
    assert_says(text, "\n1\t5000\tgil\tgil\t2\trun_ns\t?\t?\t?\t?\t?\t0\n");
    free(text);
    session_fini(&session);
}

static char *result_text(const struct session *session)
{
    json_t *value = result_json(session);
    char *text = json_dumps(value, RESULT_NUMBERS | JSON_INDENT(1));

    assert_non_null(text);
    json_decref(value);
    return text;
}

static void the_file_gives_it_back(void **state)
{
    char folder[] = "/tmp/heddle-metrics-XXXXXX", path[64];
    struct session session, again;
    struct complaint complaint = {""};

    (void)state;
    make_session(&session, "requests_per_s");
    assert_non_null(mkdtemp(folder));
    free(session.folder);
    session.folder = strdup(folder);
    assert_int_equal(result_write(&session), 0);
    if (session_load(folder, &again, &complaint) != 0)
        fail_msg("%s", complaint.text);
    const struct experiment *e = again.experiments[0];
    assert_int_equal(e->sweep, SWEEP_SETTING);
    assert_string_equal(e->swept[0], "gil.interval_us");
    assert_int_equal(e->nmetrics, 3);
    assert_string_equal(e->compared.name, "requests_per_s");
    char *before = result_text(&session), *after = result_text(&again);
    assert_string_equal(before, after);
    assert_says(before, "\"quantity\": \"lost_share\"");
    assert_says(before, "\"verdict\": \"lower\"");
    assert_null(strstr(before, "\"verdict\": \"faster\""));
    free(before);
    free(after);
    session_fini(&again);
    session_fini(&session);
    snprintf(path, sizeof path, "%s/result.json", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/hyperfine.json", folder);
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

/* ---- Tables ---- */

static void tables_judge_nothing(void **state)
{
    struct session session;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    (void)state;
    assert_non_null(out);
    make_session(&session, "requests_per_s");
    assert_int_equal(report_print(out, &session, false), 0);
    assert_int_equal(fclose(out), 0);
    assert_says(text, "requests per s");
    assert_says(text, "< lower");
    assert_null(strstr(text, "slower"));
    assert_says(text, "No run has a metric missing_ns.");
    assert_says(text, "  gil, 500   0 [0, 0]\n");
    assert_says(text, "=> Requests under gil: 0.0125 to 0.125 times as under "
                      "threads.");
    free(text);
    session_fini(&session);
}

static void units_are_in_the_names(void **state)
{
    static const struct {
        const char *name, *title;
        double scale;
    } cases[] = {
        {"latency_p50_ns", "latency p50, ms", 1e-6},
        {"requests_per_s", "requests per s", 1},
        {"waits_0_share", "waits 0 share", 1},
        {"run_ns", "run time, ms", 1e-6},
        {"_ns", " ns", 1},
    };
    char title[METRIC_TITLE];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct metric_words words = metric_words(cases[i].name);
        metric_write_title(&words, title);
        assert_string_equal(title, cases[i].title);
        assert_true(words.scale == cases[i].scale);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_may_be_zero),
        cmocka_unit_test(points_are_compared_by_the_metric),
        cmocka_unit_test(a_ratio_to_zero_is_a_hole),
        cmocka_unit_test(what_is_worse),
        cmocka_unit_test(names_are_checked),
        cmocka_unit_test(rows_of_every_point),
        cmocka_unit_test(bad_runs_have_no_figures),
        cmocka_unit_test(the_file_gives_it_back),
        cmocka_unit_test(tables_judge_nothing),
        cmocka_unit_test(units_are_in_the_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
