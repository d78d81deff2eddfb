/* SPDX-License-Identifier: MIT */
/*
 * What a trace says of a run under one model (the argument), for workloads that
 * compute, wait, or both: what must hold whatever the machine does meanwhile.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/job.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/registry.h"
#include "harness/trace/history.h"
#include "harness/trace/slices.h"

static const char *const settings[] = {
    "countdown.steps=300000", "countdown.grain=2000",    "mixed.compute=2000",
    "mixed.wait_us=300",      "mixed.rounds=3",          "echo.rounds=3",
    "echo.delay_us=300",      "sleepers.sleep_us=500",   "sleepers.rounds=2",
    "gil.interval_us=200",    "gil_each.interval_us=200"};

static const char *const names[] = {"countdown", "mixed", "echo", "sleepers"};

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

static bool has_gil(const struct model *model)
{
    return strcmp(model->name, "gil") == 0 ||
           strcmp(model->name, "gil_ticks") == 0;
}

/* Times ascend without a gap, and the states sum to the whole. */
static void check_lane(const char *what, const struct history *history,
                       const struct lane *lane)
{
    uint64_t times[TRACE_STATES], at_ns = history->known_ns, sum_ns = 0;

    for (size_t i = 0; i < lane->nstretches; i++) {
        const struct stretch *s = &lane->stretches[i];
        CHECK(s->from_ns == at_ns && s->to_ns > at_ns,
              "%s: from %" PRIu64 " to %" PRIu64 ", not from %" PRIu64, what,
              s->from_ns, s->to_ns, at_ns);
        CHECK((s->state == TRACE_IDLE) == (s->task == TRACE_NO_TASK) ||
                  s->state == TRACE_SYSTEM,
              "%s: %s for task %u", what, trace_state_names[s->state], s->task);
        at_ns = s->to_ns;
    }
    CHECK(at_ns == history->end_ns, "%s: ends at %" PRIu64, what, at_ns);
    history_times(lane, history->known_ns, history->end_ns, times);
    for (size_t i = 0; i < TRACE_STATES; i++)
        sum_ns += times[i];
    CHECK(sum_ns == history->end_ns - history->known_ns,
          "%s: states sum to %" PRIu64, what, sum_ns);
    for (size_t i = 1; i < lane->nmarks; i++)
        CHECK(lane->marks[i].ns >= lane->marks[i - 1].ns, "%s: marks", what);
}

/* Did another worker hold the GIL between these two times? */
static bool other_held(const struct history *history, unsigned lane,
                       uint64_t from_ns, uint64_t to_ns)
{
    for (unsigned i = 0; i < history->nlanes; i++) {
        const struct lane *other = &history->lanes[i];
        if (i == lane)
            continue;
        for (size_t k = history_find(other, from_ns);
             k < other->nstretches && other->stretches[k].from_ns < to_ns; k++)
            if (other->stretches[k].state == TRACE_HOLDING)
                return true;
    }
    return false;
}

/* Whoever had to sleep does not hold the GIL again before another has. */
static size_t check_sleeps(const char *what, const struct history *history)
{
    size_t nslept = 0;

    for (unsigned i = 0; i < history->nlanes; i++) {
        const struct lane *lane = &history->lanes[i];
        for (size_t k = 0; k < lane->nstretches; k++) {
            size_t next = k;
            if (lane->stretches[k].state != TRACE_ASLEEP)
                continue;
            nslept++;
            while (next < lane->nstretches &&
                   lane->stretches[next].state != TRACE_HOLDING)
                next++;
            CHECK(next == lane->nstretches ||
                      other_held(history, i, lane->stretches[k].from_ns,
                                 lane->stretches[next].from_ns),
                  "%s: worker %u took its own lock back", what, i);
        }
    }
    return nslept;
}

/* Between two tasks a pool's worker was in the queue; whom a loop tries when it
 * wakes up is who then computes. */
static void check_order(const char *what, const struct model *model,
                        const struct lane *lane)
{
    bool queue = model->knobs == MODEL_QUEUE;

    for (size_t i = 1; i < lane->nstretches; i++) {
        const struct stretch *s = &lane->stretches[i];
        CHECK(!queue || s[0].task == s[-1].task || s[0].state == TRACE_IDLE ||
                  s[-1].state == TRACE_IDLE,
              "%s: from task %u to task %u", what, s[-1].task, s[0].task);
        if (model->knobs == MODEL_SCHEDULER && i + 1 < lane->nstretches &&
            s[-1].state == TRACE_IDLE && s[0].state == TRACE_SYSTEM &&
            s[1].state == TRACE_RUNNING)
            CHECK(s[0].task == s[1].task, "%s: tried %u, ran %u", what,
                  s[0].task, s[1].task);
    }
}

/* Nobody takes a lock before the last holder has let go of it. */
static void check_holders(const char *what, const struct history *history)
{
    for (unsigned i = 0; i < history->nlanes; i++) {
        const struct lane *lane = &history->lanes[i];
        for (size_t k = 0; k < lane->nstretches; k++) {
            const struct stretch *s = &lane->stretches[k];
            CHECK(s->state != TRACE_HOLDING ||
                      !other_held(history, i, s->from_ns, s->to_ns),
                  "%s: two hold it", what);
        }
    }
}

static uint64_t time_in(const struct history *history, enum trace_state state)
{
    uint64_t times[TRACE_STATES], sum_ns = 0;

    for (unsigned i = 0; i < history->nlanes; i++) {
        history_times(&history->lanes[i], 0, history->end_ns, times);
        sum_ns += times[state];
    }
    return sum_ns;
}

/* Was somebody idle between two stretches of computing? */
static bool idle_between(const struct history *history)
{
    for (unsigned i = 0; i < history->nlanes; i++) {
        const struct lane *lane = &history->lanes[i];
        unsigned phase = 0; /* computed, was idle, computed again */
        for (size_t k = 0; k < lane->nstretches; k++)
            phase += lane->stretches[k].state ==
                     (phase == 1 ? TRACE_IDLE : TRACE_RUNNING);
        if (phase > 2)
            return true;
    }
    return false;
}

/* More than one worker held a lock, whichever. */
static bool contended(const struct history *history)
{
    unsigned n = 0;

    for (unsigned i = 0; i < history->nlanes; i++)
        n += history->lanes[i].lock != NULL;
    return n > 1;
}

static void check_states(const char *what, const struct configuration *c,
                         const struct history *history)
{
    bool holds = strncmp(c->model->name, "gil", 3) == 0;
    struct slices slices;

    CHECK(time_in(history, holds ? TRACE_HOLDING : TRACE_RUNNING) > 0,
          "%s: nobody computed", what);
    CHECK((time_in(history, TRACE_HOLDING) > 0) == holds, "%s: holding", what);
    CHECK((time_in(history, TRACE_SYSTEM) > 0) ||
              c->workload->kind == WORKLOAD_CPU,
          "%s: no system call", what);
    /* Not even a machine that stops it all the time makes a loop's every look
     * at the clock come too late. */
    CHECK(idle_between(history) || c->model->knobs != MODEL_SCHEDULER ||
              c->workload->kind != WORKLOAD_IO,
          "%s: loops are never idle", what);
    CHECK(holds || (time_in(history, TRACE_WAITING) == 0 &&
                    time_in(history, TRACE_ASLEEP) == 0),
          "%s: waited for no lock", what);
    if (slices_find(history, &slices) != 0)
        abort();
    CHECK(slices.one_lock == has_gil(c->model) || !contended(history), "%s: %s",
          what, slices.one_lock ? "one lock" : "not one lock");
    slices_fini(&slices);
}

/* Every task was seen, where each has a lane. */
static void check_tasks(const char *what, const struct configuration *c,
                        const struct history *history)
{
    bool *seen = calloc(c->ntasks, sizeof *seen);
    uint64_t n = 0;

    if (seen == NULL)
        abort();
    for (unsigned i = 0; i < history->nlanes; i++)
        for (size_t k = 0; k < history->lanes[i].nstretches; k++) {
            uint32_t task = history->lanes[i].stretches[k].task;
            CHECK(task == TRACE_NO_TASK || task < c->ntasks, "%s: task %u",
                  what, task);
            if (task < c->ntasks && !seen[task])
                seen[task] = ++n > 0;
        }
    CHECK(n == c->ntasks, "%s: %" PRIu64 " of %" PRIu64 " tasks", what, n,
          c->ntasks);
    free(seen);
}

/* Returns how often somebody was made to sleep. */
static size_t check_run(const struct configuration *c, uint64_t events)
{
    struct job_plan plan = configuration_plan(c);
    struct complaint complaint = {""};
    struct history history = {0};
    struct measurement m;
    char what[128];
    size_t nslept = 0;

    snprintf(what, sizeof what, "%s x %s, %" PRIu64 " events", c->model->name,
             c->workload->name, events);
    plan.trace_events = events;
    int result =
        measure(&plan, &(struct extras){.history = &history}, &m, &complaint);
    CHECK(result == 0, "%s: %s", what, complaint.text);
    if (result != 0)
        return 0;
    CHECK(history.nunseen == 0, "%s: not traced", what);
    CHECK(history.nlanes > 0 && history.nlanes <= c->workers, "%s: %u lanes",
          what, history.nlanes);
    for (unsigned i = 0; i < history.nlanes; i++)
        check_lane(what, &history, &history.lanes[i]);
    for (unsigned i = 0; i < history.nlanes; i++)
        check_order(what, c->model, &history.lanes[i]);
    if (has_gil(c->model)) {
        check_holders(what, &history);
        nslept = check_sleeps(what, &history);
    }
    if (history.nlost == 0) {
        CHECK(history.known_ns == 0, "%s: begins late", what);
        check_states(what, c, &history);
        check_tasks(what, c, &history);
    }
    CHECK(events > 16 || history.nlost > 0, "%s: nothing was lost", what);
    history_fini(&history);
    return nslept;
}

static void configure(const struct model *model, const char *workload,
                      struct configuration *ret)
{
    struct complaint complaint;

    if (configuration_init(ret, model, workload_find(workload)) != 0)
        abort();
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        CHECK(configuration_set(ret, settings[i], &complaint) == 0, "%s",
              complaint.text);
    ret->ntasks = 12;
    if (model->knobs != MODEL_ALONE)
        ret->workers = 3;
    CHECK(configuration_resolve(ret, 2, &complaint) == 0, "%s", complaint.text);
}

int main(int argc, char **argv)
{
    const struct model *model = argc > 1 ? model_find(argv[1]) : NULL;
    size_t nslept = 0;

    if (model == NULL) {
        fprintf(stderr, "usage: %s MODEL\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct configuration c;
        configure(model, names[i], &c);
        nslept += check_run(&c, 1 << 16);
        if (i == 1)
            check_run(&c, 4);
        configuration_fini(&c);
    }
    printf("%s: %zu times asleep, %d failed\n", model->name, nslept, nfailures);
    return nfailures > 0;
}
