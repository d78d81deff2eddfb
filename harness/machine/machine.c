/* SPDX-License-Identifier: MIT */
/*
 * What the machine is, as a table: a fact's key, who reads it, from where, and
 * why it may be missing. A number without the machine it came from says little;
 * a fact that cannot be told is recorded as such, with the reason.
 */
#include "harness/machine/machine.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/cores.h"
#include "harness/machine/facts.h"
#include "harness/options.h"

const char *machine_root(void)
{
    const char *root = getenv("HEDDLE_ROOT");

    return root != NULL ? root : "";
}

void machine_complain_of_root(void)
{
    if (*machine_root() != '\0')
        complain("HEDDLE_ROOT is set: the machine is described from %s",
                 machine_root());
}

struct fact {
    const char *key;
    read_fact *read;
    const char *path;
    const char *missing; /* NULL: the path cannot be read, or always there */
};

#define CPU "/sys/devices/system/cpu"
static const char no_cpufreq[] =
    "no cpufreq here: firmware or a hypervisor sets the frequency";
static const char no_topology[] = "no CPUs below " CPU;
static const char no_psi[] = "the kernel keeps no pressure statistics";
static const char no_limit[] = "no limit";

static const struct fact facts[] = {
    /* clang-format off */
    {"cpu_model", fact_cpu_model, NULL, "/proc/cpuinfo names no model"},
    {"architecture", fact_architecture, NULL, "uname(2) does not say"},
    {"logical_cpus", fact_logical_cpus, CPU "/online", NULL},
    {"physical_cores", fact_physical_cores, NULL, no_topology},
    {"smt", fact_smt, NULL, no_topology},
    {"core_kinds", fact_core_kinds, NULL, no_topology},
    {"fast_cpus", fact_fast_cpus, NULL, no_topology},
    {"isolated_cpus", fact_text, CPU "/isolated", NULL},
    {"nohz_full_cpus", fact_nohz_full, CPU "/nohz_full",
     "the kernel was built without"},
    {"cpus_allowed", fact_cpus_allowed, "/proc/self/status", NULL},
    {"cores_usable", fact_cpus_usable, NULL, NULL},
    {"numa_nodes", fact_numa_nodes, "/sys/devices/system/node/online", NULL},
    {"cache_l1d_bytes", fact_cache_bytes, "1 Data", "no such cache listed"},
    {"cache_l1i_bytes", fact_cache_bytes, "1 Instruction",
     "no such cache listed"},
    {"cache_l2_bytes", fact_cache_bytes, "2 Unified", "no such cache listed"},
    {"cache_l3_bytes", fact_cache_bytes, "3 Unified", "no such cache listed"},
    {"cache_line_bytes", fact_number,
     CPU "/cpu0/cache/index0/coherency_line_size", NULL},
    {"governor", fact_governor, NULL, no_cpufreq},
    {"frequency_driver", fact_text, CPU "/cpu0/cpufreq/scaling_driver",
     no_cpufreq},
    {"frequency_max_mhz", fact_khz, CPU "/cpu0/cpufreq/cpuinfo_max_freq",
     no_cpufreq},
    {"frequency_now_mhz", fact_khz, CPU "/cpu0/cpufreq/scaling_cur_freq",
     no_cpufreq},
    {"boost", fact_boost, NULL, no_cpufreq},
    {"thermal_throttles", fact_thermal_throttles, NULL,
     "the processor counts none here"},
    {"idle_driver", fact_text, CPU "/cpuidle/current_driver", NULL},
    {"virtualised", fact_virtualised, NULL, NULL},
    {"hypervisor", fact_hypervisor, NULL, "no sign of one"},
    {"container", fact_container, NULL, "no sign of one"},
    {"mitigations", fact_mitigations, CPU "/vulnerabilities", NULL},

    {"hostname", fact_hostname, "/proc/sys/kernel/hostname", NULL},
    {"kernel", fact_text, "/proc/sys/kernel/osrelease", NULL},
    {"aslr", fact_number, "/proc/sys/kernel/randomize_va_space", NULL},
    {"thp", fact_choice, "/sys/kernel/mm/transparent_hugepage/enabled", NULL},
    {"clock_source", fact_text,
     "/sys/devices/system/clocksource/clocksource0/current_clocksource", NULL},
    {"clock_resolution_ns", fact_clock_resolution_ns, NULL,
     "clock_getres(2) failed"},
    {"page_bytes", fact_page_bytes, NULL, NULL},
    {"load_1min", fact_load, "1", "no /proc/loadavg"},
    {"load_5min", fact_load, "5", "no /proc/loadavg"},
    {"load_15min", fact_load, "15", "no /proc/loadavg"},
    {"runnable_threads", fact_runnable, NULL, "no /proc/loadavg"},
    {"existing_threads", fact_threads, NULL, "no /proc/loadavg"},
    {"top_consumers", fact_top_consumers, NULL, "no /proc"},
    {"pressure_cpu_percent", fact_pressure, "/proc/pressure/cpu", no_psi},
    {"pressure_io_percent", fact_pressure, "/proc/pressure/io", no_psi},
    {"pressure_memory_percent", fact_pressure, "/proc/pressure/memory",
     no_psi},
    {"memory_total_bytes", fact_memory, "MemTotal", "no /proc/meminfo"},
    {"memory_available_bytes", fact_memory, "MemAvailable",
     "no /proc/meminfo"},
    {"swap_total_bytes", fact_memory, "SwapTotal", "no /proc/meminfo"},
    {"on_ac_power", fact_on_ac_power, NULL, "no power supply listed"},
    {"battery", fact_battery, NULL, NULL},
    {"platform_profile", fact_text, "/sys/firmware/acpi/platform_profile",
     "the firmware has no profiles"},

    {"nofile_soft", fact_limit_soft, "Max open files", no_limit},
    {"nofile_hard", fact_limit_hard, "Max open files", no_limit},
    {"nproc_soft", fact_limit_soft, "Max processes", no_limit},
    {"nproc_hard", fact_limit_hard, "Max processes", no_limit},
    {"stack_soft_bytes", fact_limit_soft, "Max stack size", no_limit},
    {"superuser", fact_superuser, NULL, NULL},
    {"pid_max", fact_number, "/proc/sys/kernel/pid_max", NULL},
    {"threads_max", fact_number, "/proc/sys/kernel/threads-max", NULL},
    {"max_map_count", fact_number, "/proc/sys/vm/max_map_count", NULL},
    {"somaxconn", fact_number, "/proc/sys/net/core/somaxconn", NULL},
    {"port_first", fact_port_first,
     "/proc/sys/net/ipv4/ip_local_port_range", NULL},
    {"port_last", fact_port_last,
     "/proc/sys/net/ipv4/ip_local_port_range", NULL},
    {"perf_event_paranoid", fact_number,
     "/proc/sys/kernel/perf_event_paranoid", NULL},
    {"perf_software", fact_perf, "cpu_migrations", NULL},
    {"perf_hardware", fact_perf, "cycles", NULL},
    {"cgroup_cpu_quota_cores", fact_quota_cores, NULL, no_limit},
    {"cgroup_cpu_quota_file", fact_quota_file, NULL, no_limit},
    {"cgroup_throttled_periods", fact_throttled_periods, NULL,
     "no control group that counts them"},
    {"cgroup_pids_max", fact_pids_max, NULL, no_limit},
    {"cgroup_memory_max_bytes", fact_memory_max, NULL, no_limit},

    {"libc", fact_libc, NULL, NULL},
    {"compiler", fact_compiler, NULL, "the build does not say"},
    {"compiler_flags", fact_compiler_flags, NULL, NULL},
    {"build_type", fact_build_type, NULL, "built without a type"},
    {"heddle_version", fact_heddle_version, NULL, NULL},
    {"git_commit", fact_git_commit, NULL, "not built from a git checkout"},
    {"build_id", fact_build_id, NULL, "linked without one"},
    {"locale", fact_locale, NULL, "none is set"},
    {"cpythons", fact_cpythons, NULL, "nothing here asks for CPython"},
    {"hwloc_version", fact_hwloc_version, NULL, "built without hwloc"},
    /* clang-format on */
};

/* What may be another while a session runs. */
static const char *const changing[] = {
    "governor",
    "frequency_now_mhz",
    "boost",
    "thermal_throttles",
    "load_1min",
    "load_5min",
    "load_15min",
    "runnable_threads",
    "existing_threads",
    "top_consumers",
    "pressure_cpu_percent",
    "pressure_io_percent",
    "pressure_memory_percent",
    "memory_available_bytes",
    "cgroup_throttled_periods",
    "on_ac_power",
    "platform_profile",
    "clock_source",
};

static bool is_changing(const char *key)
{
    for (size_t i = 0; i < sizeof changing / sizeof *changing; i++)
        if (strcmp(changing[i], key) == 0)
            return true;
    return false;
}

/* Adds the fact, or null and the reason. jansson takes the new value over, also
 * when it fails; it fails for want of memory only. */
static int add_fact(json_t *environment, const struct fact *fact,
                    const char *root)
{
    char key[64];
    json_t *value = fact->read(root, fact->path);

    if (value != NULL)
        return json_object_set_new(environment, fact->key, value);
    snprintf(key, sizeof key, "%s_missing", fact->key);
    if (json_object_set_new(environment, fact->key, json_null()) < 0)
        return -1;
    return json_object_set_new(
        environment, key,
        fact->missing != NULL ? json_string(fact->missing)
                              : json_sprintf("cannot read %s", fact->path));
}

static int describe(const char *root, bool all, json_t **ret)
{
    json_t *environment = json_object();
    if (environment == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (!all && !is_changing(facts[i].key))
            continue;
        if (add_fact(environment, &facts[i], root) < 0) {
            json_decref(environment);
            return -ENOMEM;
        }
    }
    *ret = environment;
    return 0;
}

int machine_environment(const char *root, json_t **ret)
{
    return describe(root, true, ret);
}

int machine_environment_now(const char *root, json_t **ret)
{
    return describe(root, false, ret);
}

/* The model without what says nothing: "Intel(R) Core(TM) i7-8650U CPU @
 * 1.90GHz" is "Intel Core i7-8650U". In place. */
static void shorten_model(char *model)
{
    static const char *const marks[] = {"(R)", "(TM)", "(tm)"};
    static const char *const tails[] = {" CPU @", " @ ", " with ", " w/ "};
    char *found;

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        while ((found = strstr(model, marks[i])) != NULL)
            memmove(found, found + strlen(marks[i]),
                    strlen(found + strlen(marks[i])) + 1);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if ((found = strstr(model, tails[i])) != NULL)
            *found = '\0';
    /* "AMD Ryzen 7 5800X 8-Core Processor": the cores are told anyway */
    if ((found = strstr(model, "-Core Processor")) != NULL) {
        while (found > model && *found != ' ')
            found--;
        *found = '\0';
    }
}

static long long whole(const json_t *environment, const char *key)
{
    return json_integer_value(json_object_get(environment, key));
}

/* "2 cores", "8 cores, 16 threads", "4 of 16 CPUs" */
static void name_cores(const json_t *environment, char *ret, size_t room)
{
    long long usable = whole(environment, "cores_usable");
    long long logical = whole(environment, "logical_cpus");
    long long physical = whole(environment, "physical_cores");

    if (logical > usable)
        snprintf(ret, room, "%lld of %lld CPUs", usable, logical);
    else if (logical > physical && physical > 0)
        snprintf(ret, room, "%lld core%s, %lld threads", physical,
                 physical == 1 ? "" : "s", logical);
    else
        snprintf(ret, room, "%lld core%s", usable, usable == 1 ? "" : "s");
}

void machine_name(const json_t *environment, char *ret, size_t room)
{
    const char *given =
        json_string_value(json_object_get(environment, "cpu_model"));
    const char *kernel =
        json_string_value(json_object_get(environment, "kernel"));
    char model[128];
    char cores[64];

    if (given == NULL)
        given = json_string_value(json_object_get(environment, "architecture"));
    snprintf(model, sizeof model, "%s", given == NULL ? "some CPU" : given);
    shorten_model(model);
    name_cores(environment, cores, sizeof cores);
    if (kernel == NULL)
        kernel = "";
    /* Two numbers of the version: what follows is the distributor's. */
    size_t length = strcspn(kernel, ".");
    if (kernel[length] == '.')
        length += 1 + strspn(kernel + length + 1, "0123456789");
    snprintf(ret, room, "%s, %s, Linux%s%.*s", model, cores,
             length > 0 ? " " : "", (int)length, kernel);
}
