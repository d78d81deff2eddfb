/* SPDX-License-Identifier: MIT */
/*
 * `heddle demo stall`: a server that does nothing for one second in every ten,
 * seen by those who ask and by a client that asks again only when it has its
 * answer. One run, so no statistics: what happens is certain.
 */
#include <signal.h>
#include <stdio.h>

#include "core/job.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/demo.h"
#include "harness/once/measure.h"
#include "harness/once/reference.h"
#include "harness/options.h"
#include "harness/registry.h"
#include "harness/report/words.h"

enum { REQUESTS = 10000, CLIENTS = 4 };

static const char *const settings[] = {
    "echo.rounds=1",        "echo.connect=inside", "echo.arrivals=constant",
    "echo.rate_per_s=1000", "echo.stall_ms=1000",  "echo.stall_every_ms=10000",
};

static const struct {
    unsigned share;
    const char *title;
} columns[] = {
    {50000, "median"}, {90000, "p90"}, {99000, "p99"}, {99900, "p99.9"}};

enum { NCOLUMNS = sizeof columns / sizeof *columns };

static const struct latency_percentile *at(const struct latency *latency,
                                           unsigned share)
{
    for (size_t i = 0; i < latency->npercentiles; i++)
        if (latency->percentiles[i].share == share)
            return &latency->percentiles[i];
    return NULL; /* not with so many requests */
}

static void print_row(const char *name, const struct latency *latency,
                      bool service)
{
    char number[WORDS_NUMBER];

    printf("  %-22s", name);
    for (size_t i = 0; i < NCOLUMNS; i++) {
        const struct latency_percentile *p = at(latency, columns[i].share);
        double ns = (double)(service ? p->service_ns : p->latency_ns);
        printf(" %9s", words_number(ns * 1e-6, number));
    }
    putchar('\n');
}

static void print_latency(const struct latency *latency)
{
    char number[WORDS_NUMBER];
    const struct latency_percentile *p99 = at(latency, 99000);

    printf("\n  %-22s", "ms");
    for (size_t i = 0; i < NCOLUMNS; i++)
        printf(" %9s", columns[i].title);
    putchar('\n');
    print_row("those who ask wait", latency, false);
    print_row("a closed loop sees", latency, true);
    printf("\n=> p99 is %s ms. It has to be: a tenth of all meet the stall, so "
           "the slowest\n   hundredth are the slowest tenth of these, who wait "
           "900 ms or more.\n",
           words_number((double)p99->latency_ns * 1e-6, number));
    printf("   %d clients that wait for their answers met it once each, and "
           "call p99 %s ms.\n",
           CLIENTS, words_number((double)p99->service_ns * 1e-6, number));
    printf("   Little's law: %.1f requests were in flight on average, counted; "
           "rate times\n   mean latency is %.1f.\n",
           latency->inflight, latency->inflight_expected);
}

static int configure(struct configuration *c, struct complaint *complaint)
{
    int result = 0;

    for (size_t i = 0; i < sizeof settings / sizeof *settings && result == 0;
         i++)
        result = configuration_set(c, settings[i], complaint);
    c->ntasks = REQUESTS;
    c->workers = CLIENTS;
    return result == 0 ? configuration_resolve(c, CLIENTS, complaint) : result;
}

static int show(struct configuration *c)
{
    struct complaint complaint = {"no latency"};
    struct reference expected;
    struct measurement m = {0};
    int result = configure(c, &complaint);
    struct job_plan plan = configuration_plan(c);

    if (result == 0)
        result = reference_compute_apart(&plan, &expected, &complaint);
    if (result == 0)
        result = measure(&plan, &(struct extras){0}, &m, &complaint);
    if (result != 0) {
        complain("%s", complaint.text);
        return EXIT_NOT_MEASURED;
    }
    if (m.result.digest != expected.digest) {
        complain("wrong work: the answers are not the questions");
        return EXIT_WRONG_WORK;
    }
    print_latency(&m.latency);
    return EXIT_WELL;
}

int demo_stall(const struct options *options)
{
    struct configuration c;

    (void)options;
    printf("Ten seconds, %d requests, %d clients ...\n", REQUESTS, CLIENTS);
    fflush(stdout);
    signal(SIGPIPE, SIG_IGN);
    if (configuration_init(&c, model_find("thread_pool"),
                           workload_find("echo")) != 0) {
        complain("no memory");
        return EXIT_NOT_MEASURED;
    }
    int status = show(&c);
    configuration_fini(&c);
    return status;
}
