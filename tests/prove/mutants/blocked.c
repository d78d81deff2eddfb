/* SPDX-License-Identifier: MIT */
/*
 * Broken on purpose: all runs of one configuration, then all of the next, as
 * most tools measure. It stands in the place of harness/session/blocks.c.
 */
#include "harness/session/blocks.h"

#include <stddef.h>

#include "harness/session/experiment.h"
#include "harness/session/runner.h"
#include "harness/session/session.h"

int blocks_measure(struct session *session, struct runner *runner,
                   struct journal *journal, struct progress *progress)
{
    enum { NRUNS = 30 };
    int result = 0;

    (void)journal;
    (void)progress;
    for (unsigned i = 0; i < session->npoints; i++)
        for (unsigned block = 0; block < NRUNS && result == 0; block++) {
            struct run run;
            result = runner_measure(runner, i, &run, NULL);
            run.block = block;
            if (result == 0)
                result = session_add_run(session, &run);
        }
    session->experiments[0]->nblocks = NRUNS;
    session->experiments[0]->stop_reason = "blocks";
    return result;
}
