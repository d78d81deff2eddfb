/* SPDX-License-Identifier: MIT */
/* Broken on purpose: a look asks whether a difference is there by now, not how
 * well it is known. */
#include <math.h>
#include <stdlib.h>

#include "harness/session/estimate.h"
#include "harness/session/looks.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
int __wrap_looks_widest(const struct session *session, unsigned experiment,
                        double *ret);

int __wrap_looks_widest(const struct session *session, unsigned experiment,
                        double *ret)
{
    struct estimate *estimates;
    size_t n;
    int result = estimate_experiment(session, experiment, &estimates, &n);

    if (result != 0)
        return result;
    *ret = INFINITY;
    for (size_t i = 0; i < n; i++)
        if (estimates[i].compared && estimates[i].p_adjusted <= 0.05)
            *ret = 0;
    free(estimates);
    return 0;
}
/* NOLINTEND(bugprone-reserved-identifier) */
