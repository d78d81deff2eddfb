/* SPDX-License-Identifier: MIT */
#include "tests/soak/held.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const held_names[HELD_MAX] = {
    [HELD_DESCRIPTORS] = "descriptors",
    [HELD_THREADS] = "threads",
    [HELD_SHARED_MAPPINGS] = "shared mappings",
    [HELD_SHM_FILES] = "files in /dev/shm",
};

/* Without "." and ".."; -1: there is no such folder. */
static long entries(const char *folder)
{
    DIR *dir = opendir(folder);
    long n = -2;

    if (dir == NULL)
        return -1;
    while (readdir(dir) != NULL)
        n++;
    closedir(dir);
    return n;
}

/* Of the kind "r--s"; the access letters say which it is. */
static long shared_mappings(void)
{
    FILE *file = fopen("/proc/self/maps", "re");
    char line[512], access[8];
    long n = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        n += sscanf(line, "%*s %7s", access) == 1 && access[3] == 's';
    if (file != NULL)
        fclose(file);
    return n;
}

void held_look(struct held *ret)
{
    *ret = (struct held){{[HELD_DESCRIPTORS] = entries("/proc/self/fd"),
                          [HELD_THREADS] = entries("/proc/self/task"),
                          [HELD_SHARED_MAPPINGS] = shared_mappings(),
                          [HELD_SHM_FILES] = entries("/dev/shm")}};
}

long held_anonymous_kib(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[128];
    long kib = -1;

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "RssAnon:", 8) == 0)
            kib = strtol(line + 8, NULL, 10);
    if (file != NULL)
        fclose(file);
    return kib;
}
