/* SPDX-License-Identifier: MIT */
/*
 * A look at /proc: what a process and its children hold, shared pages by their
 * share, and what the kernel holds for everybody. It takes a millisecond and
 * locks each process's map while it lasts: not while a clock runs.
 */
#include "core/footprint.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The sum of `names`, in bytes, from lines "Name:   123 kB"; -errno. */
static int64_t sum_kib_lines(const char *path, const char *const *names)
{
    FILE *file = fopen(path, "re");
    char line[128];
    int64_t sum = 0;

    if (file == NULL)
        return -errno;
    while (fgets(line, sizeof line, file) != NULL)
        for (size_t i = 0; names[i] != NULL; i++) {
            size_t length = strlen(names[i]);
            if (strncmp(line, names[i], length) == 0 && line[length] == ':')
                sum += 1024 * strtoll(line + length + 1, NULL, 10);
        }
    fclose(file);
    return sum;
}

/* The parent of a process; 0: it is gone. */
static pid_t parent_of(pid_t pid)
{
    char path[64], text[512];
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    size_t n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    /* The name in parentheses may hold anything; the last one closes it. */
    const char *after = strrchr(text, ')');
    if (after == NULL || sscanf(after, ") %*c %d", &parent) != 1)
        return 0;
    return parent;
}

static int64_t pss_of(pid_t pid)
{
    static const char *const names[] = {"Pss", NULL};
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
    return sum_kib_lines(path, names);
}

int footprint_look(pid_t measured, struct footprint *ret)
{
    static const char *const names[] = {"KernelStack", "PageTables", "Slab",
                                        NULL};
    int64_t pss = pss_of(measured);
    int64_t kernel = sum_kib_lines("/proc/meminfo", names);
    DIR *processes = opendir("/proc");
    const struct dirent *entry;

    if (processes == NULL)
        return -errno;
    while ((entry = readdir(processes)) != NULL) {
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || parent_of(pid) != measured)
            continue;
        int64_t more = pss_of(pid);
        pss += more > 0 ? more : 0;
    }
    closedir(processes);
    if (pss < 0 || kernel < 0)
        return (int)(pss < 0 ? pss : kernel);
    *ret = (struct footprint){(uint64_t)pss, (uint64_t)kernel};
    return 0;
}

uint64_t footprint_growth(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}
