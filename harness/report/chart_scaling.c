/* SPDX-License-Identifier: MIT */
/*
 * Two pictures of scaling. Speed-up shows what is gained; efficiency, on a
 * scale that ends at 1, shows what is lost, which a rising line hides. They
 * come from harness/session/scaling.h, so they say what the table says.
 */
#include "harness/report/chart_scaling.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/workload.h"
#include "harness/report/chart_text.h"
#include "harness/report/scaling_text.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/experiment.h"
#include "harness/session/scaling.h"
#include "harness/session/session.h"

/* Stands for a series that the first panel does not have. */
static const struct scaling none = {.no_amdahl = "none", .no_usl = "none"};

static const struct scaling *find_scaling(const struct view *view,
                                          const struct series *series)
{
    for (size_t i = 0; i < view->nscalings; i++)
        if (view->scalings[i].panel == 0 &&
            strcmp(view->scalings[i].label, series->label) == 0)
            return &view->scalings[i];
    return &none;
}

/* Calls write for each series with its number, from 1. */
static int each_series(FILE *out, const struct view *view,
                       void (*write)(FILE *, size_t, const struct scaling *))
{
    struct series *series = calloc(view->nrows + 1, sizeof(*series));

    if (series == NULL)
        return -ENOMEM;
    size_t n = chart_series(view, series);
    for (size_t i = 0; i < n; i++)
        write(out, i + 1, find_scaling(view, &series[i]));
    free(series);
    return 0;
}

/* ---- Figures ---- */

static void write_interval(FILE *out, const struct stats_interval *i)
{
    chart_write_number(out, i->value);
    chart_write_number(out, i->low);
    chart_write_number(out, i->high);
}

/* Two blank lines part the series, and one of "?" stands for none. */
static void begin_series(FILE *out, size_t number)
{
    fputs(number > 1 ? "\n\n" : "", out);
}

static void write_speedups(FILE *out, size_t number,
                           const struct scaling *scaling)
{
    static const struct stats_interval refused = {NAN, NAN, NAN};
    bool any = false;

    begin_series(out, number);
    for (size_t i = 0; i < scaling->npoints; i++) {
        const struct scaling_point *p = &scaling->points[i];
        if (isnan(p->speedup.value))
            continue;
        fprintf(out, "%u", p->workers);
        write_interval(out,
                       p->verdict == BOUND_BROKEN ? &refused : &p->speedup);
        chart_write_number(out, p->bound.speedup_ratio);
        fprintf(out, "\t%d\n", p->verdict == BOUND_BROKEN);
        any = true;
    }
    if (!any)
        fputs("?\t?\t?\t?\t?\t?\n", out);
}

int chart_fill_scaling(FILE *out, const struct view *view)
{
    fputs("# workers\tspeedup\tlow\thigh\tbound\trefused\n", out);
    return each_series(out, view, write_speedups);
}

static void write_shares(FILE *out, size_t number,
                         const struct scaling *scaling)
{
    bool any = false;

    begin_series(out, number);
    for (size_t i = 0; i < scaling->npoints; i++) {
        const struct scaling_point *p = &scaling->points[i];
        if (isnan(p->efficiency.value) || p->verdict == BOUND_BROKEN)
            continue;
        fprintf(out, "%u", p->workers);
        write_interval(out, &p->efficiency);
        write_interval(out, &p->serial);
        fputc('\n', out);
        any = true;
    }
    if (!any)
        fputs("?\t?\t?\t?\t?\t?\t?\n", out);
}

int chart_fill_efficiency(FILE *out, const struct view *view)
{
    fputs("# workers\tefficiency\tlow\thigh\tserial\tserial_low\tserial_high\n",
          out);
    return each_series(out, view, write_shares);
}

/* The highest bound with more than `above` workers, and in *workers the fewest
 * such workers; NaN: nobody has more. One worker is bound by itself. */
static double next_bound(const struct view *view, unsigned above,
                         unsigned *workers)
{
    double bound = NAN;

    *workers = 0;
    for (size_t i = 0; i < view->nscalings; i++) {
        const struct scaling *scaling = &view->scalings[i];
        for (size_t k = 0; k < scaling->npoints && scaling->panel == 0; k++) {
            const struct scaling_point *p = &scaling->points[k];
            if (p->workers <= above || (*workers > 0 && p->workers > *workers))
                continue;
            if (p->workers < *workers)
                bound = NAN;
            *workers = p->workers;
            bound = fmax(bound, p->workers == 1 ? 1 : p->bound.speedup_ratio);
        }
    }
    return bound;
}

int chart_fill_bound(FILE *out, const struct view *view)
{
    unsigned workers = 0;

    fputs("# workers\tbound\n", out);
    for (;;) {
        double bound = next_bound(view, workers, &workers);
        if (workers == 0)
            return 0;
        fprintf(out, "%u", workers);
        chart_write_number(out, bound);
        fputc('\n', out);
    }
}

/* ---- Text ---- */

static void write_law(FILE *out, size_t number, const struct scaling *scaling)
{
    bool usl = *scaling->no_usl == '\0';

    fprintf(out, "FIT%zu = '", number);
    scaling_write_law(out, scaling);
    fputs("'\n", out);
    if (*scaling->no_amdahl != '\0')
        return;
    assert(scaling->npoints > 0); /* or there was nothing to fit */
    fprintf(out,
            "FIT%zu_UNIT = %.9g\nFIT%zu_SIGMA = %.9g\nFIT%zu_KAPPA = %.9g\n"
            "FIT%zu_MOST = %u\n",
            number, scaling->points[0].speedup.value, number,
            usl ? scaling->fit.sigma.value : scaling->fit.serial.value, number,
            usl ? scaling->fit.kappa.value : 0, number, scaling->most_workers);
}

int chart_write_laws(FILE *out, const struct view *view)
{
    const struct workload *workload = view_workload(view, 0);
    bool cpu = workload != NULL && workload->kind == WORKLOAD_CPU;

    fprintf(out, "WHOLE_CORES = %u\n", cpu ? scaling_cores(view->session) : 0);
    return each_series(out, view, write_law);
}

/* For those who cannot see it. Labels stand in single quotes. */
static void describe(FILE *out, size_t number, const struct scaling *scaling)
{
    (void)number;
    for (size_t i = 0; i < scaling->npoints; i++) {
        const struct scaling_point *p = &scaling->points[i];
        char interval[WORDS_INTERVAL];
        fputs("; ", out);
        chart_write_quoted(out, scaling->label);
        fprintf(out, " at %u: ", p->workers);
        if (isnan(p->efficiency.value))
            chart_write_quoted(out, *p->no_speedup != '\0' ? p->no_speedup
                                                           : p->no_efficiency);
        else if (p->verdict == BOUND_BROKEN)
            fputs("refused", out);
        else
            fputs(words_interval(p->efficiency.value, p->efficiency.low,
                                 p->efficiency.high, interval),
                  out);
    }
}

int chart_write_efficiency(FILE *out, const struct view *view)
{
    char *headline = scaling_headline(view, 0);

    if (headline == NULL)
        return -ENOMEM;
    chart_write_head(out, view, "efficiency", headline);
    int err = chart_write_laws(out, view);
    if (err == 0)
        err = chart_write_series(out, view);
    fputs("DESC = 'Efficiency, the speed-up over its workers. ", out);
    chart_write_quoted(out, headline);
    if (err == 0)
        err = each_series(out, view, describe);
    fputs(".'\n", out);
    free(headline);
    return err;
}
