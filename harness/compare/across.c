/* SPDX-License-Identifier: MIT */
/*
 * Two sessions, row by row. The samples of a row are compared twice: once for
 * its p value, and, when all of these are known, once more at the level that
 * Holm's test of the whole family leaves it. Look at widen.
 */
#include "harness/compare/across.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/compare/comparable.h"
#include "harness/report/view.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

/* ---- Samples ---- */

/* In place: each value over the baseline's of the same block; values without
 * one are dropped. */
static void divide(struct sample *sample, const struct sample *baseline)
{
    size_t n = 0;

    for (size_t i = 0, k = 0; i < sample->n && k < baseline->n;) {
        if (sample->blocks[i] == baseline->blocks[k]) {
            sample->values[n] = sample->values[i++] / baseline->values[k++];
            sample->blocks[n] = baseline->blocks[k - 1];
            n++;
        } else if (sample->blocks[i] < baseline->blocks[k]) {
            i++;
        } else {
            k++;
        }
    }
    sample->n = n;
}

/* The values of a point, or its ratios to its baseline. */
static int take(const struct view *view, const struct estimate *row,
                bool relative, struct sample *ret)
{
    const struct session *session = view->session;
    const struct quantity *quantity = estimate_quantity(session, view->number);
    struct sample baseline;
    int err = sample_init(ret, session, row->point, quantity);

    if (err != 0 || !relative)
        return err;
    err = sample_init(&baseline, session,
                      estimate_baseline(session, row->point), quantity);
    if (err != 0) {
        sample_fini(ret);
        return err;
    }
    divide(ret, &baseline);
    sample_fini(&baseline);
    return 0;
}

static double drift_of(const struct sample *sample)
{
    struct stats_location location;

    if (stats_locate(sample->values, sample->n, ESTIMATE_LEVEL, &location) !=
            0 ||
        !location.drift)
        return 1;
    return sqrt((1 + location.r1) / (1 - location.r1));
}

/* Fills in ratio and drift. What has no values is not asked. */
static int ask(const struct across_row *row, bool relative, double level,
               struct across_claim *claim)
{
    struct sample a, b;
    int err = take(row->view_a, row->a, relative, &a);

    if (err != 0)
        return err;
    err = take(row->view_b, row->b, relative, &b);
    if (err != 0) {
        sample_fini(&a);
        return err;
    }
    err =
        stats_compare_apart(b.values, b.n, a.values, a.n, level, &claim->ratio);
    claim->asked = err == 0;
    if (err == 0)
        claim->drift_ratio = fmax(drift_of(&a), drift_of(&b));
    sample_fini(&a);
    sample_fini(&b);
    return err == -EINVAL ? 0 : err;
}

/* ---- What sessions are known to differ by ---- */

/* How far the twin of this row's baseline reaches from 1, as a logarithm; NaN:
 * there is none, or too few blocks. */
static double reach(const struct view *view, const struct estimate *row)
{
    const struct session *session = view->session;
    unsigned twin = estimate_baseline(session, row->point) + 1;
    const struct quantity *quantity = estimate_quantity(session, view->number);
    struct sample a, b;
    struct stats_ratio ratio;
    double far = NAN;

    if (twin >= session->npoints || !session->points[twin].twin ||
        sample_init(&a, session, twin, quantity) != 0)
        return NAN;
    if (sample_init(&b, session, twin - 1, quantity) == 0) {
        if (sample_compare(&a, &b, ESTIMATE_LEVEL, &ratio) == 0 &&
            !isnan(ratio.low))
            far = fmax(fabs(log(ratio.low)), fabs(log(ratio.high)));
        sample_fini(&b);
    }
    sample_fini(&a);
    return far;
}

static double floor_of(const struct across *across,
                       const struct across_row *row, bool relative)
{
    double a = reach(row->view_a, row->a), b = reach(row->view_b, row->b);
    /* Where the calibration is unknown, times do not decide. */
    double gap =
        relative || isnan(across->gap_ratio) ? 0 : fabs(log(across->gap_ratio));

    return isnan(a) || isnan(b) ? NAN : exp(fmax(a, b) + gap);
}

static void widen(struct across_claim *claim)
{
    struct stats_ratio *r = &claim->ratio;

    r->low = r->ratio * pow(r->low / r->ratio, claim->drift_ratio) /
             claim->floor_ratio;
    r->high = r->ratio * pow(r->high / r->ratio, claim->drift_ratio) *
              claim->floor_ratio;
}

/* ---- The family ---- */

static struct across_claim *claim_of(struct across_row *row, bool relative)
{
    return relative ? &row->relative : &row->time;
}

/* A ratio to itself is no question. */
static bool is_question(const struct across_row *row, bool relative)
{
    return row->hole == ACROSS_NONE &&
           (!relative || estimate_baseline(row->view_a->session,
                                           row->a->point) != row->a->point);
}

static int judge_row(const struct across *across, struct across_row *row,
                     bool relative, double p_adjusted)
{
    struct across_claim *claim = claim_of(row, relative);
    double level =
        stats_holm_level(claim->ratio.p, p_adjusted, 1 - ESTIMATE_LEVEL);
    int err = ask(row, relative, level, claim);

    if (err != 0)
        return err;
    claim->p_adjusted = p_adjusted;
    claim->floor_ratio = floor_of(across, row, relative);
    widen(claim);
    claim->verdict = stats_judge(&claim->ratio);
    return 0;
}

/* All rows of the comparison are one family: one exit status speaks for all. */
static int judge(struct across *across, bool relative)
{
    double *p = calloc(across->nrows + 1, sizeof(*p));
    size_t n = 0;
    int err = p != NULL ? 0 : -ENOMEM;

    for (size_t i = 0; i < across->nrows && err == 0; i++) {
        struct across_row *row = &across->rows[i];
        if (!is_question(row, relative))
            continue;
        err = ask(row, relative, ESTIMATE_LEVEL, claim_of(row, relative));
        if (claim_of(row, relative)->asked)
            p[n++] = claim_of(row, relative)->ratio.p;
    }
    if (err == 0)
        err = stats_holm(p, n);
    for (size_t i = 0, k = 0; i < across->nrows && err == 0; i++) {
        struct across_row *row = &across->rows[i];
        if (claim_of(row, relative)->asked)
            err = judge_row(across, row, relative, p[k++]);
    }
    free(p);
    return err;
}

/* ---- The rows ---- */

static long find_experiment(const struct session *session, const char *name)
{
    for (size_t i = 0; i < session->nexperiments; i++)
        if (strcmp(session->experiments[i]->name, name) == 0)
            return (long)i;
    return -1;
}

/* Views of the experiments that both sessions have begun. */
static int take_views(struct across *across)
{
    const struct session *a = across->a, *b = across->b;

    across->views_a = calloc(a->nexperiments + 1, sizeof(struct view));
    across->views_b = calloc(a->nexperiments + 1, sizeof(struct view));
    if (across->views_a == NULL || across->views_b == NULL)
        return -ENOMEM;
    for (unsigned e = 0; e < a->nexperiments; e++) {
        long other = find_experiment(b, a->experiments[e]->name);
        if (other < 0)
            continue;
        int err = view_init(&across->views_a[across->nviews], a, e);
        if (err != 0)
            return err;
        err = view_init(&across->views_b[across->nviews], b, (unsigned)other);
        if (err != 0) {
            view_fini(&across->views_a[across->nviews]);
            return err;
        }
        across->nviews++;
    }
    return 0;
}

static const struct estimate *find_row(const struct view *view, long point)
{
    for (size_t i = 0; i < view->nrows; i++)
        if ((long)view->rows[i].point == point)
            return &view->rows[i];
    return NULL;
}

static enum across_hole hole_of(const struct across_row *row)
{
    if (view_is_hole(row->a))
        return ACROSS_A;
    if (view_is_hole(row->b))
        return ACROSS_B;
    return view_is_impossible(row->view_a, row->a) ||
                   view_is_impossible(row->view_b, row->b)
               ? ACROSS_IMPOSSIBLE
               : ACROSS_NONE;
}

static int take_rows(struct across *across)
{
    across->rows = calloc(across->a->npoints + 1, sizeof(*across->rows));
    if (across->rows == NULL)
        return -ENOMEM;
    for (size_t v = 0; v < across->nviews; v++) {
        const struct view *a = &across->views_a[v], *b = &across->views_b[v];
        for (size_t i = 0; i < a->nrows; i++) {
            long point =
                comparable_twin(a->session, a->rows[i].point, b->session);
            struct across_row row = {.view_a = a,
                                     .view_b = b,
                                     .a = &a->rows[i],
                                     .b = find_row(b, point)};
            if (row.b == NULL)
                continue;
            row.hole = hole_of(&row);
            across->rows[across->nrows++] = row;
        }
    }
    return 0;
}

int across_init(struct across *ret, const struct session *a,
                const struct session *b, bool is_relative)
{
    struct across across = {.a = a,
                            .b = b,
                            .is_relative = is_relative,
                            .gap_ratio = comparable_gap(a, b)};
    int err = take_views(&across);

    if (err == 0)
        err = take_rows(&across);
    if (err == 0)
        err = judge(&across, false);
    if (err == 0)
        err = judge(&across, true);
    if (err != 0)
        across_fini(&across);
    else
        *ret = across;
    return err;
}

void across_fini(struct across *across)
{
    for (size_t i = 0; i < across->nviews; i++) {
        view_fini(&across->views_a[i]);
        view_fini(&across->views_b[i]);
    }
    free(across->views_a);
    free(across->views_b);
    free(across->rows);
    *across = (struct across){0};
}

const struct across_claim *across_decides(const struct across *across,
                                          const struct across_row *row)
{
    return across->is_relative ? &row->relative : &row->time;
}

bool across_is_regression(const struct across *across,
                          const struct across_row *row, double limit)
{
    const struct across_claim *claim = across_decides(across, row);

    const struct view *view = row->view_a;

    return claim->asked &&
           estimate_is_worse(view->session, view->number, claim->verdict,
                             claim->ratio.ratio, limit);
}
