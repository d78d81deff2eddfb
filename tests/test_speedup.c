/* SPDX-License-Identifier: MIT */
/*
 * Speed-ups of made-up sessions, whose law and whose machine we chose: their
 * bounds, what of them is refused, which laws are fitted and why others are
 * not, and what the result file says of it all.
 */
#include <math.h>
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
#include "harness/report/report.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/result.h"
#include "harness/session/scaling.h"
#include "harness/session/session.h"
#include "harness/stats/rng.h"

enum { NBLOCKS = 24, MOST_COUNTS = 16 };

/* ---- Made-up sessions ---- */

/* One machine, and one model that is swept over it. */
struct made {
    const char *workload;
    unsigned usable, physical; /* cores; physical 0: not known */
    uint64_t ntasks, longest_steps, shortest_steps;
    double sigma, kappa; /* the law that its times obey */
    double gain;         /* and how much better it is than that; 0: not */
    double wait_ms;      /* of each task */
    unsigned nblocks;    /* 0: NBLOCKS */
    unsigned counts[MOST_COUNTS];
};

static const unsigned first_baseline = 0, first_swept = 2; /* a twin between */

static void add_point(struct experiment *experiment, const struct made *made,
                      const char *model, unsigned workers)
{
    struct point point = {
        .label = (char *)model,
        .x = workers,
        .baseline = workers == 0,
        .steps = made->ntasks * made->longest_steps,
        .longest_steps = made->longest_steps,
        .shortest_steps = made->shortest_steps,
        .longest_wait_ns = (uint64_t)(made->wait_ms * 1e6),
        .sum_wait_ns = made->ntasks * (uint64_t)(made->wait_ms * 1e6),
    };
    struct configuration *c = &point.configuration;
    assert_int_equal(
        configuration_init(c, model_find(model), workload_find(made->workload)),
        0);
    c->workers = workers > 0 ? workers : 1;
    c->inflight = c->workers;
    c->ntasks = made->ntasks;
    assert_int_equal(experiment_add_point(experiment, &point), 0);
    configuration_fini(c);
}

/* Up to 2 % for a run, and a mood of its block. */
static double noise(struct rng *rng, double share)
{
    return 1 + share * (ldexp((double)(rng_next(rng) >> 11), -52) - 1);
}

static void add_runs(struct session *session, const struct made *made)
{
    const struct stats_law law = {made->sigma, made->kappa};
    double gain = made->gain > 0 ? made->gain : 1;
    struct rng rng = {.state = 23};

    for (unsigned b = 0; b < session->experiments[0]->nblocks; b++) {
        double mood = noise(&rng, 0.1);
        for (unsigned p = 0; p < session->npoints; p++) {
            unsigned n = session->points[p].configuration.workers;
            double ns = 1e9 * mood * noise(&rng, 0.02) /
                        stats_law_capacity(&law, n) / (n > 1 ? gain : 1);
            struct run run = {.point = p,
                              .block = b,
                              .run_ns = (uint64_t)ns,
                              .wall_ns = (uint64_t)ns,
                              .metrics = json_object()};
            assert_int_equal(session_add_run(session, &run), 0);
        }
    }
}

static void make_session(struct session *ret, const struct made *made)
{
    struct experiment *experiment =
        experiment_new("made-up", "Does it scale?", CHART_SCALING);

    assert_non_null(experiment);
    assert_int_equal(session_init(ret, 7), 0);
    ret->target_ratio = 0.015;
    experiment->sweep = SWEEP_WORKERS;
    experiment->npanels = 1;
    add_point(experiment, made, "sequential", 0);
    for (size_t i = 0; i < MOST_COUNTS && made->counts[i] > 0; i++)
        add_point(experiment, made, "threads", made->counts[i]);
    free(experiment->panel_titles[0]);
    experiment->panel_titles[0] = strdup("");
    experiment->nblocks = made->nblocks > 0 ? made->nblocks : NBLOCKS;
    assert_int_equal(session_add_experiment(ret, experiment), 0);
    json_decref(ret->environment);
    ret->environment = json_pack("{s:i}", "cores_usable", (int)made->usable);
    if (made->physical > 0)
        json_object_set_new(ret->environment, "physical_cores",
                            json_integer(made->physical));
    ret->grade = (struct machine_grade){.letter = 'B', .reason = ""};
    add_runs(ret, made);
}

/* The one series of the session; end with scaling_free(..., 1). */
static struct scaling *scaling_of(const struct session *session)
{
    struct scaling *scalings;
    size_t n;
    assert_int_equal(scaling_experiment(session, 0, &scalings, &n), 0);
    assert_int_equal(n, 1);
    return scalings;
}

static struct bound bound_at(const struct session *session, size_t i)
{
    return bound_of(session, first_swept + (unsigned)i, first_baseline, 1e9);
}

static void assert_bound(const struct bound *bound, enum bound_reason reason,
                         double speedup_ratio)
{
    if (bound->reason != reason ||
        !(fabs(bound->speedup_ratio - speedup_ratio) < 1e-3 * speedup_ratio))
        fail_msg("%s: %g, expected %s: %g", bound_reason_names[bound->reason],
                 bound->speedup_ratio, bound_reason_names[reason],
                 speedup_ratio);
}

/* ---- Bounds ---- */

static void computing_has_its_bounds(void **state)
{
    static const struct {
        unsigned usable, workers;
        uint64_t ntasks, longest_steps, shortest_steps;
        enum bound_reason reason;
        double speedup;
    } cases[] = {
        {2, 2, 64, 10001, 10001, BOUND_CORES, 2},
        {2, 8, 64, 10001, 10001, BOUND_CORES, 2},
        {8, 4, 64, 10001, 10001, BOUND_WORKERS, 4},
        /* Tasks fewer than workers. */
        {8, 8, 3, 10001, 10001, BOUND_TASKS, 3},
        /* Three equal tasks on two workers take two rounds. */
        {8, 2, 3, 10001, 10001, BOUND_ROUNDS, 1.5},
        /* Rounds of tasks that may be short bind nobody. */
        {8, 2, 3, 10001, 1, BOUND_WORKERS, 2},
        /* A file of version 1.0 does not tell steps. */
        {8, 2, 3, 0, 0, BOUND_WORKERS, 2},
        {8, 8, 3, 0, 0, BOUND_TASKS, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct made made = {
            .workload = "primes",
            .usable = cases[i].usable,
            .ntasks = cases[i].ntasks,
            .longest_steps = cases[i].longest_steps,
            .shortest_steps = cases[i].shortest_steps,
            .counts = {1, cases[i].workers},
        };
        struct session session;
        make_session(&session, &made);
        struct bound bound = bound_at(&session, 1);
        assert_bound(&bound, cases[i].reason, cases[i].speedup);
        /* One worker divides nothing, and nothing bounds a baseline. */
        bound = bound_at(&session, 0);
        assert_true(bound.reason == BOUND_NONE && isnan(bound.speedup_ratio));
        bound = bound_of(&session, first_baseline, first_baseline, 1e9);
        assert_true(bound.reason == BOUND_NONE);
        session_fini(&session);
    }
}

/* One of three tasks is three quarters of the work: 4/3 whatever the cores. */
static void the_longest_task_is_a_bound(void **state)
{
    struct made made = {.workload = "mandelbrot",
                        .usable = 8,
                        .ntasks = 3,
                        .longest_steps = 30001,
                        .shortest_steps = 5000,
                        .counts = {1, 2, 3}};
    struct session session;
    (void)state;
    make_session(&session, &made);
    for (unsigned p = 0; p < session.npoints; p++)
        session.points[p].steps = 40000;
    struct bound bound = bound_at(&session, 2);
    assert_bound(&bound, BOUND_LONGEST_TASK, 4 / 3.0);
    bound = bound_of_best(&session, first_baseline, first_baseline, 1e9);
    assert_bound(&bound, BOUND_LONGEST_TASK, 4 / 3.0);
    session_fini(&session);
}

static void assert_reason(const struct session *session,
                          const struct bound *bound, const char *expected)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    bound_write_reason(out, session, bound, first_swept + 1);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, expected);
    free(text);
}

/* Two threads of one core are no two cores. */
static void bounds_have_names(void **state)
{
    struct made made = {.workload = "primes",
                        .usable = 4,
                        .physical = 2,
                        .ntasks = 3,
                        .counts = {1, 2}};
    struct session session;
    (void)state;
    make_session(&session, &made);
    assert_reason(&session, &(struct bound){.reason = BOUND_CORES},
                  "4 hardware threads");
    assert_int_equal(scaling_cores(&session), 2);
    json_object_del(session.environment, "physical_cores");
    assert_reason(&session, &(struct bound){.reason = BOUND_CORES}, "4 cores");
    assert_int_equal(scaling_cores(&session), 4);
    assert_reason(&session, &(struct bound){.reason = BOUND_WORKERS},
                  "2 workers");
    assert_reason(&session, &(struct bound){.reason = BOUND_TASKS}, "3 tasks");
    assert_reason(&session, &(struct bound){.reason = BOUND_ROUNDS},
                  "3 tasks in rounds of 2");
    assert_reason(&session, &(struct bound){.reason = BOUND_LONGEST_TASK},
                  "the longest of 3 tasks");
    assert_reason(&session, &(struct bound){.reason = BOUND_WAITS},
                  "all waits, 2 at a time");
    session_fini(&session);
}

static void waits_have_their_bounds(void **state)
{
    struct made made = {.workload = "sleepers",
                        .usable = 2,
                        .ntasks = 20,
                        .wait_ms = 50,
                        .counts = {1, 4, 40}};
    struct session session;
    (void)state;
    make_session(&session, &made);
    struct bound bound = bound_at(&session, 1);
    assert_bound(&bound, BOUND_WAITS, 4); /* cores do not matter */
    bound = bound_at(&session, 2);
    assert_bound(&bound, BOUND_LONGEST_WAIT, 20);
    session_fini(&session);
}

/* ---- Refusals ---- */

static enum bound_verdict verdict_of(double gain, unsigned nblocks)
{
    struct made made = {.workload = "primes",
                        .usable = 2,
                        .physical = 2,
                        .ntasks = 64,
                        .gain = gain,
                        .nblocks = nblocks,
                        .counts = {1, 2}};
    struct session session;
    make_session(&session, &made);
    struct scaling *scaling = scaling_of(&session);
    enum bound_verdict verdict = scaling->points[1].verdict;
    bool refused = *scaling->points[1].no_serial != '\0';
    assert_true(refused == (verdict == BOUND_BROKEN));
    scaling_free(scaling, 1);
    session_fini(&session);
    return verdict;
}

static void beyond_the_bound_is_refused(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(1, NBLOCKS), BOUND_KEPT);
    assert_int_equal(verdict_of(1.01, NBLOCKS), BOUND_KEPT); /* the same */
    assert_int_equal(verdict_of(1.2, NBLOCKS), BOUND_BROKEN);
    /* No interval, no refusal: it may be noise. */
    assert_int_equal(verdict_of(1.2, 4), BOUND_UNSURE);
    assert_int_equal(verdict_of(1, 4), BOUND_KEPT);
}

/* An interval that holds the bound is noise, whatever its middle. */
static void noise_is_not_refused(void **state)
{
    const struct bound bound = {BOUND_CORES, 50, 2};
    struct estimate estimate = {.compared = true,
                                .joint = {.ratio = 0.48, .high = 0.495}};
    (void)state;
    assert_int_equal(bound_judge(&bound, &estimate, 100), BOUND_UNSURE);
    estimate.joint.high = 0.485;
    assert_int_equal(bound_judge(&bound, &estimate, 100), BOUND_BROKEN);
    estimate.joint.ratio = 0.497;
    assert_int_equal(bound_judge(&bound, &estimate, 100), BOUND_KEPT);
}

/* ---- Series and laws ---- */

static const struct made big = {
    .workload = "primes",
    .usable = 128, /* hardware threads */
    .physical = 64,
    .ntasks = 10000,
    .sigma = 0.03,
    .kappa = 0.0005,
    .counts = {1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128},
};

/* Only physical cores are fitted, and the truth is found. */
static void a_big_machine_is_fitted(void **state)
{
    struct session session;
    (void)state;
    make_session(&session, &big);
    struct scaling *scaling = scaling_of(&session);
    assert_int_equal(scaling->npoints, 11);
    assert_int_equal(scaling->most_workers, 64);
    assert_string_equal(scaling->no_amdahl, "");
    assert_string_equal(scaling->no_usl, "");
    assert_true(fabs(scaling->fit.sigma.value - 0.03) < 0.005);
    assert_true(fabs(scaling->fit.kappa.value - 0.0005) < 0.0001);
    assert_true(fabs(scaling->fit.peak.value - 44) < 4);
    const struct scaling_point *p = &scaling->points[3];
    assert_int_equal(p->workers, 8);
    assert_true(p->efficiency.value == p->speedup.value / 8);
    assert_true(p->serial.low < p->serial.value);
    assert_true(p->serial.value < p->serial.high);
    assert_true(p->serial.value > 0.03);
    scaling_free(scaling, 1);
    session_fini(&session);
}

static void assert_not_fitted(const struct made *made, const char *no_amdahl,
                              const char *no_usl)
{
    struct session session;
    make_session(&session, made);
    struct scaling *scaling = scaling_of(&session);
    assert_string_equal(scaling->no_amdahl, no_amdahl);
    assert_string_equal(scaling->no_usl, no_usl);
    scaling_free(scaling, 1);
    session_fini(&session);
}

static void what_is_not_fitted_is_told(void **state)
{
    struct made made = big;
    const char *why;
    (void)state;
    made.kappa = 0;
    assert_not_fitted(&made, "",
                      "no sign of retrograde scaling up to 64 workers");
    made = big;
    made.physical = 2;
    why = "2 distinct worker counts up to 2 physical cores; it takes 6 to tell "
          "Amdahl's law from Gunther's";
    assert_not_fitted(&made, why, why);
    made.physical = 0;
    why = "the number of physical cores is not known";
    assert_not_fitted(&made, why, why);
    made = big;
    made.counts[0] = 3;
    why = "not measured with one worker";
    assert_not_fitted(&made, why, why);
    made = big;
    made.nblocks = 5;
    why = "5 blocks in which all worker counts ended well; a fit takes 6";
    assert_not_fitted(&made, why, why);
    made = big;
    made.kappa = 0;
    made.sigma = 0;
    made.gain = 1.2;
    why = "the speed-up with 2 workers is refused";
    assert_not_fitted(&made, why, why);
}

/* A peak far beyond what was measured is an extrapolation. */
static void peaks_far_away_are_not_told(void **state)
{
    struct made made = big;
    struct session session;
    (void)state;
    made.sigma = 0;
    made.kappa = 0.00004; /* a peak at 158 */
    make_session(&session, &made);
    struct scaling *scaling = scaling_of(&session);
    assert_non_null(strstr(scaling->no_usl, "is more than twice the 64"));
    scaling_free(scaling, 1);
    session_fini(&session);
}

/* A bad run takes its block out of the fit, and a hole has its reason. */
static void holes_are_told(void **state)
{
    struct session session;
    (void)state;
    make_session(&session, &big);
    for (size_t i = 0; i < session.nruns; i++) {
        struct run *run = &session.runs[i];
        if (run->point == first_swept + 10 ||
            (run->point == first_swept + 4 && run->block < NBLOCKS - 5))
            run->status = RUN_FAILED;
    }
    session.points[first_swept + 10].refused = strdup("EAGAIN: no more");
    struct scaling *scaling = scaling_of(&session);
    assert_string_equal(scaling->points[10].no_speedup, "EAGAIN: no more");
    assert_true(isnan(scaling->points[10].speedup.value));
    assert_non_null(strstr(scaling->no_amdahl, "5 blocks in which all"));
    scaling_free(scaling, 1);
    session_fini(&session);
}

/* More workers than cores have no serial fraction, and a baseline of several
 * workers gives no efficiency. */
static void shares_are_told_where_they_mean_something(void **state)
{
    struct made made = big;
    struct session session;
    (void)state;
    make_session(&session, &made);
    struct scaling *scaling = scaling_of(&session);
    assert_string_equal(scaling->points[9].no_serial,
                        "more workers than cores");
    assert_string_equal(scaling->points[0].no_serial,
                        "one worker divides nothing");
    assert_true(scaling->points[9].efficiency.value > 0);
    scaling_free(scaling, 1);
    session.points[first_baseline].configuration.workers = 2;
    scaling = scaling_of(&session);
    assert_string_equal(scaling->points[9].no_efficiency,
                        "its baseline has 2 workers, not one");
    scaling_free(scaling, 1);
    session_fini(&session);
}

/* Work that waits: cores are no limit, and one loop waits for many tasks. */
static void waiting_is_no_computing(void **state)
{
    struct made made = {.workload = "sleepers",
                        .usable = 2,
                        .physical = 2,
                        .ntasks = 64,
                        .wait_ms = 1,
                        .counts = {1, 2, 4, 8, 16, 32}};
    struct session session;
    (void)state;
    make_session(&session, &made);
    struct scaling *scaling = scaling_of(&session);
    assert_true(scaling->points[5].efficiency.value > 0.9);
    assert_string_equal(scaling->points[5].no_serial, "");
    assert_string_equal(scaling->no_amdahl,
                        "sleepers waits, and the laws are about workers that "
                        "compute");
    scaling_free(scaling, 1);
    struct configuration *c = &session.points[first_swept].configuration;
    c->model = model_find("event_loop");
    c->inflight = 64;
    scaling = scaling_of(&session);
    assert_string_equal(scaling->points[0].no_efficiency,
                        "many tasks to a worker");
    scaling_free(scaling, 1);
    session_fini(&session);
}

/* ---- The result file ---- */

static json_t *series_json(const struct made *made, json_t **root)
{
    struct session session;
    make_session(&session, made);
    *root = result_json(&session);
    assert_non_null(*root);
    session_fini(&session);
    return json_array_get(json_object_get(*root, "scaling"), 0);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double ratio_of(const json_t *object, const char *key)
{
    return json_number_value(
        json_object_get(json_object_get(object, key), "ratio"));
}

static void results_say_it(void **state)
{
    json_t *root;
    struct made made = big;
    (void)state;
    json_t *series = series_json(&made, &root);
    assert_string_equal(text_of(series, "model"), "threads");
    assert_null(json_object_get(series, "usl_missing"));
    const json_t *usl = json_object_get(series, "usl");
    assert_true(fabs(ratio_of(usl, "sigma") - 0.03) < 0.005);
    const json_t *point = json_array_get(json_object_get(series, "points"), 3);
    assert_true(ratio_of(point, "speedup") ==
                8 * ratio_of(point, "efficiency"));
    assert_true(json_is_null(json_object_get(point, "refused")));
    assert_string_equal(text_of(point, "bound_by"), "workers");
    json_decref(root);

    made.kappa = made.sigma = 0;
    made.usable = made.physical = 2;
    made.gain = 32; /* as fast as with 64 */
    series = series_json(&made, &root);
    assert_true(json_is_null(json_object_get(series, "amdahl")));
    assert_non_null(text_of(series, "amdahl_missing"));
    assert_non_null(text_of(series, "usl_missing"));
    point = json_array_get(json_object_get(series, "points"), 1);
    assert_non_null(strstr(text_of(point, "refused"), "2 cores; suspect"));
    assert_string_equal(text_of(point, "karp_flatt_missing"),
                        "its speed-up is refused");
    json_decref(root);
}

/* ---- In words ---- */

static char *printed(const struct made *made)
{
    struct session session;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    make_session(&session, made);
    session.experiments[0]->stop_reason = session_stop_reason("blocks");
    session.stop_reason = session_stop_reason("blocks");
    assert_int_equal(report_print(out, &session, false), 0);
    assert_int_equal(fclose(out), 0);
    session_fini(&session);
    return text;
}

static void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void laws_are_told(void **state)
{
    struct made made = big;
    (void)state;
    char *text = printed(&made);
    assert_says(text, "\nThe serial fraction rises, from ");
    assert_says(text, "\nGunther's law fits up to 64 workers: contention ");
    assert_says(text, "is done by 44 workers [");
    free(text);
    made.kappa = 0;
    text = printed(&made);
    assert_says(text, "\nAmdahl's law fits up to 64 workers: serial fraction ");
    assert_says(text, "Gunther's is not told: no sign of");
    assert_null(strstr(text, "rises"));
    free(text);
    made.ntasks = 3;
    made.sigma = 0.2;
    made.counts[3] = 0;
    text = printed(&made);
    assert_says(text, "\nMore than 3 is not possible, because of 3 tasks.\n");
    free(text);
}

/* ---- A session for others ---- */

static void write_journal(const struct session *session)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/samples.ndjson", session->folder);
    FILE *out = fopen(path, "we");
    assert_non_null(out);
    for (size_t i = 0; i < session->nruns; i++) {
        json_t *run = result_run(session, &session->runs[i]);
        assert_int_equal(json_dumpf(run, out, RESULT_NUMBERS), 0);
        fputc('\n', out);
        json_decref(run);
    }
    assert_int_equal(fclose(out), 0);
}

/* Leaves the session of the big machine in a folder that exists. */
static int write_session(const char *folder)
{
    struct session session;
    make_session(&session, &big);
    session.folder = strdup(folder);
    session.complete = true;
    session.experiments[0]->stop_reason = session_stop_reason("blocks");
    session.stop_reason = session_stop_reason("blocks");
    int err = result_write(&session);
    write_journal(&session);
    session_fini(&session);
    return err != 0;
}

/* Without a folder: the tests. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computing_has_its_bounds),
        cmocka_unit_test(the_longest_task_is_a_bound),
        cmocka_unit_test(bounds_have_names),
        cmocka_unit_test(waits_have_their_bounds),
        cmocka_unit_test(beyond_the_bound_is_refused),
        cmocka_unit_test(noise_is_not_refused),
        cmocka_unit_test(a_big_machine_is_fitted),
        cmocka_unit_test(what_is_not_fitted_is_told),
        cmocka_unit_test(peaks_far_away_are_not_told),
        cmocka_unit_test(holes_are_told),
        cmocka_unit_test(shares_are_told_where_they_mean_something),
        cmocka_unit_test(waiting_is_no_computing),
        cmocka_unit_test(results_say_it),
        cmocka_unit_test(laws_are_told),
    };
    if (argc == 2)
        return write_session(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
