/* SPDX-License-Identifier: MIT */
/*
 * Proof of the statistics: thousands of sessions whose truth we chose, judged
 * by the suite's own code, and how often that was right. Seeds are fixed, so
 * the figures are the same on every run and for every number of threads. Look
 * at draw_seed: no draw knows who draws it.
 */
#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/prove/checks.h"
#include "tests/prove/tell.h"

struct settings {
    uint64_t draws, seed, njobs;
    const char *only; /* the id, or how it begins */
    bool json;
    bool expect_missed;
};

/* ---- Drawing ---- */

enum { JOBS_MAX = 64 };

struct job {
    pthread_t thread;
    const struct check *check;
    uint64_t seed, first, step, end;
    struct tally tallies[FIGURES_MAX];
};

/* Draw `number` of a check depends on nothing else that is drawn. FNV-1a, from
 * "The FNV Non-Cryptographic Hash Algorithm" (RFC 9923), of the check's id. */
static uint64_t draw_seed(const struct check *check, uint64_t seed,
                          uint64_t number)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (const char *at = check->id; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
    struct rng rng = {.state = hash ^ seed};
    return rng_next(&rng) + number;
}

static void *run_job(void *context)
{
    struct job *job = context;

    for (uint64_t i = job->first; i < job->end; i += job->step)
        job->check->question->draw(&job->check->scene,
                                   draw_seed(job->check, job->seed, i),
                                   job->tallies);
    return NULL;
}

/* Sums do not depend on who added what. */
static void run_check(const struct check *check,
                      const struct settings *settings,
                      struct tally tallies[FIGURES_MAX])
{
    struct job jobs[JOBS_MAX];
    uint64_t draws = settings->draws / check->question->share;

    for (uint64_t i = 0; i < settings->njobs; i++) {
        jobs[i] = (struct job){.check = check,
                               .seed = settings->seed,
                               .first = i,
                               .step = settings->njobs,
                               .end = draws > 0 ? draws : 1};
        int err = pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]);
        assert(err == 0);
    }
    for (uint64_t i = 0; i < settings->njobs; i++) {
        int err = pthread_join(jobs[i].thread, NULL);
        assert(err == 0);
        for (size_t k = 0; k < FIGURES_MAX; k++) {
            tallies[k].hits += jobs[i].tallies[k].hits;
            tallies[k].n += jobs[i].tallies[k].n;
        }
    }
}

/* ---- All of it ---- */

struct outcome_counts {
    size_t ntargets, nmissed;
};

static void prove(const struct check *check, const struct settings *settings,
                  json_t *list, struct outcome_counts *counts)
{
    struct tally tallies[FIGURES_MAX] = {{0}};

    run_check(check, settings, tallies);
    if (!settings->json)
        printf("%s: %s, noise %.3g %%\n", check->question->text,
               check->scene.weather->text, 100 * check->scene.noise);
    for (size_t i = 0;
         i < FIGURES_MAX && check->question->figures[i].what != NULL; i++) {
        const struct figure *figure = &check->question->figures[i];
        counts->ntargets += tell_has_target(figure);
        counts->nmissed += tell_missed(figure, &tallies[i]);
        if (settings->json)
            json_array_append_new(list, tell_json(check, figure, &tallies[i]));
        else
            tell_figure(check, figure, &tallies[i]);
    }
    fflush(stdout);
}

static struct outcome_counts prove_all(const struct settings *settings)
{
    struct outcome_counts counts = {0};
    json_t *list = json_array();

    if (!settings->json)
        tell_head();
    for (size_t i = 0; i < nchecks; i++)
        if (strncmp(checks[i].id, settings->only, strlen(settings->only)) == 0)
            prove(&checks[i], settings, list, &counts);
    if (settings->json) {
        json_t *all =
            json_pack("{s:I, s:I, s:O}", "draws", (json_int_t)settings->draws,
                      "seed", (json_int_t)settings->seed, "figures", list);
        json_dumpf(all, stdout,
                   JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(9));
        putchar('\n');
        json_decref(all);
    } else {
        printf("%zu of %zu targets met; %" PRIu64 " draws, seed %" PRIu64 "\n",
               counts.ntargets - counts.nmissed, counts.ntargets,
               settings->draws, settings->seed);
    }
    json_decref(list);
    return counts;
}

/* ---- The command line ---- */

static const char usage[] =
    "usage: prove [--draws N] [--seed N] [--jobs N] [--only ID] [--json]\n"
    "             [--expect-missed]\n"
    "How often are the suite's claims right, on machines whose truth is "
    "known?\n"
    "  --draws N        sessions per check (2000)\n"
    "  --seed N         another seed, other draws (1)\n"
    "  --jobs N         threads (one a core); the figures do not depend on it\n"
    "  --only ID        checks whose id begins so: T3, T3.walk\n"
    "  --json           the figures for programs\n"
    "  --expect-missed  succeed if a target is missed: for broken statistics\n"
    "Exit status 1 if a target is missed by more than three standard errors.\n";

static uint64_t whole_number(const char *text, uint64_t least, uint64_t most)
{
    char *end;

    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' &&
        number >= least && number <= most)
        return number;
    fprintf(stderr,
            "prove: '%s': write a whole number from %" PRIu64 " to %" PRIu64
            "\n",
            text, least, most);
    exit(2);
}

static struct settings read_settings(int argc, char **argv)
{
    static const struct option options[] = {
        {"draws", required_argument, NULL, 'd'},
        {"seed", required_argument, NULL, 's'},
        {"jobs", required_argument, NULL, 'j'},
        {"only", required_argument, NULL, 'o'},
        {"json", no_argument, NULL, 'J'},
        {"expect-missed", no_argument, NULL, 'm'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    long ncores = sysconf(_SC_NPROCESSORS_ONLN);
    struct settings settings = {.draws = 2000, .seed = 1, .only = ""};
    int letter;

    settings.njobs = ncores < 1          ? 1
                     : ncores > JOBS_MAX ? JOBS_MAX
                                         : (uint64_t)ncores;
    while ((letter = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (letter == 'd')
            settings.draws = whole_number(optarg, 10, 10000000);
        else if (letter == 's')
            settings.seed = whole_number(optarg, 0, INT64_MAX);
        else if (letter == 'j')
            settings.njobs = whole_number(optarg, 1, JOBS_MAX);
        else if (letter == 'o')
            settings.only = optarg;
        else if (letter == 'J')
            settings.json = true;
        else if (letter == 'm')
            settings.expect_missed = true;
        else {
            fputs(usage, letter == 'h' ? stdout : stderr);
            exit(letter == 'h' ? 0 : 2);
        }
    }
    if (optind < argc) {
        fputs(usage, stderr);
        exit(2);
    }
    return settings;
}

int main(int argc, char **argv)
{
    struct settings settings = read_settings(argc, argv);
    struct outcome_counts counts = prove_all(&settings);

    if (counts.ntargets == 0) {
        fprintf(stderr, "prove: no target in '%s'\n", settings.only);
        return 2;
    }
    return (counts.nmissed > 0) == settings.expect_missed ? 0 : 1;
}
