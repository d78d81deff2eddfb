/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CONFIGURATION_H
#define HARNESS_CONFIGURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/parameter.h"

struct job_plan;
struct model;
struct options;
struct workload;

/*
 * A configuration: model, workload, and all their parameters. The command line
 * and the experiment files both end here, so that one place knows what goes
 * together and says what does not, in one sentence.
 */
struct configuration {
    const struct model *model;
    const struct workload *workload;
    union value *model_values;    /* one per parameter of the model */
    union value *workload_values; /* one per parameter of the workload */
    unsigned workers;             /* 0 until resolved: the default */
    uint64_t inflight;            /* 0 until resolved: the default */
    uint64_t ntasks;              /* 0 until resolved: the default */
    uint64_t seed;
    bool pin; /* worker i to the i-th usable core: not for every model */
};

/* Room for one line of complaint. */
struct complaint {
    char text[512];
};

/* All defaults. Returns 0 or -ENOMEM; end with configuration_fini. */
int configuration_init(struct configuration *ret, const struct model *model,
                       const struct workload *workload);
int configuration_copy(struct configuration *ret,
                       const struct configuration *from);
void configuration_fini(struct configuration *configuration);

/* Sets a parameter from "OWNER.name=value", where OWNER is the name of the
 * model or of the workload. A setting for another model or workload that exists
 * is passed over (one --set serves a list of models); its value is checked all
 * the same. Returns 0, or -EINVAL with a complaint. */
int configuration_set(struct configuration *configuration, const char *setting,
                      struct complaint *complaint);

/* Is a setting of this name, "OWNER.name", one for its model or workload, and
 * not passed over? */
bool configuration_takes(const struct configuration *configuration,
                         const char *name);

/* Fills in the defaults of workers, inflight and ntasks (design: usable cores
 * for work of the CPU, all tasks at once for I/O) and refuses what does not
 * apply to the model, for example workers of `sequential`. Returns 0, or
 * -EINVAL with a complaint. */
int configuration_resolve(struct configuration *configuration, unsigned ncores,
                          struct complaint *complaint);

/* Refuses arrivals, rates and stalls of which one half is missing; part of
 * configuration_resolve. */
int configuration_check_arrivals(const struct configuration *configuration,
                                 struct complaint *complaint);

/* The workers of a fixed crew if nothing is said: a core each, or one for each
 * task if all have to be under way at once; and the refusal of fewer than that.
 * Parts of configuration_resolve. */
unsigned configuration_crew(const struct configuration *configuration,
                            unsigned ncores);
int configuration_check_at_once(const struct configuration *configuration,
                                struct complaint *complaint);

/* Do its tasks arrive by plan (core/arrivals.h)? */
bool configuration_arrivals(const struct configuration *configuration);

/* Takes tasks, seed, pin and settings from the command line, then resolves.
 * Returns 0, or EXIT_USAGE after a complaint on standard error. */
int configuration_apply(struct configuration *configuration,
                        const struct options *options);

/* The plan of a job; it borrows from the configuration. */
struct job_plan configuration_plan(const struct configuration *configuration);

/* The arguments after "heddle" that make `heddle once` run this resolved
 * configuration: a list that ends with NULL; free with configuration_argv_free.
 * NULL: no memory. */
char **configuration_argv(const struct configuration *configuration);
void configuration_argv_free(char **argv);

/* Do two configurations have to give the same digest, steps and bytes? */
bool configuration_same_work(const struct configuration *a,
                             const struct configuration *b);

/* Calls visit(context, "OWNER.name", "value") for every parameter that differs
 * from its default, those of the workload first. */
typedef void configuration_visit(void *context, const char *name,
                                 const char *value);
void configuration_each_setting(const struct configuration *configuration,
                                configuration_visit *visit, void *context);

/* "OWNER.name=value" for everything that differs from its default, joined by
 * spaces; "" if nothing does. Truncated to the room. */
void configuration_settings_text(const struct configuration *configuration,
                                 char *text, size_t room);

#endif
