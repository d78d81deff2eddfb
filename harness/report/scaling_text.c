/* SPDX-License-Identifier: MIT */
/*
 * Scaling in words. Speed-up alone flatters: 30 looks like much, until one
 * reads that it took 64 workers. So its bound, the efficiency and the serial
 * fraction stand beside it, and no law is named that the data cannot tell.
 */
#include "harness/report/scaling_text.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/workload.h"
#include "harness/report/table.h"
#include "harness/report/view.h"
#include "harness/report/words.h"
#include "harness/session/scaling.h"
#include "harness/session/session.h"

static bool has_speedup(const struct scaling_point *p)
{
    return !isnan(p->speedup.value) && p->verdict != BOUND_BROKEN;
}

const struct scaling_point *scaling_at_cores(const struct view *view,
                                             const struct scaling *scaling)
{
    const struct workload *workload = view_workload(view, scaling->panel);
    bool cpu = workload != NULL && workload->kind == WORKLOAD_CPU;
    const struct scaling_point *most = NULL;

    for (size_t i = 0; i < scaling->npoints; i++) {
        const struct scaling_point *p = &scaling->points[i];
        bool carried = !cpu || p->workers <= scaling_cores(view->session);
        if (has_speedup(p) && (carried || most == NULL))
            most = p;
    }
    return most;
}

/* ---- The table ---- */

enum { LABEL, SPEEDUP, BOUND, EFFICIENCY, NCOLUMNS }; /* the fraction is last */

struct line {
    char cells[NCOLUMNS][WORDS_INTERVAL];
    char serial[WORDS_INTERVAL];
};

static char *write_percent(const struct stats_interval *i,
                           char text[WORDS_INTERVAL])
{
    char value[WORDS_NUMBER], low[WORDS_NUMBER], high[WORDS_NUMBER];

    words_number(i->value * 100, value);
    if (isnan(i->low))
        snprintf(text, WORDS_INTERVAL, "%s %%", value);
    else
        snprintf(text, WORDS_INTERVAL, "%s %% [%s, %s]", value,
                 words_number(i->low * 100, low),
                 words_number(i->high * 100, high));
    return text;
}

static void fill_line(const struct scaling *scaling,
                      const struct scaling_point *p, struct line *ret)
{
    char count[WORDS_NUMBER];

    *ret = (struct line){.serial = ""};
    snprintf(ret->cells[LABEL], WORDS_INTERVAL, "%.60s %s", scaling->label,
             words_count(p->workers, count));
    words_interval(p->speedup.value, p->speedup.low, p->speedup.high,
                   ret->cells[SPEEDUP]);
    if (!isnan(p->bound.speedup_ratio))
        snprintf(ret->cells[BOUND], WORDS_INTERVAL, "%.3g",
                 p->bound.speedup_ratio);
    if (!isnan(p->efficiency.value))
        snprintf(ret->cells[EFFICIENCY], WORDS_INTERVAL, "%.0f %%",
                 p->efficiency.value * 100);
    if (isnan(p->serial.value))
        snprintf(ret->serial, WORDS_INTERVAL, "%.70s", p->no_serial);
    else
        write_percent(&p->serial, ret->serial);
}

static void print_line(FILE *out, const struct line *line,
                       const size_t widths[NCOLUMNS])
{
    fputs("  ", out);
    for (size_t k = 0; k < NCOLUMNS; k++)
        fprintf(out, "%s%*s", line->cells[k],
                (int)(widths[k] - words_width(line->cells[k]) + 2), "");
    fprintf(out, "%s\n", line->serial);
}

static void print_lines(FILE *out, const struct line *lines, size_t n)
{
    size_t widths[NCOLUMNS] = {0};

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < NCOLUMNS; k++)
            if (widths[k] < words_width(lines[i].cells[k]))
                widths[k] = words_width(lines[i].cells[k]);
    for (size_t i = 0; i < n; i++)
        print_line(out, &lines[i], widths);
}

/* ---- Sentences ---- */

/* Writes what a series has to say of one kind, without its name; nothing if it
 * has nothing. */
typedef void write_function(FILE *out, const struct view *view,
                            const struct scaling *scaling);

/* "No law is fitted: 2 distinct ...". */
static void write_no_law(FILE *out, const struct view *view,
                         const struct scaling *scaling)
{
    (void)view;
    if (*scaling->no_amdahl != '\0')
        fprintf(out, "no law is fitted: %s", scaling->no_amdahl);
}

/* What the speed-up could have been at most, where cores do not say it. */
static void write_bound(FILE *out, const struct view *view,
                        const struct scaling *scaling)
{
    const struct scaling_point *p = scaling_at_cores(view, scaling);

    if (p == NULL || p->bound.reason == BOUND_NONE ||
        p->bound.reason == BOUND_CORES || p->bound.reason == BOUND_WORKERS)
        return;
    fprintf(out, "more than %.3g is not possible, because of ",
            p->bound.speedup_ratio);
    bound_write_reason(out, view->session, &p->bound, p->point);
}

static void write_fit(FILE *out, const struct view *view,
                      const struct scaling *scaling)
{
    const struct stats_scaling *fit = &scaling->fit;
    char sigma[WORDS_INTERVAL], kappa[WORDS_INTERVAL];

    (void)view;
    if (*scaling->no_amdahl != '\0')
        return;
    if (*scaling->no_usl != '\0') {
        fprintf(out,
                "Amdahl's law fits up to %u workers: serial fraction %s; "
                "Gunther's is not told: %s",
                scaling->most_workers, write_percent(&fit->serial, sigma),
                scaling->no_usl);
        return;
    }
    fprintf(out,
            "Gunther's law fits up to %u workers: contention %s, coherence "
            "%s; most work is done by %.0f workers [%.0f, ",
            scaling->most_workers, write_percent(&fit->sigma, sigma),
            write_percent(&fit->kappa, kappa), fit->peak.value, fit->peak.low);
    if (fit->peak.high > 2.0 * scaling->most_workers)
        fprintf(out, "more than %u]", 2 * scaling->most_workers);
    else
        fprintf(out, "%.0f]", fit->peak.high);
}

/* Two intervals that are apart tell a trend, others none. */
static void write_trend(FILE *out, const struct view *view,
                        const struct scaling *scaling)
{
    const struct scaling_point *first = NULL, *last = NULL;
    char from[WORDS_NUMBER], to[WORDS_NUMBER];

    (void)view;
    for (size_t i = 0; i < scaling->npoints; i++) {
        const struct scaling_point *p = &scaling->points[i];
        if (isnan(p->serial.low))
            continue;
        first = first == NULL ? p : first;
        last = p;
    }
    if (first == last || last->serial.low <= first->serial.high)
        return;
    fprintf(out,
            "the serial fraction rises, from %s %% with %u workers to %s %% "
            "with %u: overhead that grows, not only a serial part",
            words_number(first->serial.value * 100, from), first->workers,
            words_number(last->serial.value * 100, to), last->workers);
}

/* What one series has to say; "" for nothing, NULL: no memory. */
static char *text_of(write_function *write, const struct view *view,
                     const struct scaling *scaling)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        return NULL;
    write(out, view, scaling);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* Names stand before it, unless it is about all. */
static void print_sentence(FILE *out, const char *const *names, size_t n,
                           bool all, char *sentence)
{
    char *line = NULL;
    size_t length;
    FILE *words = open_memstream(&line, &length);

    if (words == NULL)
        return;
    if (all) {
        sentence[0] = (char)toupper((unsigned char)sentence[0]);
    } else {
        words_names(words, names, n);
        fputs(": ", words);
    }
    fprintf(words, "%s.", sentence);
    if (fclose(words) == 0)
        words_paragraph(out, line, TABLE_COLUMNS, 0);
    free(line);
}

/* Each sentence once, with all it is about. A series of another panel has no
 * text; names have room for every series. */
static void print_shared(FILE *out, const struct scaling *scalings, size_t n,
                         char **texts, const char **names)
{
    size_t nseries = 0;

    for (size_t i = 0; i < n; i++)
        nseries += texts[i] != NULL;
    for (size_t i = 0; i < n; i++) {
        size_t nnames = 0;
        if (texts[i] == NULL || *texts[i] == '\0')
            continue;
        for (size_t k = i; k < n; k++)
            if (texts[k] != NULL && strcmp(texts[k], texts[i]) == 0)
                names[nnames++] = scalings[k].label;
        for (size_t k = i + 1; k < n; k++)
            if (texts[k] != NULL && strcmp(texts[k], texts[i]) == 0)
                *texts[k] = '\0';
        print_sentence(out, names, nnames, nnames == nseries, texts[i]);
    }
}

static int print_sentences(FILE *out, const struct view *view, unsigned panel,
                           write_function *write)
{
    size_t n = view->nscalings;
    char **texts = calloc(n + 1, sizeof(*texts));
    const char **names = calloc(n + 1, sizeof(*names));
    int err = texts == NULL || names == NULL ? -ENOMEM : 0;

    for (size_t i = 0; i < n && err == 0; i++) {
        if (view->scalings[i].panel != panel)
            continue;
        texts[i] = text_of(write, view, &view->scalings[i]);
        err = texts[i] == NULL ? -ENOMEM : 0;
    }
    if (err == 0)
        print_shared(out, view->scalings, n, texts, names);
    for (size_t i = 0; i < n && texts != NULL; i++)
        free(texts[i]);
    free(texts);
    free(names);
    return err;
}

int scaling_print(FILE *out, const struct view *view, unsigned panel)
{
    static write_function *const sentences[] = {write_bound, write_trend,
                                                write_fit, write_no_law};
    struct line *lines = calloc(view->nscalings + 1, sizeof(*lines));
    size_t n = 1;
    int err = 0;

    if (lines == NULL)
        return -ENOMEM;
    lines[0] = (struct line){
        .cells = {"", "speed-up", "of", "efficiency"},
        .serial = "serial fraction",
    };
    for (size_t i = 0; i < view->nscalings; i++) {
        const struct scaling *scaling = &view->scalings[i];
        const struct scaling_point *p = scaling_at_cores(view, scaling);
        if (scaling->panel == panel && p != NULL)
            fill_line(scaling, p, &lines[n++]);
    }
    if (n > 1) {
        fputc('\n', out);
        print_lines(out, lines, n);
        words_paragraph(out,
                        "of: the most that cores, workers, tasks and waits "
                        "allow. Serial "
                        "fraction: the share of the work that would explain "
                        "the speed-up if only one worker at a time could do it "
                        "(Karp and Flatt).",
                        TABLE_COLUMNS, 0);
    }
    free(lines);
    for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences) && n > 1; i++)
        if (err == 0)
            err = print_sentences(out, view, panel, sentences[i]);
    return err;
}

/* ---- For charts ---- */

/* Blanks that do not break, for a label that may. */
void scaling_write_law(FILE *out, const struct scaling *scaling)
{
    char serial[WORDS_NUMBER];

    if (*scaling->no_usl == '\0')
        fprintf(out, "peak\u00a0at\u00a0%.0f", scaling->fit.peak.value);
    else if (*scaling->no_amdahl == '\0')
        fprintf(out, "serial\u00a0%s\u00a0%%",
                words_number(scaling->fit.serial.value * 100, serial));
}

static void write_headline(FILE *out, const struct view *view, unsigned panel)
{
    double low = INFINITY, high = 0;
    unsigned workers = 0;

    for (size_t i = 0; i < view->nscalings; i++) {
        const struct scaling_point *p =
            scaling_at_cores(view, &view->scalings[i]);
        if (view->scalings[i].panel != panel || p == NULL ||
            isnan(p->efficiency.low) || p->workers < workers)
            continue;
        if (p->workers > workers) {
            low = INFINITY;
            high = 0;
        }
        workers = p->workers;
        low = fmin(low, p->efficiency.value * 100);
        high = fmax(high, p->efficiency.value * 100);
    }
    if (workers == 0) {
        fputs("No efficiency is known", out);
        return;
    }
    if (workers == 1)
        fputs("A lone worker does ", out);
    else
        fprintf(out, "With %u workers each does ", workers);
    if (lround(low) != lround(high))
        fprintf(out, "%.0f to ", low);
    fprintf(out, "%.0f %% of what %s does", high,
            workers == 1 ? "the baseline" : "one alone");
}

char *scaling_headline(const struct view *view, unsigned panel)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        return NULL;
    write_headline(out, view, panel);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
