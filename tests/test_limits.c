/* SPDX-License-Identifier: MIT */
/* Which limit a refusal is told to come from, with made-up stocks; that a look
 * at this machine finds what it must; and that a job's first trouble is looked
 * into. Real refusals are in trouble/refused.py. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/job.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/once/limits.h"
#include "harness/registry.h"

#define NONE                                                                   \
    {                                                                          \
        UINT64_MAX, UINT64_MAX                                                 \
    }

/* Enough of everything. */
static const struct limits_seen plenty = {
    .mappings = {40, 65530},
    .group = NONE,
    .user = NONE,
    .threads = {200, 190000},
    .pids = {200, 32768},
    .address = {1 << 20, UINT64_MAX},
    .committed = NONE,
    .available_bytes = 300 << 20,
    .descriptors_allowed = 1024,
};

static void tells(const struct limits_seen *seen, int error, const char *wanted)
{
    char text[224];
    bool told = limits_tell(seen, error, text, sizeof text);

    assert_int_equal(told, *wanted != '\0');
    assert_string_equal(text, wanted);
}

static void test_threads(void **state)
{
    struct limits_seen seen = plenty;

    (void)state;
    tells(&seen, EAGAIN, "");
    seen.threads = (struct limits_stock){189995, 190000};
    tells(&seen, EAGAIN,
          "kernel.threads-max is 190000, and 189995 are in use; raise it: "
          "sysctl -w kernel.threads-max=1000000");
    seen.pids = (struct limits_stock){32468, 32768};
    tells(&seen, EAGAIN,
          "kernel.pid_max is 32768, and 32468 are in use; raise it: sysctl -w "
          "kernel.pid_max=4194304");
    seen.mappings = (struct limits_stock){65529, 65530};
    tells(&seen, EAGAIN,
          "vm.max_map_count is 65530, and 65529 are in use; raise it: sysctl "
          "-w vm.max_map_count=262144");
    seen.user = (struct limits_stock){20, 20};
    tells(&seen, EAGAIN,
          "RLIMIT_NPROC is 20, and 20 are in use; raise it: ulimit -u");
    seen.group = (struct limits_stock){3200, 3200};
    strcpy(seen.group_file, "/sys/fs/cgroup/a/pids.max");
    tells(&seen, EAGAIN,
          "pids.max of the control group is 3200, and 3200 are in use; raise "
          "it: echo max > /sys/fs/cgroup/a/pids.max");
}

/* One below each limit there is room for one more: it was not that. */
static void test_room_left(void **state)
{
    struct limits_seen seen = plenty;

    (void)state;
    seen.user = (struct limits_stock){19, 20};
    seen.group = (struct limits_stock){3199, 3200};
    seen.mappings = (struct limits_stock){65527, 65530};
    seen.pids = (struct limits_stock){32458, 32768};
    seen.threads = (struct limits_stock){189990, 190000};
    tells(&seen, EAGAIN, "");
}

static void test_memory(void **state)
{
    struct limits_seen seen = plenty;

    (void)state;
    tells(&seen, ENOMEM, "300 MiB of memory are available");
    seen.committed =
        (struct limits_stock){UINT64_C(7) << 30, UINT64_C(8) << 30};
    tells(&seen, ENOMEM,
          "vm.overcommit_memory is 2, and of 8192 MiB that may be promised "
          "7168 are; raise it: sysctl -w vm.overcommit_ratio");
    seen.address = (struct limits_stock){400 << 20, 512 << 20};
    tells(&seen, ENOMEM,
          "RLIMIT_AS is 512 MiB, and 400 are in use; raise it: ulimit -v");
    /* pthread_create(3) has one word for all of them. */
    tells(&seen, EAGAIN,
          "RLIMIT_AS is 512 MiB, and 400 are in use; raise it: ulimit -v");
    tells(&seen, EPIPE, "");
}

static void test_look(void **state)
{
    struct limits_seen seen;
    struct rlimit nofile;

    (void)state;
    limits_look(&seen);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &nofile), 0);
    assert_int_equal(seen.descriptors_allowed, nofile.rlim_cur);
    assert_in_range(seen.mappings.used, 10, seen.mappings.allowed);
    assert_in_range(seen.pids.used, 1, seen.pids.allowed);
    assert_in_range(seen.threads.used, 1, seen.threads.allowed);
    assert_in_range(seen.address.used, 1 << 20, UINT64_MAX - 1);
    assert_in_range(seen.available_bytes, 1 << 20, UINT64_MAX - 1);
}

/* Only the first trouble counts. */
static void test_watch(void **state)
{
    struct configuration c;
    struct job *job;

    (void)state;
    assert_int_equal(configuration_init(&c, model_find("sequential"),
                                        workload_find("empty")),
                     0);
    c.ntasks = 1;
    c.workers = 1;
    struct job_plan plan = configuration_plan(&c);
    assert_int_equal(job_new(&plan, &job), 0);
    limits_watch(job);
    job_fail(job, EMFILE, "opening");
    job_fail(job, ENOMEM, "mapping");
    assert_non_null(strstr(job->limit, "RLIMIT_NOFILE is "));
    job_free(job);
    configuration_fini(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads), cmocka_unit_test(test_room_left),
        cmocka_unit_test(test_memory),  cmocka_unit_test(test_look),
        cmocka_unit_test(test_watch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
