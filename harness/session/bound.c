/* SPDX-License-Identifier: MIT */
/*
 * The least time a run can take, as the largest of several simple bounds, each
 * with its name. None of them is a measurement of the run itself: work is
 * counted in steps, which no noise can bend. Look at bound_computing.
 */
#include "harness/session/bound.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/session/estimate.h"
#include "harness/session/session.h"

const char *const bound_reason_names[BOUND_MAX] = {
    [BOUND_NONE] = "none",
    [BOUND_CORES] = "cores",
    [BOUND_WORKERS] = "workers",
    [BOUND_TASKS] = "tasks",
    [BOUND_LONGEST_TASK] = "longest task",
    [BOUND_ROUNDS] = "rounds",
    [BOUND_LONGEST_WAIT] = "longest wait",
    [BOUND_WAITS] = "waits",
};

unsigned bound_cores(const struct session *session)
{
    json_int_t cores = json_integer_value(
        json_object_get(session->environment, "cores_usable"));
    return cores > 0 ? (unsigned)cores : 1;
}

unsigned bound_physical_cores(const struct session *session)
{
    json_int_t physical = json_integer_value(
        json_object_get(session->environment, "physical_cores"));
    unsigned usable = bound_cores(session);

    if (physical <= 0)
        return 0;
    return physical < usable ? (unsigned)physical : usable;
}

uint64_t bound_waiters(const struct configuration *c)
{
    switch (c->model->knobs) {
    case MODEL_ALONE:
        return 1;
    case MODEL_WORKERS:
    case MODEL_QUEUE:
        return c->workers;
    case MODEL_PER_TASK:
    case MODEL_SCHEDULER:
        return c->inflight;
    }
    return 1;
}

/* ---- The bounds ---- */

static void bound_raise(struct bound *bound, double least_ns,
                        enum bound_reason reason)
{
    if (least_ns > bound->least_ns)
        *bound = (struct bound){.reason = reason, .least_ns = least_ns};
}

/* With so many workers for work that takes t1_ns on one. Of equal bounds the
 * first is named. Where nothing is divided there is none: one worker may well
 * have less overhead than the baseline. */
static void bound_computing(struct bound *bound, const struct session *session,
                            const struct point *point, double workers,
                            double t1_ns)
{
    double ntasks = (double)point->configuration.ntasks;
    double all = (double)point->steps;

    if (workers < 2 || ntasks < 2)
        return;
    bound_raise(bound, t1_ns / bound_cores(session), BOUND_CORES);
    bound_raise(bound, t1_ns / workers, BOUND_WORKERS);
    bound_raise(bound, t1_ns / ntasks, BOUND_TASKS);
    /* The last step of a task may be as short as nothing. */
    if (point->longest_steps > 1)
        bound_raise(bound, t1_ns * (double)(point->longest_steps - 1) / all,
                    BOUND_LONGEST_TASK);
    /* Some worker gets at least so many tasks, none below the shortest. */
    if (point->shortest_steps > 1)
        bound_raise(bound,
                    t1_ns * ceil(ntasks / workers) *
                        (double)(point->shortest_steps - 1) / all,
                    BOUND_ROUNDS);
}

static struct bound bound_with(const struct session *session, unsigned number,
                               unsigned baseline, double baseline_ns,
                               double workers, double waiters)
{
    const struct point *point = &session->points[number];
    const struct configuration *of_baseline =
        &session->points[baseline].configuration;
    struct bound bound = {.speedup_ratio = NAN};

    if (estimate_quantity(session, point->experiment) != &quantity_run)
        return bound;
    if (point->configuration.workload->kind == WORKLOAD_CPU &&
        of_baseline->workers == 1 && baseline_ns > 0)
        bound_computing(&bound, session, point, workers, baseline_ns);
    bound_raise(&bound, (double)point->longest_wait_ns, BOUND_LONGEST_WAIT);
    bound_raise(&bound, (double)point->sum_wait_ns / waiters, BOUND_WAITS);
    if (bound.least_ns > 0 && baseline_ns > 0)
        bound.speedup_ratio = baseline_ns / bound.least_ns;
    return bound;
}

struct bound bound_of(const struct session *session, unsigned point,
                      unsigned baseline, double baseline_ns)
{
    const struct configuration *c = &session->points[point].configuration;
    /* Nothing is faster or slower than itself. */
    double t1_ns = point == baseline ? NAN : baseline_ns;

    return bound_with(session, point, baseline, t1_ns, c->workers,
                      (double)bound_waiters(c));
}

struct bound bound_of_best(const struct session *session, unsigned point,
                           unsigned baseline, double baseline_ns)
{
    return bound_with(session, point, baseline, baseline_ns,
                      bound_cores(session),
                      (double)session->points[point].configuration.ntasks);
}

enum bound_verdict bound_judge(const struct bound *bound,
                               const struct estimate *estimate,
                               double baseline_ns)
{
    double time_ns = estimate->location.median;
    double high_ns = estimate->location.high;

    if (estimate->compared && baseline_ns > 0) {
        time_ns = estimate->joint.ratio * baseline_ns;
        high_ns = estimate->joint.high * baseline_ns;
    }
    if (!(time_ns * STATS_SAME_RATIO < bound->least_ns))
        return BOUND_KEPT;
    /* False without an interval. */
    return high_ns * STATS_SAME_RATIO < bound->least_ns ? BOUND_BROKEN
                                                        : BOUND_UNSURE;
}

/* ---- In words ---- */

static bool shares_cores(const struct session *session)
{
    unsigned physical = bound_physical_cores(session);
    return physical > 0 && physical < bound_cores(session);
}

static void write_count(FILE *out, uint64_t n, const char *what)
{
    fprintf(out, "%" PRIu64 " %s%s", n, what, n == 1 ? "" : "s");
}

void bound_write_reason(FILE *out, const struct session *session,
                        const struct bound *bound, unsigned point)
{
    const struct configuration *c = &session->points[point].configuration;

    switch (bound->reason) {
    case BOUND_CORES:
        write_count(out, bound_cores(session),
                    shares_cores(session) ? "hardware thread" : "core");
        break;
    case BOUND_WORKERS:
        write_count(out, c->workers, "worker");
        break;
    case BOUND_TASKS:
        write_count(out, c->ntasks, "task");
        break;
    case BOUND_LONGEST_TASK:
        fputs("the longest of ", out);
        write_count(out, c->ntasks, "task");
        break;
    case BOUND_ROUNDS:
        write_count(out, c->ntasks, "task");
        fputs(" in rounds of ", out);
        fprintf(out, "%u", c->workers);
        break;
    case BOUND_LONGEST_WAIT:
        fputs("the longest wait", out);
        break;
    case BOUND_WAITS:
        fprintf(out, "all waits, %" PRIu64 " at a time", bound_waiters(c));
        break;
    default:
        fputs("nothing that is known", out);
    }
}

void bound_write_least(FILE *out, const struct session *session,
                       const struct bound *bound, unsigned point)
{
    fprintf(out, "below %.4g ms, the least time for ", bound->least_ns * 1e-6);
    bound_write_reason(out, session, bound, point);
}

void bound_write_suspects(FILE *out, const struct session *session,
                          const struct bound *bound)
{
    if (bound->reason == BOUND_LONGEST_WAIT || bound->reason == BOUND_WAITS) {
        fputs("the clock, or a peer that answers too soon", out);
        return;
    }
    fputs("others on this machine (fair shares give more threads more time",
          out);
    if (session->steal_ratio > 0)
        fprintf(out, "; %.1f %% of it was stolen", session->steal_ratio * 100);
    fputs("), a baseline that was disturbed, caches that hold the work only "
          "when it is divided, or a wrong count of cores",
          out);
}
