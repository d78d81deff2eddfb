/* SPDX-License-Identifier: MIT */
/*
 * The machine, read from roots made up here: a laptop, a container with a
 * quota, hybrid processors, a bare virtual machine, and nothing at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/machine/advice.h"
#include "harness/machine/allowance.h"
#include "harness/machine/build_id.h"
#include "harness/machine/cores.h"
#include "harness/machine/cpulist.h"
#include "harness/machine/machine.h"
#include "harness/machine/same.h"
#include "tests/root.h"

#define CPU "/sys/devices/system/cpu"

static void put_cpu(unsigned cpu, const char *file, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, CPU "/cpu%u/%s", cpu, file);
    put(path, "%s", text);
}

/* `ncores` cores of `nthreads` hardware threads, numbered as Linux does: first
 * the first threads of all cores. */
static void put_cpus(unsigned ncores, unsigned nthreads)
{
    char siblings[64];

    /* The mask also allows CPUs that are not there. */
    put("/proc/self/status", "Name:\theddle\nCpus_allowed_list:\t0-1023");
    put(CPU "/online", "0-%u", ncores * nthreads - 1);
    for (unsigned cpu = 0; cpu < ncores * nthreads; cpu++) {
        if (nthreads == 1)
            snprintf(siblings, sizeof siblings, "%u", cpu);
        else
            snprintf(siblings, sizeof siblings, "%u,%u", cpu % ncores,
                     cpu % ncores + ncores);
        put_cpu(cpu, "topology/thread_siblings_list", siblings);
    }
}

static json_t *environment(void)
{
    json_t *ret;

    assert_int_equal(machine_environment(root, &ret), 0);
    /* How these tests were built is no fact of the pretended machine. */
    json_object_set_new(ret, "build_type", json_string("Release"));
    json_object_set_new(ret, "compiler_flags", json_string("-O2"));
    return ret;
}

static const char *text(const json_t *facts, const char *key)
{
    const char *value = json_string_value(json_object_get(facts, key));

    return value == NULL ? "(no text)" : value;
}

static double number(const json_t *facts, const char *key)
{
    assert_true(json_is_number(json_object_get(facts, key)));
    return json_number_value(json_object_get(facts, key));
}

static void assert_name(const json_t *facts, const char *expected)
{
    char name[128];

    machine_name(facts, name, sizeof name);
    assert_string_equal(name, expected);
}

/* The place of the first advice that says this, from 1; 0: none does. */
static size_t place_of(const json_t *facts, const char *words)
{
    struct advice advice[ADVICE_MAX];
    size_t n = advice_collect(facts, 0.01, advice);

    for (size_t i = 0; i < n; i++)
        if (strstr(advice[i].found, words) != NULL ||
            strstr(advice[i].mend, words) != NULL ||
            strstr(advice[i].command, words) != NULL)
            return i + 1;
    return 0;
}

static void put_laptop(void)
{
    put_cpus(64, 2);
    put("/proc/cpuinfo", "processor\t: 0\nmodel name\t: Intel(R) Core(TM) "
                         "i9-1 CPU @ 2.00GHz\nflags\t\t: fpu vme");
    put("/proc/sys/kernel/osrelease", "6.1.0-18-amd64");
    put("/proc/sys/kernel/hostname", "desk.example.org");
    for (unsigned cpu = 0; cpu < 128; cpu++)
        put_cpu(cpu, "cpufreq/scaling_governor", "powersave");
    put_cpu(0, "cpufreq/scaling_driver", "intel_pstate");
    put_cpu(0, "cpufreq/cpuinfo_max_freq", "4200000");
    put(CPU "/intel_pstate/no_turbo", "0");
    put_cpu(0, "cache/index0/level", "1");
    put_cpu(0, "cache/index0/type", "Data");
    put_cpu(0, "cache/index0/size", "48K");
    put("/sys/kernel/mm/transparent_hugepage/enabled",
        "[always] madvise never");
    put("/sys/class/power_supply/AC/type", "Mains");
    put("/sys/class/power_supply/AC/online", "0");
    put("/sys/class/power_supply/BAT0/type", "Battery");
    put("/proc/loadavg", "0.50 0.40 0.30 3/700 4711");
}

static void test_laptop(void **state)
{
    (void)state;
    put_laptop();
    json_t *facts = environment();

    assert_int_equal(cores_usable(root), 128);
    assert_float_equal(number(facts, "logical_cpus"), 128, 0);
    assert_float_equal(number(facts, "physical_cores"), 64, 0);
    assert_true(json_is_true(json_object_get(facts, "smt")));
    assert_string_equal(text(facts, "governor"), "powersave");
    assert_true(json_is_true(json_object_get(facts, "boost")));
    assert_float_equal(number(facts, "frequency_max_mhz"), 4200, 0);
    assert_float_equal(number(facts, "cache_l1d_bytes"), 48 * 1024, 0);
    assert_string_equal(text(facts, "thp"), "always");
    assert_string_equal(text(facts, "hostname"), "desk");
    assert_true(json_is_false(json_object_get(facts, "on_ac_power")));
    assert_true(json_is_false(json_object_get(facts, "virtualised")));
    assert_float_equal(number(facts, "load_5min"), 0.4, 1e-12);
    assert_float_equal(number(facts, "runnable_threads"), 2, 0);
    assert_name(facts, "Intel Core i9-1, 64 cores, 128 threads, Linux 6.1");

    /* What is there, in this order, and nothing of virtual machines. */
    assert_true(place_of(facts, "Plug it in") > 0);
    assert_true(place_of(facts, "scaling_governor") >
                place_of(facts, "Plug it in"));
    assert_true(place_of(facts, "smt/control") >
                place_of(facts, "scaling_governor"));
    assert_true(place_of(facts, "echo 1 | ") > place_of(facts, "smt/control"));
    assert_true(place_of(facts, "no_turbo") == place_of(facts, "echo 1 | "));
    assert_int_equal(place_of(facts, "virtual machine"), 0);
    json_decref(facts);
}

static void put_nested_quota(const char *container)
{
    put_cpus(8, 1);
    put("/proc/self/cgroup", "0::%s/outer/inner", container);
    put("/proc/self/mountinfo",
        "22 1 0:20 / /proc rw - proc proc rw\n"
        "30 1 0:26 %s /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup rw",
        *container == '\0' ? "/" : container);
    put("/sys/fs/cgroup/outer/cpu.max", "150000 100000");
    put("/sys/fs/cgroup/outer/cpu.stat", "nr_periods 9\nnr_throttled 3");
    put("/sys/fs/cgroup/outer/pids.max", "300");
    put("/sys/fs/cgroup/outer/inner/cpu.max", "max 100000");
    put("/sys/fs/cgroup/outer/inner/cpu.stat", "nr_throttled 4");
    put("/sys/fs/cgroup/outer/inner/pids.max", "max");
    put("/proc/cpuinfo", "model name : Chip");
    put("/proc/stat", "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10");
}

static void check_nested_quota(void)
{
    json_t *facts = environment();

    assert_int_equal(cores_usable(root), 2);
    assert_float_equal(number(facts, "cgroup_cpu_quota_cores"), 1.5, 0);
    assert_string_equal(text(facts, "cgroup_cpu_quota_file"),
                        "/sys/fs/cgroup/outer/cpu.max");
    assert_float_equal(number(facts, "cgroup_pids_max"), 300, 0);
    assert_string_equal(text(facts, "cgroup_memory_max_bytes_missing"),
                        "no limit");
    assert_int_equal(place_of(facts, "time of 1.5 cores"), 1);
    assert_true(place_of(facts, "/sys/fs/cgroup/outer/cpu.max") == 1);
    assert_name(facts, "Chip, 2 of 8 CPUs, Linux");
    assert_float_equal(number(facts, "cgroup_throttled_periods"), 7, 0);
    json_decref(facts);
}

static void test_quota_of_a_group_above(void **state)
{
    (void)state;
    put_nested_quota("");
    check_nested_quota();
}

/* Where only the container's part of the tree is mounted. */
static void test_quota_in_a_container(void **state)
{
    (void)state;
    put_nested_quota("/docker/1234");
    check_nested_quota();
}

static void test_quota_of_version_1(void **state)
{
    (void)state;
    put_cpus(8, 1);
    put("/proc/self/cgroup", "4:cpuset:/\n3:cpu,cpuacct:/job\n0::/mine");
    put("/proc/self/mountinfo",
        "29 1 0:25 / /c/cpuset rw - cgroup cgroup rw,cpuset\n"
        "30 1 0:26 / /c/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        "31 1 0:27 / /c/v2 rw - cgroup2 cgroup rw");
    put("/c/v2/mine/pids.max", "77");
    put("/c/cpuset/job/cpu.cfs_quota_us", "1000");
    put("/c/cpu/cpu.cfs_quota_us", "-1");
    put("/c/cpu/cpu.cfs_period_us", "100000");
    put("/c/cpu/job/cpu.cfs_quota_us", "250000");
    put("/c/cpu/job/cpu.cfs_period_us", "100000");
    assert_int_equal(cores_usable(root), 3);

    /* Less than a core is still one worker. */
    put("/c/cpu/job/cpu.cfs_quota_us", "20000");
    assert_int_equal(cores_usable(root), 1);
    json_t *facts = environment();
    assert_true(place_of(facts, "echo -1 | ") == 1);
    assert_float_equal(number(facts, "cgroup_pids_max"), 77, 0);
    json_decref(facts);

    /* The topmost group counts as well. */
    put("/c/cpu/cpu.cfs_quota_us", "10000");
    facts = environment();
    assert_string_equal(text(facts, "cgroup_cpu_quota_file"),
                        "/c/cpu/cpu.cfs_quota_us");
    json_decref(facts);
}

static void test_hybrid_intel(void **state)
{
    (void)state;
    put_cpus(12, 1);
    put("/sys/devices/cpu_core/cpus", "0-7");
    put("/sys/devices/cpu_atom/cpus", "8-11");
    json_t *facts = environment();
    assert_float_equal(number(facts, "core_kinds"), 2, 0);
    assert_true(place_of(facts, "taskset -c 0-7 ") > 0);
    json_decref(facts);
}

static void test_hybrid_arm(void **state)
{
    static const char *const capacities[] = {"381",  "381",  "760",
                                             "1024", "1024", "760"};

    (void)state;
    put_cpus(6, 1);
    for (unsigned cpu = 0; cpu < 6; cpu++)
        put_cpu(cpu, "cpu_capacity", capacities[cpu]);
    json_t *facts = environment();
    assert_float_equal(number(facts, "core_kinds"), 3, 0);
    assert_string_equal(text(facts, "fast_cpus"), "3-4");
    json_decref(facts);
}

static void test_equal_cores(void **state)
{
    (void)state;
    put_cpus(2, 1);
    json_t *facts = environment();
    assert_float_equal(number(facts, "core_kinds"), 1, 0);
    assert_string_equal(text(facts, "fast_cpus"), "0-1");
    assert_int_equal(place_of(facts, "taskset"), 0);
    json_decref(facts);
}

static void test_virtual_machine(void **state)
{
    (void)state;
    put_cpus(2, 1);
    put("/proc/cpuinfo", "model name : AMD EPYC\nflags : fpu hypervisor sse");
    put("/sys/class/dmi/id/sys_vendor", "QEMU");
    put("/proc/sys/kernel/osrelease", "6.18.44");
    put("/proc/loadavg", "0.01 0.02 0.03 1/90 400");
    json_t *facts = environment();

    assert_true(json_is_true(json_object_get(facts, "virtualised")));
    assert_string_equal(text(facts, "hypervisor"), "QEMU");
    assert_true(json_is_null(json_object_get(facts, "governor")));
    assert_non_null(strstr(text(facts, "governor_missing"), "cpufreq"));
    assert_name(facts, "AMD EPYC, 2 cores, Linux 6.18");
    assert_true(place_of(facts, "virtual machine (QEMU)") > 0);
    assert_int_equal(place_of(facts, "governor"), 0);
    assert_int_equal(place_of(facts, "Other programs"), 0);
    json_decref(facts);

    put("/proc/loadavg", "2.01 0.02 0.03 1/90 400");
    facts = environment();
    assert_true(place_of(facts, "Other programs") > 0);
    assert_true(place_of(facts, "virtual machine") >
                place_of(facts, "Other programs"));
    json_decref(facts);
}

/* A server of two sockets that somebody set up for everything but measuring. */
static void test_server(void **state)
{
    (void)state;
    put_cpus(64, 1);
    put("/proc/cpuinfo", "model name : Chip");
    put("/sys/devices/system/node/online", "0-1");
    put_cpu(0, "cpufreq/scaling_driver", "acpi-cpufreq");
    for (unsigned cpu = 0; cpu < 64; cpu++) {
        put_cpu(cpu, "cpufreq/scaling_governor",
                cpu < 32 ? "ondemand" : "performance");
        put_cpu(cpu, "thermal_throttle/core_throttle_count", "2");
    }
    put(CPU "/cpufreq/boost", "1");
    put("/sys/devices/system/clocksource/clocksource0/current_clocksource",
        "hpet");
    put("/sys/kernel/mm/transparent_hugepage/enabled",
        "[always] madvise never");
    put("/sys/firmware/acpi/platform_profile", "quiet");
    put("/proc/meminfo", "MemTotal: 800000 kB\nMemAvailable: 400000 kB");
    put(CPU "/nohz_full", "(null)");
    json_t *facts = environment();

    assert_name(facts, "Chip, 64 cores, Linux");
    assert_string_equal(text(facts, "governor"), "ondemand, performance");
    assert_string_equal(text(facts, "nohz_full_cpus"), "");
    assert_float_equal(number(facts, "thermal_throttles"), 128, 0);
    assert_true(json_is_false(json_object_get(facts, "smt")));
    /* All of it, in order of effect. */
    static const char *const order[] = {
        "\"quiet\"",
        "\"ondemand, performance\" (acpi-cpufreq)",
        "echo 0 | ",
        "in 2 parts",
        "\"hpet\"",
        "Only 391 MiB",
        "madvise | sudo tee ",
    };
    json_object_set_new(facts, "superuser", json_false());
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        assert_int_equal(place_of(facts, order[i]), i + 1);
    assert_int_equal(place_of(facts, "too hot"), place_of(facts, "echo 0 | "));
    json_decref(facts);
}

/* A child that writes on as process 4711 until it is ended; and one process
 * that does nothing. */
static void test_top_consumers(void **state)
{
    json_t *facts;
    size_t n = 0;

    (void)state;
    put("/proc/1/stat", "1 (init) S 0 1 1 0 -1 4194560 9 9 9 9 700 700 0 0 20");
    put("/proc/4711/stat", "not yet");
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        for (long i = 0;; i += 10000)
            put("/proc/4711/stat",
                "4711 (a) (b) R 1 1 1 0 -1 4194560 9 9 9 9 %ld 7 0 0 20", i);
    while (n == 0) {
        facts = environment();
        const json_t *list = json_object_get(facts, "top_consumers");
        n = json_array_size(list);
        if (n > 0) {
            const json_t *first = json_array_get(list, 0);
            assert_int_equal(n, 1);
            assert_string_equal(text(first, "name"), "a) (b");
            assert_true(number(first, "core_ratio") > 0.1);
            json_object_set_new(facts, "load_1min", json_integer(64));
            assert_true(place_of(facts, "compute here: a) (b (") > 0);
        }
        json_decref(facts);
    }
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* After a session only what may have changed is looked at again. */
static void test_later(void **state)
{
    json_t *all, *later, *value;
    const char *key;

    (void)state;
    put_laptop();
    assert_int_equal(machine_environment(root, &all), 0);
    assert_int_equal(machine_environment_now(root, &later), 0);
    json_object_foreach(later, key, value)
    {
        assert_non_null(json_object_get(all, key));
    }
    assert_string_equal(text(later, "governor"), "powersave");
    assert_float_equal(number(later, "load_1min"), 0.5, 1e-12);
    assert_null(json_object_get(later, "cpu_model"));
    json_decref(later);
    json_decref(all);
}

/* The same keys everywhere, and a reason for every null. */
static void test_empty_root(void **state)
{
    json_t *facts = environment();
    json_t *here;
    const char *key;
    json_t *value;
    char reason[64];

    (void)state;
    assert_int_equal(machine_environment("", &here), 0);
    json_object_foreach(here, key, value)
    {
        if (strstr(key, "_missing") == NULL)
            assert_non_null(json_object_get(facts, key));
    }
    json_object_foreach(facts, key, value)
    {
        snprintf(reason, sizeof reason, "%s_missing", key);
        assert_int_equal(json_is_null(value),
                         json_is_string(json_object_get(facts, reason)));
    }
    assert_true(json_is_null(json_object_get(facts, "kernel")));
    assert_int_equal(strlen(text(facts, "build_id")) % 2, 0);
    assert_int_equal(cores_usable(root), 1);
    assert_int_equal(place_of(facts, "virtual machine"), 0);
    json_decref(here);
    json_decref(facts);
}

static void test_pressure(void **state)
{
    (void)state;
    put("/proc/pressure/io",
        "some avg10=1.25 avg60=0.00 avg300=0.00 total=123456789012\n"
        "full avg10=0.50 avg60=0.00 avg300=0.00 total=7");
    json_t *facts = environment();
    assert_float_equal(number(facts, "pressure_io_percent"), 1.25, 0);
    json_decref(facts);
}

static void test_grades(void **state)
{
    static const struct {
        struct machine_unrest unrest;
        char letter;
        const char *reason;
    } cases[] = {
        {{0.004, 0, 0, 0}, 'A', "0.4 %"},
        {{0.005, 0, 0, 0}, 'B', "0.5 %"},
        {{0.004, 0.001, 0, 0}, 'B', "0.1 %"},
        {{0.019, 0.02, 0, 0}, 'B', "1.9 %"},
        {{0.02, 0, 0, 0}, 'C', "2 %"},
        {{0.05, 0, 0, 0}, 'D', "5 %"},
        {{0.004, 0.021, 0, 0}, 'D', "2.1 %"},
        {{0.004, 0, 1, 0}, 'D', "quota"},
        {{0.004, 0, 0, 0.2}, 'A', "0.4 %"},
        {{0.004, 0, 0, 0.21}, 'D', "21 % of the blocks"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct machine_grade grade = machine_grade(&cases[i].unrest);
        assert_int_equal(grade.letter, cases[i].letter);
        assert_non_null(strstr(grade.reason, cases[i].reason));
    }
}

/* Of a normal distribution it is the standard deviation; one round in a hundred
 * that was interrupted does not decide, a frequency that changes does. */
static void test_variation(void **state)
{
    enum { N = 400 };
    double times[N] = {0};

    (void)state;
    assert_true(isnan(machine_variation(times, MACHINE_VARIATION_MIN - 1)));
    for (int i = 0; i < N; i++) {
        /* The normal quantile at (i + 0.5) / N, by bisection of erf. */
        double low = -5, high = 5;
        for (int step = 0; step < 60; step++) {
            double middle = (low + high) / 2;
            if (0.5 * (1 + erf(middle / sqrt(2))) < (i + 0.5) / N)
                low = middle;
            else
                high = middle;
        }
        times[i] = 1000 * (1 + 0.01 * low);
    }
    assert_float_equal(machine_variation(times, N), 0.01, 2e-4);
    for (int i = 0; i < 4; i++)
        times[i] = 10000;
    assert_true(machine_variation(times, N) < 0.012);
    for (int i = 0; i < N / 2; i++)
        times[i] *= 1.5;
    assert_true(machine_variation(times, N) > 0.1);
}

static void test_calibration(void **state)
{
    struct machine_calibration calibration;

    (void)state;
    assert_int_equal(machine_calibrate(&calibration), 0);
    assert_true(calibration.median_ns > 0);
    assert_true(calibration.cv_ratio >= 0 && isfinite(calibration.cv_ratio));
}

static void test_cpulists(void **state)
{
    static const char *const good[] = {"", "0", "0-3", "0,2-3,64,127-130",
                                       "8191"};
    static const char *const bad[] = {"x",    "1-",     "-1",
                                      "3-2",  "1,",     "1,,2",
                                      "8192", "0-8192", "99999999999999999999"};
    char back[128];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct cpulist list;
        assert_int_equal(cpulist_parse(good[i], &list), 0);
        cpulist_format(&list, back, sizeof back);
        assert_string_equal(back, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct cpulist list;
        assert_int_equal(cpulist_parse(bad[i], &list), -EINVAL);
    }
}

static void test_allowances(void **state)
{
    struct allowance allowances[ALLOW_MAX];
    json_t *facts = json_pack("{s:b s:i s:i s:i s:i s:i s:i s:i s:i}",
                              "superuser", 0, "nproc_soft", 60000, "nproc_hard",
                              60000, "pid_max", 32768, "threads_max", 40000,
                              "existing_threads", 768, "max_map_count", 20000,
                              "nofile_soft", 1024, "nofile_hard", 1048576);

    char all[256];

    (void)state;
    allowance_list(facts, all, sizeof all);
    assert_string_equal(all, "ulimit -u 60000, kernel.pid_max 32768, "
                             "kernel.threads-max 40000, vm.max_map_count "
                             "20000, ulimit -Hn 1048576");
    allowance_find(facts, allowances);
    assert_int_equal(allowances[ALLOW_PROCESSES].allowed, 32000);
    assert_string_equal(allowances[ALLOW_PROCESSES].bound, "kernel.pid_max");
    assert_string_equal(allowances[ALLOW_PROCESSES].command, "");
    assert_int_equal(allowances[ALLOW_THREADS].allowed, 10000);
    assert_non_null(
        strstr(allowances[ALLOW_THREADS].command, "sudo sysctl -w vm.max_map"));
    assert_int_equal(allowances[ALLOW_DESCRIPTORS].allowed, 1048576);
    assert_string_equal(allowances[ALLOW_DESCRIPTORS].command, "");

    /* The superuser's processes are not counted, and need no sudo. */
    json_object_set_new(facts, "nproc_soft", json_integer(100));
    json_object_set_new(facts, "nofile_hard", json_integer(2048));
    allowance_find(facts, allowances);
    assert_int_equal(allowances[ALLOW_PROCESSES].allowed, 100);
    assert_int_equal(
        strncmp(allowances[ALLOW_DESCRIPTORS].command, "sudo prlimit", 12), 0);
    json_object_set_new(facts, "superuser", json_true());
    allowance_find(facts, allowances);
    assert_int_equal(allowances[ALLOW_PROCESSES].allowed, 32000);
    assert_int_equal(
        strncmp(allowances[ALLOW_DESCRIPTORS].command, "prlimit", 7), 0);

    /* What one may raise oneself, the shell raises. */
    json_object_set_new(facts, "superuser", json_false());
    allowance_find(facts, allowances);
    assert_string_equal(allowances[ALLOW_PROCESSES].command, "ulimit -u 10100");
    json_decref(facts);
}

static void test_no_limits(void **state)
{
    struct allowance allowances[ALLOW_MAX];
    json_t *facts = environment();

    (void)state;
    allowance_find(facts, allowances);
    for (size_t i = 0; i < ALLOW_MAX; i++) {
        assert_true(allowances[i].allowed == LLONG_MAX);
        assert_string_equal(allowances[i].command, "");
    }
    json_decref(facts);
}

#define IN_ROOT(test)                                                          \
    cmocka_unit_test_setup_teardown(test, make_root, remove_root)

/* ---- Programs and machines told apart ---- */

static void test_build_id(void **state)
{
    char own[BUILD_ID_ROOM], again[BUILD_ID_ROOM], other[BUILD_ID_ROOM];

    (void)state;
    assert_int_equal(build_id_read("/proc/self/exe", own), 0);
    assert_int_equal(strlen(own), 40); /* SHA-1 */
    assert_int_equal(strspn(own, "0123456789abcdef"), 40);
    assert_int_equal(build_id_read("/proc/self/exe", again), 0);
    assert_string_equal(own, again);
    if (build_id_read("/bin/sh", other) == 0)
        assert_string_not_equal(own, other);
    assert_int_equal(build_id_read("/proc/self/stat", other), -ENODATA);
    assert_int_equal(build_id_read("/dev/null", other), -ENODATA);
    assert_int_equal(build_id_read("/nowhere", other), -ENOENT);
}

static void test_same_machine(void **state)
{
    json_t *was, *is;
    char text[128];

    (void)state;
    assert_int_equal(machine_environment("", &was), 0);
    is = json_deep_copy(was);
    /* A moment is not a machine. */
    json_object_set_new(is, "load_1min", json_real(99));
    assert_true(machine_same(was, is, text, sizeof text));
    json_object_set_new(was, "governor", json_string("powersave"));
    json_object_set_new(is, "governor", json_string("performance"));
    assert_false(machine_same(was, is, text, sizeof text));
    assert_string_equal(text,
                        "governor was \"powersave\" and is \"performance\"");
    json_object_set_new(is, "governor", json_null());
    assert_false(machine_same(was, is, text, sizeof text));
    assert_string_equal(text, "governor was \"powersave\" and is unknown");
    json_object_del(is, "governor");
    json_object_set_new(was, "governor", json_null());
    assert_true(machine_same(was, is, text, sizeof text));
    json_decref(was);
    json_decref(is);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ROOT(test_laptop),
        IN_ROOT(test_quota_of_a_group_above),
        IN_ROOT(test_quota_in_a_container),
        IN_ROOT(test_quota_of_version_1),
        IN_ROOT(test_hybrid_intel),
        IN_ROOT(test_hybrid_arm),
        IN_ROOT(test_equal_cores),
        IN_ROOT(test_virtual_machine),
        IN_ROOT(test_server),
        IN_ROOT(test_later),
        IN_ROOT(test_top_consumers),
        IN_ROOT(test_empty_root),
        IN_ROOT(test_pressure),
        IN_ROOT(test_no_limits),
        cmocka_unit_test(test_grades),
        cmocka_unit_test(test_variation),
        cmocka_unit_test(test_calibration),
        cmocka_unit_test(test_build_id),
        cmocka_unit_test(test_same_machine),
        cmocka_unit_test(test_cpulists),
        cmocka_unit_test(test_allowances),
    };

    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
