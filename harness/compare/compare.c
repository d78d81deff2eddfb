/* SPDX-License-Identifier: MIT */
/* `heddle compare A B`: has anything become slower from one session to another?
 * Refuses first, answers then. */
#include <stdio.h>
#include <string.h>

#include "harness/compare/across.h"
#include "harness/compare/across_print.h"
#include "harness/compare/comparable.h"
#include "harness/configuration.h"
#include "harness/options.h"
#include "harness/session/result.h"
#include "harness/session/session.h"

/* What the rows come to, with --fail-above (0: without). */
static int verdict_status(const struct across *across, double limit)
{
    size_t nslower = 0, nlost = 0, ncompared = 0;
    char id[256];

    for (size_t i = 0; i < across->nrows; i++) {
        const struct across_row *row = &across->rows[i];
        ncompared += row->hole == ACROSS_NONE;
        nlost += row->hole == ACROSS_B;
        if (limit == 0 || !across_is_regression(across, row, limit))
            continue;
        across_row_id(row, id, sizeof id);
        complain("regression: %s takes %.3g times what it took in A", id,
                 across_decides(across, row)->ratio.ratio);
        nslower++;
    }
    if (nslower > 0)
        return EXIT_REGRESSION;
    if (ncompared == 0) {
        complain("no configuration has figures in both sessions");
        return EXIT_NOT_MEASURED;
    }
    if (limit == 0)
        return EXIT_WELL;
    if (nlost > 0)
        complain("--fail-above: %zu configuration%s of A could not be measured "
                 "in B",
                 nlost, nlost == 1 ? "" : "s");
    return nlost > 0 ? EXIT_NOT_MEASURED : EXIT_WELL;
}

static int tell(const struct across *across, const struct options *options)
{
    if (!options->json)
        return across_print(stdout, across);
    json_t *value = across_json(across, options->fail_above);
    int err = value != NULL && json_dumpf(value, stdout,
                                          RESULT_NUMBERS | JSON_INDENT(1)) == 0
                  ? 0
                  : -1;
    putchar('\n');
    json_decref(value);
    return err;
}

static int compare(const struct session *a, const struct session *b,
                   const struct options *options)
{
    struct complaint complaint = {""};
    struct across across;

    if (comparable_check(a, b, !options->relative, &complaint) != 0) {
        complain("not comparable: %s", complaint.text);
        return EXIT_USAGE;
    }
    int err = across_init(&across, a, b, options->relative);
    if (err == 0) {
        err = tell(&across, options);
        if (err == 0)
            err = verdict_status(&across, options->fail_above);
        across_fini(&across);
    }
    if (err < 0)
        complain("the comparison could not be made: no memory, or standard "
                 "output could not be written");
    return err < 0 ? EXIT_NOT_MEASURED : err;
}

int command_compare(const struct options *options)
{
    struct session a, b;
    struct complaint complaint = {""};

    if (options->narguments < 2) {
        complain("compare: name two sessions, the earlier one first: heddle "
                 "compare results/A results/B");
        return EXIT_USAGE;
    }
    if (session_load(options->arguments[0], &a, &complaint) != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    int status = EXIT_USAGE;
    if (session_load(options->arguments[1], &b, &complaint) == 0) {
        status = compare(&a, &b, options);
        session_fini(&b);
    } else {
        complain("%s", complaint.text);
    }
    session_fini(&a);
    return status;
}
