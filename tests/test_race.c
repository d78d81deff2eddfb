/* SPDX-License-Identifier: MIT */
/*
 * Lost updates: which combinations of guard, look-ups and model must lose
 * nothing, and which must lose. Where it depends on when threads happen to run
 * (no lock at all on several cores), anything may come out, and nothing is
 * tested.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/registry.h"

enum { NTASKS = 4, INCREMENTS = 4000 };

static int nfailures;

#define CHECK(condition, ...)                                                  \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("FAILED ");                                                 \
            printf(__VA_ARGS__);                                               \
            printf("\n");                                                      \
            nfailures++;                                                       \
        }                                                                      \
    } while (0)

static double metric(const struct measurement *m, const char *name)
{
    for (unsigned i = 0; i < m->nmetrics; i++)
        if (strcmp(m->metrics[i].name, name) == 0)
            return m->metrics[i].value;
    printf("FAILED there is no metric %s\n", name);
    exit(1);
}

static void set(struct configuration *c, const char *setting)
{
    struct complaint complaint;

    if (configuration_set(c, setting, &complaint) != 0) {
        printf("FAILED %s\n", complaint.text);
        exit(1);
    }
}

/* Runs the workload `counter`. `also`: settings, up to a NULL. Returns what
 * measure does. */
static int count(const char *model, unsigned workers, uint64_t increments,
                 const char *const *also, struct measurement *ret)
{
    struct configuration c;
    struct complaint complaint = {""};
    char setting[64];

    if (configuration_init(&c, model_find(model), workload_find("counter")) !=
        0)
        abort();
    snprintf(setting, sizeof setting, "counter.increments=%llu",
             (unsigned long long)increments);
    set(&c, setting);
    for (; *also != NULL; also++)
        set(&c, *also);
    c.workers = workers;
    c.ntasks = NTASKS;
    if (configuration_resolve(&c, 2, &complaint) != 0) {
        printf("FAILED %s: %s\n", model, complaint.text);
        exit(1);
    }
    struct job_plan plan = configuration_plan(&c);
    int result = measure(&plan, &(struct extras){0}, ret, &complaint);
    configuration_fini(&c);
    return result;
}

static void loses_nothing(const char *model, const char *guard,
                          const char *yield)
{
    struct measurement m;
    const char *const also[] = {guard, yield, NULL};
    int result = count(model, NTASKS, INCREMENTS, also, &m);

    CHECK(result == 0, "%s, %s, %s: %s", model, guard, yield,
          strerror(-result));
    CHECK(metric(&m, "counter_expected") == NTASKS * INCREMENTS,
          "%s, %s, %s: %.0f expected", model, guard, yield,
          metric(&m, "counter_expected"));
    CHECK(metric(&m, "counter_left") == NTASKS * INCREMENTS &&
              metric(&m, "lost_share") == 0,
          "%s, %s, %s: %.0f left", model, guard, yield,
          metric(&m, "counter_left"));
}

/* Who keeps others out has nothing to fear, whatever the model. */
static void test_nothing_lost(void)
{
    static const char *const models_[] = {"threads", "fork", "gil", "gil_ticks",
                                          "gil_each"};
    static const char *const yields[] = {
        "counter.yield=never", "counter.yield=after", "counter.yield=between",
        "counter.yield=each"};

    for (size_t i = 0; i < sizeof models_ / sizeof *models_; i++)
        for (size_t j = 0; j < sizeof yields / sizeof *yields; j++) {
            loses_nothing(models_[i], "counter.guard=mutex", yields[j]);
            loses_nothing(models_[i], "counter.guard=atomic", yields[j]);
        }
}

/* Coroutines take turns at every yield: each of them adds to what it found when
 * all others had found the same. Nothing about it is left to chance. */
static void test_coroutines(void)
{
    static const char *const between[] = {"counter.yield=between", NULL};
    static const char *const mutex[] = {"counter.yield=between",
                                        "counter.guard=mutex", NULL};
    struct measurement m;

    CHECK(count("coroutines", 1, INCREMENTS, between, &m) == 0, "coroutines");
    CHECK(metric(&m, "counter_left") < 2 * INCREMENTS,
          "coroutines left %.0f of %d", metric(&m, "counter_left"),
          NTASKS * INCREMENTS);
    int result = count("coroutines", 1, INCREMENTS, mutex, &m);
    CHECK(result == -EDEADLK,
          "a mutex held over a yield: %d instead of EDEADLK", result);
}

/* Runs until the lock has changed hands often enough to tell, or there is no
 * getting it to; a busy machine leaves few chances. Returns the greatest share
 * that was lost. */
static double worst_loss(const char *model, const char *const *also)
{
    enum { SWITCHES = 40, RUNS = 40, MANY = 40000 };
    double nswitches = 0, worst = 0;
    struct measurement m;

    for (unsigned i = 0; i < RUNS && nswitches < SWITCHES; i++) {
        CHECK(count(model, 2, MANY, also, &m) == 0, "%s", model);
        nswitches += metric(&m, "gil_switches");
        if (metric(&m, "lost_share") > worst)
            worst = metric(&m, "lost_share");
    }
    return worst;
}

/* What is looked up where no addition is under way cannot lose one; with looks
 * in the middle, each hand-over there loses all that the others then do. */
static void test_look_ups(void)
{
    static const char *const gil_after[] = {"gil.interval_us=50", NULL};
    static const char *const gil_between[] = {"gil.interval_us=50",
                                              "counter.yield=between", NULL};
    static const char *const ticks_after[] = {"gil_ticks.check_interval=1",
                                              NULL};
    static const char *const ticks_each[] = {"gil_ticks.check_interval=1",
                                             "counter.yield=each", NULL};

    CHECK(worst_loss("gil", gil_after) == 0, "gil, after: updates are lost");
    CHECK(worst_loss("gil", gil_between) > 0, "gil, between: none is lost");
    CHECK(worst_loss("gil_ticks", ticks_after) == 0,
          "gil_ticks, after: updates are lost");
    CHECK(worst_loss("gil_ticks", ticks_each) > 0,
          "gil_ticks, each: none is lost");
}

int main(void)
{
    test_nothing_lost();
    test_coroutines();
    test_look_ups();
    printf("%d failed\n", nfailures);
    return nfailures > 0;
}
