/* SPDX-License-Identifier: MIT */
/*
 * A session in memory: its name, and lists that grow. The name is the time, the
 * host and the seed, so that folders sort by time and none is used twice.
 */
#include "harness/session/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "harness/machine/build_id.h"
#include "harness/session/against.h"
#include "harness/session/experiment.h"
#include "harness/version.h"

const char *const run_status_names[RUN_STATUS_MAX] = {
    [RUN_OK] = "ok",
    [RUN_WRONG] = "wrong",
    [RUN_FAILED] = "failed",
    [RUN_TIMEOUT] = "timeout",
};

/* From the one everybody wants to the one that outweighs all others. */
static const char *const stop_reasons[] = {"precision", "blocks", "budget",
                                           "interrupted", "wrong work"};

enum { NSTOP_REASONS = sizeof stop_reasons / sizeof *stop_reasons };

const char *session_stop_reason(const char *text)
{
    for (size_t i = 0; i < NSTOP_REASONS; i++)
        if (strcmp(stop_reasons[i], text) == 0)
            return stop_reasons[i];
    return NULL;
}

const char *session_outweigh(const char *a, const char *b)
{
    const char *heavier = NULL;

    for (size_t i = 0; i < NSTOP_REASONS; i++)
        if ((a != NULL && strcmp(stop_reasons[i], a) == 0) ||
            (b != NULL && strcmp(stop_reasons[i], b) == 0))
            heavier = stop_reasons[i];
    return heavier;
}

/* A folder's name is no place for dots, slashes and blanks. */
static void host_name(char *text, size_t room)
{
    if (gethostname(text, room) != 0)
        snprintf(text, room, "host");
    text[room - 1] = '\0';
    text[strcspn(text, ".")] = '\0';
    for (char *at = text; *at != '\0'; at++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                   "0123456789-_",
                   *at) == NULL)
            *at = '-';
    if (*text == '\0')
        snprintf(text, room, "host");
}

void session_utc(char text[SESSION_UTC])
{
    struct tm utc;
    time_t now = time(NULL);

    gmtime_r(&now, &utc);
    strftime(text, SESSION_UTC, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* 2026-11-21T07:08:09Z without what file names had better not have. */
static void shorten_time(const char *utc, char text[SESSION_UTC])
{
    size_t n = 0;

    for (; *utc != '\0'; utc++)
        if (*utc != '-' && *utc != ':')
            text[n++] = *utc;
    text[n] = '\0';
}

static int name_session(struct session *session)
{
    char short_time[SESSION_UTC], long_time[SESSION_UTC], host[65];

    session_utc(long_time);
    shorten_time(long_time, short_time);
    host_name(host, sizeof host);
    if (asprintf(&session->id, "%s-%s-%04" PRIx64, short_time, host,
                 session->seed & 0xffff) < 0) {
        session->id = NULL;
        return -ENOMEM;
    }
    session->started_utc = strdup(long_time);
    return session->started_utc != NULL ? 0 : -ENOMEM;
}

/* The command line, as the kernel keeps it: texts with a zero behind each. */
static json_t *command_line(void)
{
    json_t *argv = json_array();
    char *argument = NULL;
    size_t room = 0;
    FILE *file = fopen("/proc/self/cmdline", "re");

    while (file != NULL && getdelim(&argument, &room, '\0', file) > 0)
        json_array_append_new(argv, json_string(argument));
    if (file != NULL)
        fclose(file);
    free(argument);
    return argv;
}

/* NULL: this program has none. */
static char *own_build_id(void)
{
    char id[BUILD_ID_ROOM];

    return build_id_read("/proc/self/exe", id) == 0 ? strdup(id) : NULL;
}

int session_init(struct session *ret, uint64_t seed)
{
    struct session session = {.seed = seed, .began_ns = clock_ns()};

    session.argv = command_line();
    session.tool_version = strdup(HEDDLE_VERSION);
    session.git_commit = strdup(HEDDLE_COMMIT);
    session.build_id = own_build_id();
    int result = name_session(&session);
    if (session.argv == NULL || session.tool_version == NULL ||
        session.git_commit == NULL)
        result = -ENOMEM;
    if (result != 0)
        session_fini(&session);
    else
        *ret = session;
    return result;
}

void run_fini(struct run *run)
{
    json_decref(run->metrics);
    free(run->error);
}

void point_fini(struct point *point)
{
    configuration_fini(&point->configuration);
    free(point->label);
    free(point->refused);
}

void session_fini(struct session *session)
{
    for (size_t i = 0; i < session->nruns; i++)
        run_fini(&session->runs[i]);
    free(session->runs);
    for (size_t i = 0; i < session->npoints; i++)
        point_fini(&session->points[i]);
    free(session->points);
    for (size_t i = 0; i < session->nexperiments; i++)
        experiment_free(session->experiments[i]);
    free(session->experiments);
    json_decref(session->environment);
    json_decref(session->environment_after);
    json_decref(session->argv);
    json_decref(session->resumed_utc);
    against_free(session->against);
    free(session->build_id);
    free(session->git_commit);
    free(session->tool_version);
    free(session->started_utc);
    free(session->folder);
    free(session->id);
}

int session_add_experiment(struct session *session,
                           struct experiment *experiment)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): a list of pointers. */
    size_t bytes = (session->nexperiments + 1) * sizeof *session->experiments;
    struct experiment **experiments = realloc(session->experiments, bytes);

    if (experiments == NULL)
        return -ENOMEM;
    session->experiments = experiments;
    struct point *points = reallocarray(
        session->points, session->npoints + experiment->npoints + 1,
        sizeof *session->points);
    if (points == NULL)
        return -ENOMEM;
    session->points = points;
    for (size_t i = 0; i < experiment->npoints; i++) {
        points[session->npoints] = experiment->points[i];
        counters_forget(&points[session->npoints].counters);
        points[session->npoints++].experiment = (unsigned)session->nexperiments;
    }
    experiment->npoints = 0;
    experiments[session->nexperiments++] = experiment;
    return 0;
}

int session_add_run(struct session *session, const struct run *run)
{
    /* Room for twice as many whenever the number is a power of two. */
    if ((session->nruns & (session->nruns - 1)) == 0) {
        size_t room = session->nruns > 0 ? 2 * session->nruns : 1;
        struct run *runs =
            reallocarray(session->runs, room, sizeof *session->runs);
        if (runs == NULL)
            return -ENOMEM;
        session->runs = runs;
    }
    session->runs[session->nruns++] = *run;
    return 0;
}

void session_point_id(const struct session *session, unsigned point, char *text,
                      size_t room)
{
    const struct point *p = &session->points[point];
    const struct experiment *experiment = session->experiments[p->experiment];
    const char *panel = experiment->panel_titles[p->panel];
    bool apart = experiment->npanels > 1;
    char x[32] = "";

    if (p->x > 0)
        snprintf(x, sizeof x, "/%" PRIu64, p->x);
    snprintf(text, room, "%s/%s%s%s%s%s%s", experiment->name,
             apart ? panel : "", apart ? "/" : "", p->label, x,
             p->other ? "/other" : "", p->twin ? "/twin" : "");
}
