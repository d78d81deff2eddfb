/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the journal of an interrupted session: they are refused in one
 * line, or their runs become those of the session, which can then be written
 * and read like any other.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/registry.h"
#include "harness/session/experiment.h"
#include "harness/session/journal.h"
#include "harness/session/result.h"
#include "harness/session/session.h"
#include "tests/fuzz/fuzz.h"

/* "first/sequential", its twin, "first/threads", and "second/..." the same. */
static void add_experiment(struct session *session, const char *name)
{
    struct experiment *experiment = experiment_new(name, "?", CHART_MODELS);

    assert(experiment != NULL);
    experiment->npanels = 1;
    experiment->panel_titles[0] = strdup("");
    for (int i = 0; i < 2; i++) {
        char *model = strdup(i == 0 ? "sequential" : "threads");
        struct point point = {.label = model, .baseline = i == 0};
        struct configuration *c = &point.configuration;
        int result =
            configuration_init(c, model_find(model), workload_find("primes"));
        assert(result == 0);
        c->workers = 1;
        c->inflight = c->ntasks = 2;
        result = experiment_add_point(experiment, &point);
        assert(result == 0);
        configuration_fini(c);
        free(model);
    }
    int result = session_add_experiment(session, experiment);
    assert(result == 0);
}

static void make_session(struct session *ret)
{
    int result = session_init(ret, 1);

    assert(result == 0);
    ret->folder = strdup(fuzz_folder());
    ret->environment = json_object();
    ret->target_ratio = 0.015;
    add_experiment(ret, "first");
    add_experiment(ret, "second");
}

static void write_and_read(const struct session *session)
{
    struct session again;
    struct complaint complaint = {""};

    int result = result_write(session);
    assert(result == 0);
    result = session_load(fuzz_folder(), &again, &complaint);
    if (result != 0)
        fprintf(stderr, "%s\n", complaint.text);
    assert(result == 0 && again.nruns == session->nruns);
    session_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct session session;
    struct record record;
    struct complaint complaint = {""};
    const char *path = fuzz_write("samples.ndjson", data, size);

    make_session(&session);
    if (record_init(&record, fuzz_folder(), &session, &complaint) != 0) {
        fuzz_check_complaint(complaint.text, path);
    } else {
        assert(record.nruns == session.nruns);
        assert(record.sound_bytes >= 0 && (size_t)record.sound_bytes <= size);
        write_and_read(&session);
        record_fini(&record);
    }
    session_fini(&session);
    return 0;
}
