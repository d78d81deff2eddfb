/* SPDX-License-Identifier: MIT */
/* Broken on purpose: looking several times is free of charge. */
#include "harness/session/estimate.h"
#include "harness/session/looks.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
double __wrap_looks_claim_level(const struct session *session,
                                unsigned experiment);

double __wrap_looks_claim_level(const struct session *session,
                                unsigned experiment)
{
    (void)session;
    (void)experiment;
    return ESTIMATE_LEVEL;
}
/* NOLINTEND(bugprone-reserved-identifier) */
