/* SPDX-License-Identifier: MIT */
/* From what was read around a session and its runs to one letter. Plain
 * gathering: the rules are those of machine_grade. */
#include "harness/session/steadiness.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "harness/session/experiment.h"
#include "harness/session/session.h"
#include "harness/stats/stats.h"

int steadiness_before(struct session *session,
                      const struct noise_reader *reader, struct steadiness *ret)
{
    int result = 0;

    /* A session that is continued has its environment: it is the same. */
    if (session->environment == NULL)
        result = machine_environment(machine_root(), &session->environment);
    if (result != 0)
        return result;

    ret->before = noise_look(reader);
    result = machine_calibrate(&session->calibration);
    struct noise after = noise_look(reader);
    struct noise noise = noise_between(&ret->before, &after);
    session->grade = machine_grade(&(struct machine_unrest){
        .variation_ratio = session->calibration.cv_ratio,
        .steal_ratio = noise_steal_ratio(&noise),
        .throttled_periods = noise_quota_periods(&noise)});
    return result;
}

void steadiness_after(struct session *session,
                      const struct noise_reader *reader,
                      const struct steadiness *steadiness)
{
    struct noise after = noise_look(reader);
    struct noise noise = noise_between(&steadiness->before, &after);
    double run_variation = steadiness_of_runs(session).cv_ratio;
    unsigned nblocks = steadiness_blocks(session);

    session->steal_ratio = noise_steal_ratio(&noise);
    session->grade = machine_grade(&(struct machine_unrest){
        /* fmax passes over NaN, which stands for too few runs. */
        .variation_ratio = fmax(session->calibration.cv_ratio, run_variation),
        .steal_ratio = session->steal_ratio,
        .throttled_periods = noise_quota_periods(&noise),
        .rerun_ratio =
            nblocks > 0 ? (double)steadiness_reruns(session) / nblocks : 0});
    /* Without it the session is complete all the same. */
    if (machine_environment_now(machine_root(), &session->environment_after) <
        0)
        session->environment_after = NULL;
}

struct machine_calibration steadiness_of_runs(const struct session *session)
{
    struct machine_calibration ret = {NAN, NAN};
    double *times_ns = calloc(session->nruns + 1, sizeof *times_ns);
    size_t n = 0;

    for (size_t i = 0; i < session->nruns && times_ns != NULL; i++) {
        const struct noise *noise = &session->runs[i].noise;
        int64_t time_ns = noise->figures[NOISE_CALIBRATION_NS];
        if (time_ns != FIGURE_UNKNOWN && time_ns > 0)
            times_ns[n++] = (double)time_ns;
    }
    if (n >= MACHINE_VARIATION_MIN) {
        ret.cv_ratio = machine_variation(times_ns, n);
        stats_sort(times_ns, n);
        ret.median_ns = stats_quantile(times_ns, n, 0.5);
    }
    free(times_ns);
    return ret;
}

unsigned steadiness_blocks(const struct session *session)
{
    unsigned n = 0;

    for (size_t i = 0; i < session->nexperiments; i++)
        n += session->experiments[i]->nblocks;
    return n;
}

unsigned steadiness_reruns(const struct session *session)
{
    unsigned n = 0;

    for (unsigned i = 0; i < NOISE_CAUSES; i++)
        n += session->reruns[i];
    return n;
}
