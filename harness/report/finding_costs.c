/* SPDX-License-Identifier: MIT */
/*
 * The headline of the ladder of costs: what is dear, told in units of what is
 * cheap. Ratios of medians, to two digits, and only where the intervals are
 * apart.
 */
#include <math.h>
#include <string.h>

#include "core/workload.h"
#include "harness/report/finding_rules.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/session.h"

/* The values of cost.of, and how they are told. */
static const struct step {
    const char *dear, *of_dear;
    const char *cheap, *of_cheap;
} steps[] = {
    {"thread", "a thread", "switch", "coroutine switches"},
    {"fork_1024", "a fork from 1 GiB", "thread", "threads"},
    {"fork", "a fork", "thread", "threads"},
    {"syscall", "a system call", "call", "function calls"},
    {"futex", "a hand-over by futex", "syscall", "system calls"},
};

enum { TOLD = 2 };

static const struct estimate *find(const struct cast *cast, const char *name)
{
    for (size_t i = 0; i < cast->nrows; i++) {
        const struct configuration *c =
            &view_point(cast->view, &cast->rows[i])->configuration;
        if (strcmp(c->workload->name, "cost") == 0 &&
            strcmp(c->workload_values[0].text, name) == 0)
            return &cast->rows[i];
    }
    return NULL;
}

/* To two digits: 1234 is 1200. */
static uint64_t rounded(double ratio)
{
    double unit = ratio < 100 ? 1 : pow(10, floor(log10(ratio)) - 1);

    return (uint64_t)(round(ratio / unit) * unit);
}

/* False: this step cannot be told. */
static bool tell_step(FILE *out, const struct cast *cast,
                      const struct step *step, size_t ntold)
{
    const struct estimate *dear = find(cast, step->dear);
    const struct estimate *cheap = find(cast, step->cheap);
    char number[WORDS_NUMBER];

    if (dear == NULL || cheap == NULL ||
        !(dear->location.low > cheap->location.high))
        return false;
    double ratio = dear->location.median / cheap->location.median;
    if (ratio < 2)
        return false;
    fprintf(out, "%s%s%s as much as %s %s", ntold > 0 ? ", " : "",
            step->of_dear, ntold > 0 ? "" : " costs",
            words_count(rounded(ratio), number), step->of_cheap);
    return true;
}

void finding_costs(FILE *out, struct cast *cast)
{
    size_t ntold = 0;

    for (size_t i = 0; i < sizeof steps / sizeof *steps && ntold < TOLD; i++)
        ntold += tell_step(out, cast, &steps[i], ntold);
    if (ntold == 0)
        finding_metric(out, cast);
}
