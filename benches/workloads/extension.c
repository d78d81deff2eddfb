/* SPDX-License-Identifier: MIT */
/*
 * Computing of which an extension does a part outside the GIL, as hashing and
 * compressing do in CPython: in turns some steps under the lock, and some
 * outside of it. All of them are the steps of one chain, so the work is the
 * same wherever it is done, and models without a GIL know no difference. How
 * much faster several threads then are than one, harness/stats/queueing.h has
 * formulas for.
 *
 * How long a turn lasts is drawn (exponentially), as those formulas assume.
 * With turns of even length threads fall into step: half and half, two of them
 * never meet at a lock that is let go of after each turn (twice as fast), and
 * do everything at the same time under one that is shared out in slices shorter
 * than a turn (a third faster).
 */
#include <math.h>
#include <string.h>

#include "benches/workloads/steps.h"
#include "core/digest.h"
#include "core/job.h"
#include "core/workload.h"

enum { STEPS, CYCLE_STEPS, OUTSIDE_PERCENT, TURNS, GRAIN };

/* A task lasts some 16 ms, a cycle 2 ms: long beside a hand-over of the lock,
 * which takes a sleeper's waking up, some 50 us. */
static const struct parameter parameters[] = {
    [STEPS] = {.name = "steps",
               .unit = "steps",
               .meaning = "of each task, some 2 ns each",
               .preset = 8000000,
               .min = 1,
               .max = 1000000000000},
    [CYCLE_STEPS] = {.name = "cycle_steps",
                     .unit = "steps",
                     .meaning = "of a turn under the lock and one outside, "
                                "together, on average",
                     .preset = 1000000,
                     .min = 1,
                     .max = 1000000000000},
    [OUTSIDE_PERCENT] = {.name = "outside_percent",
                         .unit = "%",
                         .meaning = "of the steps are outside the lock",
                         .preset = 50,
                         .min = 0,
                         .max = 100},
    [TURNS] = {.name = "turns",
               .meaning = "how long they are: drawn exponentially, or all even",
               .text = "drawn",
               .choices = "drawn|even"},
    [GRAIN] = {.name = "grain",
               .unit = "steps",
               .meaning = "between two points where others may run",
               .preset = 12000,
               .min = 1,
               .max = 1000000000},
};

struct extension_shared {
    uint64_t steps;
    uint64_t cycle_steps;
    uint64_t outside_percent;
    uint64_t grain;
    bool even;
};

struct extension {
    uint64_t left; /* steps */
    uint64_t value;
    uint64_t nturns;
    uint64_t turn_left; /* steps */
    bool turn_outside;
    bool outside; /* is it now? */
    uint64_t nsteps_outside;
};

static int extension_setup(struct job *job)
{
    struct extension_shared *shared = job->shared;

    shared->steps = job_workload_number(job, STEPS);
    shared->cycle_steps = job_workload_number(job, CYCLE_STEPS);
    shared->outside_percent = job_workload_number(job, OUTSIDE_PERCENT);
    shared->grain = job_workload_number(job, GRAIN);
    shared->even = strcmp(job_workload_text(job, TURNS), "even") == 0;
    return 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Of what is left, so that the last cycle, cut short, has the same share. */
static uint64_t even_turn(const struct extension_shared *shared,
                          const struct extension *state)
{
    uint64_t inside_percent = 100 - shared->outside_percent;

    if (state->turn_outside)
        return shared->cycle_steps - shared->cycle_steps * inside_percent / 100;
    return least(state->left, shared->cycle_steps) * inside_percent / 100;
}

/* Of every so many turns of a kind there is one from each part of the
 * distribution (stratified sampling), so that a short task has its share, too.
 * Their order is by steps of 5, from where a draw says. */
enum { STRATA = 16 };

static double draw_uniform(const struct task *task,
                           const struct extension *state)
{
    uint64_t turn = state->nturns / 2; /* of this kind */
    uint64_t group = turn / STRATA * 2 + state->turn_outside;
    uint64_t first = draw_u64(task->seed, task->index, UINT64_MAX - group);
    uint64_t stratum = (turn * 5 + first % STRATA) % STRATA;
    uint64_t draw = draw_u64(task->seed, task->index, state->nturns);

    /* The upper 53 bits: in 0 < uniform <= 1. */
    return ((double)stratum + ldexp((double)((draw >> 11) + 1), -53)) / STRATA;
}

static uint64_t drawn_turn(const struct extension_shared *shared,
                           const struct task *task,
                           const struct extension *state)
{
    double percent =
        (double)(state->turn_outside ? shared->outside_percent
                                     : 100 - shared->outside_percent);

    return (uint64_t)(-log(draw_uniform(task, state)) * percent / 100 *
                      (double)shared->cycle_steps);
}

/* The next turn that has any steps: without a share there are none. */
static void take_turn(const struct extension_shared *shared,
                      const struct task *task, struct extension *state)
{
    while (state->turn_left == 0) {
        state->turn_outside = !state->turn_outside;
        state->nturns++;
        uint64_t steps = shared->even ? even_turn(shared, state)
                                      : drawn_turn(shared, task, state);
        state->turn_left = least(steps, state->left);
    }
}

/* Drawn turns know no past: a task that begins in the middle of either, by
 * their shares, has these shares however soon it ends. */
static struct extension begin(const struct extension_shared *shared,
                              const struct task *task)
{
    uint64_t draw = draw_between(task->seed, task->index, 0, 1, 100);

    return (struct extension){
        .left = shared->steps,
        .value = task->index + 1,
        /* The one before the first. */
        .turn_outside = shared->even || draw > shared->outside_percent,
    };
}

/* Up to the end of the turn, or of the grain. Grains are those of the whole
 * task, so that it asks as often for a YIELD whatever its turns. */
static void compute(const struct extension_shared *shared,
                    struct extension *state)
{
    uint64_t grain_left = (state->left - 1) % shared->grain + 1;
    uint64_t steps = least(state->turn_left, grain_left);

    state->value = steps_compute(state->value, steps);
    state->left -= steps;
    state->turn_left -= steps;
    state->nsteps_outside += state->outside ? steps : 0;
}

static bool extension_next(struct task *task)
{
    const struct extension_shared *shared = task->shared;
    struct extension *state = (struct extension *)(void *)task->state;

    if (task->op.kind == OP_START)
        *state = begin(shared, task);
    while (state->left > 0) {
        take_turn(shared, task, state);
        if (state->outside != state->turn_outside) {
            state->outside = state->turn_outside;
            return state->outside ? op_leave(&task->op) : op_enter(&task->op);
        }
        compute(shared, state);
        if (state->left > 0 && state->left % shared->grain == 0)
            return op_yield(&task->op);
    }
    if (state->outside) {
        state->outside = false;
        return op_enter(&task->op);
    }
    task->digest = mix64(state->value);
    return false;
}

/* Drawn turns have about the share that they were asked to have. */
static void extension_teardown(struct job *job)
{
    const struct extension_shared *shared = job->shared;
    double all = (double)shared->steps * (double)job->plan.ntasks;
    double outside = 0;

    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        const void *state = job_task(job, i)->state;
        outside += (double)((const struct extension *)state)->nsteps_outside;
    }
    job_metric(job, "outside_share", outside / all);
}

const struct workload workload_extension = {
    .name = "extension",
    .summary = "computing, a part of it outside the GIL",
    .kind = WORKLOAD_CPU,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 64,
    .state_bytes = sizeof(struct extension),
    .shared_bytes = sizeof(struct extension_shared),
    .setup = extension_setup,
    .next = extension_next,
    .teardown = extension_teardown,
};
