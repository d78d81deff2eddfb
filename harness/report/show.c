/* SPDX-License-Identifier: MIT */
/* An earlier session, told again from its result.json alone. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine/machine.h"
#include "harness/options.h"
#include "harness/report/report.h"
#include "harness/session/session.h"

static bool is_there(const char *folder, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", folder, name) < 0)
        return false;
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

/* By its end, or that of the machine: there is a plan and no result. */
static bool was_cut_short(const char *folder)
{
    return is_there(folder, "plan.json") && !is_there(folder, "result.json");
}

/* Times of another machine say little about this one. */
static void compare_machines(const struct session *session)
{
    char there[128], here[128];
    json_t *environment;

    if (machine_environment(machine_root(), &environment) != 0)
        return;
    machine_name(session->environment, there, sizeof there);
    machine_name(environment, here, sizeof here);
    if (strcmp(there, here) != 0)
        complain("this session is of another machine: %s; this one is %s",
                 there, here);
    json_decref(environment);
}

int command_show(const struct options *options)
{
    struct session session;
    struct complaint complaint = {""};
    char *name = options->narguments > 0 ? strdup(options->arguments[0])
                                         : session_newest();
    if (name == NULL) {
        complain("no session in results/: name its folder, or measure one "
                 "(heddle bench --quick)");
        return EXIT_USAGE;
    }
    int err = session_load(name, &session, &complaint);
    if (err != 0 && was_cut_short(name))
        complain("%s: it was cut short; heddle bench --resume %s goes on", name,
                 name);
    else if (err != 0)
        complain("%s", complaint.text);
    free(name);
    if (err != 0)
        return EXIT_USAGE;
    compare_machines(&session);
    err = report_session(&session, options);
    session_fini(&session);
    if (err != 0) {
        complain("the session could not be shown: %s", strerror(-err));
        return EXIT_NOT_MEASURED;
    }
    return EXIT_WELL;
}
