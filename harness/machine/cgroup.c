/* SPDX-License-Identifier: MIT */
/*
 * Control groups. /proc/self/cgroup names our group, /proc/self/mountinfo where
 * its hierarchy is mounted; then up, folder by folder, since a limit of any
 * group above holds for us as well. Version 1 has a hierarchy for each
 * controller, version 2 one for all, and a machine may have both at once.
 */
#include "harness/machine/cgroup.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/small_file.h"

/* A hierarchy, and our place in it. */
struct hierarchy {
    const char *controller; /* of version 1; "": version 2 */
    char group[PATH_MAX];   /* our group, as /proc/self/cgroup has it */
    char top[PATH_MAX];     /* the group that is mounted */
    char mounted[PATH_MAX]; /* and where */
};

/* Is the word one of a list with commas? "" only matches an empty list. */
static bool listed(const char *list, const char *word)
{
    size_t length = strlen(word);

    if (length == 0)
        return *list == '\0';
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length)
        if ((at == list || at[-1] == ',') &&
            (at[length] == ',' || at[length] == '\0'))
            return true;
    return false;
}

/* A line of /proc/self/cgroup: "ID:CONTROLLERS:GROUP". */
static int find_group(char *line, void *context)
{
    struct hierarchy *hierarchy = context;
    char *controllers = strchr(line, ':');
    char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');

    if (group == NULL)
        return 0;
    *group++ = '\0';
    if (!listed(controllers + 1, hierarchy->controller))
        return 0;
    snprintf(hierarchy->group, sizeof hierarchy->group, "%s", group);
    return 1;
}

/* A line of /proc/self/mountinfo, see proc_pid_mountinfo(5):
 * "ID PARENT DEVICE TOP MOUNTED OPTIONS... - TYPE SOURCE OPTIONS". */
static int find_mount(char *line, void *context)
{
    struct hierarchy *hierarchy = context;
    char type[32];
    char options[256];
    char *rest = strstr(line, " - ");

    if (rest == NULL || sscanf(rest, " - %31s %*s %255s", type, options) != 2)
        return 0;
    bool found = *hierarchy->controller == '\0'
                     ? strcmp(type, "cgroup2") == 0
                     : strcmp(type, "cgroup") == 0 &&
                           listed(options, hierarchy->controller);
    _Static_assert(PATH_MAX == 4096, "the widths of the next line");
    if (found && sscanf(line, "%*s %*s %*s %4095s %4095s", hierarchy->top,
                        hierarchy->mounted) == 2)
        return 1;
    return 0;
}

/* Our group's folder, as far as it can be seen from here: a container may see
 * only a part of the tree, and its own group only by the name outside. */
static void own_folder(const struct hierarchy *hierarchy, char *ret,
                       size_t room)
{
    const char *below = hierarchy->group;
    size_t top = strlen(hierarchy->top);

    if (strcmp(hierarchy->top, "/") != 0) {
        bool inside = strncmp(below, hierarchy->top, top) == 0 &&
                      (below[top] == '/' || below[top] == '\0');
        below = inside ? below + top : "";
    }
    if (strcmp(below, "/") == 0 || strncmp(below, "/..", 3) == 0)
        below = "";
    snprintf(ret, room, "%s%s", hierarchy->mounted, below);
}

/* A number in a file of the group; UINT64_MAX: none, or no limit ("max"). */
static uint64_t group_number(const char *root, const char *folder,
                             const char *file)
{
    char path[2 * PATH_MAX];
    long long number;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    if (small_file_number(root, path, &number) < 0 || number < 0)
        return UINT64_MAX;
    return (uint64_t)number;
}

static void take_smaller(uint64_t *limit, uint64_t other)
{
    if (other < *limit)
        *limit = other;
}

static void take_quota(struct cgroup_limits *limits, const char *folder,
                       const char *file, double quota, double period)
{
    if (!(quota > 0 && period > 0) || quota / period >= limits->cpu_quota_cores)
        return;
    limits->cpu_quota_cores = quota / period;
    if ((size_t)snprintf(limits->cpu_quota_file, sizeof limits->cpu_quota_file,
                         "%s/%s", folder,
                         file) >= sizeof limits->cpu_quota_file)
        limits->cpu_quota_file[0] = '\0'; /* better none than half a name */
}

static void add_throttled(const char *root, const char *folder,
                          struct cgroup_limits *limits)
{
    char path[2 * PATH_MAX];
    char text[32];

    snprintf(path, sizeof path, "%s/cpu.stat", folder);
    if (small_file_field(root, path, "nr_throttled", text, sizeof text) == 0)
        limits->throttled_periods =
            strtoull(text, NULL, 10) + (limits->throttled_periods == UINT64_MAX
                                            ? 0
                                            : limits->throttled_periods);
}

/* `context`: the struct cgroup_limits of cgroup_read_limits. */
typedef void visit_group(const char *root, const char *folder, void *context);

static void visit_version2(const char *root, const char *folder, void *context)
{
    struct cgroup_limits *limits = context;
    char path[2 * PATH_MAX];
    char text[64];
    double quota;
    double period;

    snprintf(path, sizeof path, "%s/cpu.max", folder);
    if (small_file_text(root, path, text, sizeof text) == 0 &&
        sscanf(text, "%lf %lf", &quota, &period) == 2) /* not "max 100000" */
        take_quota(limits, folder, "cpu.max", quota, period);
    add_throttled(root, folder, limits);
    take_smaller(&limits->pids_max, group_number(root, folder, "pids.max"));
    take_smaller(&limits->memory_max_bytes,
                 group_number(root, folder, "memory.max"));
}

static void visit_cpu(const char *root, const char *folder, void *context)
{
    struct cgroup_limits *limits = context;
    uint64_t quota_us = group_number(root, folder, "cpu.cfs_quota_us");
    uint64_t period_us = group_number(root, folder, "cpu.cfs_period_us");

    if (quota_us != UINT64_MAX && period_us != UINT64_MAX)
        take_quota(limits, folder, "cpu.cfs_quota_us", (double)quota_us,
                   (double)period_us);
    add_throttled(root, folder, limits);
}

static void visit_pids(const char *root, const char *folder, void *context)
{
    struct cgroup_limits *limits = context;
    take_smaller(&limits->pids_max, group_number(root, folder, "pids.max"));
}

static void visit_memory(const char *root, const char *folder, void *context)
{
    struct cgroup_limits *limits = context;
    uint64_t bytes = group_number(root, folder, "memory.limit_in_bytes");

    /* Version 1 writes "no limit" as nearly 2^63. */
    if (bytes < UINT64_C(1) << 62)
        take_smaller(&limits->memory_max_bytes, bytes);
}

static void walk_up(const char *root, const char *controller,
                    visit_group *visit, void *context)
{
    struct hierarchy hierarchy = {.controller = controller};
    char folder[2 * PATH_MAX];

    if (small_file_lines(root, "/proc/self/cgroup", find_group, &hierarchy) !=
            1 ||
        small_file_lines(root, "/proc/self/mountinfo", find_mount,
                         &hierarchy) != 1)
        return;
    own_folder(&hierarchy, folder, sizeof folder);
    size_t shortest = strlen(hierarchy.mounted);
    for (;;) {
        visit(root, folder, context);
        char *last = strrchr(folder, '/');
        if (last == NULL || (size_t)(last - folder) < shortest)
            return;
        *last = '\0';
    }
}

void cgroup_read_limits(const char *root, struct cgroup_limits *ret)
{
    *ret = (struct cgroup_limits){
        .cpu_quota_cores = INFINITY,
        .throttled_periods = UINT64_MAX,
        .pids_max = UINT64_MAX,
        .memory_max_bytes = UINT64_MAX,
    };
    walk_up(root, "", visit_version2, ret);
    walk_up(root, "cpu", visit_cpu, ret);
    walk_up(root, "pids", visit_pids, ret);
    walk_up(root, "memory", visit_memory, ret);
}

/* Who wants to see a file of each group. */
struct seeker {
    const char *file;
    void (*visit)(const char *path, void *context);
    void *context;
};

static void visit_file(const char *root, const char *folder, void *context)
{
    const struct seeker *seeker = context;
    char path[2 * PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", folder, seeker->file);
    if (small_file_exists(root, path))
        seeker->visit(path, seeker->context);
}

void cgroup_each_cpu_stat(const char *root,
                          void (*visit)(const char *path, void *context),
                          void *context)
{
    struct seeker seeker = {"cpu.stat", visit, context};

    walk_up(root, "", visit_file, &seeker);
    walk_up(root, "cpu", visit_file, &seeker);
}

void cgroup_each_pids_max(const char *root,
                          void (*visit)(const char *path, void *context),
                          void *context)
{
    struct seeker seeker = {"pids.max", visit, context};

    walk_up(root, "", visit_file, &seeker);
    walk_up(root, "pids", visit_file, &seeker);
}
