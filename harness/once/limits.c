/* SPDX-License-Identifier: MIT */
/*
 * Looking at what is used up, and telling which of it explains a refusal. It
 * runs wherever the refusal was met, on the smallest of stacks and perhaps
 * without memory: no files of stdio, and a buffer of half a KiB.
 */
#include "harness/once/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/job.h"
#include "harness/machine/cgroup.h"

enum { BUFFER = 512, GROUPS = 8 };

/* ---- Looking ---- */

/* The control groups above us that limit processes, by their pids.max. */
static struct {
    char files[GROUPS][256];
    size_t n;
} groups;

static void note_group(const char *path, void *context)
{
    (void)context;
    if (groups.n < GROUPS && strlen(path) < sizeof groups.files[0])
        snprintf(groups.files[groups.n++], sizeof groups.files[0], "%s", path);
}

/* The beginning of a file as a text; "" if it cannot be read. */
static void read_text(const char *path, char text[BUFFER])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, BUFFER - 1);

    text[n > 0 ? n : 0] = '\0';
    if (fd >= 0)
        close(fd);
}

/* The number in a text behind `name` ("": at its beginning). UINT64_MAX: none,
 * as where it says "max". */
static uint64_t number_behind(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    char *end;

    if (at == NULL)
        return UINT64_MAX;
    at += strlen(name);
    unsigned long long number = strtoull(at, &end, 10);
    return end == at ? UINT64_MAX : number;
}

static uint64_t number_of(const char *path)
{
    char text[BUFFER];

    read_text(path, text);
    return number_behind(text, "");
}

static uint64_t count_mappings(void)
{
    char text[BUFFER];
    uint64_t count = 0;
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    ssize_t n;

    while (fd >= 0 && (n = read(fd, text, sizeof text)) > 0)
        for (ssize_t i = 0; i < n; i++)
            count += text[i] == '\n';
    if (fd >= 0)
        close(fd);
    return count;
}

/* The folder /proc/PID/task has a link for each thread, and two of its own. */
static uint64_t count_threads_of(uid_t user)
{
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    uint64_t count = 0;

    while (processes != NULL && (entry = readdir(processes)) != NULL) {
        char path[300];
        struct stat tasks;
        snprintf(path, sizeof path, "/proc/%s/task", entry->d_name);
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            stat(path, &tasks) == 0 && tasks.st_uid == user)
            count += tasks.st_nlink - 2;
    }
    if (processes != NULL)
        closedir(processes);
    return count;
}

static uint64_t allowed(int resource)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit) < 0 ||
        limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    return limit.rlim_cur;
}

static void look_at_groups(struct limits_seen *seen)
{
    char path[sizeof seen->group_file + 8];

    for (size_t i = 0; i < groups.n; i++) {
        const char *file = groups.files[i];
        size_t folder = strlen(file) - strlen("max");
        snprintf(path, sizeof path, "%.*scurrent", (int)folder, file);
        struct limits_stock stock = {number_of(path), number_of(file)};
        if (stock.allowed == UINT64_MAX || stock.used == UINT64_MAX ||
            (seen->group.allowed != UINT64_MAX &&
             stock.allowed - stock.used >=
                 seen->group.allowed - seen->group.used))
            continue;
        seen->group = stock;
        snprintf(seen->group_file, sizeof seen->group_file, "%s", file);
    }
}

static void look_at_system(struct limits_seen *seen)
{
    char text[BUFFER];

    read_text("/proc/loadavg", text); /* "0.1 0.2 0.3 RUNNING/ALL ..." */
    seen->threads.used = seen->pids.used = number_behind(text, "/");
    seen->threads.allowed = number_of("/proc/sys/kernel/threads-max");
    seen->pids.allowed = number_of("/proc/sys/kernel/pid_max");
    seen->mappings.used = count_mappings();
    seen->mappings.allowed = number_of("/proc/sys/vm/max_map_count");
}

static void look_at_memory(struct limits_seen *seen)
{
    char text[BUFFER];

    seen->address.used =
        number_of("/proc/self/statm") * (uint64_t)sysconf(_SC_PAGESIZE);
    seen->address.allowed = allowed(RLIMIT_AS);
    read_text("/proc/meminfo", text);
    uint64_t kib = number_behind(text, "MemAvailable:");
    seen->available_bytes = kib == UINT64_MAX ? kib : kib << 10;
    if (number_of("/proc/sys/vm/overcommit_memory") != 2)
        return;
    /* These two are far down in the file. */
    int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
    ssize_t n;
    while (fd >= 0 && (n = read(fd, text, sizeof text - 1)) > 0) {
        text[n] = '\0';
        uint64_t most = number_behind(text, "CommitLimit:");
        uint64_t now = number_behind(text, "Committed_AS:");
        if (most != UINT64_MAX)
            seen->committed.allowed = most << 10;
        if (now != UINT64_MAX)
            seen->committed.used = now << 10;
    }
    if (fd >= 0)
        close(fd);
}

void limits_look(struct limits_seen *ret)
{
    const struct limits_stock unknown = {UINT64_MAX, UINT64_MAX};

    *ret = (struct limits_seen){.group = unknown,
                                .user = unknown,
                                .committed = unknown,
                                .descriptors_allowed = allowed(RLIMIT_NOFILE)};
    look_at_groups(ret);
    look_at_system(ret);
    look_at_memory(ret);
    /* The kernel does not count the threads of the superuser. */
    if (getuid() != 0 && allowed(RLIMIT_NPROC) != UINT64_MAX)
        ret->user = (struct limits_stock){count_threads_of(getuid()),
                                          allowed(RLIMIT_NPROC)};
}

/* ---- Telling ---- */

/* Is there no room for `more`? */
static bool is_full(const struct limits_stock *stock, uint64_t more)
{
    return stock->allowed != UINT64_MAX && stock->used != UINT64_MAX &&
           stock->used + more > stock->allowed;
}

static void tell_stock(const char *name, const struct limits_stock *stock,
                       const char *cure, char *text, size_t room)
{
    snprintf(text, room,
             "%s is %" PRIu64 ", and %" PRIu64 " are in use; raise it: %s",
             name, stock->allowed, stock->used, cure);
}

/* Threads and processes. Ends of processes that are seen late are why it is
 * enough to be near; a thread takes two mappings, its stack and the guard page;
 * the kernel keeps the first 300 numbers for itself. */
static bool tell_threads(const struct limits_seen *seen, char *text,
                         size_t room)
{
    char cure[sizeof seen->group_file + 32];

    if (is_full(&seen->group, 1)) {
        snprintf(cure, sizeof cure, "echo max > %s", seen->group_file);
        tell_stock("pids.max of the control group", &seen->group, cure, text,
                   room);
    } else if (is_full(&seen->user, 1)) {
        tell_stock("RLIMIT_NPROC", &seen->user, "ulimit -u", text, room);
    } else if (is_full(&seen->mappings, 3)) {
        tell_stock("vm.max_map_count", &seen->mappings,
                   "sysctl -w vm.max_map_count=262144", text, room);
    } else if (is_full(&seen->pids, 310)) {
        tell_stock("kernel.pid_max", &seen->pids,
                   "sysctl -w kernel.pid_max=4194304", text, room);
    } else if (is_full(&seen->threads, 10)) {
        tell_stock("kernel.threads-max", &seen->threads,
                   "sysctl -w kernel.threads-max=1000000", text, room);
    } else {
        return false;
    }
    return true;
}

static unsigned long long mebibytes(uint64_t bytes)
{
    return (unsigned long long)(bytes >> 20);
}

/* A single request may be larger than all that is left, so that a limit need
 * not look full: the strictest that there is, is named. */
static bool tell_memory(const struct limits_seen *seen, int error, char *text,
                        size_t room)
{
    if (is_full(&seen->mappings, 3))
        tell_stock("vm.max_map_count", &seen->mappings,
                   "sysctl -w vm.max_map_count=262144", text, room);
    else if (seen->address.allowed != UINT64_MAX)
        snprintf(text, room,
                 "RLIMIT_AS is %llu MiB, and %llu are in use; raise it: ulimit "
                 "-v",
                 mebibytes(seen->address.allowed),
                 mebibytes(seen->address.used));
    else if (seen->committed.allowed != UINT64_MAX &&
             seen->committed.used != UINT64_MAX)
        snprintf(text, room,
                 "vm.overcommit_memory is 2, and of %llu MiB that may be "
                 "promised %llu are; raise it: sysctl -w vm.overcommit_ratio",
                 mebibytes(seen->committed.allowed),
                 mebibytes(seen->committed.used));
    else if (error == ENOMEM && seen->available_bytes != UINT64_MAX)
        snprintf(text, room, "%llu MiB of memory are available",
                 mebibytes(seen->available_bytes));
    else
        return false;
    return true;
}

bool limits_tell(const struct limits_seen *seen, int error, char *text,
                 size_t room)
{
    text[0] = '\0';
    switch (error) {
    case EAGAIN:
        return tell_threads(seen, text, room) ||
               tell_memory(seen, error, text, room);
    case ENOMEM:
        return tell_memory(seen, error, text, room);
    case EMFILE:
        snprintf(text, room,
                 "RLIMIT_NOFILE is %" PRIu64 "; raise it: ulimit -Hn, or as "
                 "root prlimit --pid $$ --nofile=65536:65536",
                 seen->descriptors_allowed);
        return true;
    case ENFILE:
        snprintf(text, room,
                 "fs.file-max is reached; raise it: sysctl -w "
                 "fs.file-max=1000000");
        return true;
    case EADDRNOTAVAIL:
        snprintf(text, room,
                 "net.ipv4.ip_local_port_range is used up; widen "
                 "it: sysctl -w "
                 "net.ipv4.ip_local_port_range='1024 65535'");
        return true;
    default:
        return false;
    }
}

static void look_and_tell(struct job *job, int error)
{
    struct limits_seen seen;

    limits_look(&seen);
    limits_tell(&seen, error, job->limit, sizeof job->limit);
}

/* Where the groups are is looked up now: that takes a large stack. */
void limits_watch(struct job *job)
{
    groups.n = 0;
    cgroup_each_pids_max("", note_group, NULL);
    job->witness = look_and_tell;
}
