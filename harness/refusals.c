/* SPDX-License-Identifier: MIT */
/* Who did not look up, for how long, and what to set. Look at refusals_is_long:
 * a holder that is merely not running at the moment is nobody's fault. */
#include "harness/refusals.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/options.h"
#include "harness/report/table.h"
#include "harness/report/words.h"
#include "harness/session/session.h"

enum { LONG_INTERVALS = 10, LONG_MS = 50 };

/* The place of a parameter; n: there is none. */
static size_t find(const struct parameter *parameters, size_t n,
                   const char *name)
{
    size_t i = 0;

    while (i < n && strcmp(parameters[i].name, name) != 0)
        i++;
    return i;
}

/* NULL: the model has no such parameter. */
static const union value *of_model(const struct configuration *c,
                                   const char *name)
{
    size_t i = find(c->model->parameters, c->model->nparameters, name);

    return i < c->model->nparameters ? &c->model_values[i] : NULL;
}

bool refusals_is_long(const struct configuration *c, double refusal_ns)
{
    const union value *interval_us = of_model(c, "interval_us");
    double long_ns = LONG_MS * NS_PER_MS;

    if (interval_us != NULL &&
        (double)(interval_us->number * NS_PER_US) * LONG_INTERVALS > long_ns)
        long_ns = (double)(interval_us->number * NS_PER_US) * LONG_INTERVALS;
    return refusal_ns > long_ns;
}

/* What keeps a holder from looking up, and can be set. */
static void write_cure(FILE *out, const struct configuration *c)
{
    const struct workload *workload = c->workload;
    const union value *look_every = of_model(c, "look_every");
    const union value *release = of_model(c, "release");
    size_t n = workload->nparameters;

    if (look_every != NULL && look_every->number > 1)
        fprintf(out, "set %s.look_every lower than %" PRIu64, c->model->name,
                look_every->number);
    else if (release != NULL && strcmp(release->text, "always") != 0 &&
             workload->kind != WORKLOAD_CPU)
        fprintf(out, "set %s.release=always", c->model->name);
    else if (find(workload->parameters, n, "grain") < n)
        fprintf(out, "set %s.grain lower, and it looks up in time",
                workload->name);
    else if (find(workload->parameters, n, "yield") < n)
        fprintf(out, "set %s.yield=after, and it looks up", workload->name);
    else
        fputs("it computed for so long without a place to look up", out);
}

void refusals_write(FILE *out, const struct configuration *c, unsigned worker,
                    double refusal_ns)
{
    fprintf(out,
            "in %s x %s worker %u held the GIL for %.0f ms after another had "
            "begun to want it: ",
            c->model->name, c->workload->name, worker, refusal_ns / NS_PER_MS);
    write_cure(out, c);
}

static double measured(const struct measurement *m, const char *name)
{
    for (unsigned i = 0; i < m->nmetrics; i++)
        if (strcmp(m->metrics[i].name, name) == 0)
            return m->metrics[i].value;
    return 0;
}

void refusals_complain(const struct configuration *c,
                       const struct measurement *m)
{
    double refusal_ns = measured(m, "gil_longest_refusal_ns");
    char *text;
    size_t length;

    if (!refusals_is_long(c, refusal_ns))
        return;
    FILE *words = open_memstream(&text, &length);
    if (words == NULL)
        return;
    refusals_write(words, c,
                   (unsigned)measured(m, "gil_longest_refusal_worker"),
                   refusal_ns);
    if (fclose(words) == 0)
        complain("%s", text);
    free(text);
}

/* -1: the run knows of none. */
static double metric(const struct run *run, const char *name)
{
    const json_t *value = json_object_get(run->metrics, name);

    return json_is_number(value) ? json_number_value(value) : -1;
}

static int print_worst(FILE *out, const struct session *session, size_t nlong,
                       const struct run *worst)
{
    char *text;
    size_t length;
    FILE *words = open_memstream(&text, &length);

    if (words == NULL)
        return -ENOMEM;
    fprintf(words,
            "In %zu of %zu runs a worker did not look up while others waited "
            "for the GIL; at worst, ",
            nlong, session->nruns);
    refusals_write(words, &session->points[worst->point].configuration,
                   (unsigned)metric(worst, "gil_longest_refusal_worker"),
                   metric(worst, "gil_longest_refusal_ns"));
    fputs(".", words);
    int result = fclose(words) == 0 ? 0 : -ENOMEM;
    if (result == 0)
        words_paragraph(out, text, TABLE_COLUMNS, 0);
    free(text);
    return result;
}

int refusals_print(FILE *out, const struct session *session)
{
    const struct run *worst = NULL;
    size_t nlong = 0;

    for (size_t i = 0; i < session->nruns; i++) {
        const struct run *run = &session->runs[i];
        double refusal_ns = metric(run, "gil_longest_refusal_ns");
        /* A worker that is no number of one is another program's. */
        double worker = metric(run, "gil_longest_refusal_worker");
        if (!refusals_is_long(&session->points[run->point].configuration,
                              refusal_ns) ||
            !(worker >= 0 && worker < UINT32_MAX))
            continue;
        nlong++;
        if (worst == NULL ||
            refusal_ns > metric(worst, "gil_longest_refusal_ns"))
            worst = run;
    }
    return worst == NULL ? 0 : print_worst(out, session, nlong, worst);
}
