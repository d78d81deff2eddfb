/* SPDX-License-Identifier: MIT */
/* Measures experiments from their files: those that were named, a group of them
 * by its name, or all that are of no group, with --quick those that say so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/machine/cores.h"
#include "harness/options.h"
#include "harness/session/against.h"
#include "harness/session/conduct.h"
#include "harness/session/experiment.h"
#include "harness/session/resume.h"
#include "harness/session/session.h"

/* How much is asked for; options.c tells it to people. Ratios to 0.5 % take
 * more than a hundred blocks where a run varies by 2 %; beyond STATS_EXACT_MAX
 * there is no exact interval. Every run is a process with addresses of its own,
 * but the order of the code in the program is that of one link: what depends on
 * it is seen by building in another order and --against, not by more blocks. */
static const struct level {
    double target_ratio;
    uint64_t budget_s;
    unsigned blocks_max; /* 0: as the experiments say */
} plain = {0.015, 270, 0}, quick = {0.05, 60, 10},
  rigorous = {0.005, 1800, 200};

enum { TIMEOUT_S = 60 };

/* Which ones of the folder are measured. */
struct choice {
    const char *group; /* NULL: those of none */
    bool only_quick;
};

static bool is_chosen(const struct choice *choice,
                      const struct experiment *experiment)
{
    if (choice->only_quick && !experiment->quick)
        return false;
    if (choice->group == NULL || experiment->group == NULL)
        return choice->group == experiment->group;
    return strcmp(choice->group, experiment->group) == 0;
}

static void tell_left_out(const struct experiment *experiment)
{
    if (experiment->left_out != NULL)
        complain("%s: no %s on this machine: %s left out", experiment->name,
                 experiment->left_out,
                 experiment->npoints > 0 ? "its points are" : "it is");
}

/* Returns 0 or an exit status, after a complaint. *ret: NULL if it is not
 * chosen (without a choice it is), or nothing of it can be measured. */
static int load(const char *name, const struct choice *choice,
                struct experiment **ret)
{
    struct complaint complaint;
    struct experiment *experiment;
    char *path = experiment_find(name);

    *ret = NULL;
    if (path == NULL) {
        complain("there is no experiment and no group %s; `heddle list` names "
                 "them, and a file of your own ends in .json",
                 name);
        return EXIT_USAGE;
    }
    int result =
        experiment_load(path, cores_usable(""), &experiment, &complaint);
    free(path);
    if (result != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    bool chosen = choice == NULL || is_chosen(choice, experiment);
    if (chosen)
        tell_left_out(experiment);
    if (chosen && experiment->npoints > 0)
        *ret = experiment;
    else
        experiment_free(experiment);
    return 0;
}

static int add(struct session *session, const char *name,
               const struct choice *choice, unsigned blocks_max)
{
    struct experiment *experiment;
    int status = load(name, choice, &experiment);

    if (status != 0 || experiment == NULL)
        return status;
    for (size_t i = 0; i < session->nexperiments; i++)
        if (strcmp(session->experiments[i]->name, experiment->name) == 0) {
            complain("%s: name it once", experiment->name);
            experiment_free(experiment);
            return EXIT_USAGE;
        }
    if (blocks_max > 0)
        experiment->blocks_max = blocks_max;
    if (experiment->blocks_min > experiment->blocks_max)
        experiment->blocks_min = experiment->blocks_max;
    if (session_add_experiment(session, experiment) != 0) {
        complain("no memory");
        experiment_free(experiment);
        return EXIT_NOT_MEASURED;
    }
    return 0;
}

static int add_chosen(struct session *session, const struct choice *choice,
                      unsigned blocks_max)
{
    char **names;
    size_t n = experiment_names(&names);
    int status = 0;

    for (size_t i = 0; i < n && status == 0; i++)
        status = add(session, names[i], choice, blocks_max);
    experiment_names_free(names, n);
    return status;
}

static int add_all(struct session *session, bool only_quick,
                   unsigned blocks_max)
{
    const struct choice choice = {.only_quick = only_quick};
    int status = add_chosen(session, &choice, blocks_max);

    if (status == 0 && session->nexperiments == 0) {
        complain("there are no experiments in benches/experiments, nor where "
                 "this program was installed");
        status = EXIT_USAGE;
    }
    return status;
}

/* An experiment, or if there is none of that name, a whole group. */
static int add_named(struct session *session, const char *name,
                     unsigned blocks_max)
{
    const struct choice choice = {.group = name};
    size_t nbefore = session->nexperiments;
    char *path = experiment_find(name);

    if (path == NULL) {
        int status = add_chosen(session, &choice, blocks_max);
        if (status != 0 || session->nexperiments > nbefore)
            return status;
    }
    free(path);
    return add(session, name, NULL, blocks_max);
}

/* Experiments that say how long they take, each of them, get that long. */
static void add_up_budgets(struct session *session)
{
    uint64_t sum_s = 0;

    for (size_t i = 0; i < session->nexperiments; i++) {
        if (session->experiments[i]->budget_s == 0)
            return;
        sum_s += session->experiments[i]->budget_s;
    }
    if (session->budget_s < sum_s)
        session->budget_s = sum_s;
}

static int fill(struct session *session, const struct options *options)
{
    const struct level *level = options->quick      ? &quick
                                : options->rigorous ? &rigorous
                                                    : &plain;
    int status = 0;

    session->target_ratio =
        options->target > 0 ? options->target : level->target_ratio;
    session->nblocks = options->blocks;
    session->budget_s = options->budget_s > 0 ? options->budget_s
                        : options->blocks > 0 ? 0
                                              : level->budget_s;
    session->timeout_s =
        options->timeout_s > 0 ? options->timeout_s : TIMEOUT_S;
    for (size_t i = 0; i < options->narguments && status == 0; i++)
        status = add_named(session, options->arguments[i], level->blocks_max);
    if (options->narguments == 0)
        status = add_all(session, options->quick, level->blocks_max);
    if (level == &plain && options->budget_s == 0 && options->blocks == 0)
        add_up_budgets(session);
    /* Each has said what it lacks. */
    if (status == 0 && session->nexperiments == 0)
        status = EXIT_NOT_MEASURED;
    return status;
}

/* Against another build: returns 0 or an exit status, after a complaint. */
static int face(struct session *session, const struct options *options)
{
    struct complaint complaint = {""};

    if (against_open(session, options->against, &complaint) != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    if (against_double(session) == 0)
        return 0;
    complain("no memory");
    return EXIT_NOT_MEASURED;
}

/* The plan stands; only how it is reported may be chosen anew. */
static int check_resume(const struct options *options)
{
    const char *given = options->narguments > 0    ? options->arguments[0]
                        : options->seed_given      ? "--seed"
                        : options->blocks > 0      ? "--blocks"
                        : options->budget_s > 0    ? "--budget"
                        : options->target > 0      ? "--target"
                        : options->timeout_s > 0   ? "--timeout"
                        : options->quick           ? "--quick"
                        : options->rigorous        ? "--rigorous"
                        : options->out != NULL     ? "--out"
                        : options->against != NULL ? "--against"
                                                   : NULL;
    if (given == NULL)
        return 0;
    complain("--resume goes on with the session's own plan: leave out %s",
             given);
    return EXIT_USAGE;
}

static int resume(const struct options *options)
{
    struct complaint complaint = {""};
    struct session session;
    int status = check_resume(options);

    if (status != 0)
        return status;
    if (resume_load(options->resume, &session, &complaint) != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    if (options->fail_above > 0 && session.against == NULL) {
        complain("--fail-above: the session is not one --against a program");
        status = EXIT_USAGE;
    } else {
        status = conduct(&session, options);
    }
    session_fini(&session);
    return status;
}

int command_bench(const struct options *options)
{
    struct session session;

    if (options->resume != NULL)
        return resume(options);
    if (options->fail_above > 0 && options->against == NULL) {
        complain("--fail-above: with --against alone there is something to "
                 "fail at");
        return EXIT_USAGE;
    }
    if (options->quick && options->rigorous) {
        complain("--quick and --rigorous: choose one");
        return EXIT_USAGE;
    }
    if (session_init(&session, options->seed_given ? options->seed
                                                   : conduct_seed()) != 0) {
        complain("no memory");
        return EXIT_NOT_MEASURED;
    }
    int status = fill(&session, options);
    if (status == 0 && options->against != NULL)
        status = face(&session, options);
    if (status == 0)
        status = conduct(&session, options);
    session_fini(&session);
    return status;
}
