/* SPDX-License-Identifier: MIT */
/*
 * Who else computes on this machine. /proc counts the CPU time of each process
 * since its start, so it takes two readings and some patience between them to
 * know who is busy now.
 */
#include "harness/machine/facts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "harness/machine/small_file.h"

enum { PATIENCE_MS = 200, CONSUMERS_MAX = 3 };

/* Less than this share of a core disturbs nobody, and less than two ticks of
 * the clock in so short a time may be none. */
#define CONSUMER_RATIO 0.1

struct process {
    long pid;
    char name[32];
    unsigned long long ticks; /* of CPU time */
};

struct processes {
    struct process *list;
    size_t n;
};

/* "PID (NAME) STATE PPID ..." of /proc/PID/stat; the name may hold anything,
 * also a bracket. The 14th and 15th field are user and system time. */
static int parse_process(const char *text, struct process *ret)
{
    unsigned long long user, system;
    const char *open = strchr(text, '('), *close = strrchr(text, ')');

    if (open == NULL || close == NULL || close < open ||
        sscanf(close + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
               &system) != 2)
        return -EINVAL;
    snprintf(ret->name, sizeof ret->name, "%.*s", (int)(close - open - 1),
             open + 1);
    ret->pid = strtol(text, NULL, 10);
    ret->ticks = user + system;
    return 0;
}

/* Returns false for want of memory. */
static bool add_process(struct processes *all, const struct process *process)
{
    /* Room for twice as many whenever the number is a power of two. */
    if ((all->n & (all->n - 1)) == 0) {
        struct process *list =
            reallocarray(all->list, all->n > 0 ? 2 * all->n : 1, sizeof *list);
        if (list == NULL)
            return false;
        all->list = list;
    }
    all->list[all->n++] = *process;
    return true;
}

static int read_processes(const char *root, struct processes *ret)
{
    char path[PATH_MAX], text[512];
    bool memory = true;

    *ret = (struct processes){.list = NULL};
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *folder = opendir(path);
    if (folder == NULL)
        return -errno;
    for (const struct dirent *entry;
         memory && (entry = readdir(folder)) != NULL;) {
        struct process process;
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        /* One that has ended meanwhile is not there any more. */
        if (isdigit((unsigned char)entry->d_name[0]) &&
            small_file_text(root, path, text, sizeof text) == 0 &&
            parse_process(text, &process) == 0)
            memory = add_process(ret, &process);
    }
    closedir(folder);
    if (!memory)
        free(ret->list);
    return memory ? 0 : -ENOMEM;
}

/* Ticks since the earlier reading; what is new has them all from since then. */
static unsigned long long ticks_since(const struct processes *earlier,
                                      const struct process *process)
{
    for (size_t i = 0; i < earlier->n; i++)
        if (earlier->list[i].pid == process->pid)
            return process->ticks - earlier->list[i].ticks;
    return process->ticks;
}

static int by_ticks(const void *a, const void *b)
{
    const struct process *left = a, *right = b;

    return (left->ticks < right->ticks) - (left->ticks > right->ticks);
}

static json_t *busiest(struct processes *now, double seconds)
{
    json_t *list = json_array();
    double second_ticks = (double)sysconf(_SC_CLK_TCK);

    if (now->n > 0)
        qsort(now->list, now->n, sizeof *now->list, by_ticks);
    for (size_t i = 0; i < now->n && i < CONSUMERS_MAX; i++) {
        const struct process *process = &now->list[i];
        double ratio = (double)process->ticks / second_ticks / seconds;
        if (ratio < CONSUMER_RATIO)
            break;
        json_array_append_new(list,
                              json_pack("{s:s, s:f}", "name", process->name,
                                        "core_ratio", ratio));
    }
    return list;
}

json_t *fact_top_consumers(const char *root, const char *path)
{
    struct processes before, after;
    struct timespec patience = {0, PATIENCE_MS * (long)NS_PER_MS};
    uint64_t began_ns = clock_ns();

    (void)path;
    if (read_processes(root, &before) < 0)
        return NULL;
    while (nanosleep(&patience, &patience) < 0 && errno == EINTR)
        continue;
    if (read_processes(root, &after) < 0) {
        free(before.list);
        return NULL;
    }
    for (size_t i = 0; i < after.n; i++)
        after.list[i].ticks = ticks_since(&before, &after.list[i]);
    json_t *list =
        busiest(&after, (double)(clock_ns() - began_ns) / (double)NS_PER_S);
    free(after.list);
    free(before.list);
    return list;
}
