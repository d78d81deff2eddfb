/* SPDX-License-Identifier: MIT */
/*
 * Counters on machines that are not this one: perf_event_open(2) is replaced by
 * one that has them all, has none, or has too few and takes turns.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/once/counters.h"

static struct {
    int error; /* 0: counters can be had, and say this */
    uint64_t value, enabled_ns, running_ns;
} machine;
static unsigned nopened;

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker chooses this name. */
long __wrap_syscall(long number, ...);

/* A counter is read like a file: three numbers. */
long __wrap_syscall(long number, ...)
{
    uint64_t said[] = {machine.value, machine.enabled_ns, machine.running_ns};

    assert_int_equal(number, SYS_perf_event_open);
    nopened++;
    if (machine.error != 0) {
        errno = machine.error;
        return -1;
    }
    int fd = memfd_create("counter", MFD_CLOEXEC);
    assert_int_equal(pwrite(fd, said, sizeof said, 0), sizeof said);
    return fd;
}

/* NOLINTEND(bugprone-reserved-identifier) */

static json_t *count(uint64_t ntasks)
{
    struct counting counting;
    struct counters counters;

    nopened = 0;
    counters_start(&counting);
    counters_stop(&counting, &counters);
    assert_int_equal(nopened, COUNTER_MAX);
    return counters_json(&counters, ntasks);
}

static void test_there(void **state)
{
    (void)state;
    machine.error = 0;
    machine.value = 700;
    machine.enabled_ns = machine.running_ns = 5;
    json_t *object = count(200);
    json_t *shares = json_object_get(object, "per_task");

    assert_int_equal(json_object_size(object), COUNTER_MAX + 1);
    assert_int_equal(
        json_integer_value(json_object_get(object, "instructions")), 700);
    assert_true(json_real_value(json_object_get(shares, "cache_misses")) ==
                3.5);
    json_decref(object);
}

/* Counted for a third of the time: three times as much. */
static void test_turns(void **state)
{
    (void)state;
    machine.error = 0;
    machine.value = 700;
    machine.enabled_ns = 30;
    machine.running_ns = 10;
    json_t *object = count(1);

    assert_int_equal(json_integer_value(json_object_get(object, "cycles")),
                     2100);
    json_decref(object);
}

/* Each figure is null and says why, in words that its reader takes back. */
static void expect_missing(const char *words)
{
    struct counters back;
    json_t *object = count(4);
    json_t *shares = json_object_get(object, "per_task");

    assert_int_equal(json_object_size(object), 2 * COUNTER_MAX + 1);
    assert_true(json_is_null(json_object_get(object, "instructions")));
    assert_true(json_is_null(json_object_get(shares, "instructions")));
    assert_non_null(strstr(
        json_string_value(json_object_get(object, "instructions_missing")),
        words));
    counters_forget(&back);
    counters_read_reasons(object, &back);
    assert_non_null(strstr(back.missing[COUNTER_CACHE_MISSES], words));
    json_decref(object);
}

static void test_missing(void **state)
{
    (void)state;
    machine.error = ENOENT;
    expect_missing("this machine has none");
    machine.error = EACCES;
    expect_missing("not allowed to this user");
    machine.error = EMFILE;
    expect_missing(strerror(EMFILE));
    machine.error = 0;
    machine.enabled_ns = 30;
    machine.running_ns = 0;
    expect_missing("others had the processor's counters");
}

/* Nobody asked: no reasons either. */
static void test_not_asked(void **state)
{
    struct counters counters;

    (void)state;
    counters_forget(&counters);
    json_t *object = counters_json(&counters, 4);
    assert_int_equal(json_object_size(object), COUNTER_MAX + 1);
    assert_true(json_is_null(json_object_get(object, "cycles")));
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_not_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
