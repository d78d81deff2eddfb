/* SPDX-License-Identifier: MIT */
/*
 * The headlines of the charts of the GIL: which rule tells which, and what the
 * rules share.
 */
#include "harness/report/finding_gil.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/model.h"
#include "harness/report/finding_gil_rules.h"
#include "harness/report/gil_figures.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

typedef int rule(struct gil_teller *teller);

void gil_write_label(const struct gil_teller *teller, const char *label)
{
    words_names(teller->out, &label, 1);
}

const struct estimate *gil_find_model(const struct view *view, unsigned axes,
                                      const char *model, uint64_t x)
{
    for (unsigned i = 0; i < view->session->npoints; i++) {
        const struct point *point = &view->session->points[i];
        const struct estimate *row = gil_row(view, i);
        if (row != NULL && !view_is_hole(row) &&
            strcmp(point->configuration.model->name, model) == 0 &&
            gil_find(view, axes, point->label, x) == row)
            return row;
    }
    return NULL;
}

uint64_t gil_nearest_x(const struct view *view, unsigned axes, uint64_t wish)
{
    uint64_t best = 0;
    double least = INFINITY;

    for (size_t i = 0; i < view->nrows; i++) {
        const struct point *point = view_point(view, &view->rows[i]);
        double far =
            fabs(log((double)(point->x + 1)) - log((double)(wish + 1)));
        if (gil_axes(view, point->panel) == axes && far < least &&
            !view_is_hole(&view->rows[i]) &&
            experiment_sweeps(view->experiment, &point->configuration)) {
            best = point->x;
            least = far;
        }
    }
    return best;
}

static rule *rule_of(const struct view *view)
{
    static rule *const rules[CHART_MAX] = {
        [CHART_GIL_WORKERS] = gil_tell_workers,
        [CHART_GIL_INTERVAL] = gil_tell_interval,
        [CHART_GIL_WAITS] = gil_tell_waits,
        [CHART_GIL_SHARE] = gil_tell_share,
        [CHART_GIL_TRADEOFF] = gil_tell_tradeoff,
        [CHART_GIL_RULES] = gil_tell_rules,
        [CHART_GIL_LOST] = gil_tell_lost,
        [CHART_GIL_SWITCHES] = gil_tell_switches,
    };
    return rules[view->experiment->chart];
}

bool finding_is_of_gil(const struct view *view)
{
    return rule_of(view) != NULL;
}

/* Are there enough blocks for intervals of any row? */
static bool has_intervals(const struct view *view)
{
    for (size_t i = 0; i < view->nrows; i++)
        if (!isnan(view->rows[i].location.low) && !view_is_hole(&view->rows[i]))
            return true;
    return false;
}

static int tell(struct gil_teller *teller)
{
    unsigned n = teller->view->experiment->nblocks;

    if (has_intervals(teller->view))
        return rule_of(teller->view)(teller);
    fprintf(teller->out, "%u block%s too few for a finding", n,
            n == 1 ? " is" : "s are");
    return 0;
}

char *finding_gil(const struct view *view)
{
    char *text = NULL;
    size_t length;
    struct gil_teller teller = {
        .out = open_memstream(&text, &length),
        .view = view,
        .names = calloc(view->nrows + 1, sizeof(*teller.names)),
    };
    int err = -ENOMEM;

    if (teller.out != NULL && teller.names != NULL)
        err = tell(&teller);
    if (teller.out != NULL && fclose(teller.out) != 0)
        err = -ENOMEM;
    free(teller.names);
    if (err != 0) {
        free(text);
        return NULL;
    }
    text[0] = (char)toupper((unsigned char)text[0]);
    return text;
}
