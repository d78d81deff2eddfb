/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SESSION_H
#define HARNESS_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/configuration.h"
#include "harness/machine/machine.h"
#include "harness/machine/noise.h"
#include "harness/once/counters.h"

/*
 * What a session is about, what it measured, and where that lies. One session
 * may hold several experiments; all of their runs stand in one list.
 */

/* How a run ended. */
enum run_status {
    RUN_OK,
    RUN_WRONG, /* another digest, step, byte or task count than the reference */
    RUN_FAILED,  /* refused a resource, lost a child, a task failed */
    RUN_TIMEOUT, /* ended by us */
    RUN_STATUS_MAX
};
extern const char *const run_status_names[RUN_STATUS_MAX];

/* One fresh process. Times in ns; those of the run itself as it reported them,
 * wall of the whole process as its parent saw it. */
struct run {
    unsigned point;    /* index into session.points */
    unsigned block;    /* of its experiment, from 0; the discarded one is not
                          kept */
    unsigned position; /* in the block's shuffled order, from 0 */
    uint64_t start_ns; /* since the session began */
    uint64_t wall_ns;  /* whole process, from spawn to exit */
    uint64_t startup_ns, run_ns, shutdown_ns;
    uint64_t user_ns, system_ns; /* over the three, with all workers */
    uint64_t voluntary_switches, involuntary_switches;
    int64_t minor_faults, major_faults; /* FIGURE_UNKNOWN: an older file */
    uint64_t peak_rss_bytes;
    uint64_t peer_cpu_ns;
    uint64_t digest, steps, bytes;
    enum run_status status;
    char *error;        /* in words; NULL if RUN_OK */
    json_t *metrics;    /* an object, perhaps empty; "process_ns" if hyperfine
                           timed the whole process as well */
    struct noise noise; /* around it */
};

/* A configuration in its place in an experiment: one point of a chart. */
struct point {
    unsigned experiment; /* index into session.experiments */
    unsigned panel;      /* of the chart, from 0 */
    char *label;         /* what the chart calls it */
    uint64_t x;          /* the value of the sweep, 0 without one */
    bool baseline;       /* of its panel and x, or of its panel */
    bool twin;  /* the baseline once more (A/A); baseline is set, too */
    bool other; /* run by session.against, not by this program */
    struct configuration configuration;
    /* The reference; known after the self-check. */
    uint64_t digest, steps, bytes;
    uint64_t longest_steps, shortest_steps; /* of a task; 0: not known */
    uint64_t sum_wait_ns, longest_wait_ns;  /* over the tasks; 0: no waits */
    uint64_t reference_ns; /* how long the reference took, with its process */
    char *refused;         /* why it cannot be measured; NULL: it can */
    struct counters counters; /* of its run in the discarded block */
};

struct experiment; /* harness/session/experiment.h */

struct session {
    char *id;          /* <UTC>-<host>-<seed> */
    char *folder;      /* where its files go */
    char *started_utc; /* ISO 8601 */
    uint64_t began_ns;
    uint64_t duration_ns;
    uint64_t planned_ns; /* since it began, when the first block did */
    uint64_t seed;
    double target_ratio; /* the wanted half-width of ratios: 0.015 */
    uint64_t budget_s;   /* 0: none */
    uint64_t timeout_s;  /* of one run */
    uint64_t nblocks;    /* this many whatever the precision; 0: looks decide */
    json_t *argv;        /* the command line */
    char *tool_version;
    char *git_commit;          /* "" if unknown */
    char *build_id;            /* harness/machine/build_id.h; NULL if unknown */
    json_t *resumed_utc;       /* when it was continued: ISO 8601; or NULL */
    json_t *environment;       /* harness/machine/machine.h */
    json_t *environment_after; /* what may have changed meanwhile; NULL: an
                                  older file, or not over yet */
    struct machine_calibration
        calibration; /* before it; median_ns 0: unknown */
    struct machine_grade grade;
    struct against *against; /* harness/session/against.h; NULL: nothing */
    unsigned reruns[NOISE_CAUSES]; /* blocks measured again */
    double steal_ratio;            /* of all CPU time, while it was measuring */
    struct experiment **experiments;
    size_t nexperiments;
    struct point *points;
    size_t npoints;
    struct run *runs; /* of complete blocks only */
    size_t nruns;
    bool complete;
    const char *stop_reason; /* "precision", "blocks", "budget", "interrupted",
                                "wrong work"; of several experiments the last
                                in this list that occurred */
};

/* All zero but for its start: now. Returns 0 or -ENOMEM; end with
 * session_fini. */
int session_init(struct session *ret, uint64_t seed);
void session_fini(struct session *session);

/* Takes over the experiment and its points. Returns 0, or -ENOMEM and then the
 * experiment is still the caller's. */
int session_add_experiment(struct session *session,
                           struct experiment *experiment);

/* Moves the run into the session. Returns 0, or -ENOMEM and then it is still
 * the caller's. */
int session_add_run(struct session *session, const struct run *run);

/* What the two own; not the memory that they stand in. */
void run_fini(struct run *run);
void point_fini(struct point *point);

/* The name of a point in every file: "scaling/threads/4", unique in its
 * session; ".../other" for another program's, ".../twin" for the baseline once
 * more. Cut to the room. */
void session_point_id(const struct session *session, unsigned point, char *text,
                      size_t room);

/* One of the reasons above, as a constant; NULL: text is none of them. */
const char *session_stop_reason(const char *text);

/* The one of two reasons (NULL: none) that a session of both stops with. */
const char *session_outweigh(const char *a, const char *b);

/* Now, as ISO 8601. */
enum { SESSION_UTC = 32 };
void session_utc(char text[SESSION_UTC]);

/* Reads a session from its folder, or from its result.json under any name; its
 * folder is then where that lies. Refuses what is cut off, of a newer major
 * version of the schema, of another program, or names models or workloads that
 * this program does not have. Returns 0, or -errno with one line of complaint;
 * end with session_fini. */
int session_load(const char *name, struct session *ret,
                 struct complaint *complaint);

/* The folder of the newest session below results/, by its name, which begins
 * with its time; NULL: there is none. The caller frees. */
char *session_newest(void);

#endif
