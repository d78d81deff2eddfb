/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_EXPERIMENT_H
#define HARNESS_EXPERIMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/session/quantity.h"

struct complaint;
struct configuration;
struct point;

/*
 * An experiment: a question, and the configurations whose times answer it. It
 * comes from a JSON file (benches/experiments/) that people copy and edit, so
 * every mistake in one is told as "FILE:LINE: what is wrong, what to write".
 */

/* What its chart looks like. */
enum chart {
    CHART_MODELS,      /* models beside each other: wall and CPU time */
    CHART_SCALING,     /* speed-up over the baseline against workers */
    CHART_CONCURRENCY, /* time over the ideal against tasks in flight */
    CHART_STARTUP,     /* what a task costs, and a whole process */
    CHART_MEMORY,      /* bytes per waiting task */
    CHART_LATENCY,     /* percentiles, and latency against load */
    /* Those from here on are drawn from data/NAME-metrics.tsv alone, by the
     * script of their name (harness/report/metrics_data.h). A new one needs no
     * more than its line here, its name in chart_names and the script. */
    CHART_METRICS, /* one metric against what is swept */
    CHART_SERVERS, /* four of a server's against its connections */
    /* The GIL's have their own figures beside it (harness/report/gil_data.h).
     */
    CHART_GIL_WORKERS,  /* speed-up against workers, several on one picture */
    CHART_GIL_INTERVAL, /* latency and its price against the switch interval */
    CHART_GIL_WAITS,    /* shares of requests by the intervals they wait */
    CHART_GIL_SHARE,    /* speed-up against the share outside the lock */
    CHART_GIL_TRADEOFF, /* computing against answering */
    CHART_GIL_RULES,    /* hand-overs and latency, a row a rule */
    CHART_GIL_LOST,     /* lost updates, a row a way to count */
    CHART_GIL_SWITCHES, /* context switches against workers */
    /* These have figures of their own as well. */
    CHART_COSTS,          /* primitives on one axis (harness/report/cost_data.h)
                           */
    CHART_BYTES_PER_TASK, /* memory of a waiting task against their number */
    CHART_MAX
};
extern const char *const chart_names[CHART_MAX];

/* Is it one of those? */
bool chart_of_metrics(enum chart chart);

/* How many panels such a chart has place for. */
size_t chart_panels_max(enum chart chart);

/* What point.x counts. */
enum sweep {
    SWEEP_NONE,
    SWEEP_WORKERS,
    SWEEP_TASKS,
    SWEEP_INFLIGHT, /* of `heddle run` */
    SWEEP_RATE,     /* requests per second */
    SWEEP_SETTING,  /* the first of experiment.swept */
    SWEEP_MAX
};
extern const char *const sweep_names[SWEEP_MAX];

enum {
    EXPERIMENT_PANELS_MAX = 4,
    EXPERIMENT_METRICS_MAX = 16,
    EXPERIMENT_SWEPT_MAX = 8,
};

struct experiment {
    char *name; /* of its file, without .json; "run" for `heddle run` */
    char *question;
    enum chart chart;
    enum sweep sweep;
    char *group; /* measured only if it is asked for by this name; NULL: always
                    among those that `heddle bench` measures */
    /* Of SWEEP_SETTING: "gil.interval_us", and what is set in step with it. */
    char *swept[EXPERIMENT_SWEPT_MAX];
    size_t nswept;
    /* What is estimated of each point beside what it is compared by. */
    struct quantity metrics[EXPERIMENT_METRICS_MAX];
    size_t nmetrics;
    struct quantity compared; /* name NULL: what its kind of chart is about */
    bool quick;               /* part of --quick */
    bool memory;              /* runs look at memory while all tasks wait */
    bool trace;               /* runs keep a trace: slices and hand-overs */
    bool allow_holes;         /* a refused configuration is an answer as well */
    size_t npanels;
    char *panel_titles[EXPERIMENT_PANELS_MAX]; /* "": none */
    unsigned blocks_min, blocks_max;
    uint64_t budget_s; /* the most that it may take, 0: no limit of its own */
    char *left_out;    /* what it asks for that is not on this machine: "CPython
                          2, CPython 3"; NULL: nothing */

    /* Every panel, every x, every model in the order of the file; after the
     * baseline its twin. They move to the session (session_add_experiment),
     * where they stand one after the other. */
    struct point *points;
    size_t npoints;

    /* What came of it. */
    bool begun;       /* the journal of an interrupted session has runs of it */
    unsigned nblocks; /* complete ones; all kept runs are of these */
    const char *stop_reason; /* as in struct session; NULL: not begun */
};

/* An experiment without points, all its fields at their defaults. NULL: no
 * memory. */
struct experiment *experiment_new(const char *name, const char *question,
                                  enum chart chart);
void experiment_free(struct experiment *experiment);

/* Adds a metric, or says by which one points are compared ("run_ns": by run
 * time). The name is copied. Returns 0; -EINVAL if it is no name of a metric;
 * -EEXIST if it is among them; -E2BIG if there are too many; or -ENOMEM. */
int experiment_add_metric(struct experiment *experiment, const char *name);
int experiment_compare_by(struct experiment *experiment, const char *name);

/* Adds a setting to those that are swept. Returns 0; -E2BIG; or -ENOMEM. */
int experiment_add_swept(struct experiment *experiment, const char *name);

/* Does its sweep set something of this configuration, so that its points have
 * an x, which may be 0? */
bool experiment_sweeps(const struct experiment *experiment,
                       const struct configuration *configuration);

/* Adds a point (and its twin, if it is a baseline) by copying `point`; its
 * configuration has to be resolved. Returns 0 or -ENOMEM. */
int experiment_add_point(struct experiment *experiment,
                         const struct point *point);

/* Reads a file; ncores is what "cores" in it stands for. Returns 0; or -EINVAL
 * (or -errno if it cannot be read) with a complaint that begins with the file
 * and the line. The caller frees *ret. */
int experiment_load(const char *path, unsigned ncores, struct experiment **ret,
                    struct complaint *complaint);

/* Where the experiment of that name is: a file of this name, or NAME.json in
 * the folder of experiments. Returns a new path; NULL: there is none. */
char *experiment_find(const char *name);

/* The names of all in the folder of experiments, in the order of the files'
 * names; free with experiment_names_free. Returns how many. */
size_t experiment_names(char ***ret);
void experiment_names_free(char **names, size_t n);

/* The same for people: an array of {"name", "summary", "group"}; the last is
 * null for those of no group. */
json_t *experiment_list(void);

#endif
