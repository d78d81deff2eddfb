/* SPDX-License-Identifier: MIT */
/*
 * What a session found, in words, tables and chart data: made-up sessions whose
 * figures are known go in, and what must be said of them is looked for. Times
 * are made by a fixed rule, without noise beyond what the rule says.
 */
#include <errno.h>
#include <math.h>
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
#include "harness/registry.h"
#include "harness/report/chart_data.h"
#include "harness/report/finding.h"
#include "harness/report/report.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

/* 31 blocks: then the wobble below goes through all its steps. */
enum { NTASKS = 64, CORES = 2, NBLOCKS = 31 };

/* ---- Made-up sessions ---- */

/* One row: what it is, and how long it takes. */
struct made {
    const char *model, *label;
    double run_ms, cpu_ms;
    uint64_t x;
    unsigned panel;
    bool baseline;
    const char *refused;
    double wait_ms;   /* of the longest task */
    unsigned workers; /* 0: x of a sweep, else as many as cores */
    double spread;    /* of its runs, as a share, beside the wobble */
};

/* As a real session resolves them. */
static void set_knobs(struct configuration *c, enum sweep sweep,
                      const struct made *made)
{
    bool alone = c->model->knobs == MODEL_ALONE;
    unsigned workers = made->workers;

    if (workers == 0 && sweep == SWEEP_WORKERS)
        workers = (unsigned)made->x;
    c->workers = alone ? 1 : workers > 0 ? workers : CORES;
    c->inflight = alone ? 1 : sweep == SWEEP_INFLIGHT ? made->x : c->ntasks;
}

static void add_point(struct experiment *experiment, const struct made *made,
                      const char *workload)
{
    struct point point = {
        .panel = made->panel,
        .label = (char *)made->label,
        .x = made->x,
        .baseline = made->baseline,
        .longest_wait_ns = (uint64_t)(made->wait_ms * 1e6),
    };
    assert_int_equal(configuration_init(&point.configuration,
                                        model_find(made->model),
                                        workload_find(workload)),
                     0);
    point.configuration.ntasks =
        experiment->sweep == SWEEP_TASKS ? made->x : NTASKS;
    set_knobs(&point.configuration, experiment->sweep, made);
    point.sum_wait_ns = point.longest_wait_ns * point.configuration.ntasks;
    assert_int_equal(experiment_add_point(experiment, &point), 0);
    configuration_fini(&point.configuration);
}

/* The machine's mood: up to 1.5 % up or down, nearly the same for all runs of a
 * block, and nothing in the median of NBLOCKS. Always the same. */
static double wobble(unsigned point, unsigned block)
{
    double mood = (double)(block * 11 % NBLOCKS) - 15;
    double own = (double)((point * 7 + block * 3) % 5) - 2;
    return 1 + mood / 1000 * (1 + own / 40);
}

static void add_runs(struct session *session, unsigned number,
                     const struct made *made, unsigned nblocks)
{
    for (unsigned b = 0; b < nblocks; b++) {
        double own = made->spread * ((double)(b * 5 % NBLOCKS) / 15 - 1);
        double run_ns = made->run_ms * 1e6 * wobble(number, b) * (1 + own);
        struct run run = {
            .point = number,
            .block = b,
            .wall_ns = (uint64_t)(run_ns + 2e6),
            .run_ns = (uint64_t)run_ns,
            .user_ns = (uint64_t)(made->cpu_ms * 1e6 * wobble(number + 1, b)),
            .metrics = json_pack(
                "{s:f, s:f}", "waiting_pss_bytes", made->run_ms * NTASKS * 1024,
                "waiting_kernel_bytes", made->cpu_ms * NTASKS * 1024),
        };
        assert_int_equal(session_add_run(session, &run), 0);
    }
}

/* A session of one experiment; rows end with model NULL. */
static void make_session(struct session *ret, enum chart chart,
                         enum sweep sweep, const char *workload,
                         const struct made *rows, unsigned nblocks)
{
    struct experiment *experiment =
        experiment_new("made-up", "Which one is it?", chart);

    assert_non_null(experiment);
    assert_int_equal(session_init(ret, 7), 0);
    experiment->sweep = sweep;
    experiment->npanels = 1;
    for (const struct made *made = rows; made->model != NULL; made++) {
        add_point(experiment, made, workload);
        if (made->panel + 1 > experiment->npanels)
            experiment->npanels = made->panel + 1;
    }
    for (size_t p = 0; p < experiment->npanels; p++) {
        free(experiment->panel_titles[p]);
        experiment->panel_titles[p] = strdup(p == 0 ? "first" : "second");
    }
    experiment->nblocks = nblocks;
    experiment->stop_reason = session_stop_reason("blocks");
    assert_int_equal(session_add_experiment(ret, experiment), 0);
    json_decref(ret->environment);
    ret->environment = json_pack("{s:i}", "cores_usable", CORES);
    ret->grade = (struct machine_grade){.letter = 'B', .reason = "It varies."};
    ret->complete = true;
    ret->stop_reason = session_stop_reason("blocks");
    unsigned number = 0;
    for (const struct made *made = rows; made->model != NULL; made++) {
        struct point *point = &ret->points[number];
        if (made->refused != NULL)
            point->refused = strdup(made->refused);
        else
            add_runs(ret, number, made, nblocks);
        number++;
        if (made->baseline) /* its twin stands behind it */
            add_runs(ret, number++, made, nblocks);
    }
    assert_int_equal(number, ret->npoints);
}

static char *printed(const struct session *session, bool bars)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_int_equal(report_print(out, session, bars), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *found(const struct session *session, unsigned panel)
{
    struct view view;
    assert_int_equal(view_init(&view, session, 0), 0);
    char *text = finding_text(&view, panel);
    assert_non_null(text);
    view_fini(&view);
    return text;
}

static void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void assert_fits(const char *text)
{
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (length > 80)
            fail_msg("more than 80 columns: %.*s", (int)length, line);
        assert_true(length == 0 || line[length - 1] != ' ');
        line += length + (line[length] == '\n');
    }
}

static void assert_finding(const struct session *session, const char *expected)
{
    char *text = found(session, 0);
    assert_string_equal(text, expected);
    free(text);
}

static const struct made cpu_rows[] = {
    {.model = "sequential",
     .label = "sequential",
     .run_ms = 250,
     .cpu_ms = 249,
     .baseline = true},
    {.model = "fork", .label = "fork", .run_ms = 150, .cpu_ms = 270},
    {.model = "process_pool",
     .label = "process_pool",
     .run_ms = 135,
     .cpu_ms = 255},
    {.model = "threads", .label = "threads", .run_ms = 131, .cpu_ms = 252},
    {.model = "thread_pool",
     .label = "thread_pool",
     .run_ms = 130,
     .cpu_ms = 251},
    {.model = "event_loop",
     .label = "event_loop",
     .run_ms = 251,
     .cpu_ms = 250},
    {.model = "coroutines",
     .label = "coroutines",
     .run_ms = 300,
     .cpu_ms = 299},
    {.model = NULL},
};

static void make_cpu_session(struct session *ret)
{
    make_session(ret, CHART_MODELS, SWEEP_NONE, "primes", cpu_rows, NBLOCKS);
}

/* ---- Words ---- */

static void numbers_have_three_digits(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},          {0.010634, "0.0106"}, {0.5178, "0.518"},
        {0.99951, "1.00"}, {9.9949, "9.99"},     {9.996, "10.0"},
        {99.96, "100"},    {1234.4, "1234"},     {1e12, "1000000000000"},
        {0.00001, "0"},    {NAN, "?"},
    };
    char text[WORDS_NUMBER];
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(words_number(cases[i].value, text), cases[i].text);
    assert_string_equal(words_count(9999, text), "9999");
    assert_string_equal(words_count(10000, text), "10 000");
    assert_string_equal(words_count(1002003, text), "1 002 003");
}

static void paragraphs_keep_to_their_columns(void **state)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    (void)state;
    words_paragraph(out, "one two  three four", 9, 2);
    fclose(out);
    assert_string_equal(text, "one two\n  three\n  four\n");
    free(text);
}

/* ---- Estimates ---- */

/* A bad run takes its block out of the comparisons of its point, not out of
 * those of others; a point that has no run at all has no values. */
static void blocks_are_paired(void **state)
{
    struct session session;
    struct estimate *estimates;
    size_t n;
    (void)state;
    make_cpu_session(&session);
    for (size_t i = 0; i < session.nruns; i++) {
        struct run *run = &session.runs[i];
        if (strcmp(session.points[run->point].label, "threads") == 0 &&
            run->block == 3) {
            run->status = RUN_FAILED;
            run->error = strdup("EAGAIN: no more threads");
            run->run_ns = 1;
        }
    }
    assert_int_equal(estimate_experiment(&session, 0, &estimates, &n), 0);
    assert_int_equal(n, session.npoints);
    for (size_t i = 0; i < n; i++) {
        const char *label = session.points[estimates[i].point].label;
        bool bad = strcmp(label, "threads") == 0;
        assert_int_equal(estimates[i].location.n, bad ? NBLOCKS - 1 : NBLOCKS);
        assert_int_equal(estimates[i].nbad, bad ? 1 : 0);
        if (estimates[i].compared)
            assert_int_equal(estimates[i].ratio.n, bad ? NBLOCKS - 1 : NBLOCKS);
    }
    free(estimates);
    session_fini(&session);
}

/* The twin stands beside its family: its own interval, whatever the others. */
static void the_twin_is_the_noise_floor(void **state)
{
    struct session session;
    struct estimate twin;
    (void)state;
    make_cpu_session(&session);
    assert_int_equal(estimate_noise(&session, &twin), 0);
    assert_true(session.points[twin.point].twin);
    assert_true(twin.ratio.low == twin.joint.low);
    assert_true(fabs(twin.ratio.ratio - 1) < 0.02);
    session_fini(&session);
}

/* The family pays for its size: no interval gets narrower, one gets wider. */
static void families_are_corrected(void **state)
{
    struct session session;
    struct estimate *estimates;
    size_t n, nwider = 0;
    (void)state;
    make_cpu_session(&session);
    assert_int_equal(estimate_experiment(&session, 0, &estimates, &n), 0);
    for (size_t i = 0; i < n; i++) {
        const struct estimate *e = &estimates[i];
        if (!e->compared)
            continue;
        assert_true(e->joint.low <= e->ratio.low);
        assert_true(e->joint.high >= e->ratio.high);
        assert_true(e->p_adjusted >= e->ratio.p);
        nwider += e->joint.low < e->ratio.low;
    }
    assert_true(nwider > 0);
    free(estimates);
    session_fini(&session);
}

/* ---- Findings ---- */

static void cores_are_counted(void **state)
{
    struct session session;
    (void)state;
    make_cpu_session(&session);
    assert_finding(&session, "4 models use both cores; 3 use one");
    json_object_set_new(session.environment, "cores_usable", json_integer(8));
    assert_finding(&session, "4 models use more than one core; 3 use one");
    session_fini(&session);
}

static void nothing_found_is_said(void **state)
{
    static const struct made rows[] = {
        {.model = "sequential",
         .label = "sequential",
         .run_ms = 250,
         .cpu_ms = 249,
         .baseline = true},
        {.model = "event_loop",
         .label = "event_loop",
         .run_ms = 260,
         .cpu_ms = 250},
        {.model = NULL},
    };
    struct session session;
    (void)state;
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", rows, NBLOCKS);
    assert_finding(&session, "No model is clearly faster than sequential");
    session_fini(&session);
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", rows, 4);
    assert_finding(&session,
                   "4 blocks are too few for a finding: 2 more would do");
    session_fini(&session);
    /* Six comparisons at once need 2^(1-n) <= 0.05 / 6; with fewer blocks each
     * row stands for itself, from six blocks on. */
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", cpu_rows, 1);
    assert_finding(&session,
                   "1 block is too few for a finding: 5 more would do");
    session_fini(&session);
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", cpu_rows, 6);
    assert_finding(&session, "4 models use both cores; 3 use one");
    session_fini(&session);
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", cpu_rows, 8);
    assert_finding(&session, "4 models use both cores; 3 use one");
    session_fini(&session);
}

/* The quickest on paper is not the one that surely is faster, and who is
 * surely slower than that one is not named with it. */
static void the_unsure_are_not_named(void **state)
{
    static const struct made rows[] = {
        {.model = "sequential",
         .label = "sequential",
         .run_ms = 250,
         .cpu_ms = 249,
         .baseline = true},
        {.model = "event_loop",
         .label = "event_loop",
         .run_ms = 245,
         .cpu_ms = 250,
         .spread = 0.5},
        {.model = "threads", .label = "threads", .run_ms = 240, .cpu_ms = 250},
        {.model = "fork", .label = "fork", .run_ms = 244, .cpu_ms = 250},
        {.model = NULL},
    };
    struct session session;
    (void)state;
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", rows, NBLOCKS);
    assert_finding(&session, "Threads is 4.2 % faster than sequential");
    char *text = printed(&session, false);
    assert_says(text, "? cannot tell (+");
    free(text);
    session_fini(&session);
}

static void waits_are_overlapped(void **state)
{
    static const struct made rows[] = {
        {.model = "sequential",
         .label = "sequential",
         .run_ms = 1300,
         .cpu_ms = 4,
         .baseline = true,
         .wait_ms = 20},
        {.model = "thread_pool",
         .label = "thread_pool, 8 workers",
         .run_ms = 170,
         .cpu_ms = 5,
         .wait_ms = 20,
         .workers = 8},
        {.model = "event_loop",
         .label = "event_loop",
         .run_ms = 22,
         .cpu_ms = 3,
         .wait_ms = 20},
        {.model = NULL},
    };
    struct session session;
    (void)state;
    make_session(&session, CHART_MODELS, SWEEP_NONE, "sleepers", rows, NBLOCKS);
    assert_finding(&session,
                   "Event loop and thread pool, 8 workers overlap their waits: "
                   "the best takes 1.1 times the longest wait, sequential "
                   "65 times");
    session_fini(&session);
}

static const struct made flight_rows[] = {
    {.model = "event_loop",
     .label = "event_loop",
     .run_ms = 51,
     .cpu_ms = 1,
     .x = 10,
     .baseline = true,
     .wait_ms = 50},
    {.model = "fork",
     .label = "fork",
     .run_ms = 55,
     .cpu_ms = 9,
     .x = 10,
     .wait_ms = 50},
    {.model = "threads",
     .label = "threads",
     .run_ms = 52,
     .cpu_ms = 3,
     .x = 10,
     .wait_ms = 50},
    {.model = "event_loop",
     .label = "event_loop",
     .run_ms = 52,
     .cpu_ms = 9,
     .x = 10000,
     .baseline = true,
     .wait_ms = 50},
    {.model = "fork",
     .label = "fork",
     .run_ms = 305,
     .cpu_ms = 400,
     .x = 10000,
     .wait_ms = 50},
    {.model = "threads",
     .label = "threads",
     .refused = "EAGAIN: no more threads at task 3172: this machine "
                "allows no more than that, and heddle doctor knows why",
     .x = 10000,
     .wait_ms = 50},
    {.model = "event_loop",
     .label = "event_loop",
     .run_ms = 80,
     .cpu_ms = 9,
     .x = 10000,
     .panel = 1,
     .baseline = true,
     .wait_ms = 50},
    {.model = NULL},
};

static void tasks_in_flight_are_told(void **state)
{
    struct session session;
    (void)state;
    make_session(&session, CHART_CONCURRENCY, SWEEP_TASKS, "sleepers",
                 flight_rows, NBLOCKS);
    assert_finding(&session,
                   "Event loop stays within 5 % of the ideal with 10 000 tasks "
                   "waiting; fork needs 6.1 times as long; threads has no "
                   "result");
    char *second = found(&session, 1);
    assert_says(second, "No model is sure to stay within 25 % of the ideal");
    free(second);
    session_fini(&session);
}

static void costs_are_told(void **state)
{
    /* Milliseconds of 64 tasks; as memory, KiB a task. */
    static const struct made rows[] = {
        {.model = "sequential",
         .label = "sequential",
         .run_ms = 0.0064,
         .cpu_ms = 1,
         .baseline = true},
        {.model = "fork", .label = "fork", .run_ms = 6.4, .cpu_ms = 5},
        {.model = "threads", .label = "threads", .run_ms = 0.64, .cpu_ms = 1},
        {.model = NULL},
    };
    struct session session;
    (void)state;
    make_session(&session, CHART_STARTUP, SWEEP_NONE, "empty", rows, NBLOCKS);
    assert_finding(&session,
                   "An empty task under fork costs 100 us, 10 times as much "
                   "as under threads (10.0 us)");
    session.grade.letter = 'D';
    assert_finding(&session, "An empty task under fork costs 10 times as much "
                             "as under threads");
    session_fini(&session);
    make_session(&session, CHART_MEMORY, SWEEP_NONE, "sleepers", rows, NBLOCKS);
    assert_finding(&session,
                   "A waiting task under fork holds 11.4 KiB, 11 times as much "
                   "as under sequential (1.01 KiB)");
    session_fini(&session);
}

static const struct made scaling_rows[] = {
    {.model = "sequential",
     .label = "sequential",
     .run_ms = 250,
     .cpu_ms = 249,
     .baseline = true},
    {.model = "threads",
     .label = "threads",
     .run_ms = 255,
     .cpu_ms = 249,
     .x = 1},
    {.model = "fork", .label = "fork", .run_ms = 260, .cpu_ms = 249, .x = 1},
    {.model = "threads",
     .label = "threads",
     .run_ms = 130,
     .cpu_ms = 249,
     .x = 2},
    {.model = "fork", .label = "fork", .run_ms = 150, .cpu_ms = 249, .x = 2},
    {.model = "threads",
     .label = "threads",
     .run_ms = 132,
     .cpu_ms = 249,
     .x = 4},
    {.model = "fork", .label = "fork", .refused = "EAGAIN", .x = 4},
    {.model = NULL},
};

static void scaling_is_told_at_the_cores(void **state)
{
    struct session session;
    (void)state;
    make_session(&session, CHART_SCALING, SWEEP_WORKERS, "primes", scaling_rows,
                 NBLOCKS);
    assert_finding(&session, "With 2 workers threads and fork are 1.7 to 1.9 "
                             "times as fast as sequential");
    session_fini(&session);
}

/* Two cores tell a serial fraction, and no law. */
static void scaling_is_told_in_words(void **state)
{
    struct session session;
    (void)state;
    make_session(&session, CHART_SCALING, SWEEP_WORKERS, "primes", scaling_rows,
                 NBLOCKS);
    json_object_set_new(session.environment, "physical_cores",
                        json_integer(CORES));
    char *text = printed(&session, false);
    assert_fits(text);
    assert_says(text,
                "\n  threads 2  1.92 [1.92, 1.92]  2   96 %        4.00 %");
    assert_says(text, "\n  fork 2     1.67 [");
    assert_says(text, "\nNo law is fitted: 2 distinct worker counts up to 2 "
                      "physical cores;");
    assert_null(strstr(text, "threads 4 "));
    free(text);
    session_fini(&session);
}

/* ---- What cannot be ---- */

static const struct made impossible_rows[] = {
    {.model = "sequential",
     .label = "sequential",
     .run_ms = 250,
     .cpu_ms = 249,
     .baseline = true},
    {.model = "threads",
     .label = "threads",
     .run_ms = 100,
     .cpu_ms = 252,
     .workers = 3},
    {.model = "fork", .label = "fork", .run_ms = 131, .cpu_ms = 252},
    {.model = NULL},
};

static void the_impossible_is_refused(void **state)
{
    struct session session;
    struct view view;
    (void)state;
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", impossible_rows,
                 NBLOCKS);
    char *text = printed(&session, true);
    assert_says(text, "! impossible");
    assert_says(text,
                "threads: refused, being below 125 ms, the least time for 2 "
                "cores.\n  What is refused was not measured rightly. ");
    assert_null(strstr(text, "0.40"));
    assert_says(text, "1 model uses both cores");
    free(text);
    /* With a core more it is none. */
    json_object_set_new(session.environment, "cores_usable", json_integer(3));
    assert_int_equal(view_init(&view, &session, 0), 0);
    assert_false(view_is_impossible(&view, &view.rows[0]));
    view_fini(&view);
    session_fini(&session);
}

/* ---- Tables ---- */

static void tables_are_sorted_and_fit(void **state)
{
    static const char *const order[] = {
        "\n  thread_pool ", "\n  threads ",    "\n  process_pool ", "\n  fork ",
        "\n  sequential ",  "\n  event_loop ", "\n  coroutines ",
    };
    struct session session;
    (void)state;
    make_cpu_session(&session);
    char *text = printed(&session, false);
    assert_fits(text);
    assert_null(strstr(text, "\033"));
    size_t at = 0;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        const char *row = strstr(text + at, order[i]);
        if (row == NULL)
            fail_msg("%s is missing or out of order in:\n%s", order[i], text);
        at = (size_t)(row - text);
    }
    assert_says(text, "+ faster");
    assert_says(text, "- slower");
    assert_says(text, "baseline\n");
    assert_says(text, "Noise floor today: the baseline against itself differs");
    assert_says(text, "Noise grade B: It varies.");
    free(text);
    session_fini(&session);
}

/* Of one point: the host took a second of one run, nobody knows what another
 * one met; the rest goes on as it was. */
static void disturbances_are_told(void **state)
{
    struct session session;
    int nlate = 0;
    (void)state;
    make_cpu_session(&session);
    char *text = printed(&session, false);
    assert_null(strstr(text, "far from the median"));
    assert_null(strstr(text, "measured again"));
    free(text);
    for (size_t i = 0; i < session.nruns && nlate < 2; i++)
        if (session.runs[i].point == 0) {
            session.runs[i].run_ns *= 3;
            session.runs[i].noise.figures[NOISE_STEAL_TICKS] =
                nlate++ == 0 ? 100 : 0;
        }
    assert_int_equal(nlate, 2);
    session.reruns[NOISE_HOT] = 1;
    session.reruns[NOISE_STOLEN] = 2;
    session.grade.letter = 'D';
    text = printed(&session, false);
    assert_fits(text);
    for (char *at = text; (at = strchr(at, '\n')) != NULL;)
        *at = ' ';
    assert_says(text, " runs lie far from the median of their like: 1 lost "
                      "CPU time to the host, 1 unexplained; all are kept.");
    assert_says(text, "3 of 31 blocks were measured again: 1 since a processor "
                      "was too hot, 2 since the host gave");
    assert_says(text, "Noise grade D: It varies. Trust the ratios");
    free(text);
    session_fini(&session);
}

static void holes_have_their_reason(void **state)
{
    struct session session;
    (void)state;
    make_session(&session, CHART_CONCURRENCY, SWEEP_TASKS, "sleepers",
                 flight_rows, NBLOCKS);
    char *text = printed(&session, true);
    assert_fits(text);
    assert_says(text, "tasks: 10 000\n");
    assert_says(text, "\n  threads     EAGAIN: no more threads at task 3172: ");
    assert_says(text, "\n              than that, and heddle doctor knows");
    assert_says(text, "|##"); /* bars */
    free(text);
    session_fini(&session);
}

/* ---- Files for charts ---- */

static char *read_whole(const char *folder, const char *name)
{
    char path[4096];
    char *text = calloc(1, 65536);
    snprintf(path, sizeof(path), "%s/data/%s", folder, name);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    size_t n = fread(text, 1, 65535, in);
    assert_true(n < 65535);
    fclose(in);
    remove(path);
    return text;
}

/* Writes the chart data of the session to a folder made for it. */
static void write_data(struct session *session, char folder[])
{
    struct view view;
    assert_non_null(mkdtemp(folder));
    free(session->folder);
    session->folder = strdup(folder);
    assert_int_equal(view_init(&view, session, 0), 0);
    assert_int_equal(chart_data_write(&view), 0);
    view_fini(&view);
}

/* Every file has been read and removed by then, so that nothing is left. */
static void remove_folder(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/data", folder);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void assert_file(const char *folder, const char *name,
                        const char *expected)
{
    char *text = read_whole(folder, name);
    assert_string_equal(text, expected);
    free(text);
}

static void charts_of_models(void **state)
{
    char folder[] = "/tmp/heddle-report-XXXXXX";
    struct session session;
    (void)state;
    make_session(&session, CHART_MODELS, SWEEP_NONE, "primes", impossible_rows,
                 NBLOCKS);
    write_data(&session, folder);
    char *said = read_whole(folder, "made-up.gp");
    assert_says(said, "KIND = 'models'\n");
    assert_says(said, "TITLE = '1 model uses both cores; 1 uses one'\n");
    assert_says(said, "NROWS = 3\n");
    assert_says(said, "BOUND1_MS = 125\n"
                      "BOUND1_LABEL = '2 cores, no overhead'\n"
                      "BOUND2_MS = 250\n"
                      "BOUND2_LABEL = 'one core'\n"
                      "NBOUNDS = 2\n");
    assert_says(said, "CORES = 2\n");
    assert_says(said, "noise grade B'\n");
    free(said);
    char *rows = read_whole(folder, "made-up.rows.tsv");
    assert_says(rows, "1\tthreads\tthreads\t?\t?\t?\t?\t?\t?\trefused");
    assert_says(rows, "3\tsequential\tsequential\t250\t");
    assert_says(rows, "\tbaseline\n");
    free(rows);
    char *runs = read_whole(folder, "made-up.runs.tsv");
    assert_null(strstr(runs, "threads"));
    assert_says(runs, "\n3\tsequential\t246.4375\t245.265\t0\n");
    free(runs);
    remove_folder(folder);
    session_fini(&session);
}

static void charts_of_concurrency(void **state)
{
    char folder[] = "/tmp/heddle-report-XXXXXX";
    struct session session;
    (void)state;
    make_session(&session, CHART_CONCURRENCY, SWEEP_TASKS, "sleepers",
                 flight_rows, NBLOCKS);
    write_data(&session, folder);
    assert_file(folder, "made-up.holes.tsv",
                "# panel\tinflight\tmodel\treason\n"
                "1\t10000\tthreads\tEAGAIN: no more threads at task 3172: "
                "this machine allows no more than that, and heddle doctor "
                "knows why\n");
    char *said = read_whole(folder, "made-up.gp");
    assert_says(said, "PANEL1_TITLE = 'first'\nPANEL2_TITLE = 'second'\n"
                      "NHOLES = 1\nSERIES = 3\nMODEL1 = 'event_loop'\n");
    free(said);
    char *first = read_whole(folder, "made-up.1.tsv");
    assert_says(first, "\n10000\t6.1\t");
    free(first);
    char *second = read_whole(folder, "made-up.2.tsv");
    assert_says(second, "\n10000\t1.6\t");
    assert_says(second, "\n\n\n?\t?\t?\t?\n\n\n?\t?\t?\t?\n");
    free(second);
    remove_folder(folder);
    session_fini(&session);
}

/* With fewer in flight than there are tasks, the ideal takes several rounds. */
static void the_ideal_knows_of_rounds(void **state)
{
    static const struct made rows[] = {
        {.model = "threads",
         .label = "threads",
         .run_ms = 180,
         .cpu_ms = 1,
         .x = 32,
         .wait_ms = 50},
        {.model = NULL},
    };
    struct session session;
    struct view view;
    (void)state;
    make_session(&session, CHART_CONCURRENCY, SWEEP_INFLIGHT, "sleepers", rows,
                 NBLOCKS);
    assert_int_equal(view_init(&view, &session, 0), 0);
    assert_true(view_ideal_ns(&view, &view.rows[0]) == 100e6);
    view_fini(&view);
    session_fini(&session);
}

static void charts_of_scaling(void **state)
{
    char folder[] = "/tmp/heddle-report-XXXXXX";
    struct session session;
    (void)state;
    make_session(&session, CHART_SCALING, SWEEP_WORKERS, "primes", scaling_rows,
                 NBLOCKS);
    write_data(&session, folder);
    char *said = read_whole(folder, "made-up.gp");
    assert_says(said, "BASELINE = 'sequential'\nWHOLE_CORES = 2\n"
                      "FIT1 = ''\nFIT2 = ''\nSERIES = 2\n"
                      "MODEL1 = 'threads'\nLABEL1 = 'threads'\n");
    free(said);
    said = read_whole(folder, "made-up-efficiency.gp");
    assert_says(said, "KIND = 'efficiency'\nTITLE = 'With 2 workers each does "
                      "83 to 96 % of what one alone does'\n");
    assert_says(said, "; threads at 2: 0.962 [");
    assert_says(said, "; fork at 4: EAGAIN.'\n");
    free(said);
    assert_file(folder, "made-up.bound.tsv",
                "# workers\tbound\n1\t1\n2\t2\n4\t2\n");
    char *shares = read_whole(folder, "made-up-efficiency.tsv");
    assert_says(shares, "\n4\t0.47");
    assert_says(shares, "\t?\t?\t?\n\n\n1\t0.96");
    free(shares);
    char *text = read_whole(folder, "made-up.tsv");
    unsigned long workers;
    double speedup, low, high;
    const char *line = strstr(text, "\n2\t");
    assert_non_null(line);
    assert_int_equal(
        sscanf(line, "%lu %lf %lf %lf", &workers, &speedup, &low, &high), 4);
    assert_true(fabs(speedup - 250 / 130.0) < 0.02);
    assert_true(low < speedup && speedup < high);
    free(text);
    remove_folder(folder);
    session_fini(&session);
}

/* Beyond its bound a speed-up is not shown, and what to suspect is. */
static void impossible_scaling_is_refused(void **state)
{
    static const struct made rows[] = {
        {.model = "sequential",
         .label = "sequential",
         .run_ms = 250,
         .cpu_ms = 249,
         .baseline = true},
        {.model = "threads",
         .label = "threads",
         .run_ms = 251,
         .cpu_ms = 249,
         .x = 1},
        {.model = "threads",
         .label = "threads",
         .run_ms = 100,
         .cpu_ms = 249,
         .x = 2},
        {.model = "fork",
         .label = "fork",
         .run_ms = 121,
         .cpu_ms = 249,
         .x = 2,
         .spread = 0.2},
        {.model = NULL},
    };
    char folder[] = "/tmp/heddle-report-XXXXXX";
    struct session session;
    (void)state;
    make_session(&session, CHART_SCALING, SWEEP_WORKERS, "primes", rows,
                 NBLOCKS);
    session.steal_ratio = 0.031;
    char *text = printed(&session, false);
    assert_fits(text);
    assert_says(text, "! impossible");
    assert_says(text, "threads: refused, being below 125 ms, the least");
    assert_says(text, "3.1 % of it");
    assert_null(strstr(text, "2.50"));
    assert_says(text, "\n  threads 1  ");
    assert_says(text, "fork: its median is below 125 ms, the least time for 2 "
                      "cores, its interval is\n  not: noise.");
    assert_says(text, "What is refused was not measured rightly. Suspect");
    free(text);
    write_data(&session, folder);
    free(read_whole(folder, "made-up.gp"));
    free(read_whole(folder, "made-up.bound.tsv"));
    free(read_whole(folder, "made-up-efficiency.gp"));
    text = read_whole(folder, "made-up.tsv");
    assert_says(text, "\n2\t?\t?\t?\t2\t1\n"); /* refused, but its bound */
    free(text);
    text = read_whole(folder, "made-up-efficiency.tsv");
    assert_null(strstr(text, "\n2\t1.25"));
    free(text);
    remove_folder(folder);
    session_fini(&session);
}

static void charts_of_memory_count_whole_bytes(void **state)
{
    static const struct made rows[] = {
        {.model = "fork",
         .label = "fork",
         .run_ms = 100,
         .cpu_ms = 50,
         .baseline = true},
        {.model = "event_loop",
         .label = "event_loop",
         .run_ms = 1,
         .cpu_ms = 0},
        {.model = NULL},
    };
    char folder[] = "/tmp/heddle-report-XXXXXX";
    struct session session;
    (void)state;
    make_session(&session, CHART_MEMORY, SWEEP_NONE, "sleepers", rows, NBLOCKS);
    write_data(&session, folder);
    free(read_whole(folder, "made-up.gp"));
    char *text = read_whole(folder, "made-up.rows.tsv");
    assert_says(text,
                "1\tevent_loop\tevent_loop\t1024\t1024\t1024\t0\t0\t0\t?");
    assert_says(text, "2\tfork\tfork\t102400\t102400\t102400\t51200\t51200\t");
    free(text);
    remove_folder(folder);
    session_fini(&session);
}

/* Labels come from files that people edit; a chart must not run them. */
static void labels_cannot_break_out(void **state)
{
    static const struct made rows[] = {
        {.model = "sequential",
         .label = "it's `id`\t\"q\"",
         .run_ms = 250,
         .cpu_ms = 249,
         .baseline = true},
        {.model = "threads",
         .label = "threads",
         .run_ms = 131,
         .cpu_ms = 252,
         .x = 2},
        {.model = NULL},
    };
    char folder[] = "/tmp/heddle-report-XXXXXX";
    struct session session;
    (void)state;
    make_session(&session, CHART_SCALING, SWEEP_WORKERS, "primes", rows,
                 NBLOCKS);
    write_data(&session, folder);
    char *said = read_whole(folder, "made-up.gp");
    assert_says(said, "BASELINE = 'it''s `id` \"q\"'\n");
    free(said);
    free(read_whole(folder, "made-up.tsv"));
    free(read_whole(folder, "made-up.bound.tsv"));
    free(read_whole(folder, "made-up-efficiency.tsv"));
    free(read_whole(folder, "made-up-efficiency.gp"));
    remove_folder(folder);
    session_fini(&session);
}

/* Equal sessions make equal bytes, in print and in files. */
static void reports_are_deterministic(void **state)
{
    char *texts[2][4];
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char folder[] = "/tmp/heddle-report-XXXXXX";
        struct session session;
        make_cpu_session(&session);
        write_data(&session, folder);
        texts[i][0] = read_whole(folder, "made-up.gp");
        texts[i][1] = read_whole(folder, "made-up.rows.tsv");
        texts[i][2] = read_whole(folder, "made-up.runs.tsv");
        texts[i][3] = printed(&session, true);
        remove_folder(folder);
        session_fini(&session);
    }
    for (size_t k = 0; k < 4; k++) {
        assert_string_equal(texts[0][k], texts[1][k]);
        free(texts[0][k]);
        free(texts[1][k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_three_digits),
        cmocka_unit_test(paragraphs_keep_to_their_columns),
        cmocka_unit_test(blocks_are_paired),
        cmocka_unit_test(the_twin_is_the_noise_floor),
        cmocka_unit_test(families_are_corrected),
        cmocka_unit_test(cores_are_counted),
        cmocka_unit_test(nothing_found_is_said),
        cmocka_unit_test(the_unsure_are_not_named),
        cmocka_unit_test(waits_are_overlapped),
        cmocka_unit_test(tasks_in_flight_are_told),
        cmocka_unit_test(costs_are_told),
        cmocka_unit_test(scaling_is_told_at_the_cores),
        cmocka_unit_test(scaling_is_told_in_words),
        cmocka_unit_test(impossible_scaling_is_refused),
        cmocka_unit_test(the_impossible_is_refused),
        cmocka_unit_test(tables_are_sorted_and_fit),
        cmocka_unit_test(disturbances_are_told),
        cmocka_unit_test(holes_have_their_reason),
        cmocka_unit_test(charts_of_models),
        cmocka_unit_test(charts_of_concurrency),
        cmocka_unit_test(the_ideal_knows_of_rounds),
        cmocka_unit_test(charts_of_scaling),
        cmocka_unit_test(charts_of_memory_count_whole_bytes),
        cmocka_unit_test(labels_cannot_break_out),
        cmocka_unit_test(reports_are_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
