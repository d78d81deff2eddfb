/* SPDX-License-Identifier: MIT */
/*
 * The rules of findings. Nothing is claimed of one row unless its interval
 * allows it, nor of two unless their intervals, which hold together, are apart.
 * Each kind of chart asks its own question; the thresholds stand in the
 * comments of the functions.
 */
#include "harness/report/finding_rules.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/report/metric_words.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/session.h"

struct range {
    double low, high;
};

/* A row's ratio to the baseline, as far as all rows together are sure. */
static struct range joint_range(const struct estimate *row)
{
    struct range sure = {1, 1}, unsure = {NAN, NAN};

    if (row->baseline == row->point)
        return sure;
    if (!row->compared)
        return unsure;
    return (struct range){row->joint.low, row->joint.high};
}

static bool is_below(const struct estimate *a, const struct estimate *b)
{
    return joint_range(a).high < joint_range(b).low; /* false with NaN */
}

static const struct point *point_of(const struct cast *cast, size_t i)
{
    return view_point(cast->view, &cast->rows[i]);
}

static void remember(struct cast *cast, size_t i)
{
    cast->names[cast->nnames++] = point_of(cast, i)->label;
}

/* Writes the names remembered, then `one` or `many`, and forgets them. */
static void write_names(FILE *out, struct cast *cast, const char *one,
                        const char *many)
{
    words_names(out, cast->names, cast->nnames);
    fputs(cast->nnames == 1 ? one : many, out);
    cast->nnames = 0;
}

/* The baseline of the cast; NULL: there is none, or it has no figures. */
static const struct estimate *baseline_of(const struct cast *cast)
{
    for (size_t i = 0; i < cast->nrows; i++) {
        const struct estimate *row = &cast->rows[i];
        const struct estimate *baseline = view_baseline(cast->view, row);
        if (view_is_baseline(cast->view, row))
            baseline = row;
        if (baseline != NULL && !view_is_hole(baseline))
            return baseline;
    }
    return NULL;
}

static void write_label(FILE *out, const struct cast *cast,
                        const struct estimate *row)
{
    words_names(out, &(const char *){view_point(cast->view, row)->label}, 1);
}

/* Names the baseline of a row; one with another x is told by that. */
static void write_baseline(FILE *out, struct cast *cast,
                           const struct estimate *baseline,
                           const struct estimate *row)
{
    uint64_t x = view_point(cast->view, baseline)->x;

    write_label(out, cast, baseline);
    if (x > 0 && x != view_point(cast->view, row)->x)
        fprintf(out, " with %" PRIu64, x);
}

/* Who is faster than the baseline? The first that surely is, with all those
 * whose intervals are not apart from its own. */
void finding_fastest(FILE *out, struct cast *cast)
{
    const struct estimate *baseline = baseline_of(cast), *front = NULL;
    char times[WORDS_NUMBER];
    size_t nsame = 0, ncompared = 0;

    for (size_t i = 0; i < cast->nrows; i++) {
        const struct estimate *row = &cast->rows[i];
        ncompared += row->compared;
        nsame += row->compared && row->verdict == STATS_SAME;
        if (!row->compared || row->verdict != STATS_FASTER)
            continue;
        front = front == NULL ? row : front;
        if (!is_below(front, row))
            remember(cast, i);
    }
    if (baseline == NULL) {
        fputs("without its baseline nothing can be compared", out);
        return;
    }
    if (ncompared == 0) {
        fputs("there is nothing to compare with ", out);
    } else if (front == NULL) {
        fputs(nsame > 0 && nsame == ncompared ? "all models are within 2 % of "
                                              : "no model is clearly faster "
                                                "than ",
              out);
    } else {
        double faster = 1 / front->joint.ratio;
        write_names(out, cast, " is ", " are about ");
        if (faster < 1.1)
            fprintf(out, "%.1f %% faster than ", (faster - 1) * 100);
        else
            fprintf(out, "%s times as fast as ", words_times(faster, times));
    }
    write_baseline(out, cast, baseline, front != NULL ? front : baseline);
}

/* Who uses several cores? Those who are surely more than 1.5 times as fast as
 * one worker that does task after task; those who are surely below that use
 * one, as it does itself. */
static void tell_cores(FILE *out, struct cast *cast)
{
    size_t several = 0, one = 0, unknown = 0;

    for (size_t i = 0; i < cast->nrows; i++) {
        struct range range = joint_range(&cast->rows[i]);
        if (1 / range.high > 1.5)
            several++;
        else if (1 / range.low < 1.5)
            one++;
        else
            unknown++;
    }
    if (several == 0) {
        finding_fastest(out, cast);
        return;
    }
    fprintf(out, "%zu model%s %s", several, several == 1 ? " uses" : "s use",
            view_cores(cast->view->session) == 2 ? "both cores"
                                                 : "more than one core");
    if (one > 0)
        fprintf(out, "; %zu use%s one", one, one == 1 ? "s" : "");
    if (unknown > 0)
        fprintf(out, "; %zu cannot be told yet", unknown);
}

/* The median time of a row over what its waits alone would take. */
static double over_ideal(const struct cast *cast, size_t i)
{
    return cast->rows[i].location.median /
           view_ideal_ns(cast->view, &cast->rows[i]);
}

/* Who waits for several tasks at once? Those who are surely at least twice as
 * fast as the baseline. */
static void tell_overlap(FILE *out, struct cast *cast)
{
    char best[WORDS_NUMBER], worst[WORDS_NUMBER];
    size_t last = cast->nrows - 1;

    for (size_t i = 0; i < cast->nrows; i++) {
        if (joint_range(&cast->rows[i]).high < 0.5)
            remember(cast, i);
    }
    if (cast->nnames == 0) {
        finding_fastest(out, cast);
        return;
    }
    write_names(out, cast, " overlaps its waits", " overlap their waits");
    fprintf(out, ": the best takes %s times the longest wait, ",
            words_times(over_ideal(cast, 0), best));
    write_label(out, cast, &cast->rows[last]);
    fprintf(out, " %s times", words_times(over_ideal(cast, last), worst));
}

void finding_models(FILE *out, struct cast *cast)
{
    const struct estimate *baseline = baseline_of(cast);
    const struct point *point = point_of(cast, 0);
    bool cpu = point->configuration.workload->kind == WORKLOAD_CPU;
    bool alone = baseline != NULL &&
                 view_point(cast->view, baseline)->configuration.model->knobs ==
                     MODEL_ALONE;

    if (cpu && alone)
        tell_cores(out, cast);
    else if (!cpu && baseline != NULL && point->longest_wait_ns > 0)
        tell_overlap(out, cast);
    else
        finding_fastest(out, cast);
}

/* Who gains from more workers? Those who are surely faster than the baseline,
 * with as many workers as there are cores, or the next fewer measured. */
void finding_scaling(FILE *out, struct cast *cast)
{
    char least[WORDS_NUMBER], most[WORDS_NUMBER], x[WORDS_NUMBER];
    const struct estimate *baseline = baseline_of(cast);
    double low = INFINITY, high = 0;

    for (size_t i = 0; i < cast->nrows; i++) {
        const struct estimate *row = &cast->rows[i];
        if (!row->compared || row->verdict != STATS_FASTER)
            continue;
        remember(cast, i);
        low = fmin(low, 1 / row->joint.ratio);
        high = fmax(high, 1 / row->joint.ratio);
    }
    size_t nfaster = cast->nnames;
    fprintf(out, "with %s worker%s ", words_count(cast->x, x),
            cast->x == 1 ? "" : "s");
    if (nfaster == 0 || baseline == NULL) {
        finding_fastest(out, cast);
        return;
    }
    if (nfaster > 3 && nfaster < cast->nrows)
        fprintf(out, "%zu of %zu models are ", nfaster, cast->nrows);
    else
        write_names(out, cast, " is ", " are ");
    cast->nnames = 0;
    fputs(words_times(low, least), out);
    if (nfaster > 1)
        fprintf(out, " to %s", words_times(high, most));
    fputs(" times as fast as ", out);
    write_baseline(out, cast, baseline, &cast->rows[0]);
}

/* Who loses little with everything in flight? Those whose median is surely
 * within a quarter of the ideal; who needs most is named if it surely is not.
 * Here each interval holds by itself. */
void finding_concurrency(FILE *out, struct cast *cast)
{
    char number[WORDS_NUMBER];
    double worst_near = 1;
    size_t far = 0;

    for (size_t i = 0; i < cast->nrows; i++) {
        const struct stats_location *l = &cast->rows[i].location;
        double high = over_ideal(cast, i) * l->high / l->median;
        if (high < 1.25) {
            remember(cast, i);
            worst_near = fmax(worst_near, high);
        }
        if (l->median > cast->rows[far].location.median)
            far = i;
    }
    if (cast->nnames > 0) {
        write_names(out, cast, " stays", " stay");
        fprintf(out, " within %.0f %% of the ideal",
                ceil(worst_near * 100 - 100));
    } else {
        fputs("no model is sure to stay within 25 % of the ideal", out);
    }
    fprintf(out, " with %s tasks waiting", words_count(cast->x, number));
    const struct stats_location *l = &cast->rows[far].location;
    if (over_ideal(cast, far) * l->low / l->median > 1.25) {
        fputs("; ", out);
        write_label(out, cast, &cast->rows[far]);
        fprintf(out, " needs %s times as long",
                words_times(over_ideal(cast, far), number));
    }
    for (size_t i = 0; i < cast->nholes; i++)
        cast->names[cast->nnames++] = cast->holes[i];
    if (cast->nholes > 0) {
        fputs("; ", out);
        write_names(out, cast, " has no result", " have no result");
    }
}

/* On a machine of grade D no time is worth a headline, only their ratio. */
static void write_cost(FILE *out, const struct cast *cast,
                       const struct estimate *least,
                       const struct estimate *most, const char *verb)
{
    const struct column *column = &cast->view->aspect->first;
    bool figures = cast->view->session->grade.letter != 'D' ||
                   cast->view->experiment->chart == CHART_MEMORY ||
                   cast->view->experiment->chart == CHART_BYTES_PER_TASK;
    double a = view_value(cast->view, most, column, most->location.median);
    double b = view_value(cast->view, least, column, least->location.median);
    const char *blank = *column->unit != '\0' ? " " : "";
    char number[WORDS_NUMBER];

    write_label(out, cast, most);
    fprintf(out, "%s ", verb);
    if (figures || !is_below(least, most))
        fprintf(out, "%s%s%s", words_number(a, number), blank, column->unit);
    if (!is_below(least, most))
        return;
    fprintf(out, "%s%s times as much as under ", figures ? ", " : "",
            words_times(a / b, number));
    write_label(out, cast, least);
    if (figures)
        fprintf(out, " (%s%s%s)", words_number(b, number), blank, column->unit);
}

/* What does a task cost, from the cheapest model to the dearest? At start-up
 * only models count that make something for each task, if there are two. */
void finding_cost(FILE *out, struct cast *cast, const char *head,
                  const char *verb)
{
    const struct estimate *least = NULL, *most = NULL;
    size_t nper_task = 0;

    for (size_t i = 0; i < cast->nrows; i++)
        nper_task +=
            point_of(cast, i)->configuration.model->knobs == MODEL_PER_TASK;
    bool all = nper_task < 2 || cast->view->experiment->chart != CHART_STARTUP;
    for (size_t i = 0; i < cast->nrows; i++) {
        if (!all &&
            point_of(cast, i)->configuration.model->knobs != MODEL_PER_TASK)
            continue;
        least = least == NULL ? &cast->rows[i] : least;
        most = &cast->rows[i];
    }
    assert(least != NULL);
    fputs(head, out);
    write_cost(out, cast, least, most, verb);
}

/* Of two models that a sweep compares wherever it goes: between which ratios?
 * Returns whether there are two. */
static bool write_range(FILE *out, const struct cast *cast, const char *metric)
{
    const struct view *view = cast->view;
    unsigned panel = view_point(view, &cast->rows[0])->panel;
    const struct estimate *least = NULL, *most = NULL;
    char low[WORDS_NUMBER], high[WORDS_NUMBER];

    for (size_t i = 0; i < view->nrows; i++) {
        const struct estimate *row = &view->rows[i];
        const struct point *point = view_point(view, row);
        if (point->panel != panel || view_is_baseline(view, row))
            continue;
        if (!row->compared ||
            (most != NULL &&
             strcmp(point->label, view_point(view, most)->label) != 0))
            return false;
        if (least == NULL || row->ratio.ratio < least->ratio.ratio)
            least = row;
        if (most == NULL || row->ratio.ratio > most->ratio.ratio)
            most = row;
    }
    if (least == most)
        return false;
    fprintf(out, "%s under ", metric);
    write_label(out, cast, most);
    fprintf(out, ": %s to %s times as under ",
            words_number(least->ratio.ratio, low),
            words_number(most->ratio.ratio, high));
    write_label(out, cast, view_baseline(view, most));
    return true;
}

/* The most and the least of a metric, without a word on which is the better. */
void finding_metric(FILE *out, struct cast *cast)
{
    const struct experiment *experiment = cast->view->experiment;
    struct metric_words words = metric_words(experiment->compared.name);
    char count[WORDS_NUMBER];

    if (write_range(out, cast, words.name))
        return;
    fputs(words.name, out);
    if (cast->x > 0 && experiment->sweep == SWEEP_SETTING)
        fprintf(out, " at %s %s", experiment->swept[0],
                words_count(cast->x, count));
    else if (cast->x > 0)
        fprintf(out, " at %s %s", words_count(cast->x, count),
                sweep_names[experiment->sweep]);
    fputs(" under ", out);
    write_cost(out, cast, &cast->rows[0], &cast->rows[cast->nrows - 1], ":");
}
