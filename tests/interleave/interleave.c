/* SPDX-License-Identifier: MIT */
/*
 * Every schedule of a few small programs under the lock, up to the bounds. Ends
 * with status 1 if a property is broken, and prints a schedule that shows it;
 * --expect NAME turns that round: 0 only if that property is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/interleave/explorer.h"

#define AS_CPYTHON                                                             \
    {                                                                          \
        .interval_ns = 5000000, .forced_switching = true,                      \
        .fresh_interval = true                                                 \
    }
#define ALL EXPLORER_UNBOUNDED

/* Bounds as large as a test has time for. Of two threads all preemptions. */
static struct {
    struct scenario scenario;
    struct bounds bounds;
} scenarios[] = {
    {{"two that compute", AS_CPYTHON, {"accr", "accr"}}, {ALL, 2, 1}},
    {{"three that go soon", AS_CPYTHON, {"acr", "ar", "ar"}}, {2, 1, 0}},
    {{"one computes, one does I/O", AS_CPYTHON, {"accr", "ariar"}},
     {ALL, 2, 1}},
    {{"three that compute", AS_CPYTHON, {"acr", "acr", "acr"}}, {1, 2, 0}},
    {{"two compute, one does I/O", AS_CPYTHON, {"acr", "acr", "ariar"}},
     {0, 2, 0}},
    {{"all are woken",
      {.interval_ns = 5000000,
       .forced_switching = true,
       .fresh_interval = true,
       .wake_all = true},
      {"acr", "acr", "ar"}},
     {0, 2, 0}},
    {{"no forced switching",
      {.interval_ns = 5000000, .fresh_interval = true},
      {"accr", "accr"}},
     {ALL, 2, 1}},
    {{"no fresh interval",
      {.interval_ns = 5000000, .forced_switching = true},
      {"acr", "acr", "ar"}},
     {0, 2, 0}},
};
enum { NSCENARIOS = sizeof scenarios / sizeof *scenarios };

static const char *expected;

static void usage(void)
{
    printf("usage: [--preemptions N] [--time-outs N] [--spurious N] "
           "[--expect PROPERTY]\n\nProperties:\n");
    for (unsigned i = 0; i < explorer_nproperties; i++)
        printf("  %-18s  %s\n", explorer_properties[i].name,
               explorer_properties[i].meaning);
}

/* In all scenarios alike. */
static void set_bound(const char *option, unsigned value)
{
    for (unsigned i = 0; i < NSCENARIOS; i++) {
        struct bounds *bounds = &scenarios[i].bounds;
        if (strcmp(option, "--preemptions") == 0)
            bounds->preemptions = value;
        else if (strcmp(option, "--time-outs") == 0)
            bounds->time_outs = value;
        else
            bounds->spurious = value;
    }
}

static int read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        bool is_bound = strcmp(argv[i], "--preemptions") == 0 ||
                        strcmp(argv[i], "--time-outs") == 0 ||
                        strcmp(argv[i], "--spurious") == 0;
        char *end = NULL;
        unsigned long value = i + 1 < argc ? strtoul(argv[i + 1], &end, 10) : 0;
        if (is_bound && end != NULL && *end == '\0' && end != argv[i + 1])
            set_bound(argv[i], (unsigned)value);
        else if (strcmp(argv[i], "--expect") == 0 && i + 1 < argc)
            expected = argv[i + 1];
        else
            return -1;
    }
    return 0;
}

static struct findings explore(unsigned which)
{
    const struct scenario *scenario = &scenarios[which].scenario;
    const struct bounds *bounds = &scenarios[which].bounds;
    char preemptions[16] = "all";

    if (bounds->preemptions != EXPLORER_UNBOUNDED)
        snprintf(preemptions, sizeof preemptions, "%u", bounds->preemptions);
    struct findings findings = explorer_explore(scenario, bounds);
    printf("%-27s %11s %9u %8u %9" PRIu64 " %9" PRIu64 " %7u %6u  %s\n",
           scenario->name, preemptions, bounds->time_outs, bounds->spurious,
           findings.nschedules, findings.nstates, findings.most_steps,
           findings.most_passed_over,
           findings.broken == NULL ? "all hold" : findings.broken);
    fflush(stdout);
    return findings;
}

static const char *meaning_of(const char *property)
{
    unsigned i = 0;

    while (strcmp(explorer_properties[i].name, property) != 0)
        i++;
    return explorer_properties[i].meaning;
}

/* Returns whether it is as expected. */
static bool report(unsigned which, const struct findings *findings)
{
    const struct scenario *scenario = &scenarios[which].scenario;

    printf("\nBroken: %s (%s).\n%s\n\nA schedule that shows it, for",
           findings->broken, meaning_of(findings->broken), findings->sentence);
    for (unsigned i = 0; i < EXPLORER_THREADS; i++)
        if (scenario->programs[i] != NULL)
            printf(" %c = %s", (char)('A' + (int)i), scenario->programs[i]);
    printf("\n(a gil_acquire, c gil_checkpoint, r gil_release, i input):\n\n");
    explorer_tell(scenario);
    printf("\n%s\n", findings->sentence);
    return expected != NULL && strcmp(expected, findings->broken) == 0;
}

int main(int argc, char **argv)
{
    bool as_expected = false;
    unsigned i = 0;
    struct findings findings = {.broken = NULL};

    if (read_options(argc, argv) != 0) {
        usage();
        return strcmp(argv[1], "--help") == 0 ? 0 : 2;
    }
    printf("%-27s %11s %9s %8s %9s %9s %7s %6s\n", "", "preemptions",
           "time-outs", "spurious", "schedules", "states", "longest", "passed");
    while (i < NSCENARIOS && findings.broken == NULL)
        findings = explore(i++);
    if (findings.broken != NULL)
        as_expected = report(i - 1, &findings);
    else
        as_expected = expected == NULL;
    if (expected != NULL && !as_expected)
        printf("Expected to be broken: %s.\n", expected);
    return as_expected ? 0 : 1;
}
