/* SPDX-License-Identifier: MIT */
/* Which session is meant when none is named. Folders of sessions begin with
 * their time, so the newest is the last by name. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

char *session_newest(void)
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
