/* SPDX-License-Identifier: MIT */
/* Processes that are run and watched: what they say, how they end, and a signal
 * that the child meets before we do. */
#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "harness/session/process.h"

static char file[] = "/tmp/heddle-process-XXXXXX";

static void run(struct watch *watch, char *script, struct outcome *ret)
{
    char *argv[] = {"sh", "-c", script, "sh", file, NULL};
    assert(process_run(watch, "sh", argv, 60 * NS_PER_S, ret) == 0);
}

static void test_words(void)
{
    struct watch watch;
    struct outcome outcome;

    assert(watch_init(&watch) == 0);
    run(&watch, "echo out; echo err >&2; exit 3", &outcome);
    assert(strcmp(outcome.out, "out\n") == 0);
    assert(strcmp(outcome.err, "err\n") == 0);
    assert(WEXITSTATUS(outcome.status) == 3);
    assert(!outcome.interrupted && !outcome.timed_out);
    outcome_fini(&outcome);
    run(&watch, "kill -INT $$", &outcome);
    assert(WTERMSIG(outcome.status) == SIGINT && !outcome.interrupted);
    outcome_fini(&outcome);
    watch_fini(&watch);
}

/* The child sees the file go, sends SIGINT to us and to itself, and has died of
 * it before the watching goes on. */
static void let_it_die(void *context)
{
    siginfo_t info;

    (void)context;
    unlink(file);
    while (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) < 0)
        continue;
}

static void test_both_at_once(void)
{
    struct watch watch;
    struct outcome outcome;
    int fd = mkstemp(file);

    assert(fd >= 0 && close(fd) == 0);
    assert(watch_init(&watch) == 0);
    watch.tick = let_it_die;
    run(&watch,
        "echo; while [ -e \"$1\" ]; do :; done; "
        "kill -INT $PPID; kill -INT $$",
        &outcome);
    assert(outcome.interrupted);
    assert(watch.signal == SIGINT);
    outcome_fini(&outcome);
    watch_fini(&watch);
}

int main(void)
{
    test_words();
    test_both_at_once();
    return 0;
}
