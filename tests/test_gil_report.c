/* SPDX-License-Identifier: MIT */
/*
 * The charts of the GIL from made-up sessions: which figures they draw, and
 * what their headlines may say. Runs differ by a fixed rule of half a percent.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/model.h"
#include "harness/registry.h"
#include "harness/report/finding_gil.h"
#include "harness/report/gil_data.h"
#include "harness/report/gil_figures.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

enum { NBLOCKS = 12 };

struct made {
    const char *model, *label;
    double run_ms;
    unsigned panel;
    uint64_t x;
    bool baseline;
    const char *metric; /* NULL: none */
    double value;       /* the same in every run, but for a percent */
    uint64_t switches;
};

static void add_point(struct experiment *experiment, const struct made *made)
{
    struct point point = {.panel = made->panel,
                          .label = (char *)made->label,
                          .x = made->x,
                          .baseline = made->baseline};

    assert_int_equal(configuration_init(&point.configuration,
                                        model_find(made->model),
                                        workload_find("countdown")),
                     0);
    point.configuration.ntasks = 8;
    point.configuration.workers = made->x > 0 ? (unsigned)made->x : 1;
    point.configuration.inflight = point.configuration.workers;
    assert_int_equal(experiment_add_point(experiment, &point), 0);
    configuration_fini(&point.configuration);
}

static void add_runs(struct session *session, unsigned point,
                     const struct made *made, unsigned nblocks)
{
    for (unsigned b = 0; b < nblocks; b++) {
        double factor = 1 + ((double)((b * 5 + point) % 11) - 5) / 1000;
        struct run run = {
            .point = point,
            .block = b,
            .run_ns = (uint64_t)(made->run_ms * 1e6 * factor),
            .voluntary_switches = made->switches,
            .metrics = json_object(),
        };
        if (made->metric != NULL)
            json_object_set_new(run.metrics, made->metric,
                                json_real(made->value * factor));
        assert_int_equal(session_add_run(session, &run), 0);
    }
}

/* Rows end with model NULL, titles with NULL. */
static void make_session(struct session *ret, enum chart chart,
                         enum sweep sweep, const struct made *rows,
                         const char *const *titles, unsigned nblocks)
{
    struct experiment *experiment = experiment_new("made-up", "Why?", chart);
    unsigned number = 0;

    assert_non_null(experiment);
    assert_int_equal(session_init(ret, 7), 0);
    experiment->sweep = sweep;
    for (; titles[experiment->npanels] != NULL; experiment->npanels++) {
        free(experiment->panel_titles[experiment->npanels]);
        experiment->panel_titles[experiment->npanels] =
            strdup(titles[experiment->npanels]);
    }
    for (const struct made *made = rows; made->model != NULL; made++)
        add_point(experiment, made);
    experiment->nblocks = nblocks;
    experiment->stop_reason = session_stop_reason("blocks");
    assert_int_equal(session_add_experiment(ret, experiment), 0);
    json_decref(ret->environment);
    ret->environment = json_pack("{s:i}", "cores_usable", 2);
    for (const struct made *made = rows; made->model != NULL; made++) {
        add_runs(ret, number++, made, nblocks);
        if (made->baseline) /* its twin stands behind it */
            add_runs(ret, number++, made, nblocks);
    }
    assert_int_equal(number, ret->npoints);
}

static void assert_finds(const struct session *session, const char *expected)
{
    struct view view;

    assert_int_equal(view_init(&view, session, 0), 0);
    assert_true(finding_is_of_gil(&view));
    char *text = finding_gil(&view);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    view_fini(&view);
}

static char *filled(const struct session *session,
                    int (*fill)(FILE *out, const struct view *view))
{
    struct view view;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_int_equal(view_init(&view, session, 0), 0);
    assert_non_null(out);
    assert_int_equal(fill(out, &view), 0);
    assert_int_equal(fclose(out), 0);
    view_fini(&view);
    return text;
}

/* The text has this part, and is forgotten. */
static void assert_says(char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static const struct made worker_rows[] = {
    {"sequential", "sequential", 100, 0, 0, true, NULL, 0, 0},
    {"threads", "threads", 50, 0, 2, false, NULL, 0, 0},
    {"gil", "gil", 100, 0, 2, false, NULL, 0, 0},
    {"gil_ticks", "gil_ticks", 200, 0, 2, false, NULL, 0, 0},
    {"sequential", "python, alone", 1000, 1, 0, true, NULL, 0, 0},
    {"gil", "python", 1250, 1, 2, false, NULL, 0, 0},
    {"sequential", "sequential", 100, 2, 0, true, NULL, 0, 0},
    {"gil", "gil", 50, 2, 2, false, NULL, 0, 0},
    {"gil_ticks", "gil_ticks", 50, 2, 2, false, NULL, 0, 0},
    {.model = NULL},
};
static const char *const worker_titles[] = {"computing", "computing, CPython",
                                            "waiting", NULL};

/* A panel of another language lies over ours, each over a baseline of its own.
 */
static void titles_share_axes(void **state)
{
    struct session session;
    struct view view;
    const char *title;

    (void)state;
    make_session(&session, CHART_GIL_WORKERS, SWEEP_WORKERS, worker_rows,
                 worker_titles, NBLOCKS);
    assert_int_equal(view_init(&view, &session, 0), 0);
    assert_int_equal(gil_naxes(&view), 2);
    assert_int_equal(gil_axes(&view, 0), 0);
    assert_int_equal(gil_axes(&view, 1), 0);
    assert_int_equal(gil_axes(&view, 2), 1);
    assert_int_equal(gil_title(&view, 0, &title), strlen("computing"));
    assert_int_equal(gil_title(&view, 1, &title), strlen("waiting"));
    assert_string_equal(title, "waiting");
    view_fini(&view);
    char *lines = filled(&session, gil_fill_1);
    assert_says(lines, "\n\n\n2\t0.798"); /* python */
    assert_null(strstr(lines, "\n2\t0.08"));
    free(lines);
    char *text = filled(&session, gil_write_text);
    assert_says(text, "PANELS = 2\n");
    assert_says(text, "PANEL1_TITLE = 'computing'\nPANEL1_CORES = 2\n");
    assert_says(text, "SERIES = 4\n"); /* without what is compared with */
    free(text);
    session_fini(&session);
}

static void workers_are_told_by_outcome(void **state)
{
    struct session session;

    (void)state;
    make_session(&session, CHART_GIL_WORKERS, SWEEP_WORKERS, worker_rows,
                 worker_titles, NBLOCKS);
    assert_finds(&session,
                 "With 2 workers threads is 2.00 times as fast as sequential; "
                 "gil gains nothing; gil ticks and python are 0.50 to 0.80 "
                 "times as fast; waiting gains under all of them");
    session_fini(&session);
}

static void few_blocks_find_nothing(void **state)
{
    struct session session;

    (void)state;
    make_session(&session, CHART_GIL_WORKERS, SWEEP_WORKERS, worker_rows,
                 worker_titles, 1);
    assert_finds(&session, "1 block is too few for a finding");
    session_fini(&session);
}

/* Nothing is a result, too, unlike where times are compared. */
static void none_lost_is_a_figure(void **state)
{
    static const struct made rows[] = {
        {"threads", "threads", 10, 0, 0, true, "lost_share", .25, 0},
        {"gil", "gil, after", 10, 0, 0, false, "lost_share", 0, 0},
        {"gil", "gil, between", 10, 0, 0, false, "lost_share", .33, 0},
        {"gil_ticks", "gil_ticks", 10, 0, 0, false, NULL, 0, 0},
        {.model = NULL},
    };
    static const char *const titles[] = {"", NULL};
    struct session session;

    (void)state;
    make_session(&session, CHART_GIL_LOST, SWEEP_NONE, rows, titles, NBLOCKS);
    assert_finds(&session, "Gil, between loses 33.0 % of all updates; 1 of 3 "
                           "never lose any");
    char *text = filled(&session, gil_fill_rows);
    assert_says(text, "\n2\tgil\tgil, after\t0\t0\t0\t");
    assert_says(text, "\tnone lost\n");
    assert_says(text, "\n4\tgil_ticks\tgil_ticks\t?\t?\t?\t");
    free(text);
    text = filled(&session, gil_fill_runs);
    assert_says(text, "\n2\tgil\t0\t?\t11\n");
    free(text);
    session_fini(&session);
}

static void rules_differ_only_if_told_apart(void **state)
{
    static const struct made rows[] = {
        {"gil", "all rules", 1000, 0, 0, true, "gil_switches", 190, 0},
        {"gil", "no forced switching", 1000, 0, 0, false, "gil_switches", 20,
         0},
        {"gil", "wakes all", 1000, 0, 0, false, "gil_switches", 195, 0},
        {.model = NULL},
    };
    static const char *const titles[] = {"", NULL};
    struct made equal[] = {rows[0], rows[2], {.model = NULL}};
    struct session session;

    (void)state;
    make_session(&session, CHART_GIL_RULES, SWEEP_NONE, rows, titles, NBLOCKS);
    assert_finds(&session, "No forced switching: the lock changes hands 20.0 "
                           "times a second instead of 190");
    session_fini(&session);
    make_session(&session, CHART_GIL_RULES, SWEEP_NONE, equal, titles, NBLOCKS);
    assert_finds(&session, "No rule changes for sure how often the lock "
                           "changes hands");
    session_fini(&session);
}

/* Per second of each run's own time; what no sweep touches is a flat line. */
static void switches_are_rates(void **state)
{
    static const struct made rows[] = {
        {"sequential", "sequential", 100, 0, 0, true, NULL, 0, 1},
        {"gil_ticks", "gil_ticks", 100, 0, 2, false, NULL, 0, 12000},
        {"gil", "gil", 100, 0, 2, false, NULL, 0, 50},
        {"gil", "gil", 100, 0, 4, false, NULL, 0, 50},
        {.model = NULL},
    };
    static const char *const titles[] = {"", NULL};
    struct session session;

    (void)state;
    make_session(&session, CHART_GIL_SWITCHES, SWEEP_WORKERS, rows, titles,
                 NBLOCKS);
    assert_finds(&session, "With 2 threads gil ticks makes 240 times as many "
                           "context switches as gil");
    char *text = filled(&session, gil_fill_1);
    assert_says(text, "\n2\t10.005005\t");
    assert_says(text, "\t1\n4\t10.005005\t");
    free(text);
    session_fini(&session);
}

/* Four of twelve runs escaped: they are counted, and change no share. */
static void escaped_runs_stand_apart(void **state)
{
    static const struct made rows[] = {
        {"gil", "gil", 1000, 0, 1, false, NULL, 0, 0},
        {"gil", "gil", 1000, 0, 4, false, NULL, 0, 0},
        {.model = NULL},
    };
    static const char *const titles[] = {"", NULL};
    struct session session;

    (void)state;
    make_session(&session, CHART_GIL_WAITS, SWEEP_WORKERS, rows, titles,
                 NBLOCKS);
    for (size_t i = 0; i < session.nruns; i++) {
        struct run *run = &session.runs[i];
        bool escaped = run->point == 0 && run->block % 3 == 0;
        json_decref(run->metrics);
        run->metrics = json_pack(
            "{s:f, s:f, s:f, s:f, s:f}", "waits_0_share", escaped ? 1.0 : 0,
            "waits_1_share", escaped ? 0 : .25, "waits_2_share",
            escaped ? 0 : .75, "waits_3_share", 0.0, "waits_4_share", 0.0);
    }
    /* This workload has no echo tasks: all eight compute. */
    assert_finds(&session,
                 "Under gil beside 8 CPU threads 75 % of the requests wait two "
                 "intervals; beside 8 CPU threads 75 % of the requests wait "
                 "two intervals");
    char *text = filled(&session, gil_fill_waits);
    assert_says(text, "1\tgil\tgil, 4 of 12 runs escaped\t0\t0.25\t0.75\t0"
                      "\t0\t8 CPU threads\t");
    assert_says(text, "2\tgil\tgil\t0\t0.25\t0.75\t0\t0\t");
    free(text);
    session_fini(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_share_axes),
        cmocka_unit_test(workers_are_told_by_outcome),
        cmocka_unit_test(few_blocks_find_nothing),
        cmocka_unit_test(none_lost_is_a_figure),
        cmocka_unit_test(rules_differ_only_if_told_apart),
        cmocka_unit_test(switches_are_rates),
        cmocka_unit_test(escaped_runs_stand_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
