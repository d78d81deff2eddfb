/* SPDX-License-Identifier: MIT */
/*
 * heddle doctor: looks at the machine and says what will bend the numbers, the
 * worst first, each with the cure for this machine. It changes nothing. What
 * it looks at and how it judges stands in facts.h, advice.c and allowance.c.
 */
#include "harness/machine/doctor.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "harness/machine/advice.h"
#include "harness/machine/allowance.h"
#include "harness/machine/machine.h"
#include "harness/machine/noise.h"
#include "harness/options.h"

enum { COLUMNS = 79 };

/* Prints words from column `at` on, each further line indented by `indent`. */
static void print_words(const char *words, int at, int indent)
{
    while (*words != '\0') {
        int length = (int)strcspn(words, " ");
        if (at > indent && at + 1 + length > COLUMNS) {
            printf("\n%*s", indent, "");
            at = indent;
        } else if (at > indent) {
            putchar(' ');
            at++;
        }
        printf("%.*s", length, words);
        at += length;
        words += length;
        words += strspn(words, " ");
    }
    putchar('\n');
}

void doctor_print_row(const char *name, const char *words)
{
    enum { INDENT = 18 };

    printf("  %-*s", INDENT - 2, name);
    print_words(words, INDENT, INDENT);
}

/* The fact as words; the reason where there is none. */
static void fact_words(const json_t *environment, const char *key, char *ret,
                       size_t room)
{
    const json_t *value = json_object_get(environment, key);
    char reason[64];

    snprintf(reason, sizeof reason, "%s_missing", key);
    if (json_is_string(value))
        snprintf(ret, room, "%s", json_string_value(value));
    else if (json_is_number(value))
        snprintf(ret, room, "%.10g", json_number_value(value));
    else if (json_is_boolean(value))
        snprintf(ret, room, "%s", json_is_true(value) ? "yes" : "no");
    else
        snprintf(ret, room, "%s",
                 json_string_value(json_object_get(environment, reason)));
}

static void print_machine(const json_t *environment)
{
    static const struct {
        const char *name, *key;
    } rows[] = {
        {"usable cores", "cores_usable"},
        {"hypervisor", "hypervisor"},
        {"container", "container"},
        {"CPU quota", "cgroup_cpu_quota_cores"},
        {"governor", "governor"},
        {"boost", "boost"},
        {"SMT", "smt"},
        {"NUMA nodes", "numa_nodes"},
        {"clock source", "clock_source"},
        {"huge pages", "thp"},
        {"ASLR", "aslr"},
        {"AC power", "on_ac_power"},
        {"load, 1 min", "load_1min"},
        {"compiler", "compiler"},
        {"flags", "compiler_flags"},
    };
    char words[512];

    machine_name(environment, words, sizeof words);
    printf("%s\n\n", words);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fact_words(environment, rows[i].key, words, sizeof words);
        doctor_print_row(rows[i].name, words);
    }
}

static void print_advice(const json_t *environment, double steal_ratio)
{
    struct advice advice[ADVICE_MAX];
    size_t n = advice_collect(environment, steal_ratio, advice);

    puts(n == 0 ? "\nNothing found that bends numbers here."
                : "\nWhat bends numbers here, the worst first");
    for (size_t i = 0; i < n; i++) {
        printf("\n%3zu ", i + 1);
        print_words(advice[i].found, 4, 4);
        printf("%4s", "");
        print_words(advice[i].mend, 4, 4);
        if (*advice[i].command != '\0')
            printf("      %s\n", advice[i].command);
    }
}

static void print_allowances(const json_t *environment)
{
    struct allowance allowances[ALLOW_MAX];
    char words[256];

    printf("\nLimits (the largest experiments have %d tasks)\n\n",
           ALLOWANCE_TASKS);
    allowance_find(environment, allowances);
    for (size_t i = 0; i < ALLOW_MAX; i++) {
        const struct allowance *one = &allowances[i];
        if (one->allowed == LLONG_MAX) {
            doctor_print_row(one->what, "no limit found");
            continue;
        }
        snprintf(words, sizeof words, "%lld (%s)%s%s", one->allowed, one->bound,
                 *one->command == '\0' ? "" : "; more: ", one->command);
        doctor_print_row(one->what, words);
    }
    allowance_list(environment, words, sizeof words);
    doctor_print_row("all limits", words);
}

/* Grades the machine by what happens to a loop right now. *ret_steal_ratio:
 * since the machine was started. */
static int grade_now(struct machine_grade *ret, double *ret_steal_ratio)
{
    static const struct noise boot = {{0}};
    struct noise_reader reader;
    struct machine_calibration calibration;

    int err = noise_open(&reader, machine_root());
    if (err < 0)
        return err;
    struct noise before = noise_look(&reader);
    err = machine_calibrate(&calibration);
    struct noise after = noise_look(&reader);
    noise_close(&reader);
    if (err < 0)
        return err;
    struct noise now = noise_between(&before, &after);
    struct noise ever = noise_between(&boot, &after);
    *ret = machine_grade(&(struct machine_unrest){
        .variation_ratio = calibration.cv_ratio,
        .steal_ratio = noise_steal_ratio(&now),
        .throttled_periods = noise_quota_periods(&now)});
    *ret_steal_ratio = noise_steal_ratio(&ever);
    return 0;
}

static void print_all(const json_t *environment,
                      const struct machine_grade *grade, double steal_ratio)
{
    print_machine(environment);
    printf("\nNoise grade %c of A to D, at this moment\n    ", grade->letter);
    print_words(grade->reason, 4, 4);
    print_advice(environment, steal_ratio);
    print_allowances(environment);
    doctor_print_tools(environment);
}

/* Returns an exit status. */
static int print_json(json_t *environment, const struct machine_grade *grade,
                      double steal_ratio)
{
    json_t *all = doctor_json(environment, grade, steal_ratio);
    int failed = all == NULL ||
                 json_dumpf(all, stdout,
                            JSON_SORT_KEYS | JSON_REAL_PRECISION(9) |
                                JSON_INDENT(1)) != 0 ||
                 putchar('\n') == EOF || fflush(stdout) != 0;

    json_decref(all);
    if (failed)
        complain("the result could not be written");
    return failed ? EXIT_NOT_MEASURED : EXIT_WELL;
}

int command_doctor(const struct options *options)
{
    struct machine_grade grade;
    double steal_ratio;
    json_t *environment;
    int result = EXIT_WELL;

    machine_complain_of_root();
    int err = machine_environment(machine_root(), &environment);
    if (err < 0) {
        complain("cannot describe this machine: %s", strerror(-err));
        return EXIT_NOT_MEASURED;
    }
    err = grade_now(&grade, &steal_ratio);
    if (err < 0) {
        complain("cannot measure how steady this machine is: %s",
                 strerror(-err));
        json_decref(environment);
        return EXIT_NOT_MEASURED;
    }
    if (options->json)
        result = print_json(environment, &grade, steal_ratio);
    else
        print_all(environment, &grade, steal_ratio);
    json_decref(environment);
    return result == EXIT_WELL && options->strict && grade.letter == 'D'
               ? EXIT_UNFIT_MACHINE
               : result;
}
