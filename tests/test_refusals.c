/* SPDX-License-Identifier: MIT */
/* Holders of a GIL that did not look up: from when on it is told, and what
 * cure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/configuration.h"
#include "harness/refusals.h"
#include "harness/registry.h"
#include "harness/session/session.h"

#define MS 1e6

/* `setting`: NULL: none. */
static struct configuration make(const char *model, const char *workload,
                                 const char *setting)
{
    struct configuration c;
    struct complaint complaint;

    assert_int_equal(
        configuration_init(&c, model_find(model), workload_find(workload)), 0);
    if (setting != NULL)
        assert_int_equal(configuration_set(&c, setting, &complaint), 0);
    return c;
}

static void check_long(const char *model, const char *setting, double longest)
{
    struct configuration c = make(model, "countdown", setting);

    assert_false(refusals_is_long(&c, longest));
    assert_true(refusals_is_long(&c, longest + 1));
    configuration_fini(&c);
}

/* Ten intervals, but no less than the scheduler may take. */
static void test_is_long(void **state)
{
    (void)state;
    check_long("gil", NULL, 50 * MS);
    check_long("gil", "gil.interval_us=500", 50 * MS);
    check_long("gil", "gil.interval_us=20000", 200 * MS);
    check_long("gil_ticks", NULL, 50 * MS);
    check_long("threads", NULL, 50 * MS);
}

static void check_words(const char *model, const char *workload,
                        const char *setting, const char *expected)
{
    struct configuration c = make(model, workload, setting);
    char text[256] = "";
    FILE *out = fmemopen(text, sizeof text, "w");

    assert_non_null(out);
    refusals_write(out, &c, 3, 312.4 * MS);
    assert_int_equal(fclose(out), 0);
    configuration_fini(&c);
    assert_string_equal(text, expected);
}

#define HELD                                                                   \
    " worker 3 held the GIL for 312 ms after another had begun to want it: "

static void test_cures(void **state)
{
    (void)state;
    check_words("gil", "countdown", NULL,
                "in gil x countdown" HELD
                "set countdown.grain lower, and it looks up in time");
    check_words("gil", "countdown", "gil.look_every=5000",
                "in gil x countdown" HELD "set gil.look_every lower than 5000");
    check_words("gil_ticks", "counter", "counter.yield=never",
                "in gil_ticks x counter" HELD
                "set counter.yield=after, and it looks up");
    check_words("gil", "sleepers", "gil.release=never",
                "in gil x sleepers" HELD "set gil.release=always");
    check_words("gil", "sleepers", NULL,
                "in gil x sleepers" HELD
                "it computed for so long without a place to look up");
}

static char *printed(const struct session *session)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    assert_int_equal(refusals_print(out, session), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void test_session(void **state)
{
    struct point point = {.configuration = make("gil", "countdown", NULL)};
    struct run runs[3] = {{0}, {0}, {0}};
    struct session session = {.points = &point, .runs = runs, .nruns = 3};

    (void)state;
    for (int i = 0; i < 3; i++)
        runs[i].metrics = json_pack("{s:f, s:f}", "gil_longest_refusal_ns",
                                    (40 + 30 * i) * MS,
                                    "gil_longest_refusal_worker", (double)i);
    char *text = printed(&session);
    assert_string_equal(
        text,
        "In 2 of 3 runs a worker did not look up while others waited for the "
        "GIL; at\nworst, in gil x countdown worker 2 held the GIL for 100 ms "
        "after another had\nbegun to want it: set countdown.grain lower, and "
        "it "
        "looks up in time.\n");
    free(text);
    session.nruns = 1;
    text = printed(&session);
    assert_string_equal(text, "");
    free(text);
    for (int i = 0; i < 3; i++)
        json_decref(runs[i].metrics);
    configuration_fini(&point.configuration);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_long),
        cmocka_unit_test(test_cures),
        cmocka_unit_test(test_session),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
