/* SPDX-License-Identifier: MIT */
/*
 * Two programs in one session. The other one is run through a descriptor of
 * ours, so that a build that replaces its file meanwhile does no harm.
 */
#include "harness/session/against.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/model.h"
#include "harness/configuration.h"
#include "harness/machine/build_id.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/runner.h"
#include "harness/session/session.h"

enum { PATIENCE_S = 10 };

#define SAY(complaint, ...)                                                    \
    ((void)snprintf((complaint)->text, sizeof(complaint)->text, __VA_ARGS__))

void against_free(struct against *against)
{
    if (against == NULL)
        return;
    if (against->fd >= 0)
        close(against->fd);
    free(against->build_id);
    free(against->commit);
    free(against->version);
    free(against->path);
    free(against);
}

/* ---- The program ---- */

/* A script's shell would be timed with it. */
static int check_file(int fd, const char *path, struct complaint *complaint)
{
    struct stat status;
    char start[2] = "";

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        faccessat(fd, "", X_OK, AT_EMPTY_PATH) != 0) {
        SAY(complaint, "--against %s: it is no program that may be run", path);
        return -EACCES;
    }
    if (pread(fd, start, sizeof start, 0) == (ssize_t)sizeof start &&
        memcmp(start, "#!", sizeof start) == 0) {
        SAY(complaint,
            "--against %s: it is a script, whose shell would be timed with it: "
            "name the program itself",
            path);
        return -EINVAL;
    }
    return 0;
}

int against_open(struct session *session, const char *path,
                 struct complaint *complaint)
{
    struct against *against = session->against;

    if (path != NULL) {
        against = calloc(1, sizeof *against);
        if (against == NULL || (against->path = strdup(path)) == NULL) {
            free(against);
            SAY(complaint, "no memory");
            return -ENOMEM;
        }
        against->fd = -1;
        session->against = against;
    }
    against->fd = open(against->path, O_RDONLY | O_CLOEXEC);
    if (against->fd < 0) {
        int error = errno;
        SAY(complaint, "--against %s: %s", against->path, strerror(error));
        return -error;
    }
    snprintf(against->program, sizeof against->program, "/proc/%d/fd/%d",
             getpid(), against->fd);
    return check_file(against->fd, against->path, complaint);
}

/* "heddle 0.1.0 (85b2777b506c), Release, ..." NULL: out is something else. */
static char *read_version(const char *out, char **ret_commit)
{
    char version[64], commit[64];

    if (out == NULL ||
        sscanf(out, "heddle %63s (%63[^)])", version, commit) != 2)
        return NULL;
    *ret_commit = strdup(strcmp(commit, "no commit") == 0 ? "" : commit);
    return strdup(version);
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Takes what is found over, or compares it with what is known. */
static int identify(struct against *against, char *version, char *commit,
                    char *build_id, struct complaint *complaint)
{
    bool known = against->version != NULL;
    bool same = known && same_text(against->version, version) &&
                same_text(against->commit, commit) &&
                same_text(against->build_id, build_id);

    if (!known) {
        against->version = version;
        against->commit = commit;
        against->build_id = build_id;
        return 0;
    }
    free(version);
    free(commit);
    free(build_id);
    if (same)
        return 0;
    SAY(complaint,
        "--against %s: it is no longer the program that the session "
        "began with; start a new session",
        against->path);
    return -EINVAL;
}

int against_check_program(struct session *session, struct runner *runner,
                          struct complaint *complaint)
{
    struct against *against = session->against;
    char *argv[] = {"heddle", "--version", NULL};
    char id[BUILD_ID_ROOM], *commit = NULL;
    struct outcome outcome = {0};
    int result = process_run(&runner->watch, against->program, argv,
                             PATIENCE_S * NS_PER_S, &outcome);

    if (result == 0 && outcome.interrupted) {
        outcome_fini(&outcome);
        return -EINTR;
    }
    char *version = result == 0 && outcome.status == 0
                        ? read_version(outcome.out, &commit)
                        : NULL;
    outcome_fini(&outcome);
    if (version == NULL || commit == NULL) {
        free(version);
        free(commit);
        SAY(complaint, "--against %s: it is no heddle%s%s", against->path,
            result != 0 ? ": " : " (by what it says to --version)",
            result != 0 ? strerror(-result) : "");
        return -EINVAL;
    }
    return identify(against, version, commit,
                    build_id_read(against->program, id) == 0 ? strdup(id)
                                                             : NULL,
                    complaint);
}

int against_check_unchanged(const struct session *session,
                            struct complaint *complaint)
{
    char id[BUILD_ID_ROOM];
    bool has = build_id_read(session->against->program, id) == 0;

    if (same_text(session->against->build_id, has ? id : NULL))
        return 0;
    SAY(complaint, "--against %s: it was overwritten while it was measured",
        session->against->path);
    return -EINVAL;
}

/* ---- The points ---- */

/* The least n for which Holm's test of so many comparisons can say anything:
 * the smallest p value of n blocks is 2^(1-n). */
static unsigned blocks_for(size_t ncomparisons)
{
    double least = 1 + log2((double)ncomparisons / (1 - ESTIMATE_LEVEL));

    return (unsigned)ceil(least);
}

static int copy_point(struct point *ret, const struct point *from)
{
    struct point copy = *from;

    copy.label = strdup(from->label);
    if (copy.label == NULL)
        return -ENOMEM;
    if (configuration_copy(&copy.configuration, &from->configuration) != 0) {
        free(copy.label);
        return -ENOMEM;
    }
    copy.baseline = copy.other = true;
    *ret = copy;
    return 0;
}

int against_double(struct session *session)
{
    struct point *points = calloc(2 * session->npoints + 1, sizeof *points);
    size_t n = 0, nours = 0;

    if (points == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < session->npoints; i++) {
        const struct point *point = &session->points[i];
        points[n] = *point;
        if (point->twin) {
            points[n++].other = true;
            continue;
        }
        points[n++].baseline = false;
        nours++;
        if (copy_point(&points[n], point) != 0) {
            /* The session keeps its own; only the copies go. */
            while (n-- > 0)
                if (points[n].other && !points[n].twin)
                    point_fini(&points[n]);
            free(points);
            return -ENOMEM;
        }
        n++;
    }
    free(session->points);
    session->points = points;
    session->npoints = n;
    for (size_t i = 0; i < session->nexperiments; i++) {
        struct experiment *e = session->experiments[i];
        if (e->blocks_min < blocks_for(nours))
            e->blocks_min = blocks_for(nours);
        if (e->blocks_max < e->blocks_min)
            e->blocks_max = e->blocks_min;
    }
    return 0;
}

/* ---- The work ---- */

/* Has the other program been asked about this work under this model? */
static bool was_asked(const struct session *session, unsigned point)
{
    const struct point *p = &session->points[point];

    for (unsigned i = 0; i < point; i++) {
        const struct point *before = &session->points[i];
        if (before->other &&
            before->configuration.model == p->configuration.model &&
            configuration_same_work(&before->configuration, &p->configuration))
            return true;
    }
    return false;
}

int against_check_work(const struct session *session, struct runner *runner,
                       struct complaint *complaint)
{
    struct complaint found = {""};
    char id[128];

    for (unsigned i = 0; i < session->npoints; i++) {
        if (!session->points[i].other || was_asked(session, i))
            continue;
        int result = runner_check_other(runner, i, &found);
        if (result == 0)
            continue;
        session_point_id(session, i, id, sizeof id);
        SAY(complaint, "--against %.80s: %.80s: %.80s", session->against->path,
            id, found.text);
        return result;
    }
    return 0;
}

/* ---- What came of it ---- */

int against_count_slower(const struct session *session, double limit_ratio,
                         size_t *ret)
{
    size_t nslower = 0;

    for (unsigned e = 0; e < session->nexperiments; e++) {
        struct estimate *estimates;
        size_t n;
        int err = estimate_experiment(session, e, &estimates, &n);
        if (err != 0)
            return err;
        for (size_t i = 0; i < n; i++)
            nslower += !session->points[estimates[i].point].other &&
                       estimates[i].compared &&
                       estimate_is_worse(session, e, estimates[i].verdict,
                                         estimates[i].ratio.ratio, limit_ratio);
        free(estimates);
    }
    *ret = nslower;
    return 0;
}
