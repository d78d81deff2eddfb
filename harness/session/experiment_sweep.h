/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_EXPERIMENT_SWEEP_H
#define HARNESS_EXPERIMENT_SWEEP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/session/experiment.h"
#include "harness/session/reader.h"

struct configuration;
struct model;
struct reader;
struct workload;

/* The "sweep" of a panel, for the reader of experiments. Functions that return
 * an int return 0, or -EINVAL with a complaint. */

enum {
    SWEEP_VALUES_MAX = 32,
    /* So that integers stay exact in every reader of JSON. */
    WORKERS_LIMIT = 100000,
    TASKS_LIMIT = 100000000,
    RATE_LIMIT = 10000000,
};

/* A model of a panel. One element of "models" may ask for several: every
 * CPython that is here. */
struct choice {
    size_t element;
    const struct model *model;
    bool one_of_all; /* its label says which */
};

/* A panel while it is being read. */
struct draft {
    struct experiment *experiment;
    unsigned panel;
    unsigned ncores;
    const struct workload *workload;
    const json_t *models;
    struct choice choices[READER_NAMES_MAX];
    size_t nchoices;
    uint64_t ntasks;
    const char *baseline;
    bool lacks_baseline; /* it is not on this machine */
    enum sweep sweep;
    const json_t *settings; /* that are swept: lists by name, equally long */
    bool texts; /* the first of them, so there is no axis but rows by name */
    uint64_t values[SWEEP_VALUES_MAX]; /* of point.x */
    size_t nvalues;                    /* 1 without a sweep */
};

/* Fills in sweep, settings, values and nvalues; the first panel's sweep becomes
 * the experiment's, and any other's has to be over the same. */
int sweep_read(struct reader *reader, const json_t *panel, struct draft *draft);

/* What a row is called that the sweep's texts make of one with this label: by
 * the text, behind the label if the panel has several models. Otherwise the
 * label stays. */
void sweep_name(const struct draft *draft, const struct model *model,
                size_t step, char label[READER_NAME]);

/* Does the sweep set something of this model, or of the panel's workload? */
bool sweep_touches(const struct draft *draft, const struct model *model);

/* The panel's points are there: does each setting set something of some? */
int sweep_check_settings(struct reader *reader, const struct draft *draft);

/* Refuses what stands at "set" of the object, and is swept. */
int sweep_check_set(struct reader *reader, const struct draft *draft,
                    const json_t *object);

/* Sets what is a setting, a rate among them, to its value at this step; the
 * reader is at the panel. */
int sweep_apply(struct reader *reader, const struct draft *draft, size_t step,
                struct configuration *configuration);

#endif
