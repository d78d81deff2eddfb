/* SPDX-License-Identifier: MIT */
/*
 * Broken on purpose: five iterations within a process are entered as five runs.
 * They share what chance gave to their process, so they are one observation.
 */
#include "harness/session/session.h"

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses these names. */
int __real_session_add_run(struct session *session, const struct run *run);
int __wrap_session_add_run(struct session *session, const struct run *run);

int __wrap_session_add_run(struct session *session, const struct run *run)
{
    enum { NITERATIONS = 5 };
    int result = 0;

    for (unsigned i = 0; i < NITERATIONS && result == 0; i++) {
        struct run iteration = *run;
        iteration.block = NITERATIONS * run->block + i;
        iteration.run_ns += i * UINT64_C(1000);
        result = __real_session_add_run(session, &iteration);
    }
    return result;
}
/* NOLINTEND(bugprone-reserved-identifier) */
