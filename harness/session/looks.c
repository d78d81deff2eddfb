/* SPDX-License-Identifier: MIT */
/*
 * When a session may stop because it knows enough. A rule that stopped as soon
 * as something looks significant would ask until it likes the answer, and claim
 * a difference between equals in a fifth of all sessions. Look at half_width:
 * it forgets where the interval lies.
 */
#include "harness/session/looks.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

static const unsigned looks[] = {10, 15, 22, 33, 50, 60, 90, 135, 200};

static bool is_look(unsigned nblocks)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (looks[i] == nblocks)
            return true;
    return false;
}

bool looks_due(unsigned nblocks, unsigned max)
{
    return is_look(nblocks) || nblocks == max;
}

static int half_width(const struct session *session, unsigned point,
                      unsigned baseline, const struct quantity *quantity,
                      double *ret)
{
    struct sample a, b;
    struct stats_ratio ratio;
    int result = sample_init(&a, session, point, quantity);

    if (result != 0)
        return result;
    result = sample_init(&b, session, baseline, quantity);
    if (result == 0) {
        *ret = INFINITY;
        if (sample_compare(&a, &b, LOOK_LEVEL, &ratio) == 0 &&
            isfinite(ratio.low))
            *ret = stats_half_width_percent(&ratio) / 100;
        sample_fini(&b);
    }
    sample_fini(&a);
    return result;
}

int looks_widest(const struct session *session, unsigned experiment,
                 double *ret)
{
    const struct quantity *quantity = estimate_quantity(session, experiment);
    double worst = 0, half = 0;

    for (unsigned i = 0; i < session->npoints; i++) {
        const struct point *point = &session->points[i];
        unsigned baseline = estimate_baseline(session, i);
        if (point->experiment != experiment || point->refused != NULL ||
            point->twin || baseline == i ||
            session->points[baseline].refused != NULL)
            continue;
        int result = half_width(session, i, baseline, quantity, &half);
        if (result != 0)
            return result;
        if (half > worst)
            worst = half;
    }
    *ret = worst;
    return 0;
}

double looks_claim_level(const struct session *session, unsigned experiment)
{
    const struct experiment *e = session->experiments[experiment];
    bool precise =
        e->stop_reason != NULL && strcmp(e->stop_reason, "precision") == 0;

    /* After another number of blocks than a look's it had to stop anyway. */
    return precise && is_look(e->nblocks) ? LOOK_LEVEL : ESTIMATE_LEVEL;
}
