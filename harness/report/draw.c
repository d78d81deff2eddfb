/* SPDX-License-Identifier: MIT */
/*
 * Drawing is another program's work. The script lies beside the sources or is
 * installed; it is told apart from anything else by lying where we look.
 */
#include "harness/report/draw.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/version.h"

bool draw_has_gnuplot(void)
{
    const char *path = getenv("PATH");
    char file[4096];

    while (path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        snprintf(file, sizeof(file), "%.*s/gnuplot", (int)length, path);
        if (length > 0 && access(file, X_OK) == 0)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

static const char *find_script(void)
{
    static const char *const places[] = {
        "./scripts/draw",
        HEDDLE_SOURCE "/scripts/draw",
        HEDDLE_SHARE "/draw",
    };
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (access(places[i], X_OK) == 0)
            return places[i];
    }
    return NULL;
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

/* posix_spawn does not change its arguments, whatever its type says. */
static int run_script(const char *first, const char *second, const char *third,
                      int out)
{
    const char *script = find_script();
    posix_spawn_file_actions_t actions;
    pid_t pid;

    if (script == NULL)
        return -ENOENT;
    int err = posix_spawn_file_actions_init(&actions);
    if (err != 0)
        return -err;
    char *argv[] = {(char *)script, (char *)first, (char *)second,
                    (char *)third, NULL};
    err = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (err == 0)
        err = posix_spawn(&pid, script, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return err != 0 ? -err : wait_for(pid);
}

int draw_session(const char *folder, int out)
{
    return run_script(folder, "plots", NULL, out);
}

int draw_picture(const char *data, const char *file)
{
    return run_script("--picture", data, file, STDOUT_FILENO);
}
