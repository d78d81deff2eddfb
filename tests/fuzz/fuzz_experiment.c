/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as an experiment: they are refused in one line, or they become a
 * plan whose every configuration has its command line. A session of it without
 * a single run must be readable again: whoever measures hours must not end with
 * a file that the program itself refuses.
 */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/session/experiment.h"
#include "harness/session/plan.h"
#include "harness/session/result.h"
#include "harness/session/session.h"
#include "tests/fuzz/fuzz.h"

enum { NCORES = 4 };

static void check_configuration(const struct configuration *configuration)
{
    char text[256];
    char **argv = configuration_argv(configuration);

    assert(argv != NULL);
    configuration_argv_free(argv);
    configuration_settings_text(configuration, text, sizeof text);
    assert(configuration->workers > 0 && configuration->inflight > 0 &&
           configuration->ntasks > 0);
}

static void print_plan(const struct session *session)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    plan_print(out, session);
    fclose(out);
    assert(size > 0);
    free(text);
}

static void write_and_read(struct session *session)
{
    struct session again;
    struct complaint complaint = {""};

    session->folder = strdup(fuzz_folder());
    session->environment = json_object();
    session->target_ratio = 0.015;
    int result = result_write(session);
    assert(result == 0);
    result = session_load(fuzz_folder(), &again, &complaint);
    if (result != 0)
        fprintf(stderr, "%s\n", complaint.text);
    assert(result == 0 && again.npoints == session->npoints);
    session_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct experiment *experiment;
    struct session session;
    struct complaint complaint = {""};
    const char *path = fuzz_write("trial.json", data, size);

    if (experiment_load(path, NCORES, &experiment, &complaint) != 0) {
        fuzz_check_complaint(complaint.text, path);
        return 0;
    }
    int result = session_init(&session, 1);
    assert(result == 0);
    result = session_add_experiment(&session, experiment);
    assert(result == 0);
    for (size_t i = 0; i < session.npoints; i++)
        check_configuration(&session.points[i].configuration);
    print_plan(&session);
    write_and_read(&session);
    session_fini(&session);
    return 0;
}
