/* SPDX-License-Identifier: MIT */
/*
 * Facts about the processor: how many cores of which kind, what sets their
 * frequency, and whether it is a real one. /sys tells it CPU by CPU; look at
 * fact_physical_cores for the usual mistake of counting hardware threads.
 */
#include "harness/machine/facts.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "harness/machine/cores.h"
#include "harness/machine/cpulist.h"
#include "harness/machine/small_file.h"

#define CPU "/sys/devices/system/cpu"

json_t *fact_cpu_model(const char *root, const char *path)
{
    static const char *const names[] = {
        "model name", /* x86 and many others */
        "Model",      /* boards with an ARM processor */
        "cpu model",
        "uarch",
    };
    char text[256];

    (void)path;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (small_file_field(root, "/proc/cpuinfo", names[i], text,
                             sizeof text) == 0)
            return json_string(text);
    return NULL;
}

static int read_online(const char *root, struct cpulist *ret)
{
    return cpulist_read(root, CPU "/online", ret);
}

/* The path of a file of one CPU. */
struct cpu_path {
    char text[128];
};

static struct cpu_path cpu_path(unsigned cpu, const char *file)
{
    struct cpu_path path;

    snprintf(path.text, sizeof path.text, CPU "/cpu%u/%s", cpu, file);
    return path;
}

json_t *fact_logical_cpus(const char *root, const char *path)
{
    struct cpulist online;

    if (cpulist_read(root, path, &online) < 0)
        return NULL;
    return json_integer(cpulist_count(&online));
}

/* Each core is counted at the first of its hardware threads; 0: cannot tell. */
static unsigned count_cores(const char *root)
{
    struct cpulist online;
    unsigned ncores = 0;
    if (read_online(root, &online) < 0)
        return 0;

    for (unsigned cpu = cpulist_next(&online, 0); cpu < CPULIST_MAX;
         cpu = cpulist_next(&online, cpu + 1)) {
        struct cpulist siblings;
        if (cpulist_read(root,
                         cpu_path(cpu, "topology/thread_siblings_list").text,
                         &siblings) < 0)
            return 0;
        ncores += cpulist_next(&siblings, 0) == cpu;
    }
    return ncores;
}

json_t *fact_physical_cores(const char *root, const char *path)
{
    unsigned ncores = count_cores(root);

    (void)path;
    return ncores > 0 ? json_integer(ncores) : NULL;
}

json_t *fact_smt(const char *root, const char *path)
{
    unsigned ncores = count_cores(root);
    struct cpulist online;

    (void)path;
    if (ncores == 0 || read_online(root, &online) < 0)
        return NULL;
    return json_boolean(cpulist_count(&online) > ncores);
}

/* How fast the kernel takes a CPU to be, in no unit; 0: it does not say. */
static long long capacity(const char *root, unsigned cpu)
{
    long long number;

    return small_file_number(root, cpu_path(cpu, "cpu_capacity").text,
                             &number) == 0
               ? number
               : 0;
}

/*
 * Hybrid processors of Intel list their kinds as devices of their own; ARM's
 * differ in capacity. Equal kinds of cores may differ a little in their highest
 * frequency, so that tells nothing. Returns the number of kinds, 0: cannot
 * tell; *ret: the CPUs of the fastest.
 */
static unsigned find_kinds(const char *root, struct cpulist *ret)
{
    struct cpulist online;
    struct cpulist frugal;
    unsigned nkinds = 0;
    if (read_online(root, &online) < 0)
        return 0;
    if (cpulist_read(root, "/sys/devices/cpu_core/cpus", ret) == 0 &&
        cpulist_read(root, "/sys/devices/cpu_atom/cpus", &frugal) == 0)
        return 2;

    long long known = LLONG_MAX;
    while (known > 0) {
        /* The kind next in speed: the greatest capacity below the known. */
        struct cpulist kind = {{0}};
        long long fastest = -1;
        for (unsigned cpu = cpulist_next(&online, 0); cpu < CPULIST_MAX;
             cpu = cpulist_next(&online, cpu + 1)) {
            long long own = capacity(root, cpu);
            if (own >= known || own < fastest)
                continue;
            if (own > fastest)
                kind = (struct cpulist){{0}};
            fastest = own;
            cpulist_add(&kind, cpu);
        }
        if (fastest < 0)
            break;
        if (nkinds++ == 0)
            *ret = kind;
        known = fastest;
    }
    return nkinds;
}

json_t *fact_core_kinds(const char *root, const char *path)
{
    struct cpulist fast;
    unsigned nkinds = find_kinds(root, &fast);

    (void)path;
    return nkinds > 0 ? json_integer(nkinds) : NULL;
}

json_t *fact_fast_cpus(const char *root, const char *path)
{
    struct cpulist fast;
    char text[1024];

    (void)path;
    if (find_kinds(root, &fast) == 0)
        return NULL;
    cpulist_format(&fast, text, sizeof text);
    return json_string(text);
}

json_t *fact_cpus_usable(const char *root, const char *path)
{
    (void)path;
    return json_integer(cores_usable(root));
}

json_t *fact_numa_nodes(const char *root, const char *path)
{
    return fact_logical_cpus(root, path); /* written as CPUs are: "0-3" */
}

json_t *fact_cache_bytes(const char *root, const char *path)
{
    for (int index = 0; index < 16; index++) {
        char file[64];
        char text[32];
        long long level;

        snprintf(file, sizeof file, "cache/index%d/level", index);
        if (small_file_number(root, cpu_path(0, file).text, &level) < 0)
            return NULL;
        snprintf(file, sizeof file, "cache/index%d/type", index);
        if (level != atoi(path) ||
            small_file_text(root, cpu_path(0, file).text, text, sizeof text) <
                0 ||
            strcmp(text, path + strlen("1 ")) != 0)
            continue;
        snprintf(file, sizeof file, "cache/index%d/size", index);
        if (small_file_number(root, cpu_path(0, file).text, &level) == 0)
            return json_integer(level * 1024); /* the kernel always writes K */
    }
    return NULL;
}

/* The governors of all CPUs, each once: "performance, powersave". */
json_t *fact_governor(const char *root, const char *path)
{
    struct cpulist online;
    char all[256] = "";
    char text[64];

    (void)path;
    if (read_online(root, &online) < 0)
        return NULL;
    for (unsigned cpu = cpulist_next(&online, 0); cpu < CPULIST_MAX;
         cpu = cpulist_next(&online, cpu + 1)) {
        if (small_file_text(root,
                            cpu_path(cpu, "cpufreq/scaling_governor").text,
                            text, sizeof text) < 0 ||
            strstr(all, text) != NULL)
            continue;
        size_t length = strlen(all);
        snprintf(all + length, sizeof all - length, "%s%s",
                 length > 0 ? ", " : "", text);
    }
    return *all == '\0' ? NULL : json_string(all);
}

json_t *fact_boost(const char *root, const char *path)
{
    long long no_turbo;

    (void)path;
    if (small_file_number(root, CPU "/intel_pstate/no_turbo", &no_turbo) == 0)
        return json_boolean(no_turbo == 0);
    return fact_flag(root, CPU "/cpufreq/boost");
}

json_t *fact_thermal_throttles(const char *root, const char *path)
{
    struct cpulist online;
    long long sum = 0;
    bool counted = false;

    (void)path;
    if (read_online(root, &online) < 0)
        return NULL;
    for (unsigned cpu = cpulist_next(&online, 0); cpu < CPULIST_MAX;
         cpu = cpulist_next(&online, cpu + 1)) {
        struct cpu_path file =
            cpu_path(cpu, "thermal_throttle/core_throttle_count");
        long long count;
        if (small_file_number(root, file.text, &count) == 0) {
            sum += count;
            counted = true;
        }
    }
    return counted ? json_integer(sum) : NULL;
}

struct hypervisor {
    const char *sign; /* how it shows itself */
    const char *name;
};

static const char *find_sign(const struct hypervisor *known, const char *text)
{
    for (; known->sign != NULL; known++)
        if (strstr(text, known->sign) != NULL)
            return known->name;
    return NULL;
}

/* What the processor says, in the twelve letters of CPUID leaf 0x40000000. Only
 * the real machine has such an instruction. NULL: nothing that we know. */
static const char *ask_processor(const char *root)
{
#if defined(__x86_64__)
    static const struct hypervisor known[] = {
        {"KVMKVMKVM", "KVM"},
        {"VMwareVMware", "VMware"},
        {"XenVMMXenVMM", "Xen"},
        {"Microsoft Hv", "Hyper-V"},
        {"VBoxVBoxVBox", "VirtualBox"},
        {"TCGTCGTCGTCG", "QEMU"},
        {NULL, NULL},
    };
    unsigned highest;
    unsigned letters[3];
    char sign[sizeof letters + 1] = "";

    if (*root != '\0')
        return NULL;
    __cpuid(0x40000000, highest, letters[0], letters[1], letters[2]);
    (void)highest;
    memcpy(sign, letters, sizeof letters);
    return find_sign(known, sign);
#else
    (void)root;
    return NULL;
#endif
}

/* What the firmware calls the machine. */
static const char *ask_firmware(const char *root)
{
    static const char *const files[] = {
        "/sys/class/dmi/id/sys_vendor",
        "/sys/class/dmi/id/product_name",
        "/sys/hypervisor/type",
        "/proc/device-tree/hypervisor/compatible",
    };
    static const struct hypervisor known[] = {
        {"QEMU", "QEMU"},
        {"KVM", "KVM"},
        {"kvm", "KVM"},
        {"VMware", "VMware"},
        {"VirtualBox", "VirtualBox"},
        {"Virtual Machine", "Hyper-V"},
        {"Google Compute Engine", "KVM"},
        {"xen", "Xen"},
        {"Xen", "Xen"},
        {"Parallels", "Parallels"},
        {NULL, NULL},
    };
    char text[256];

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *name = NULL;
        if (small_file_text(root, files[i], text, sizeof text) == 0)
            name = find_sign(known, text);
        if (name != NULL)
            return name;
    }
    return NULL;
}

/* Processors of x86 have a flag that hypervisors set; nobody else may. */
static bool has_flag(const char *root)
{
    char flags[8192];

    return small_file_field(root, "/proc/cpuinfo", "flags", flags,
                            sizeof flags) == 0 &&
           strstr(flags, " hypervisor") != NULL;
}

json_t *fact_virtualised(const char *root, const char *path)
{
    (void)path;
    return json_boolean(has_flag(root) || ask_firmware(root) != NULL);
}

json_t *fact_hypervisor(const char *root, const char *path)
{
    const char *name = NULL;

    (void)path;
    if (has_flag(root))
        name = ask_processor(root);
    if (name == NULL)
        name = ask_firmware(root);
    if (name == NULL && has_flag(root))
        name = "unknown";
    return name == NULL ? NULL : json_string(name);
}

json_t *fact_mitigations(const char *root, const char *path)
{
    char folder[PATH_MAX];
    json_t *states = NULL;

    snprintf(folder, sizeof folder, "%s%s", root, path);
    DIR *vulnerabilities = opendir(folder);
    if (vulnerabilities == NULL)
        return NULL;
    states = json_object();
    for (const struct dirent *entry;
         (entry = readdir(vulnerabilities)) != NULL;) {
        char file[PATH_MAX];
        char state[256];
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] != '.' &&
            small_file_text(root, file, state, sizeof state) == 0)
            json_object_set_new(states, entry->d_name, json_string(state));
    }
    closedir(vulnerabilities);
    return states;
}
