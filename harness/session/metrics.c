/* SPDX-License-Identifier: MIT */
/* Estimates of what is shown, but not compared. */
#include "harness/session/metrics.h"

#include <errno.h>

#include "harness/session/estimate.h"

int metrics_locate(const struct session *session, unsigned point,
                   const struct quantity *quantity, struct stats_location *ret)
{
    struct sample sample;
    int err = sample_init(&sample, session, point, quantity);

    *ret = (struct stats_location){0};
    if (err != 0)
        return err;
    err = stats_locate_amounts(sample.values, sample.n, ESTIMATE_LEVEL, ret);
    sample_fini(&sample);
    return err == -EINVAL ? 0 : err;
}
