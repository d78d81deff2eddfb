/* SPDX-License-Identifier: MIT */
/*
 * What the suite can use and does not need: programs, a library, and the
 * counters of the kernel and the processor. A counter is there if it opens:
 * files, permissions and hypervisors all may say no, and only trying tells.
 */
#include "harness/machine/doctor.h"

#include <errno.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Is there such a program in the folders of PATH? */
static bool have_program(const char *name)
{
    const char *folder = getenv("PATH");

    while (folder != NULL && *folder != '\0') {
        char path[PATH_MAX];
        size_t length = strcspn(folder, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, folder, name);
        if (access(path, X_OK) == 0)
            return true;
        folder += length;
        folder += strspn(folder, ":");
    }
    return false;
}

int doctor_try_counter(unsigned type, unsigned long long config)
{
    struct perf_event_attr attributes = {
        .type = type,
        .size = sizeof attributes,
        .config = config,
        .disabled = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    long fd = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);

    if (fd < 0)
        return -errno;
    close((int)fd);
    return 0;
}

static void print_counters(const char *sudo)
{
    int err =
        doctor_try_counter(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES);
    char words[128] = "available";

    if (err == -EACCES || err == -EPERM)
        snprintf(words, sizeof words,
                 "not allowed: %ssysctl -w kernel.perf_event_paranoid=2", sudo);
    else if (err < 0)
        snprintf(words, sizeof words, "not available: %s", strerror(-err));
    doctor_print_row("perf, software", words);

    err = doctor_try_counter(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);
    if (err == 0)
        snprintf(words, sizeof words, "available");
    else
        snprintf(words, sizeof words, "not available: %s",
                 err == -ENOENT || err == -EOPNOTSUPP
                     ? "the processor shows no counters here"
                     : strerror(-err));
    doctor_print_row("perf, cycles", words);
}

static void print_installation(const char *sudo, const char *packages)
{
    if (have_program("apt-get"))
        printf("\n  To have what is missing:\n      %sapt-get install%s\n",
               sudo, packages);
    else
        printf("\n  To have what is missing, install (names of Debian):\n     "
               "%s\n",
               packages);
}

void doctor_print_tools(const json_t *environment)
{
    const struct {
        const char *name, *package, *use;
        bool here;
    } tools[] = {
        {"gnuplot", "gnuplot-nox", "draws the charts", have_program("gnuplot")},
        {"hyperfine", "hyperfine", "times whole processes",
         have_program("hyperfine")},
        {"hwloc", "libhwloc-dev", "optional, built in where it is found",
         json_is_string(json_object_get(environment, "hwloc_version"))},
    };
    const char *sudo =
        json_is_true(json_object_get(environment, "superuser")) ? "" : "sudo ";
    char packages[128] = "";

    puts("\nTools\n");
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        char words[128];
        snprintf(words, sizeof words, "%s: %s",
                 tools[i].here ? "here" : "missing", tools[i].use);
        doctor_print_row(tools[i].name, words);
        size_t length = strlen(packages);
        if (!tools[i].here)
            snprintf(packages + length, sizeof packages - length, " %s",
                     tools[i].package);
    }
    print_counters(sudo);
    if (*packages != '\0')
        print_installation(sudo, packages);
}
