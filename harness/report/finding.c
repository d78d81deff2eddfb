/* SPDX-License-Identifier: MIT */
/*
 * Which rows a finding is about, and which rule tells it. Rows without figures,
 * or with figures that cannot be, are left out before any rule sees them.
 */
#include "harness/report/finding.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/workload.h"
#include "harness/report/finding_rules.h"
#include "harness/report/latency_report.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/scaling.h"
#include "harness/session/session.h"

/* How many blocks are missing until any row has the interval that the sentence
 * is about; 0: one has it, or there is nothing to compare. */
static size_t missing_blocks(const struct cast *cast)
{
    enum chart chart = cast->view->experiment->chart;
    bool medians = chart == CHART_CONCURRENCY || chart == CHART_LATENCY;
    size_t missing = 0;

    for (size_t i = 0; i < cast->nrows; i++) {
        const struct estimate *row = &cast->rows[i];
        size_t more = row->more_blocks;
        if (medians && isnan(row->location.low))
            more = stats_blocks_to_settle(
                &(struct stats_ratio){.n = row->location.n,
                                      .level = ESTIMATE_LEVEL,
                                      .low = NAN,
                                      .high = NAN});
        else if (medians || (row->compared && !isnan(row->joint.low)))
            return 0;
        else if (!row->compared)
            continue;
        missing = more > missing ? more : missing;
    }
    return missing;
}

static void tell(FILE *out, struct cast *cast)
{
    size_t missing = missing_blocks(cast);
    char x[WORDS_NUMBER];

    if (cast->nrows == 0) {
        fputs("nothing could be measured", out);
        return;
    }
    if (missing > 0) {
        unsigned n = cast->view->experiment->nblocks;
        fprintf(out, "%u block%s too few for a finding: %zu more would do", n,
                n == 1 ? " is" : "s are", missing);
        return;
    }
    switch (cast->view->experiment->chart) {
    case CHART_SCALING:
        finding_scaling(out, cast);
        break;
    case CHART_CONCURRENCY:
        if (view_point(cast->view, &cast->rows[0])->longest_wait_ns > 0)
            finding_concurrency(out, cast);
        else
            finding_fastest(out, cast);
        break;
    case CHART_STARTUP:
        finding_cost(out, cast, "an empty task under ", " costs");
        break;
    case CHART_MEMORY:
        finding_cost(out, cast, "a waiting task under ", " holds");
        break;
    case CHART_LATENCY:
        finding_latency(out, cast);
        break;
    case CHART_COSTS:
        finding_costs(out, cast);
        break;
    case CHART_BYTES_PER_TASK:
        finding_cost(out, cast, "a waiting task under ", " holds");
        fprintf(out, ", with %s of them", words_count(cast->x, x));
        break;
    default:
        if (cast->view->experiment->compared.name != NULL)
            finding_metric(out, cast);
        else
            finding_models(out, cast);
    }
}

static size_t count_figures(const struct view *view, unsigned panel, uint64_t x)
{
    size_t n = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        n += point->panel == panel && point->x == x &&
             !view_is_hole(&view->rows[i]);
    }
    return n;
}

/* The largest x that most models bear. */
static uint64_t common_x(const struct view *view, unsigned panel)
{
    uint64_t best = 0;
    size_t most = 0;

    for (size_t i = 0; i < view->nrows; i++) {
        uint64_t x = view_point(view, &view->rows[i])->x;
        size_t n = count_figures(view, panel, x);
        if (n > most || (n == most && x > best)) {
            most = n;
            best = x;
        }
    }
    return best;
}

/* The x that the sentence is about: for computing that is scaled the largest
 * that the cores can carry, for latency the largest that any model can, else
 * the largest with figures. */
static uint64_t choose_x(const struct view *view, unsigned panel)
{
    unsigned ncores = scaling_cores(view->session);
    uint64_t largest = 0, carried = 0;

    if (view->experiment->chart == CHART_LATENCY)
        return latency_focus(view, panel);
    if (view->experiment->chart == CHART_BYTES_PER_TASK)
        return common_x(view, panel);
    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        if (point->panel != panel || view_is_hole(&view->rows[i]))
            continue;
        largest = point->x > largest ? point->x : largest;
        if (point->configuration.workload->kind == WORKLOAD_CPU &&
            point->x <= ncores && point->x > carried)
            carried = point->x;
    }
    return view->experiment->chart == CHART_SCALING && carried > 0 ? carried
                                                                   : largest;
}

static void gather(struct cast *cast, unsigned panel)
{
    for (size_t i = 0; i < cast->view->nrows; i++) {
        const struct estimate *row = &cast->view->rows[i];
        const struct point *point = view_point(cast->view, row);
        if (point->panel != panel || point->x != cast->x)
            continue;
        if (view_is_hole(row) || view_is_impossible(cast->view, row))
            cast->holes[cast->nholes++] = point->label;
        else
            cast->rows[cast->nrows++] = *row;
    }
}

char *finding_text(const struct view *view, unsigned panel)
{
    struct cast cast = {
        .view = view,
        .rows = calloc(view->nrows + 1, sizeof(*cast.rows)),
        .holes = calloc(view->nrows + 1, sizeof(*cast.holes)),
        .names = calloc(view->nrows + 1, sizeof(*cast.names)),
        .x = choose_x(view, panel),
    };
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (out != NULL && cast.rows != NULL && cast.holes != NULL &&
        cast.names != NULL) {
        gather(&cast, panel);
        tell(out, &cast);
    }
    if (out != NULL && fclose(out) == 0 && length > 0) {
        text[0] = (char)toupper((unsigned char)text[0]);
    } else {
        free(text);
        text = NULL;
    }
    free(cast.rows);
    free(cast.holes);
    free(cast.names);
    return text;
}
