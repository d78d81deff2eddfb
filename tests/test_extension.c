/* SPDX-License-Identifier: MIT */
/* The workload `extension`: the same work whatever its share outside the lock,
 * and that share. Its tasks are stepped by hand, which needs no model. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/job.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/registry.h"

enum { NTASKS = 20, STEPS = 30000, CYCLE_STEPS = 1000, GRAIN = 70 };

struct walked {
    struct job_result result;
    uint64_t nleaves;
    double outside_share;
};

static void set(struct configuration *c, const char *name, const char *value)
{
    struct complaint complaint;
    char setting[64];

    snprintf(setting, sizeof setting, "extension.%s=%s", name, value);
    assert_int_equal(configuration_set(c, setting, &complaint), 0);
}

/* Steps a task to its end. What it leaves it enters again, one after the
 * other. Returns how often it left. */
static uint64_t walk_task(struct task *task)
{
    uint64_t nleaves = 0;
    bool outside = false;

    op_finish(&task->op);
    while (task_step(task)) {
        if (task->op.kind == OP_LEAVE) {
            assert_false(outside);
            outside = true;
            nleaves++;
        } else if (task->op.kind == OP_ENTER) {
            assert_true(outside);
            outside = false;
        } else {
            assert_int_equal(task->op.kind, OP_YIELD);
        }
    }
    assert_false(outside);
    return nleaves;
}

static struct walked walk(const char *percent, const char *turns)
{
    struct walked walked = {.nleaves = 0};
    struct configuration c;
    struct complaint complaint;
    struct job *job;

    assert_int_equal(configuration_init(&c, model_find("sequential"),
                                        workload_find("extension")),
                     0);
    set(&c, "steps", "30000");
    set(&c, "cycle_steps", "1000");
    set(&c, "grain", "70");
    set(&c, "outside_percent", percent);
    set(&c, "turns", turns);
    c.ntasks = NTASKS;
    assert_int_equal(configuration_resolve(&c, 2, &complaint), 0);
    struct job_plan plan = configuration_plan(&c);
    assert_int_equal(job_new(&plan, &job), 0);
    assert_int_equal(c.workload->setup(job), 0);
    for (uint64_t i = 0; i < NTASKS; i++)
        walked.nleaves += walk_task(job_task(job, i));
    job_sum(job, &walked.result);
    c.workload->teardown(job);
    assert_string_equal(job->metrics[0].name, "outside_share");
    walked.outside_share = job->metrics[0].value;
    job_free(job);
    configuration_fini(&c);
    return walked;
}

static void test_same_work(void **state)
{
    static const char *const percents[] = {"0", "1", "50", "99", "100"};
    struct walked first = walk("0", "even");

    (void)state;
    /* The start, and then a YIELD after each grain but the last. */
    assert_int_equal(first.result.steps,
                     NTASKS * ((STEPS + GRAIN - 1) / GRAIN));
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++)
        for (unsigned even = 0; even < 2; even++) {
            struct walked w = walk(percents[i], even ? "even" : "drawn");
            assert_int_equal(w.result.digest, first.result.digest);
            assert_int_equal(w.result.steps, first.result.steps);
            assert_int_equal(w.result.ntasks, NTASKS);
        }
}

static void test_even_shares(void **state)
{
    (void)state;
    assert_true(walk("0", "even").outside_share == 0);
    assert_int_equal(walk("0", "even").nleaves, 0);
    assert_true(walk("100", "even").outside_share == 1);
    assert_int_equal(walk("100", "even").nleaves, NTASKS);
    struct walked w = walk("30", "even");
    assert_true(fabs(w.outside_share - 0.3) < 1e-12);
    assert_int_equal(w.nleaves, NTASKS * STEPS / CYCLE_STEPS);
}

/* 600 cycles in all: the share and the number of turns are known to some
 * percent, and come from a fixed seed. */
static void test_drawn_shares(void **state)
{
    (void)state;
    assert_true(walk("0", "drawn").outside_share == 0);
    assert_true(walk("100", "drawn").outside_share == 1);
    struct walked w = walk("30", "drawn");
    assert_true(fabs(w.outside_share - 0.3) < 0.04);
    assert_true(w.nleaves > 500 && w.nleaves < 700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_work),
        cmocka_unit_test(test_even_shares),
        cmocka_unit_test(test_drawn_shares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
