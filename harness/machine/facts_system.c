/* SPDX-License-Identifier: MIT */
/*
 * Facts about the system: who it is, what it does at this moment, and how many
 * threads, processes and descriptors it will hand out. Look at the limits: an
 * experiment with 10,000 tasks meets one of them on most machines.
 */
#include "harness/machine/facts.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/machine/cgroup.h"
#include "harness/machine/small_file.h"

json_t *fact_text(const char *root, const char *path)
{
    char text[4096];

    /* An empty line is a list of nothing: the empty text. */
    int err = small_file_text(root, path, text, sizeof text);
    return err < 0 ? NULL : json_string(text);
}

json_t *fact_number(const char *root, const char *path)
{
    long long number;

    return small_file_number(root, path, &number) < 0 ? NULL
                                                      : json_integer(number);
}

json_t *fact_flag(const char *root, const char *path)
{
    long long number;

    return small_file_number(root, path, &number) < 0
               ? NULL
               : json_boolean(number != 0);
}

json_t *fact_khz(const char *root, const char *path)
{
    long long khz;

    return small_file_number(root, path, &khz) < 0
               ? NULL
               : json_real((double)khz / 1000);
}

json_t *fact_choice(const char *root, const char *path)
{
    char text[256];
    if (small_file_text(root, path, text, sizeof text) < 0)
        return NULL;

    char *chosen = strchr(text, '[');
    char *end = chosen == NULL ? NULL : strchr(chosen, ']');
    if (end == NULL)
        return NULL;
    *end = '\0';
    return json_string(chosen + 1);
}

json_t *fact_hostname(const char *root, const char *path)
{
    char name[256];
    if (small_file_text(root, path, name, sizeof name) < 0)
        return NULL;

    name[strcspn(name, ".")] = '\0';
    return json_string(name);
}

json_t *fact_container(const char *root, const char *path)
{
    (void)path;
    if (small_file_exists(root, "/.dockerenv"))
        return json_string("docker");
    if (small_file_exists(root, "/run/.containerenv"))
        return json_string("podman");
    return fact_text(root, "/run/systemd/container");
}

struct loadavg {
    double minutes[3]; /* 1, 5, 15 */
    long long runnable;
    long long threads;
};

static int read_loadavg(const char *root, struct loadavg *ret)
{
    char text[128];
    int err = small_file_text(root, "/proc/loadavg", text, sizeof text);
    if (err < 0)
        return err;

    double *minutes = ret->minutes;
    int n = sscanf(text, "%lf %lf %lf %lld/%lld", &minutes[0], &minutes[1],
                   &minutes[2], &ret->runnable, &ret->threads);
    return n == 5 ? 0 : -1;
}

json_t *fact_load(const char *root, const char *path)
{
    struct loadavg load;

    if (read_loadavg(root, &load) < 0)
        return NULL;
    switch (atoi(path)) {
    case 1:
        return json_real(load.minutes[0]);
    case 5:
        return json_real(load.minutes[1]);
    default:
        return json_real(load.minutes[2]);
    }
}

json_t *fact_runnable(const char *root, const char *path)
{
    struct loadavg load;

    (void)path;
    if (read_loadavg(root, &load) < 0)
        return NULL;
    return json_integer(load.runnable > 0 ? load.runnable - 1 : 0);
}

json_t *fact_threads(const char *root, const char *path)
{
    struct loadavg load;

    (void)path;
    return read_loadavg(root, &load) < 0 ? NULL : json_integer(load.threads);
}

json_t *fact_pressure(const char *root, const char *path)
{
    char text[128];
    double percent;

    if (small_file_field(root, path, "some", text, sizeof text) < 0 ||
        sscanf(text, "avg10=%lf", &percent) != 1)
        return NULL;
    return json_real(percent);
}

json_t *fact_memory(const char *root, const char *path)
{
    char text[64];

    if (small_file_field(root, "/proc/meminfo", path, text, sizeof text) < 0)
        return NULL;
    return json_integer(strtoll(text, NULL, 10) * 1024); /* "16309692 kB" */
}

/* A line of /proc/self/limits: "Max open files  1024  4096  files". */
static json_t *limit(const char *root, const char *name, const char *format)
{
    char text[128];
    long long number;

    if (small_file_field(root, "/proc/self/limits", name, text, sizeof text) <
            0 ||
        sscanf(text, format, &number) != 1) /* "unlimited" */
        return NULL;
    return json_integer(number);
}

json_t *fact_limit_soft(const char *root, const char *path)
{
    return limit(root, path, "%lld");
}

json_t *fact_limit_hard(const char *root, const char *path)
{
    return limit(root, path, "%*s %lld");
}

json_t *fact_port_first(const char *root, const char *path)
{
    return fact_number(root, path);
}

json_t *fact_port_last(const char *root, const char *path)
{
    char text[64];
    long long last;

    if (small_file_text(root, path, text, sizeof text) < 0 ||
        sscanf(text, "%*d %lld", &last) != 1)
        return NULL;
    return json_integer(last);
}

json_t *fact_quota_cores(const char *root, const char *path)
{
    struct cgroup_limits limits;

    (void)path;
    cgroup_read_limits(root, &limits);
    return isfinite(limits.cpu_quota_cores) ? json_real(limits.cpu_quota_cores)
                                            : NULL;
}

json_t *fact_quota_file(const char *root, const char *path)
{
    struct cgroup_limits limits;

    (void)path;
    cgroup_read_limits(root, &limits);
    return *limits.cpu_quota_file == '\0' ? NULL
                                          : json_string(limits.cpu_quota_file);
}

static json_t *unless_unlimited(uint64_t number)
{
    return number > LLONG_MAX ? NULL : json_integer((json_int_t)number);
}

json_t *fact_throttled_periods(const char *root, const char *path)
{
    struct cgroup_limits limits;

    (void)path;
    cgroup_read_limits(root, &limits);
    return unless_unlimited(limits.throttled_periods);
}

json_t *fact_pids_max(const char *root, const char *path)
{
    struct cgroup_limits limits;

    (void)path;
    cgroup_read_limits(root, &limits);
    return unless_unlimited(limits.pids_max);
}

json_t *fact_memory_max(const char *root, const char *path)
{
    struct cgroup_limits limits;

    (void)path;
    cgroup_read_limits(root, &limits);
    return unless_unlimited(limits.memory_max_bytes);
}

struct power {
    bool mains, on_mains, battery;
};

/* The supplies that feed the machine; a mouse's battery has scope "Device". */
static void add_supply(const char *root, const char *name, struct power *power)
{
    char path[PATH_MAX];
    char text[32];
    long long online;

    snprintf(path, sizeof path, "/sys/class/power_supply/%s/scope", name);
    if (small_file_text(root, path, text, sizeof text) == 0 &&
        strcmp(text, "Device") == 0)
        return;
    snprintf(path, sizeof path, "/sys/class/power_supply/%s/type", name);
    if (small_file_text(root, path, text, sizeof text) < 0)
        return;
    if (strcmp(text, "Battery") == 0) {
        power->battery = true;
        return;
    }
    snprintf(path, sizeof path, "/sys/class/power_supply/%s/online", name);
    if (small_file_number(root, path, &online) == 0) {
        power->mains = true;
        power->on_mains |= online > 0; /* one of several plugs is enough */
    }
}

static struct power read_power(const char *root)
{
    struct power power = {false, false, false};
    char folder[PATH_MAX];

    snprintf(folder, sizeof folder, "%s/sys/class/power_supply", root);
    DIR *supplies = opendir(folder);
    if (supplies == NULL)
        return power;
    for (const struct dirent *entry; (entry = readdir(supplies)) != NULL;)
        if (entry->d_name[0] != '.')
            add_supply(root, entry->d_name, &power);
    closedir(supplies);
    return power;
}

json_t *fact_on_ac_power(const char *root, const char *path)
{
    struct power power = read_power(root);

    (void)path;
    return power.mains ? json_boolean(power.on_mains) : NULL;
}

json_t *fact_battery(const char *root, const char *path)
{
    (void)path;
    return json_boolean(read_power(root).battery);
}

json_t *fact_superuser(const char *root, const char *path)
{
    (void)root, (void)path;
    return json_boolean(geteuid() == 0);
}

json_t *fact_cpus_allowed(const char *root, const char *path)
{
    char text[4096];

    if (small_file_field(root, path, "Cpus_allowed_list", text, sizeof text) <
        0)
        return NULL;
    return json_string(text);
}

/* The kernel writes "(null)" for none. */
json_t *fact_nohz_full(const char *root, const char *path)
{
    char text[4096];

    if (small_file_text(root, path, text, sizeof text) < 0)
        return NULL;
    return json_string(strcmp(text, "(null)") == 0 ? "" : text);
}
