/* SPDX-License-Identifier: MIT */
/*
 * plan.json is a result without runs, and is read like any result. The runs of
 * the journal come to it one by one. Look at set_clock for what a break costs.
 */
#include "harness/session/resume.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "harness/configuration.h"
#include "harness/session/against.h"
#include "harness/session/journal.h"
#include "harness/session/result.h"
#include "harness/session/resume_check.h"
#include "harness/session/session.h"

/* It goes on where the last run ended. The plan was written when the first
 * block began. */
static void set_clock(struct session *session, uint64_t end_ns)
{
    session->planned_ns = session->duration_ns;
    if (end_ns < session->planned_ns)
        end_ns = session->planned_ns;
    session->began_ns = clock_ns() - end_ns;
}

static int append_now(struct session *session, struct complaint *complaint)
{
    char now[SESSION_UTC];

    session_utc(now);
    if (session->resumed_utc == NULL)
        session->resumed_utc = json_array();
    if (json_array_append_new(session->resumed_utc, json_string(now)) == 0)
        return 0;
    snprintf(complaint->text, sizeof complaint->text, "no memory");
    return -ENOMEM;
}

int resume_load(const char *folder, struct session *ret,
                struct complaint *complaint)
{
    struct session session;
    struct record record;
    int result = resume_check(folder, &session, complaint);

    if (result != 0)
        return result;
    result = record_init(&record, folder, &session, complaint);
    if (result == 0) {
        set_clock(&session, record.end_ns);
        record_fini(&record);
        result = append_now(&session, complaint);
    }
    if (result == 0 && session.against != NULL)
        result = against_open(&session, NULL, complaint);
    if (result != 0)
        session_fini(&session);
    else
        *ret = session;
    return result;
}

int resume_note(const struct session *session)
{
    char *path;

    if (asprintf(&path, "%s/plan.json", session->folder) < 0)
        return -ENOMEM;
    json_t *plan = json_load_file(path, 0, NULL);
    json_object_set(json_object_get(plan, "session"), "resumed_utc",
                    session->resumed_utc);
    int result = result_save(path, plan);
    json_decref(plan);
    free(path);
    return result;
}
