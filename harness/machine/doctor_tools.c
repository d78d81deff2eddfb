/* SPDX-License-Identifier: MIT */
/*
 * What the suite can use and does not need: programs, a library, and the
 * counters of the kernel and the processor. A counter is there if it opens:
 * files, permissions and hypervisors all may say no, and only trying tells.
 */
#include "harness/machine/doctor.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void print_counters(const json_t *environment, const char *sudo)
{
    static const struct {
        const char *name, *key;
    } rows[] = {{"perf, software", "perf_software"},
                {"perf, hardware", "perf_hardware"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char words[160];
        const char *state =
            json_string_value(json_object_get(environment, rows[i].key));
        bool forbidden = strncmp(state, "not allowed", 11) == 0;
        snprintf(words, sizeof words, "%s%s%s%s", state, forbidden ? ": " : "",
                 forbidden ? sudo : "",
                 forbidden ? "sysctl -w kernel.perf_event_paranoid=1" : "");
        doctor_print_row(rows[i].name, words);
    }
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
    print_counters(environment, sudo);
    if (*packages != '\0')
        print_installation(sudo, packages);
}
