/* SPDX-License-Identifier: MIT */
/*
 * A table of checks in the order of what each can do to a number, from "several
 * times" to "a few per cent". A check says nothing where it does not apply: who
 * sits in a virtual machine need not hear about a governor that is not there.
 */
#include "harness/machine/advice.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct situation {
    const json_t *environment;
    double steal_ratio;
    const char *sudo; /* "sudo ", or "" for the superuser */
};

/* Facts; those that could not be told are "", 0 and false. */
static const char *text(const struct situation *on, const char *key)
{
    const char *value =
        json_string_value(json_object_get(on->environment, key));

    return value == NULL ? "" : value;
}

static double number(const struct situation *on, const char *key)
{
    return json_number_value(json_object_get(on->environment, key));
}

static bool is_true(const struct situation *on, const char *key)
{
    return json_is_true(json_object_get(on->environment, key));
}

static bool is_false(const struct situation *on, const char *key)
{
    return json_is_false(json_object_get(on->environment, key));
}

#define SAY(room, ...) ((void)snprintf((room), sizeof(room), __VA_ARGS__))

/* A command that writes a value into a file of the system. */
static void say_write(const struct situation *on, struct advice *ret,
                      const char *value, const char *file)
{
    SAY(ret->command, "echo %s | %stee %s", value, on->sudo, file);
}

static bool check_build(const struct situation *on, struct advice *ret)
{
    bool sanitised = strstr(text(on, "compiler_flags"), "-fsanitize") != NULL;
    const char *type = text(on, "build_type");

    if (!sanitised && strncmp(type, "Rel", 3) == 0)
        return false;
    SAY(ret->found,
        "This program was built as \"%s\"%s: its computing takes several times "
        "as long.",
        *type == '\0' ? "no type" : type,
        sanitised ? ", with checks in its code" : "");
    SAY(ret->mend, "Measure with the release build:");
    SAY(ret->command, "make build");
    return true;
}

static bool check_quota(const struct situation *on, struct advice *ret)
{
    double quota_cores = number(on, "cgroup_cpu_quota_cores");
    const char *file = text(on, "cgroup_cpu_quota_file");

    if (quota_cores <= 0)
        return false;
    SAY(ret->found,
        "A control group grants the CPU time of %.2g cores. Whoever uses it up "
        "stands still for the rest of a period, mostly 100 ms, with all "
        "workers: more workers, more standing still.",
        quota_cores);
    if (*text(on, "container") != '\0' || *file == '\0') {
        SAY(ret->mend, "Start the container, or the batch job, without a CPU "
                       "limit (docker: without --cpus and --cpu-quota).");
    } else {
        SAY(ret->mend, "Lift it, and ask again: a group above may have one, "
                       "too.");
        say_write(on, ret, strstr(file, "cfs_quota") != NULL ? "-1" : "max",
                  file);
    }
    return true;
}

static bool check_power(const struct situation *on, struct advice *ret)
{
    if (is_false(on, "on_ac_power")) {
        SAY(ret->found, "The machine runs on its battery, and computes more "
                        "slowly to save it, often half as fast.");
        SAY(ret->mend, "Plug it in.");
        return true;
    }
    if (strcmp(text(on, "platform_profile"), "low-power") != 0 &&
        strcmp(text(on, "platform_profile"), "quiet") != 0)
        return false;
    SAY(ret->found,
        "The firmware's profile is \"%s\": it lowers the frequency after "
        "seconds of work.",
        text(on, "platform_profile"));
    SAY(ret->mend, "Choose another one:");
    say_write(on, ret, "performance", "/sys/firmware/acpi/platform_profile");
    return true;
}

/* ": cc1 (98 % of a core), firefox (20 %)", the busiest of this moment; "" if
 * nobody is busy just now. */
static void write_consumers(const struct situation *on, char *text, size_t room)
{
    const json_t *list = json_object_get(on->environment, "top_consumers");
    const json_t *one;
    size_t i, length = 0;

    *text = '\0';
    json_array_foreach(list, i, one)
    {
        double ratio = json_number_value(json_object_get(one, "core_ratio"));
        snprintf(text + length, room - length, "%s%s (%.0f %%%s)",
                 i == 0 ? ": " : ", ",
                 json_string_value(json_object_get(one, "name")), 100 * ratio,
                 i == 0 ? " of a core" : "");
        length = strlen(text);
    }
}

static bool check_load(const struct situation *on, struct advice *ret)
{
    double load = number(on, "load_1min");
    double cores = number(on, "cores_usable");
    char consumers[128];

    if (load < 0.2 * cores && number(on, "pressure_cpu_percent") < 5)
        return false;
    write_consumers(on, consumers, sizeof consumers);
    SAY(ret->found,
        "Other programs compute here%s; a load of %.1f on %.0f core%s during "
        "the last minute. What needs all cores shares them, a single thread "
        "hardly: that bends speed-ups most.",
        consumers, load, cores, cores == 1 ? "" : "s");
    SAY(ret->mend, is_true(on, "battery")
                       ? "Close the browser and whatever else is open. "
                         "Who it is:"
                       : "Stop them, or wait until they are done. Who it is:");
    SAY(ret->command, "ps -eo pcpu,user,comm --sort=-pcpu | head -n 6");
    return true;
}

static bool check_virtual(const struct situation *on, struct advice *ret)
{
    if (!is_true(on, "virtualised"))
        return false;
    SAY(ret->found,
        "This is a virtual machine (%s). Its host gave %.2g %% of the CPU time "
        "to others, and decides on the frequency and on which CPUs share a "
        "core; from inside neither can be seen.",
        text(on, "hypervisor"), 100 * on->steal_ratio);
    SAY(ret->mend,
        "Nothing that can be typed in here changes that. Trust ratios of one "
        "session, not times of different days; measure longer. For times that "
        "last take a machine of your own, or dedicated CPUs.");
    SAY(ret->command, "%s bench --rigorous", program_invocation_name);
    return true;
}

static bool check_governor(const struct situation *on, struct advice *ret)
{
    const char *governor = text(on, "governor");

    if (*governor == '\0' || strcmp(governor, "performance") == 0)
        return false;
    SAY(ret->found,
        "The governor \"%s\" (%s) raises the frequency only after a core has "
        "been busy for a while: who often waits, like an event loop, computes "
        "more slowly than who never does.",
        governor, text(on, "frequency_driver"));
    SAY(ret->mend, "Until the next restart (back: %s):", governor);
    say_write(on, ret, "performance",
              "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
    return true;
}

static bool check_hybrid(const struct situation *on, struct advice *ret)
{
    if (number(on, "core_kinds") < 2)
        return false;
    SAY(ret->found,
        "The cores are of %.0f kinds, and the frugal ones take up to twice as "
        "long: where a worker lands decides its time.",
        number(on, "core_kinds"));
    SAY(ret->mend, "Stay on the fast ones:");
    SAY(ret->command, "taskset -c %s %s bench", text(on, "fast_cpus"),
        program_invocation_name);
    return true;
}

static bool check_smt(const struct situation *on, struct advice *ret)
{
    if (!is_true(on, "smt"))
        return false;
    SAY(ret->found,
        "Each core shows itself as several CPUs (SMT): %.0f CPUs, %.0f cores. "
        "Beyond %.0f workers two share a core, and the speed-up bends there.",
        number(on, "logical_cpus"), number(on, "physical_cores"),
        number(on, "physical_cores"));
    SAY(ret->mend, "Until the next restart (back: on):");
    say_write(on, ret, "off", "/sys/devices/system/cpu/smt/control");
    return true;
}

static bool check_boost(const struct situation *on, struct advice *ret)
{
    bool intel = strcmp(text(on, "frequency_driver"), "intel_pstate") == 0;

    if (!is_true(on, "boost"))
        return false;
    SAY(ret->found,
        "Boost is on: one busy core runs faster than all of them, and a hot "
        "machine slower than a cool one%s. Speed-ups come out too small, and "
        "later runs slower.",
        number(on, "thermal_throttles") > 0
            ? " (this one has been too hot since it was started)"
            : "");
    SAY(ret->mend, "Until the next restart (back: %d):", intel ? 0 : 1);
    if (intel)
        say_write(on, ret, "1",
                  "/sys/devices/system/cpu/intel_pstate/no_turbo");
    else
        say_write(on, ret, "0", "/sys/devices/system/cpu/cpufreq/boost");
    return true;
}

static bool check_numa(const struct situation *on, struct advice *ret)
{
    if (number(on, "numa_nodes") < 2)
        return false;
    SAY(ret->found,
        "The memory is in %.0f parts (NUMA nodes), and that of another node is "
        "up to twice as far away.",
        number(on, "numa_nodes"));
    SAY(ret->mend, "Stay on one node, with its cores only:");
    SAY(ret->command, "numactl --cpunodebind=0 --membind=0 %s bench",
        program_invocation_name);
    return true;
}

static bool check_clock(const struct situation *on, struct advice *ret)
{
    static const char *const slow[] = {"hpet", "acpi_pm", "xen"};

    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
        if (strcmp(text(on, "clock_source"), slow[i]) != 0)
            continue;
        SAY(ret->found,
            "The clock source is \"%s\": to read the time takes a system call "
            "and about a microsecond. Timers and latencies show it.",
            slow[i]);
        SAY(ret->mend, "If the kernel offers a better one (see "
                       "available_clocksource beside this file):");
        say_write(on, ret, "tsc",
                  "/sys/devices/system/clocksource/clocksource0/"
                  "current_clocksource");
        return true;
    }
    return false;
}

static bool check_memory(const struct situation *on, struct advice *ret)
{
    double mib = number(on, "memory_available_bytes") / (1 << 20);
    double group_mib = number(on, "cgroup_memory_max_bytes") / (1 << 20);

    if (group_mib > 0 && group_mib < mib)
        mib = group_mib;
    if (mib == 0 || mib >= 1024)
        return false;
    SAY(ret->found,
        "Only %.0f MiB of memory can be had. 10,000 threads or processes need "
        "about 1 GiB; with less, the kernel begins to swap or to kill.",
        mib);
    SAY(ret->mend, "Close other programs, or leave out the experiments with "
                   "many tasks.");
    return true;
}

static bool check_thp(const struct situation *on, struct advice *ret)
{
    if (strcmp(text(on, "thp"), "always") != 0)
        return false;
    SAY(ret->found, "Transparent huge pages are always on: a page of memory "
                    "may be 2 MiB, and the memory per task looks larger than "
                    "it is.");
    SAY(ret->mend, "Until the next restart (back: always):");
    say_write(on, ret, "madvise",
              "/sys/kernel/mm/transparent_hugepage/enabled");
    return true;
}

typedef bool check(const struct situation *on, struct advice *ret);

static check *const checks[] = {
    check_build,    check_quota,  check_power, check_load,  check_virtual,
    check_governor, check_hybrid, check_smt,   check_boost, check_numa,
    check_clock,    check_memory, check_thp,
};
_Static_assert(sizeof checks / sizeof *checks <= ADVICE_MAX, "room for all");

static struct situation situation_of(const json_t *environment)
{
    struct situation on = {.environment = environment};

    on.sudo = is_true(&on, "superuser") ? "" : "sudo ";
    return on;
}

size_t advice_collect(const json_t *environment, double steal_ratio,
                      struct advice ret[ADVICE_MAX])
{
    struct situation on = situation_of(environment);
    size_t n = 0;

    on.steal_ratio = steal_ratio;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        ret[n] = (struct advice){.found = ""};
        if (checks[i](&on, &ret[n]))
            n++;
    }
    return n;
}
