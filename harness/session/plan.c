/* SPDX-License-Identifier: MIT */
/*
 * What is to come, before it comes. The guess need not be good: it shares the
 * budget out among experiments, and the first block replaces it.
 */
#include "harness/session/plan.h"

#include <inttypes.h>
#include <string.h>

#include "core/arrivals.h"
#include "core/clock.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/machine/cores.h"
#include "harness/session/against.h"
#include "harness/session/bound.h"
#include "harness/session/experiment.h"
#include "harness/session/progress.h"
#include "harness/session/session.h"

enum {
    PROCESS_NS = 3000000,  /* to start one of ours and to end it */
    ALONE_NS = 100000000,  /* what such workloads do, elided in the reference */
    PER_TASK_NS = 60000,   /* to make a thread or a process and dispose of it */
    MEMORY_NS = 300000000, /* to look at the memory of all that wait */
    PYTHON_NS = 50000000,  /* to start it */
    PYTHON_TIMES = 100,    /* as long as our sequential takes it to compute */
};

/* From the first arrival to the last; 0 without arrivals. */
static uint64_t arrivals_span_ns(const struct configuration *c)
{
    struct arrivals arrivals = arrivals_of(c->workload, c->workload_values);

    return arrivals.kind != ARRIVALS_NONE && arrivals.rate_per_s > 0
               ? c->ntasks * NS_PER_S / arrivals.rate_per_s
               : 0;
}

/* Only what our own program computes takes longer there, not its start. */
static uint64_t python_ns(uint64_t reference_ns)
{
    uint64_t compute_ns =
        reference_ns > PROCESS_NS ? reference_ns - PROCESS_NS : 0;

    return PYTHON_NS + compute_ns * PYTHON_TIMES;
}

uint64_t plan_run_ns(const struct session *session, unsigned point)
{
    const struct point *p = &session->points[point];
    const struct configuration *c = &p->configuration;
    unsigned ncores = cores_usable("");
    unsigned nbusy = c->workers < ncores ? c->workers : ncores;
    uint64_t wait_ns = p->sum_wait_ns / bound_waiters(c);
    uint64_t per_task_ns =
        c->model->knobs == MODEL_PER_TASK ? PER_TASK_NS * c->ntasks : 0;

    if (wait_ns < arrivals_span_ns(c))
        wait_ns = arrivals_span_ns(c);
    if (wait_ns < p->longest_wait_ns)
        wait_ns = p->longest_wait_ns;
    if (session->experiments[p->experiment]->memory)
        wait_ns += MEMORY_NS;
    uint64_t work_ns = p->reference_ns / nbusy;
    if (c->workload->alone)
        work_ns += ALONE_NS;
    if (c->model->cpython != NULL)
        work_ns = python_ns(p->reference_ns);
    return PROCESS_NS + work_ns + wait_ns + per_task_ns;
}

uint64_t plan_block_ns(const struct session *session, unsigned experiment)
{
    uint64_t sum_ns = 0;

    for (unsigned i = 0; i < session->npoints; i++)
        if (session->points[i].experiment == experiment)
            sum_ns += plan_run_ns(session, i);
    /* There hyperfine runs all of it once more. */
    return session->experiments[experiment]->chart == CHART_STARTUP ? 2 * sum_ns
                                                                    : sum_ns;
}

unsigned plan_blocks_max(const struct session *session, unsigned experiment)
{
    return session->nblocks > 0 ? (unsigned)session->nblocks
                                : session->experiments[experiment]->blocks_max;
}

unsigned plan_blocks_min(const struct session *session, unsigned experiment)
{
    return session->nblocks > 0 ? (unsigned)session->nblocks
                                : session->experiments[experiment]->blocks_min;
}

static void print_experiment(FILE *out, const struct session *session,
                             unsigned experiment)
{
    const struct experiment *e = session->experiments[experiment];
    unsigned min = plan_blocks_min(session, experiment);
    unsigned max = plan_blocks_max(session, experiment);
    char time[PROGRESS_TIME], blocks[32];
    size_t nruns = 0;

    for (size_t i = 0; i < session->npoints; i++)
        nruns += session->points[i].experiment == experiment;
    if (min == max)
        snprintf(blocks, sizeof blocks, "%u", max);
    else
        snprintf(blocks, sizeof blocks, "%u to %u", min, max);
    if (e->nblocks > 0)
        snprintf(blocks + strlen(blocks), sizeof blocks - strlen(blocks),
                 ", %u done", e->nblocks);
    fprintf(out, "  %-14s %6zu %12s   %-9s %s\n", e->name, nruns,
            progress_time(plan_block_ns(session, experiment), time), blocks,
            chart_names[e->chart]);
}

/* Those of the first point, or what differs from point to point. */
static void print_settings(FILE *out, const struct session *session)
{
    const struct experiment *e = session->experiments[0];
    char settings[200];

    for (size_t i = 0; i < e->nswept; i++)
        fprintf(out, "%s%s", i == 0 ? "  swept: " : ", ", e->swept[i]);
    if (e->nswept > 0) {
        fputc('\n', out);
        return;
    }
    configuration_settings_text(&session->points[0].configuration, settings,
                                sizeof settings);
    if (*settings != '\0')
        fprintf(out, "  with %s\n", settings);
}

/* One experiment is small enough to be shown whole. */
static void print_points(FILE *out, const struct session *session)
{
    char time[PROGRESS_TIME], id[80];

    fprintf(out, "\n  %-34s %7s %8s %8s %8s\n", "configuration", "workers",
            "inflight", "tasks", "a run");
    for (unsigned i = 0; i < session->npoints; i++) {
        const struct configuration *c = &session->points[i].configuration;
        session_point_id(session, i, id, sizeof id);
        fprintf(out, "  %-34s %7u %8" PRIu64 " %8" PRIu64 " %8s\n", id,
                c->workers, c->inflight, c->ntasks,
                progress_time(plan_run_ns(session, i), time));
    }
    print_settings(out, session);
}

static uint64_t total_ns(const struct session *session, bool most)
{
    uint64_t sum_ns = 0;

    for (unsigned i = 0; i < session->nexperiments; i++) {
        unsigned ndone = session->experiments[i]->nblocks;
        unsigned nblocks =
            most ? plan_blocks_max(session, i) : plan_blocks_min(session, i);
        /* Another discarded one comes first, also after an interruption. */
        if (nblocks > ndone)
            sum_ns += (1 + nblocks - ndone) * plan_block_ns(session, i);
    }
    return sum_ns;
}

/* What is left of the budget; UINT64_MAX: there is none. */
static uint64_t budget_left_ns(const struct session *session)
{
    uint64_t budget_ns = session->budget_s * NS_PER_S, spent_ns = 0;

    if (session->resumed_utc != NULL)
        spent_ns = clock_ns() - session->began_ns - session->planned_ns;
    if (budget_ns == 0)
        return UINT64_MAX;
    return budget_ns > spent_ns ? budget_ns - spent_ns : 0;
}

/* What is unusual about this session. */
static void print_kind(FILE *out, const struct session *session)
{
    const struct against *against = session->against;

    if (session->resumed_utc != NULL)
        fprintf(out, "Continues %s: %zu runs of complete blocks are kept.\n",
                session->folder, session->nruns);
    if (against != NULL)
        fprintf(out, "Against %s (heddle %s, %s): every configuration twice.\n",
                against->path, against->version,
                *against->commit != '\0' ? against->commit : "no commit");
}

void plan_print(FILE *out, const struct session *session)
{
    char least[PROGRESS_TIME], most[PROGRESS_TIME];
    uint64_t least_ns = total_ns(session, false);
    uint64_t most_ns = total_ns(session, true);
    uint64_t budget_ns = budget_left_ns(session);

    if (most_ns > budget_ns)
        most_ns = budget_ns;
    if (least_ns > most_ns)
        least_ns = most_ns;
    print_kind(out, session);
    fprintf(out, "Plan, seed %" PRIu64 ":\n", session->seed);
    fprintf(out, "  %-14s %6s %12s   %-9s %s\n", "experiment", "runs",
            "one block", "blocks", "chart");
    for (unsigned i = 0; i < session->nexperiments; i++)
        print_experiment(out, session, i);
    if (session->nexperiments == 1)
        print_points(out, session);
    fprintf(out, "About %s, at most %s; ", progress_time(least_ns, least),
            progress_time(most_ns, most));
    if (session->nblocks > 0)
        fputs("the number of blocks is given.\n", out);
    else
        fprintf(out, "sooner if all ratios are known to +-%.3g %%.\n",
                100 * session->target_ratio);
}
