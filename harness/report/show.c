/* SPDX-License-Identifier: MIT */
/*
 * An earlier session, told again from its result.json alone. Folders of
 * sessions begin with their time, so the newest is the last by name.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine/machine.h"
#include "harness/options.h"
#include "harness/report/report.h"
#include "harness/session/session.h"

static char *result_of(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s/%s/result.json", folder, name) < 0 ? NULL : path;
}

static int is_session(const struct dirent *entry)
{
    /* results/reference and results/schema are no sessions of this machine. */
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
        return 0;
    char *path = result_of("results", entry->d_name);
    int found = path != NULL && access(path, R_OK) == 0;
    free(path);
    return found;
}

/* The newest session below results/; NULL: there is none. The caller frees. */
static char *find_newest(void)
{
    struct dirent **entries;
    char *folder = NULL;
    int n = scandir("results", &entries, is_session, alphasort);

    for (int i = 0; i < n; i++) {
        if (i == n - 1 &&
            asprintf(&folder, "results/%s", entries[i]->d_name) < 0)
            folder = NULL;
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return folder;
}

/* Times of another machine say little about this one. */
static void compare_machines(const struct session *session)
{
    char there[128], here[128];
    json_t *environment;

    if (machine_environment("", &environment) != 0)
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
    char *folder =
        options->narguments > 0 ? strdup(options->arguments[0]) : find_newest();
    if (folder == NULL) {
        complain("no session in results/: name its folder, or measure one "
                 "(heddle bench --quick)");
        return EXIT_USAGE;
    }
    int err = session_load(folder, &session, &complaint);
    free(folder);
    if (err != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    compare_machines(&session);
    err = report_session(&session, options);
    session_fini(&session);
    if (err != 0) {
        complain("the session could not be shown: %s", strerror(-err));
        return EXIT_NOT_MEASURED;
    }
    return EXIT_WELL;
}
