/* SPDX-License-Identifier: MIT */
/* What `once` and `run` make of their options alike. */
#include "harness/configuration.h"
#include "harness/machine/cores.h"
#include "harness/options.h"

int configuration_apply(struct configuration *c, const struct options *options)
{
    struct complaint complaint;

    c->ntasks = options->tasks;
    c->pin = options->pin;
    if (options->seed_given)
        c->seed = options->seed;
    for (size_t i = 0; i < options->nsets; i++)
        if (configuration_set(c, options->sets[i], &complaint) != 0) {
            complain("--set: %s", complaint.text);
            return EXIT_USAGE;
        }
    if (configuration_resolve(c, cores_usable(""), &complaint) != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    return 0;
}
