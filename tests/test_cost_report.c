/* SPDX-License-Identifier: MIT */
/* The chart and the headline of costs, from made-up runs: who stands in which
 * row, in which order, and what is told in units of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/registry.h"
#include "harness/report/cost_data.h"
#include "harness/report/finding.h"
#include "harness/report/view.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

enum { NBLOCKS = 9 };

/* ns 0: refused. */
static const struct made {
    const char *of;
    double ns;
} ladder[] = {
    {"switch", 5},       {"pipe_across", 0}, {"call", 1},
    {"thread", 31000},   {"pipe", 4400},     {"spin_across", 420},
    {"fork_1024", 25e6},
};

enum { NMADE = sizeof ladder / sizeof *ladder };

/* The first is the baseline: its twin stands behind it. */
static void add_point(struct experiment *e, const struct made *made)
{
    struct complaint complaint;
    struct point point = {.label = (char *)(uintptr_t)made->of,
                          .baseline = made == ladder};
    char setting[64];

    assert_int_equal(configuration_init(&point.configuration,
                                        model_find("sequential"),
                                        workload_find("cost")),
                     0);
    snprintf(setting, sizeof setting, "cost.of=%s", made->of);
    assert_int_equal(
        configuration_set(&point.configuration, setting, &complaint), 0);
    assert_int_equal(configuration_resolve(&point.configuration, 2, &complaint),
                     0);
    assert_int_equal(experiment_add_point(e, &point), 0);
    configuration_fini(&point.configuration);
}

static void add_runs(struct session *session, unsigned point,
                     const struct made *made, double spread)
{
    for (unsigned b = 0; b < NBLOCKS && made->ns > 0; b++) {
        double wobble = 1 + spread * ((double)b - 4) / 4;
        struct run run = {.point = point, .block = b, .run_ns = 1000000};
        run.metrics = json_pack("{s:f}", "operation_ns", made->ns * wobble);
        assert_int_equal(session_add_run(session, &run), 0);
    }
    if (made->ns <= 0)
        session->points[point].refused =
            strdup("it needs two cores, and one is usable");
}

static void make_session(struct session *ret, double spread)
{
    struct experiment *e = experiment_new("made-up", "?", CHART_COSTS);

    assert_non_null(e);
    assert_int_equal(session_init(ret, 7), 0);
    assert_int_equal(experiment_add_metric(e, "operation_ns"), 0);
    assert_int_equal(experiment_compare_by(e, "operation_ns"), 0);
    e->npanels = 1;
    e->panel_titles[0] = strdup("");
    e->nblocks = NBLOCKS;
    e->stop_reason = session_stop_reason("blocks");
    for (unsigned i = 0; i < NMADE; i++)
        add_point(e, &ladder[i]);
    assert_int_equal(session_add_experiment(ret, e), 0);
    add_runs(ret, 0, &ladder[0], spread);
    for (unsigned i = 0; i < NMADE; i++)
        add_runs(ret, i + 1, &ladder[i], spread);
}

static char *rows_of(const struct view *view)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    assert_int_equal(cost_fill_rows(out, view), 0);
    cost_write_text(out, view);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* The cheapest first; across beside its pair, alone where it has none. */
static void test_rows(void **state)
{
    static const char *const wanted[] = {
        "\n1\t1\tfunction call\tcall and return, not inlined\t1\t",
        "\n2\t1\tcoroutine switch\t",
        "\n3\t3\tcache line round trip\tboth threads spin\t?\t?\t?\t420\t",
        "\n4\t3\tpipe round trip\t",
        "\t?\t?\t?\tit needs two cores, and one is usable\n",
        "\n5\t4\tthread\tcreate and join\t31000\t",
        "\n6\t4\tfork, 1 GiB\t",
        "\nNROWS = 6\nNGROUPS = 5\nGROUP1 = 'processor'\n",
    };
    struct session session;
    struct view view;

    (void)state;
    make_session(&session, .01);
    assert_int_equal(view_init(&view, &session, 0), 0);
    char *text = rows_of(&view), *at = text;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const char *found = strstr(at, wanted[i]);
        if (found == NULL)
            fail_msg("%s: not there, or not in order: %s", wanted[i], text);
        at += found - at;
    }
    free(text);
    view_fini(&view);
    session_fini(&session);
}

static void tells(double spread, const char *wanted)
{
    struct session session;
    struct view view;

    make_session(&session, spread);
    assert_int_equal(view_init(&view, &session, 0), 0);
    char *text = finding_text(&view, 0);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
    view_fini(&view);
    session_fini(&session);
}

static void test_finding(void **state)
{
    (void)state;
    tells(.01, "A thread costs as much as 6200 coroutine switches, a fork from "
               "1 GiB as much as 810 threads");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_finding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
