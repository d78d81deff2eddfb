/* SPDX-License-Identifier: MIT */
/*
 * Blocks: every configuration once, in random order, again and again. What a
 * machine does meanwhile meets all configurations of a block alike. Look at
 * why_stop: it sees how wide the intervals are, and not where they lie.
 */
#include "harness/session/blocks.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "harness/configuration.h"
#include "harness/options.h"
#include "harness/session/experiment.h"
#include "harness/session/hyperfine.h"
#include "harness/session/journal.h"
#include "harness/session/looks.h"
#include "harness/session/order.h"
#include "harness/session/plan.h"
#include "harness/session/progress.h"
#include "harness/session/runner.h"
#include "harness/session/session.h"
#include "harness/session/steadiness.h"

/* A point that has failed so often without a good run is a hole. */
enum { FAILURES_MAX = 2 };

/* So many blocks are measured again in any case. */
enum { RERUNS_MIN = 5 };

struct standing {
    unsigned nfailures;
    bool good; /* it has had a good run */
};

struct course {
    struct session *session;
    struct runner *runner;
    struct journal *journal;
    struct progress *progress;
    struct standing *standings; /* one a point */
    uint64_t *block_ns;         /* how long a block takes, of each experiment */
    bool hyperfine;
    uint64_t ends_ns; /* of the budget; UINT64_MAX: there is none */
};

/* The runs of a block, until it is complete. */
struct block {
    unsigned experiment;
    uint32_t number; /* ORDER_DISCARDED: it does not count */
    size_t *order;   /* points */
    size_t npoints;
    struct run *runs;
    size_t nruns;
};

/* ---- A block ---- */

static int block_init(struct block *ret, struct course *course,
                      unsigned experiment, uint32_t number)
{
    const struct session *session = course->session;
    struct block block = {.experiment = experiment, .number = number};
    size_t n = 0;

    block.order = calloc(session->npoints + 1, sizeof *block.order);
    block.runs = calloc(session->npoints + 1, sizeof *block.runs);
    if (block.order == NULL || block.runs == NULL) {
        free(block.order);
        free(block.runs);
        return -ENOMEM;
    }
    for (size_t i = 0; i < session->npoints; i++)
        if (session->points[i].experiment == experiment)
            block.order[n++] = i;
    order_shuffle(session->seed, experiment, number, block.order, n);
    for (size_t i = 0; i < n; i++)
        if (session->points[block.order[i]].refused == NULL)
            block.order[block.npoints++] = block.order[i];
    *ret = block;
    return 0;
}

static void block_fini(struct block *block)
{
    for (size_t i = 0; i < block->nruns; i++)
        run_fini(&block->runs[i]);
    free(block->runs);
    free(block->order);
}

/* A run that takes too long is not waited for a second time. */
static void note_failure(struct course *course, const struct run *run)
{
    struct point *point = &course->session->points[run->point];
    struct standing *standing = &course->standings[run->point];
    char id[128];

    if (run->status == RUN_OK)
        standing->good = true;
    else
        standing->nfailures++;
    if (standing->good ||
        (standing->nfailures < FAILURES_MAX && run->status != RUN_TIMEOUT))
        return;
    session_point_id(course->session, run->point, id, sizeof id);
    point->refused = strdup(run->error != NULL ? run->error : "failed");
    progress_say(course->progress, "%s cannot be measured: %s", id,
                 run->error != NULL ? run->error : "failed");
}

/* -EBADMSG: a run found something else than the reference. */
static int run_block(struct course *course, struct block *block)
{
    for (size_t i = 0; i < block->npoints; i++) {
        struct run *run = &block->runs[block->nruns];
        struct point *point = &course->session->points[block->order[i]];
        if (point->refused != NULL) /* since the first attempt */
            continue;
        int result = runner_measure(course->runner, (unsigned)block->order[i],
                                    run, &point->counters);
        if (result != 0)
            return result;
        run->block = block->number == ORDER_DISCARDED ? 0 : block->number;
        run->position = (unsigned)i;
        block->nruns++;
        if (run->status == RUN_WRONG)
            return -EBADMSG;
        note_failure(course, run);
    }
    return 0;
}

/* ---- Once more ---- */

/* The first cause that a run of the block names; NOISE_CAUSES: none does. */
static enum noise_cause find_cause(const struct block *block)
{
    enum noise_cause cause = NOISE_CAUSES;

    for (size_t i = 0; i < block->nruns && cause == NOISE_CAUSES; i++)
        cause = noise_find_cause(&block->runs[i].noise);
    return cause;
}

/* Not beyond the budget. And where every other block would have to be measured
 * again, the machine is like that, and a second attempt meets the same. */
static bool may_repeat(const struct course *course, const struct block *block)
{
    unsigned nreruns = steadiness_reruns(course->session);

    return clock_ns() + course->block_ns[block->experiment] <=
               course->ends_ns &&
           (nreruns < RERUNS_MIN ||
            2 * nreruns <= steadiness_blocks(course->session));
}

/* Runs a block that counts, and if there is a cause once more in the same
 * order; whatever comes of the second attempt is kept. */
static int run_counting_block(struct course *course, struct block *block)
{
    struct session *session = course->session;
    int result = run_block(course, block);
    enum noise_cause cause = find_cause(block);

    if (result != 0 || cause == NOISE_CAUSES || !may_repeat(course, block))
        return result;
    progress_say(course->progress, "%s: block %u is measured again: %s",
                 session->experiments[block->experiment]->name,
                 block->number + 1, noise_cause_words[cause]);
    result = journal_write_discarded(course->journal, session, block->runs,
                                     block->nruns, noise_cause_names[cause]);
    if (result != 0)
        return result;
    session->reruns[cause]++;
    while (block->nruns > 0)
        run_fini(&block->runs[--block->nruns]);
    return run_block(course, block);
}

/* In the experiment about whole processes. If hyperfine fails, their times are
 * our own from here on. */
static int time_processes(struct course *course, struct block *block)
{
    const struct session *session = course->session;
    struct complaint complaint;

    if (!course->hyperfine ||
        session->experiments[block->experiment]->chart != CHART_STARTUP)
        return 0;
    int result =
        hyperfine_time(course->runner, block->runs, block->nruns, &complaint);
    if (result == 0 || result == -EINTR)
        return result;
    progress_say(course->progress, "%s", complaint.text);
    course->hyperfine = false;
    return 0;
}

/* Complete: into the session and the journal. Else: into the journal alone. */
static int keep_block(struct course *course, struct block *block, bool complete)
{
    struct session *session = course->session;
    int result = journal_write(course->journal, session, block->runs,
                               block->nruns, !complete);
    size_t nkept = 0;

    while (complete && result == 0 && nkept < block->nruns) {
        result = session_add_run(session, &block->runs[nkept]);
        if (result == 0)
            nkept++;
    }
    /* The session owns those now. */
    memmove(block->runs, block->runs + nkept,
            (block->nruns - nkept) * sizeof *block->runs);
    block->nruns -= nkept;
    return result;
}

static void complain_about_wrong_work(const struct course *course,
                                      const struct block *block)
{
    const struct run *run = &block->runs[block->nruns - 1];
    char id[128];

    session_point_id(course->session, run->point, id, sizeof id);
    progress_clear(course->progress);
    complain("%s: %s", id, run->error != NULL ? run->error : "wrong work");
}

/* Runs a block. *ret_ns: how long it took. */
static int measure_block(struct course *course, unsigned experiment,
                         uint32_t number, uint64_t *ret_ns)
{
    uint64_t began_ns = clock_ns();
    bool kept = number != ORDER_DISCARDED;
    struct block block;
    int result = block_init(&block, course, experiment, number);

    if (result != 0)
        return result;
    course->progress->block = kept ? number + 1 : 0;
    progress_tick(course->progress);
    result =
        kept ? run_counting_block(course, &block) : run_block(course, &block);
    if (result == 0)
        result = time_processes(course, &block);
    if (result == -EBADMSG)
        complain_about_wrong_work(course, &block);
    if (kept || result != 0) {
        int err = keep_block(course, &block, result == 0);
        if (err != 0)
            result = err;
    }
    block_fini(&block);
    *ret_ns = clock_ns() - began_ns;
    return result;
}

/* ---- When to stop ---- */

static bool any_left(const struct session *session, unsigned experiment)
{
    for (size_t i = 0; i < session->npoints; i++)
        if (session->points[i].experiment == experiment &&
            session->points[i].refused == NULL)
            return true;
    return false;
}

/* Looks at the intervals if it is time to. Are they narrow enough? */
static int look(struct course *course, unsigned experiment, bool *ret)
{
    const struct session *session = course->session;
    const struct experiment *e = session->experiments[experiment];
    double worst;

    *ret = false;
    if (session->nblocks > 0 || e->nblocks < e->blocks_min ||
        !looks_due(e->nblocks, plan_blocks_max(session, experiment)))
        return 0;
    int result = looks_widest(session, experiment, &worst);
    if (result != 0)
        return result;
    *ret = worst <= session->target_ratio;
    if (isfinite(worst))
        progress_say(course->progress, "%s: %u blocks, ratios to %.3g %%",
                     e->name, e->nblocks, 100 * worst);
    return 0;
}

/* *ret: the reason to stop now, NULL: there is none. No block may end after
 * `ends_ns`, as far as one can foresee. */
static int why_stop(struct course *course, unsigned experiment,
                    uint64_t ends_ns, const char **ret)
{
    const struct session *session = course->session;
    const struct experiment *e = session->experiments[experiment];
    bool precise;
    int result = look(course, experiment, &precise);

    if (result != 0)
        return result;
    if (precise)
        *ret = "precision";
    else if (e->nblocks >= plan_blocks_max(session, experiment) ||
             !any_left(session, experiment))
        *ret = "blocks";
    else if (clock_ns() + course->block_ns[experiment] > ends_ns)
        *ret = "budget";
    else
        *ret = NULL;
    return 0;
}

/* ---- An experiment ---- */

/* Until when this experiment may begin blocks, so that the later ones get their
 * fewest blocks, too. Time to spare first goes into reaching its own fewest
 * blocks, later it is shared out evenly. If there is too little for all, all
 * get the same part of their fewest. */
static uint64_t share_end(const struct course *course, unsigned experiment)
{
    const struct session *session = course->session;
    unsigned nblocks = session->experiments[experiment]->nblocks;
    unsigned min = plan_blocks_min(session, experiment);
    uint64_t now_ns = clock_ns();
    uint64_t left_ns = course->ends_ns > now_ns ? course->ends_ns - now_ns : 0;
    uint64_t own_ns =
        nblocks < min ? (min - nblocks) * course->block_ns[experiment] : 0;
    uint64_t later_ns = 0;
    unsigned nsharers = 1;

    if (course->ends_ns == UINT64_MAX)
        return UINT64_MAX;
    for (unsigned i = experiment + 1; i < session->nexperiments; i++) {
        later_ns += plan_blocks_min(session, i) * course->block_ns[i];
        nsharers++;
    }
    if (own_ns + later_ns > left_ns)
        return now_ns + (uint64_t)((double)left_ns * (double)own_ns /
                                   (double)(own_ns + later_ns));
    if (nblocks < min)
        return course->ends_ns - later_ns;
    return now_ns + (left_ns - later_ns) / nsharers;
}

/* What the blocks of this experiment took, until the session was interrupted:
 * from the first run of each to the end of its last one. */
static uint64_t time_spent(const struct session *session, unsigned experiment)
{
    uint64_t sum_ns = 0;

    for (size_t i = 0; i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        const struct run *next = run + 1;
        if (session->points[run->point].experiment != experiment)
            continue;
        /* The runs of a block stand one after the other. */
        bool last = i + 1 == session->nruns || next->block != run->block ||
                    session->points[next->point].experiment != experiment;
        sum_ns += last ? run->wall_ns : next->start_ns - run->start_ns;
    }
    return sum_ns;
}

/* When all will be done if every block is needed that there may be. */
static void foresee(struct course *course, unsigned experiment)
{
    const struct session *session = course->session;
    uint64_t ends_ns = clock_ns();

    for (unsigned i = experiment; i < session->nexperiments; i++)
        ends_ns +=
            (plan_blocks_max(session, i) - session->experiments[i]->nblocks) *
            course->block_ns[i];
    course->progress->ends_ns =
        ends_ns < course->ends_ns ? ends_ns : course->ends_ns;
    course->progress->blocks_max = plan_blocks_max(session, experiment);
    /* For whoever looks on; it decides nothing. */
    if (!course->progress->live ||
        looks_widest(session, experiment, &course->progress->worst_ratio) != 0)
        course->progress->worst_ratio = NAN;
}

/* Blocks until there is a reason to stop. */
static int measure_blocks(struct course *course, unsigned experiment)
{
    struct experiment *e = course->session->experiments[experiment];
    uint64_t sum_ns = time_spent(course->session, experiment);
    uint64_t own_ends_ns = e->budget_s > 0
                               ? clock_ns() - sum_ns + e->budget_s * NS_PER_S
                               : UINT64_MAX;
    uint64_t share_ends_ns = share_end(course, experiment);

    if (e->stop_reason != NULL)
        return 0;
    for (;;) {
        uint64_t took_ns;
        if (e->nblocks == plan_blocks_min(course->session, experiment))
            share_ends_ns = share_end(course, experiment);
        if (share_ends_ns > own_ends_ns)
            share_ends_ns = own_ends_ns;
        foresee(course, experiment);
        int result =
            why_stop(course, experiment, share_ends_ns, &e->stop_reason);
        if (result != 0)
            return result;
        if (e->stop_reason != NULL) {
            progress_say(course->progress, "%s: done with %u blocks (%s)",
                         e->name, e->nblocks, e->stop_reason);
            return 0;
        }
        result = measure_block(course, experiment, e->nblocks, &took_ns);
        if (result != 0)
            return result;
        e->nblocks++;
        assert(e->nblocks > 0);
        sum_ns += took_ns;
        course->block_ns[experiment] = sum_ns / e->nblocks;
    }
}

/* The discarded block: it fills caches, wakes the processor up, and shows how
 * long a block takes. Since its times do not count, perf may. */
static int warm_up(struct course *course, unsigned experiment)
{
    foresee(course, experiment);
    course->runner->counting = true;
    int result = measure_block(course, experiment, ORDER_DISCARDED,
                               &course->block_ns[experiment]);
    course->runner->counting = false;
    return result;
}

static int step(struct course *course, unsigned experiment,
                int (*measure)(struct course *course, unsigned experiment))
{
    struct experiment *e = course->session->experiments[experiment];

    course->progress->experiment = e->name;
    int result = measure(course, experiment);
    if (result == -EINTR)
        e->stop_reason = "interrupted";
    else if (result == -EBADMSG)
        e->stop_reason = "wrong work";
    progress_clear(course->progress);
    course->progress->experiment = NULL;
    return result;
}

/* ---- All of them ---- */

/* After an interruption: what was over before is not begun again. An experiment
 * was, if a later one had begun, and it is if there is a reason to stop. */
static int settle(struct course *course, unsigned experiment)
{
    struct session *session = course->session;
    struct experiment *e = session->experiments[experiment];
    bool over = false;

    for (size_t i = experiment + 1; i < session->nexperiments; i++)
        over = over || session->experiments[i]->begun;
    return why_stop(course, experiment, over ? 0 : UINT64_MAX, &e->stop_reason);
}

/* Failures and holes as they were when the session was interrupted. */
static int take_up(struct course *course)
{
    const struct session *session = course->session;
    int result = 0;

    for (size_t i = 0; i < session->nruns; i++)
        note_failure(course, &session->runs[i]);
    for (unsigned i = 0; i < session->nexperiments && result == 0; i++)
        result = settle(course, i);
    return result;
}

/* All discarded blocks first: then the budget can be shared out. */
static int measure_all(struct course *course)
{
    struct session *session = course->session;
    unsigned n = (unsigned)session->nexperiments;
    int result = 0;

    for (unsigned i = 0; i < n; i++)
        course->block_ns[i] = plan_block_ns(session, i);
    if (session->resumed_utc != NULL)
        result = take_up(course);
    for (unsigned i = 0; i < n && result == 0; i++)
        if (session->experiments[i]->stop_reason == NULL)
            result = step(course, i, warm_up);
    for (unsigned i = 0; i < n && result == 0; i++)
        result = step(course, i, measure_blocks);
    for (unsigned i = 0; i < n; i++)
        session->stop_reason = session_outweigh(
            session->stop_reason, session->experiments[i]->stop_reason);
    session->complete = result == 0;
    /* These two have been told, and the session tells them on. */
    return result == -EINTR || result == -EBADMSG ? 0 : result;
}

int blocks_measure(struct session *session, struct runner *runner,
                   struct journal *journal, struct progress *progress)
{
    struct course course = {
        .session = session,
        .runner = runner,
        .journal = journal,
        .progress = progress,
        .standings = calloc(session->npoints + 1, sizeof *course.standings),
        .block_ns = calloc(session->nexperiments + 1, sizeof *course.block_ns),
        .hyperfine = hyperfine_is_there(runner),
        .ends_ns = UINT64_MAX,
    };

    /* Since the plan was made, breaks left out. */
    if (session->budget_s > 0)
        course.ends_ns = session->began_ns + session->planned_ns +
                         session->budget_s * NS_PER_S;
    int result = course.standings != NULL && course.block_ns != NULL
                     ? measure_all(&course)
                     : -ENOMEM;
    if (result != 0)
        complain("%s: %s; blocks before this one are in samples.ndjson, and "
                 "heddle bench --resume %s goes on",
                 session->folder, strerror(-result), session->folder);
    free(course.block_ns);
    free(course.standings);
    return result;
}
