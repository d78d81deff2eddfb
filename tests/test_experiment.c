/* SPDX-License-Identifier: MIT */
/* Experiment files: what good ones become, and what bad ones are told, word for
 * word and with the right line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/arrivals.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/session/experiment.h"
#include "harness/session/reader.h"
#include "harness/session/session.h"

static char folder[] = "/tmp/heddle-experiment-XXXXXX";
static char path[sizeof folder + 16];

static void write_file(const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/trial.json", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

/* ---- Bad files ---- */

#define HEAD                                                                   \
    "{\n \"name\": \"trial\",\n \"question\": \"?\",\n"                        \
    " \"chart\": \"models\",\n"
#define LATENCY                                                                \
    "{\"name\": \"trial\", \"question\": \"?\", \"chart\": \"latency\",\n"     \
    "\"panels\": [{\"workload\": \"echo\", "
#define METRICS                                                                \
    "{\"name\": \"trial\", \"question\": \"?\", \"chart\": \"metrics\",\n"
#define SETTINGS(set)                                                          \
    METRICS "\"panels\": [{\"workload\": \"empty\", \"baseline\": \"gil\","    \
            "\n\"models\": [\"gil\"], \"sweep\": {" set "}}]}"
#define PANELS(panel) HEAD " \"panels\": [\n  {" panel "}\n ]\n}\n"

static const struct bad {
    const char *text;
    const char *complaint; /* behind the path */
} bad[] = {
    {"", ":1: it is empty"},
    {"{\n \"name\": \"trial\"\n \"chart\": 1\n}",
     ":3: '}' expected near '\"chart\"'"},
    {"{\n \"name\": \"trial\",\n \"name\": \"trial\"\n}",
     ":3: duplicate object key near '\"name\"'"},
    {"[]", ":1: must be an object: {...}"},
    {"{\n\n}", ":1: \"name\" is missing: write \"trial\""},
    {"{\n \"name\": \"other\"\n}",
     ":2: the name must be that of the file, \"trial\""},
    {"{\n \"name\": 5\n}", ":2: name must be a text in quotes"},
    {"{\n \"name\": \"trial\"\n}", ":1: \"question\" is missing"},
    {"{\n \"nmae\": \"trial\"\n}",
     ":2: there is no field \"nmae\"; did you mean name?"},
    {"{\"name\": \"trial\", \"question\": \"?\",\n \"chart\": \"modles\"}",
     ":2: there is no chart \"modles\"; did you mean models?"},
    {"{\"name\": \"trial\", \"question\": \"?\",\n \"chart\": \"pie\"}",
     ":2: there is no chart \"pie\"; there is models, scaling, concurrency, "
     "startup, memory, latency, metrics, servers, "
     "gil-workers, gil-interval, gil-waits, gil-share, gil-tradeoff, "
     "gil-rules, gil-lost, gil-switches, costs, bytes-per-task"},
    {HEAD " \"quick\": 1\n}", ":5: quick must be true or false"},
    {HEAD " \"budget_s\": -3\n}",
     ":5: budget_s must be a whole number from 1 to 86400"},
    {HEAD " \"budget_s\": 2.5\n}",
     ":5: budget_s must be a whole number from 1 to 86400"},
    {HEAD " \"measure\": \"memory\"\n}",
     ":1: \"measure\": \"memory\" and \"chart\": \"memory\" (or "
     "\"bytes-per-task\") belong together"},
    {HEAD " \"blocks\": {\n  \"min\": 20,\n  \"max\": 10}\n}",
     ":5: blocks: min, 20, is above max, 10"},
    {HEAD " \"blocks\": {\n  \"most\": 10}\n}",
     ":6: there is no field \"most\"; there is min, max"},
    {HEAD " \"quick\": true\n}",
     ":1: \"panels\" must be a list of 1 to 2: [{\"workload\": ...}]"},
    {HEAD " \"panels\": {}\n}",
     ":5: \"panels\" must be a list of 1 to 2: [{\"workload\": ...}]"},
    {PANELS(""), ":6: \"workload\" is missing; see `heddle list`"},
    {PANELS("\n\"workload\": \"prime\""),
     ":7: there is no workload \"prime\"; did you mean primes?"},
    {PANELS("\"workload\": \"empty\",\n\"models\": []"),
     ":7: models must be a list of 1 to 64: [\"fork\", ...]"},
    {PANELS("\"workload\": \"empty\", \"models\": [\n\"fork\",\n\"thread\"]"),
     ":8: there is no model \"thread\"; did you mean threads?"},
    {PANELS("\"workload\": \"empty\", \"models\": [\"fork\"]"),
     ":6: \"baseline\" is missing: name the model that the others are compared "
     "with"},
    {PANELS("\"workload\": \"empty\", \"models\": [\"fork\"],\n"
            "\"baseline\": \"threads\""),
     ":7: there is no baseline \"threads\"; there is fork"},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"fork\",\n"
            "\"models\": [\"fork\", \"fork\"]"),
     ":7: two models are labelled \"fork\": give one a \"label\" of its own"},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"sequential\",\n"
            "\"models\": [\n{\"model\": \"sequential\",\n\"workers\": 2}]"),
     ":8: sequential runs one task at a time: leave out workers and inflight"},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"fork\",\n"
            "\"models\": [\n{\"model\": \"fork\",\n\"workers\": \"many\"}]"),
     ":9: workers must be a number, \"cores\" or \"tasks\""},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"fork\",\n"
            "\"models\": [\n{\"label\": \"fork\"}]"),
     ":8: \"model\" is missing: write {\"model\": \"threads\", ...}, or only "
     "\"threads\""},
    {PANELS("\"workload\": \"echo\", \"baseline\": \"fork\",\n"
            "\"models\": [\"fork\"], \"set\": {\n\"echo.rounds\": 0}"),
     ":8: echo.rounds=0: must lie between 1 and 1000000 round trips"},
    {PANELS("\"workload\": \"echo\", \"baseline\": \"fork\",\n"
            "\"models\": [\"fork\"], \"set\": {\n\"echo.rounds\": 1,\n"
            "\"rounds\": 1}"),
     ":9: rounds=1: write it as OWNER.name=value, for example echo.rounds=5"},
    {PANELS("\"workload\": \"echo\", \"baseline\": \"fork\",\n"
            "\"models\": [\"fork\"], \"set\": {\n\"echo.rounds\": 0.5}"),
     ":8: echo.rounds must be a whole number or a text"},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"fork\",\n"
            "\"models\": [\"fork\"],\n\"sweep\": {}"),
     ":8: a sweep is over workers, tasks, rate_per_s or set: {\"workers\": [1, "
     "2, 4]}"},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"fork\",\n"
            "\"models\": [\"fork\"],\n\"sweep\": {\n\"workers\": \"all\"}"),
     ":9: workers must be a list of numbers, or \"1 to 2*cores\""},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"fork\",\n"
            "\"models\": [\"fork\"],\n\"sweep\": {\n\"tasks\": [10, 1]}"),
     ":9: tasks must be whole numbers from 1 to 100000000, rising"},
    {PANELS("\"workload\": \"empty\", \"baseline\": \"fork\",\n"
            "\"models\": [{\"model\": \"fork\",\n\"workers\": 2}],\n"
            "\"sweep\": {\"workers\": [1, 2]}"),
     ":8: the sweep sets workers: leave them out here"},
    {PANELS("\"workload\": \"echo\", \"baseline\": \"fork\",\n"
            "\"models\": [\n\"fork\"], \"set\": {\"echo.arrivals\": "
            "\"poisson\", \"echo.rate_per_s\": 10}"),
     ":8: with echo.arrivals a run takes as long as its requests take to "
     "arrive: write \"chart\": \"latency\""},
    {PANELS("\"workload\": \"echo\", \"baseline\": \"fork\",\n"
            "\"models\": [\n\"fork\"], \"set\": {\"echo.rate_per_s\": 10}"),
     ":8: echo.rate_per_s=10 means nothing without arrivals: set "
     "echo.arrivals=constant or poisson as well"},
    {PANELS("\"workload\": \"files\", \"baseline\": \"fork\",\n"
            "\"models\": [\n\"fork\"], \"sweep\": {\"rate_per_s\": [10]}"),
     ":8: files has no parameter rate_per_s; it has folder, file_bytes, "
     "chunk_bytes, "
     "fsync"},
    {LATENCY "\"baseline\": \"fork\",\n\"models\": [\n\"fork\"]}]}",
     ":4: \"chart\": \"latency\" needs requests: set \"echo.arrivals\" to "
     "\"poisson\" or \"constant\""},
    {LATENCY "\"baseline\": \"fork\", \"models\": [\"fork\"],\n"
             "\"sweep\": {\n\"rate_per_s\": [0]}}]}",
     ":4: rate_per_s must be whole numbers from 1 to 10000000, rising"},
    {HEAD " \"panels\": [\n{\"title\": \"a\", \"workload\": \"empty\", "
          "\"models\": [\"fork\"], \"baseline\": \"fork\"},\n{\"title\": \"a\","
          " \"workload\": \"empty\"}]}",
     ":7: two panels are titled \"a\""},
    {HEAD " \"panels\": [\n{\"workload\": \"empty\"},\n{}]}",
     ":6: \"title\" is missing: of several panels each needs one"},
    {SETTINGS("\n\"set\": []"),
     ":4: set must be an object of lists: {\"gil.interval_us\": [500, 5000]}"},
    {SETTINGS("\"set\": {\n\"gil.interval_us\": 500}"),
     ":4: gil.interval_us must be a list of 1 to 32 numbers: [1, 2, 4]"},
    {SETTINGS("\"set\": {\n\"gil.wake\": [1, \"all\"]}"),
     ":4: gil.wake must be whole numbers from 0 to 9007199254740992, rising"},
    {SETTINGS("\"set\": {\n\"gil.wake\": [\"one\", 2]}"),
     ":4: gil.wake must be texts, all of them: [\"a\", \"b\"]"},
    {SETTINGS("\"set\": {\n\"gil.wake\": [\"one\", \"al\"]}"),
     ":2: there is no baseline \"gil\"; did you mean al?"},
    {SETTINGS("\"set\": {\n\"gil.interval_us\": [500, 400]}"),
     ":4: gil.interval_us must be whole numbers from 0 to 9007199254740992, "
     "rising"},
    {SETTINGS("\"set\": {\"gil.interval_us\": [500, 600],\n\"gil.wake\": "
              "[\"one\"]}"),
     ":4: gil.wake must be a list of 2: settings that are swept together go in "
     "step"},
    {SETTINGS("\"set\": {\n\"gil.interval_us\": [0, 600]}"),
     ":4: gil.interval_us=0: must lie between 1 and 60000000 us"},
    {SETTINGS("\"set\": {\n\"gil.intervall\": [600]}"),
     ":4: gil has no parameter intervall; it has interval_us, "
     "forced_switching, "
     "fresh_interval, wake, look_every, io_work_ns, release"},
    {SETTINGS("\"set\": {\n\"gal.interval_us\": [600]}"),
     ":4: gal.interval_us=600: there is no model or workload gal; see heddle "
     "list"},
    {SETTINGS("\"set\": {\"gil.interval_us\": [5],\n"
              "\"gil_ticks.check_interval\": [5]}"),
     ":4: gil_ticks.check_interval is a setting of nothing in this panel"},
    {SETTINGS("\"set\": {\"gil.interval_us\": [5]}}, \"set\": {\n"
              "\"gil.interval_us\": 6"),
     ":4: the sweep sets gil.interval_us: leave it out here"},
    {METRICS "\"panels\": [{\"workload\": \"empty\", \"baseline\": \"gil\", "
             "\"sweep\": {\"set\": {\"gil.interval_us\": [5]}}, \"models\": ["
             "{\"model\": \"gil\", \"set\": {\n\"gil.interval_us\": 6}}]}]}",
     ":3: the sweep sets gil.interval_us: leave it out here"},
    {METRICS "\"panels\": [{\"title\": \"a\", \"workload\": \"empty\", "
             "\"baseline\": \"gil\", \"models\": [\"gil\"], \"sweep\": "
             "{\"set\": {\"gil.interval_us\": [5]}}},\n{\"title\": \"b\", "
             "\"workload\": \"empty\", \"baseline\": \"gil\", \"models\": "
             "[\"gil\"],\n\"sweep\": {\"set\": {\"gil.look_every\": [5]}}}]}",
     ":4: all panels must sweep the same settings, they share a chart"},
    {METRICS "\"panels\": [1, 2, 3, 4,\n5]}",
     ":2: \"panels\" must be a list of 1 to 4: [{\"workload\": ...}]"},
    {METRICS "\"group\": \"a/b\"}", ":2: group must have no slash"},
    {METRICS "\"metrics\": \"run_ns\"}",
     ":2: metrics must be a list of at most 16 names: [\"latency_p50_ns\"]"},
    {METRICS "\"metrics\": [\"Latency\"]}",
     ":2: \"Latency\" is no name of a metric; they look like "
     "\"latency_p50_ns\""},
    {METRICS "\"metrics\": [\"a\", \"a\"]}", ":2: a: name it once"},
    {METRICS "\"compare\": \"\"}",
     ":2: \"\" is no name of a metric; they look like \"latency_p50_ns\""},
    {HEAD "\"compare\": \"lost_share\"}",
     ":5: the chart \"models\" is about something else than lost_share: write "
     "\"chart\": \"metrics\""},
};

static void test_bad_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct complaint complaint = {""};
        struct experiment *experiment = NULL;
        write_file(bad[i].text);
        assert_int_not_equal(experiment_load(path, 2, &experiment, &complaint),
                             0);
        assert_null(experiment);
        assert_memory_equal(complaint.text, path, strlen(path));
        assert_string_equal(complaint.text + strlen(path), bad[i].complaint);
    }
}

static void test_missing_file(void **state)
{
    struct complaint complaint = {""};
    struct experiment *experiment = NULL;

    (void)state;
    unlink(path);
    assert_true(experiment_load(path, 2, &experiment, &complaint) < 0);
    assert_non_null(strstr(complaint.text, "cannot be read: No such file"));
    assert_true(experiment_load("/", 2, &experiment, &complaint) < 0);
    assert_non_null(strstr(complaint.text, "cannot be read: Is a directory"));
}

/* ---- Good files ---- */

static struct experiment *load(const char *text, unsigned ncores)
{
    struct complaint complaint = {""};
    struct experiment *experiment = NULL;

    write_file(text);
    if (experiment_load(path, ncores, &experiment, &complaint) != 0)
        fail_msg("%s", complaint.text);
    return experiment;
}

static const struct point *find(const struct experiment *experiment,
                                const char *label, uint64_t x, bool twin)
{
    for (size_t i = 0; i < experiment->npoints; i++) {
        const struct point *point = &experiment->points[i];
        if (strcmp(point->label, label) == 0 && point->x == x &&
            point->twin == twin)
            return point;
    }
    fail_msg("no point %s at %u", label, (unsigned)x);
    return NULL;
}

/* Nothing swept: a point a model, and the baseline's twin behind it. */
static void test_models(void **state)
{
    struct experiment *e =
        load(PANELS("\"workload\": \"sleepers\", \"tasks\": 12,"
                    "\"set\": {\"sleepers.sleep_us\": 7},"
                    "\"models\": [\"threads\", \"sequential\","
                    "{\"model\": \"thread_pool\", \"label\": \"one each\","
                    "\"workers\": \"tasks\","
                    "\"set\": {\"sleepers.sleep_us\": 8}},"
                    "{\"model\": \"thread_pool\", \"workers\": \"cores\"}],"
                    "\"baseline\": \"sequential\""),
             5);

    (void)state;
    assert_int_equal(e->npoints, 5);
    assert_string_equal(e->points[1].label, "sequential");
    assert_true(e->points[1].baseline && !e->points[1].twin);
    assert_string_equal(e->points[2].label, "sequential");
    assert_true(e->points[2].baseline && e->points[2].twin);
    assert_false(e->points[0].baseline);
    const struct point *each = find(e, "one each", 0, false);
    assert_int_equal(each->configuration.workers, 12);
    assert_int_equal(each->configuration.workload_values[0].number, 8);
    const struct point *pool = find(e, "thread_pool", 0, false);
    assert_int_equal(pool->configuration.workers, 5);
    assert_int_equal(pool->configuration.ntasks, 12);
    assert_int_equal(pool->configuration.workload_values[0].number, 7);
    assert_false(e->quick || e->memory || e->allow_holes);
    experiment_free(e);
}

/* What works alone is not swept, and is the baseline of all. */
static void test_workers_sweep(void **state)
{
    static const uint64_t wanted[] = {1, 2, 3, 4, 6, 8, 12, 16, 20};
    const char *text = PANELS("\"workload\": \"primes\","
                              "\"models\": [\"sequential\", \"threads\"],"
                              "\"baseline\": \"sequential\","
                              "\"sweep\": {\"workers\": \"1 to 2*cores\"}");
    struct experiment *e = load(text, 10);

    (void)state;
    assert_int_equal(e->sweep, SWEEP_WORKERS);
    assert_int_equal(e->npoints, 2 + sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct point *point = find(e, "threads", wanted[i], false);
        assert_int_equal(point->configuration.workers, wanted[i]);
    }
    experiment_free(e);
    e = load(text, 3);
    assert_int_equal(e->npoints, 2 + 6);
    for (uint64_t n = 1; n <= 6; n++)
        find(e, "threads", n, false);
    experiment_free(e);
}

/* A swept baseline is there, with its twin, at every x. */
static void test_tasks_sweep(void **state)
{
    struct experiment *e =
        load("{\"name\": \"trial\", \"question\": \"?\", \"chart\": "
             "\"concurrency\", \"blocks\": {\"max\": 9}, \"panels\": ["
             "{\"title\": \"a\", \"workload\": \"sleepers\", \"models\": "
             "[\"fork\", \"event_loop\"], \"baseline\": \"event_loop\", "
             "\"sweep\": {\"tasks\": [10, 300]}},"
             "{\"title\": \"b\", \"workload\": \"echo\", \"models\": "
             "[\"fork\"], \"baseline\": \"fork\", "
             "\"sweep\": {\"tasks\": [10]}}]}",
             2);

    (void)state;
    assert_true(e->allow_holes);
    assert_int_equal(e->blocks_max, 9);
    assert_int_equal(e->npanels, 2);
    assert_int_equal(e->npoints, 2 * 3 + 2);
    assert_int_equal(find(e, "fork", 300, false)->configuration.ntasks, 300);
    assert_true(find(e, "event_loop", 300, true)->baseline);
    assert_int_equal(e->points[7].panel, 1);
    assert_int_equal(e->points[6].panel, 1);
    assert_int_equal(e->points[5].panel, 0);
    experiment_free(e);
}

/* Every model meets every rate, what works alone as well. */
static void test_rate_sweep(void **state)
{
    struct experiment *e =
        load(LATENCY "\"set\": {\"echo.arrivals\": \"constant\"}, "
                     "\"models\": [\"sequential\", \"threads\"], "
                     "\"baseline\": \"sequential\", \"tasks\": 30, "
                     "\"sweep\": {\"rate_per_s\": [10, 300]}}]}",
             2);

    (void)state;
    assert_int_equal(e->sweep, SWEEP_RATE);
    assert_int_equal(e->npoints, 2 * 3);
    for (size_t i = 0; i < e->npoints; i++) {
        const struct point *point = &e->points[i];
        const struct configuration *c = &point->configuration;
        struct arrivals arrivals = arrivals_of(c->workload, c->workload_values);
        assert_int_equal(arrivals.kind, ARRIVALS_CONSTANT);
        assert_int_equal(arrivals.rate_per_s, point->x);
        assert_int_equal(point->x, i < 3 ? 10 : 300);
    }
    experiment_free(e);
}

/* Settings in step; what has none of them stands there once, without an x. */
static void test_settings_sweep(void **state)
{
    struct experiment *e =
        load(METRICS "\"group\": \"lab\", \"metrics\": [\"lost_share\", "
                     "\"cpu_ns\"], \"compare\": \"lost_share\", "
                     "\"panels\": [{\"workload\": \"primes\", \"models\": "
                     "[\"gil\", \"gil_ticks\", \"threads\"], "
                     "\"baseline\": \"threads\", \"sweep\": {\"set\": {"
                     "\"gil.interval_us\": [500, 5000], "
                     "\"gil.wake\": [\"one\", \"all\"], "
                     "\"gil_ticks.check_interval\": [10, 7]}}}]}",
             2);

    (void)state;
    assert_int_equal(e->sweep, SWEEP_SETTING);
    assert_int_equal(e->nswept, 3);
    assert_string_equal(e->swept[0], "gil.interval_us");
    assert_string_equal(e->group, "lab");
    assert_int_equal(e->nmetrics, 2);
    assert_string_equal(e->compared.name, "lost_share");
    assert_int_equal(e->npoints, 2 * 2 + 2);
    const struct point *gil = find(e, "gil", 5000, false);
    assert_int_equal(gil->configuration.model_values[0].number, 5000);
    const struct point *ticks = find(e, "gil_ticks", 5000, false);
    assert_int_equal(ticks->configuration.model_values[0].number, 7);
    find(e, "threads", 0, true);
    assert_true(experiment_sweeps(e, &ticks->configuration));
    assert_false(
        experiment_sweeps(e, &find(e, "threads", 0, false)->configuration));
    experiment_free(e);
}

/* Texts make rows, each named by its text, and go in step with numbers. */
static void test_texts_sweep(void **state)
{
    struct experiment *e =
        load(METRICS "\"panels\": [{\"workload\": \"cost\", \"models\": "
                     "[\"sequential\"], \"baseline\": \"pipe\", \"sweep\": "
                     "{\"set\": {\"cost.of\": [\"call\", \"pipe\"], "
                     "\"cost.operations\": [5, 6]}}}]}",
             2);

    (void)state;
    assert_int_equal(e->sweep, SWEEP_NONE);
    assert_int_equal(e->nswept, 0);
    assert_int_equal(e->npoints, 3);
    const struct point *call = find(e, "call", 0, false);
    assert_string_equal(call->configuration.workload_values[0].text, "call");
    assert_int_equal(call->configuration.workload_values[1].number, 5);
    const struct point *twin = find(e, "pipe", 0, true);
    assert_int_equal(twin->configuration.workload_values[1].number, 6);
    experiment_free(e);

    /* Of several models those that have the setting stand there twice. */
    e = load(METRICS "\"panels\": [{\"workload\": \"empty\", \"models\": "
                     "[\"gil\", \"threads\"], \"baseline\": \"gil, all\", "
                     "\"sweep\": {\"set\": {\"gil.wake\": [\"one\", "
                     "\"all\"]}}}]}",
             2);
    assert_int_equal(e->npoints, 4);
    find(e, "gil, one", 0, false);
    find(e, "gil, all", 0, true);
    find(e, "threads", 0, false);
    experiment_free(e);
}

/* A setting of the workload meets every model, and 0 is a value. */
static void test_zero_is_swept(void **state)
{
    struct experiment *e =
        load(METRICS "\"panels\": [{\"workload\": \"sleepers\", \"models\": "
                     "[\"threads\", \"fork\"], \"baseline\": \"fork\", "
                     "\"tasks\": 2, \"sweep\": {\"set\": "
                     "{\"sleepers.jitter_us\": [0, 50]}}}]}",
             2);

    (void)state;
    assert_int_equal(e->npoints, 2 * 3);
    assert_true(
        experiment_sweeps(e, &find(e, "threads", 0, false)->configuration));
    experiment_free(e);
}

/* The files that come with the program. */
static void test_own_files(void **state)
{
    char **names;
    size_t n = experiment_names(&names), nquick = 0;

    (void)state;
    assert_true(n >= 6);
    for (size_t i = 0; i < n; i++) {
        struct complaint complaint;
        struct experiment *experiment;
        char *file = experiment_find(names[i]);
        assert_non_null(file);
        if (experiment_load(file, 2, &experiment, &complaint) != 0)
            fail_msg("%s", complaint.text);
        assert_true(experiment->npoints > 0);
        nquick += experiment->quick;
        experiment_free(experiment);
        free(file);
    }
    assert_int_equal(nquick, 3);
    experiment_names_free(names, n);
    assert_null(experiment_find("no-such-experiment"));
}

/* ---- Lines ---- */

static void test_lines(void **state)
{
    const char *text = "\n{ \"a\\\"}\": [1, {\"x\": \"]\"},\n"
                       " [2,\n [3]]],\n \"b\": null}";

    (void)state;
    assert_int_equal(reader_line(text, ""), 2);
    assert_int_equal(reader_line(text, "/b"), 5);
    assert_int_equal(reader_line(text, "/a\\\"}/1/x"), 2);
    assert_int_equal(reader_line(text, "/a\\\"}/2"), 3);
    assert_int_equal(reader_line(text, "/a\\\"}/2/1/0"), 4);
    /* As much of the place as there is. */
    assert_int_equal(reader_line(text, "/b/c/d"), 5);
    assert_int_equal(reader_line(text, "/c"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_models),
        cmocka_unit_test(test_workers_sweep),
        cmocka_unit_test(test_tasks_sweep),
        cmocka_unit_test(test_rate_sweep),
        cmocka_unit_test(test_settings_sweep),
        cmocka_unit_test(test_texts_sweep),
        cmocka_unit_test(test_zero_is_swept),
        cmocka_unit_test(test_own_files),
        cmocka_unit_test(test_lines),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
