/* SPDX-License-Identifier: MIT */
/*
 * `heddle demo table`: descriptors opened one by one, each timed, by a process
 * with one thread and by one with two, of which the second only sleeps. No
 * statistics: what happens at which descriptor is certain, how long it takes is
 * the kernel's affair. Look at open_one_by_one: there is nothing else to see.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/child.h"
#include "core/clock.h"
#include "harness/demo.h"
#include "harness/machine/small_file.h"
#include "harness/options.h"
#include "harness/report/words.h"
#include "harness/stats/stats.h"

enum { DESCRIPTORS = 5000 };

/* Of one process: nothing for descriptors that it had, or could not have. */
struct openings {
    int result;
    int size;       /* of the table, before: a power of two from 64 on */
    int first, end; /* opened: first ... end - 1 */
    uint32_t ns[DESCRIPTORS];
};

static void *sleep_for_ever(void *nothing)
{
    for (;;)
        pause();
    return nothing;
}

/* As the kernel tells it, see proc(5). */
static int table_size(void)
{
    char text[32] = "";

    (void)small_file_field("", "/proc/self/status", "FDSize", text,
                           sizeof text);
    return (int)strtol(text, NULL, 10);
}

static void open_one_by_one(struct openings *ret)
{
    ret->size = table_size();
    ret->first = dup(STDERR_FILENO);
    ret->end = ret->first + 1;
    while (ret->first >= 0 && ret->end < DESCRIPTORS) {
        uint64_t began_ns = clock_ns();
        int fd = dup(STDERR_FILENO);
        uint64_t took_ns = clock_ns() - began_ns;
        if (fd < 0)
            return;
        ret->ns[fd] = (uint32_t)took_ns;
        ret->end = fd + 1;
    }
}

static int open_all(bool two_threads, struct openings *ret)
{
    struct rlimit limit;
    pthread_t sleeper;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    int error =
        two_threads ? pthread_create(&sleeper, NULL, sleep_for_ever, NULL) : 0;
    if (error == 0)
        open_one_by_one(ret);
    return -error;
}

static int read_all(int fd, void *to, size_t length)
{
    char *at = to;

    while (length > 0) {
        ssize_t n = read(fd, at, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -ECHILD;
        at += n;
        length -= (size_t)n;
    }
    return 0;
}

static void be_opener(int answer, bool two_threads)
{
    static struct openings own;
    FILE *out = fdopen(answer, "w");

    own.result = out == NULL ? -errno : open_all(two_threads, &own);
    if (out == NULL || fwrite(&own, sizeof own, 1, out) != 1 ||
        fflush(out) != 0)
        _exit(1);
    _exit(0);
}

/* In a process of its own, whose table is still small. Returns 0 or -errno. */
static int open_apart(bool two_threads, struct openings *ret)
{
    int ends[2];
    int status;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = child_fork();
    if (pid == 0)
        be_opener(ends[1], two_threads);
    close(ends[1]);
    int result = pid < 0 ? (int)pid : read_all(ends[0], ret, sizeof *ret);
    close(ends[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return result != 0 ? result : ret->result;
}

/* The first that did not fit: the size before, or a doubled one. */
static bool makes_grow(const struct openings *o, int fd)
{
    return fd >= o->size && (fd & (fd - 1)) == 0;
}

static double median_of_others_us(const struct openings *o)
{
    static double us[DESCRIPTORS];
    size_t n = 0;

    for (int fd = o->first + 1; fd < o->end; fd++)
        if (!makes_grow(o, fd))
            us[n++] = o->ns[fd] * 1e-3;
    if (n == 0)
        return 0;
    stats_sort(us, n);
    return us[n / 2];
}

static void print_row(const char *name, double one_us, double two_us)
{
    char a[WORDS_NUMBER], b[WORDS_NUMBER];

    printf("  %-26s %10s %10s\n", name, words_number(one_us, a),
           words_number(two_us, b));
}

static void print_openings(const struct openings *one,
                           const struct openings *two)
{
    double one_us = 0, two_us = 0;
    unsigned n = 0;
    char name[40], a[WORDS_NUMBER], b[WORDS_NUMBER];

    printf("\n  %-26s %10s %10s\n", "us to open descriptor", "one thread",
           "two");
    for (int fd = one->size; fd < one->end && fd < two->end; fd *= 2, n++) {
        snprintf(name, sizeof name, "%d", fd);
        print_row(name, one->ns[fd] * 1e-3, two->ns[fd] * 1e-3);
        one_us += one->ns[fd] * 1e-3;
        two_us += two->ns[fd] * 1e-3;
    }
    print_row("any other (median)", median_of_others_us(one),
              median_of_others_us(two));
    printf(
        "\n=> The table of %d doubled %u time%s: %s us with one thread, %s us "
        "with two.\n"
        "   The second thread slept all the while. It might have been looking "
        "into the\n"
        "   old table, so the kernel waits until no processor can be doing "
        "that any\n"
        "   more. docs/lessons/descriptor-table.md has the rest.\n",
        one->size, n, n == 1 ? "" : "s", words_number(one_us, a),
        words_number(two_us, b));
}

int demo_table(const struct options *options)
{
    static struct openings one, two;

    (void)options;
    int result = open_apart(false, &one);
    if (result == 0)
        result = open_apart(true, &two);
    if (result == 0 &&
        (one.size <= 0 || one.end <= one.size || two.end <= one.size))
        result = -EMFILE;
    if (result != 0) {
        complain("opening descriptors: %s (%s); ulimit -Hn says how many are "
                 "allowed",
                 strerrordesc_np(-result), strerrorname_np(-result));
        return EXIT_NOT_MEASURED;
    }
    print_openings(&one, &two);
    return EXIT_WELL;
}
