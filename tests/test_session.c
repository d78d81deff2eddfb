/* SPDX-License-Identifier: MIT */
/*
 * Whole sessions, with runs that only pretend: every run is this program once
 * more, and TRIAL in its environment says how it shall behave. So what a model
 * does when things go wrong can be had at will.
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/configuration.h"
#include "harness/options.h"
#include "harness/session/experiment.h"
#include "harness/session/result.h"
#include "harness/session/session.h"

/* ---- The pretended run ---- */

static bool has(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

static int tell(const char *status, const char *error, uint64_t run_ns)
{
    printf("{\"status\": \"%s\", \"error\": %s, \"digest\": "
           "\"0xfedcba9876543210\", \"steps\": 3, \"bytes\": 4, "
           "\"startup_ns\": 10, \"run_ns\": %" PRIu64 ", \"shutdown_ns\": 20, "
           "\"user_ns\": 5, \"system_ns\": 6, \"voluntary_switches\": 0, "
           "\"involuntary_switches\": 0, \"peak_rss_bytes\": 8, "
           "\"peer_cpu_ns\": 0, \"metrics\": {\"apples\": 7}, "
           "\"sum_wait_ns\": 0, \"longest_wait_ns\": 0}\n",
           status, error, run_ns);
    return 0;
}

static _Noreturn void hang(void)
{
    for (;;)
        pause();
}

/* Sends a signal to the session, in the fifth run. */
static int disturb(int signal)
{
    FILE *count = fopen(getenv("TRIAL_COUNT"), "a");

    assert(count != NULL);
    fputc('.', count);
    if (ftell(count) == 5) {
        kill(getppid(), signal);
        hang();
    }
    fclose(count);
    return tell("ok", "null", 1000);
}

/* What is no line of ours, in many ways. */
static int babble(const char *trial)
{
    if (strcmp(trial, "garbage") == 0)
        printf("hello\n");
    else if (strcmp(trial, "half") == 0)
        printf("{\"status\": \"ok\", \"run_ns\": 12");
    else if (strcmp(trial, "lacking") == 0)
        printf("{\"status\": \"ok\", \"error\": null, \"metrics\": {}}\n");
    else if (strcmp(trial, "huge") == 0)
        return tell("ok", "null", UINT64_C(1) << 60);
    else if (strcmp(trial, "list") == 0)
        printf("[[[\"ok\"]]]\n");
    else if (strcmp(trial, "bytes") == 0)
        fprintf(stderr, "Zur\xfc"
                        "ck\x1b[2J\r\a\n");
    /* Faster than anybody reads in small pieces. */
    static const char flood[1 << 18];
    while (strcmp(trial, "flood") == 0)
        if (write(STDOUT_FILENO, flood, sizeof flood) < 0)
            break;
    return 0;
}

static int pretend(int argc, char **argv)
{
    const char *trial = getenv("TRIAL");
    bool threads = has(argc, argv, "threads");

    assert(trial != NULL);
    if (has(argc, argv, "--reference"))
        return strcmp(trial, "unchecked") == 0
                   ? tell("failed", "\"no peer\"", 0)
               : strcmp(trial, "unsure") == 0 ? babble("lacking")
                                              : tell("ok", "null", 0);
    assert(has(argc, argv, "0xfedcba9876543210:3:4"));
    if (strcmp(trial, "sigint") == 0)
        return disturb(SIGINT);
    if (strcmp(trial, "sigterm") == 0)
        return disturb(SIGTERM);
    if (strcmp(trial, "noise") == 0)
        usleep(20000);
    if (strcmp(trial, "noise") == 0)
        return tell("ok", "null", 1000 + (uint64_t)getpid() * 7919 % 1000);
    if (!threads || strcmp(trial, "well") == 0)
        return tell("ok", "null", threads ? 2000 : 1000);
    if (strcmp(trial, "wrong") == 0) {
        tell("wrong", "\"wrong work: 63 of 64 tasks\"", 2000);
        return EXIT_WRONG_WORK;
    }
    if (strcmp(trial, "fail") == 0) {
        tell("failed", "\"forking: EAGAIN\"", 0);
        return EXIT_NOT_MEASURED;
    }
    if (strcmp(trial, "crash") == 0) {
        fputs("first\nabout to crash\n", stderr);
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    if (strcmp(trial, "hang") != 0)
        return babble(trial);
    /* With a child that holds the pipes as well. */
    fork();
    hang();
}

/* ---- Sessions of it ---- */

static char folder[] = "/tmp/heddle-session-XXXXXX";
static char out[sizeof folder + 8];

static void remove_out(void)
{
    char command[sizeof out + 16];

    snprintf(command, sizeof command, "rm -rf %s", out);
    assert(system(command) == 0);
}

static const struct options usual = {
    .model = "sequential,threads",
    .workload = "empty",
    .seed = 1,
    .seed_given = true,
    .blocks = 3,
    .timeout_s = 20,
    .out = out,
    .no_charts = true,
};

static int run(const char *trial, const struct options *options)
{
    remove_out();
    setenv("TRIAL", trial, 1);
    return command_run(options);
}

static struct session load(void)
{
    struct session session;
    struct complaint complaint = {""};

    if (session_load(out, &session, &complaint) != 0)
        fprintf(stderr, "%s\n", complaint.text);
    assert(*complaint.text == '\0' || strcmp(complaint.text, "no memory") == 0);
    return session;
}

static char *read_file(const char *name)
{
    char path[sizeof out + 32], *text = NULL;
    size_t room = 0;

    snprintf(path, sizeof path, "%s/%s", out, name);
    FILE *file = fopen(path, "r");
    assert(file != NULL);
    if (getdelim(&text, &room, '\0', file) < 0)
        text[0] = '\0';
    fclose(file);
    return text;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    while ((text = strstr(text, what)) != NULL) {
        text += strlen(what);
        n++;
    }
    return n;
}

static const struct point *threads_of(const struct session *session)
{
    assert(strcmp(session->points[2].label, "threads") == 0);
    return &session->points[2];
}

static size_t runs_of(const struct session *session, unsigned point)
{
    size_t n = 0;

    for (size_t i = 0; i < session->nruns; i++)
        n += session->runs[i].point == point;
    return n;
}

/* ---- What has to come of them ---- */

/* Every block holds every point once, in some order. */
static void check_blocks(const struct session *session)
{
    assert(session->nruns == 9);
    for (unsigned block = 0; block < 3; block++) {
        unsigned points = 0, positions = 0;
        for (unsigned i = 3 * block; i < 3 * block + 3; i++) {
            assert(session->runs[i].block == block);
            points |= 1U << session->runs[i].point;
            positions |= 1U << session->runs[i].position;
        }
        assert(points == 7 && positions == 7);
    }
}

static void test_well(void)
{
    assert(run("well", &usual) == EXIT_WELL);
    struct session session = load();
    check_blocks(&session);
    assert(session.complete && session.seed == 1);
    assert(strcmp(session.stop_reason, "blocks") == 0);
    assert(session.experiments[0]->nblocks == 3);
    assert(session.points[0].digest == UINT64_C(0xfedcba9876543210));
    assert(session.points[1].twin && session.points[1].baseline);
    for (size_t i = 0; i < session.nruns; i++) {
        const struct run *r = &session.runs[i];
        assert(r->status == RUN_OK && r->error == NULL);
        assert(r->run_ns == (r->point == 2 ? 2000 : 1000));
        assert(r->user_ns == 5 && r->system_ns == 6 && r->steps == 3);
        assert(r->wall_ns > 0 && json_object_size(r->metrics) == 1);
    }
    char *journal = read_file("samples.ndjson");
    assert(count(journal, "\n") == 9 && count(journal, "partial") == 0);
    free(journal);
    session_fini(&session);
}

/* What was read is written again to the last byte. */
static void test_round_trip(void)
{
    assert(run("well", &usual) == EXIT_WELL);
    struct session session = load();
    char *file = read_file("result.json");
    json_t *result = result_json(&session);
    char *text = json_dumps(result, RESULT_NUMBERS | JSON_INDENT(1));
    file[strlen(file) - 1] = '\0'; /* the final newline */
    assert(strcmp(file, text) == 0);
    free(text);
    json_decref(result);
    free(file);
    session_fini(&session);
}

/* Wherever the file ends, it is said that it does. */
static void test_cut_off(void)
{
    char path[sizeof out + 16];
    struct session session;
    struct complaint complaint;

    assert(run("well", &usual) == EXIT_WELL);
    char *text = read_file("result.json");
    snprintf(path, sizeof path, "%s/result.json", out);
    for (size_t length = 1; length < strlen(text) - 1; length++) {
        FILE *file = fopen(path, "w");
        assert(file != NULL);
        assert(fwrite(text, 1, length, file) == length);
        assert(fclose(file) == 0);
        assert(session_load(out, &session, &complaint) == -ENODATA);
        assert(strstr(complaint.text, ": it is cut off here; the runs are in "
                                      "samples.ndjson") != NULL);
    }
    free(text);
}

static void positions(uint64_t seed, unsigned ret[30])
{
    struct options options = usual;

    options.seed = seed;
    options.blocks = 10;
    assert(run("well", &options) == EXIT_WELL);
    struct session session = load();
    assert(session.nruns == 30);
    for (size_t i = 0; i < 30; i++)
        ret[i] = session.runs[i].point;
    session_fini(&session);
}

/* A seed is an order. */
static void test_order(void)
{
    unsigned first[30], again[30], other[30];

    positions(7, first);
    positions(7, again);
    positions(8, other);
    assert(memcmp(first, again, sizeof first) == 0);
    assert(memcmp(first, other, sizeof first) != 0);
}

static void test_wrong_work(void)
{
    assert(run("wrong", &usual) == EXIT_WRONG_WORK);
    struct session session = load();
    assert(!session.complete && session.nruns == 0);
    assert(strcmp(session.stop_reason, "wrong work") == 0);
    char *journal = read_file("samples.ndjson");
    assert(count(journal, "\"status\":\"wrong\"") == 1);
    assert(count(journal, "\n") == count(journal, "\"partial\":true"));
    free(journal);
    session_fini(&session);
}

/* Tried twice, in the discarded block and the first; then it is a hole. */
static void check_hole(const char *trial, const char *reason, size_t nruns)
{
    struct options options = usual;

    if (strcmp(trial, "hang") == 0 || strcmp(trial, "flood") == 0)
        options.timeout_s = 1;
    assert(run(trial, &options) == EXIT_NOT_MEASURED);
    struct session session = load();
    const struct point *threads = threads_of(&session);
    assert(threads->refused != NULL);
    assert(strcmp(threads->refused, reason) == 0);
    assert(session.complete && runs_of(&session, 2) == nruns);
    assert(runs_of(&session, 0) == 3 && runs_of(&session, 1) == 3);
    for (size_t i = 0; i < session.nruns; i++)
        if (session.runs[i].point == 2)
            assert(session.runs[i].status == RUN_FAILED &&
                   strcmp(session.runs[i].error, reason) == 0);
    session_fini(&session);
}

/* The child of the run that hung is ended with it: it comes to us, the
 * subreaper, to be waited for. */
static void test_hang(void)
{
    int status;

    check_hole("hang", "no result after 1 s", 0);
    assert(waitpid(-1, &status, 0) > 0);
    assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert(waitpid(-1, &status, 0) < 0 && errno == ECHILD);
}

/* Without a reference nothing is measured. */
static void test_self_check(void)
{
    assert(run("unchecked", &usual) == EXIT_NOT_MEASURED);
    assert(access(out, F_OK) != 0);
    assert(run("unsure", &usual) == EXIT_NOT_MEASURED);
    assert(access(out, F_OK) != 0);
}

static void check_signal(const char *trial, int status)
{
    char path[sizeof folder + 16];

    snprintf(path, sizeof path, "%s/count", folder);
    setenv("TRIAL_COUNT", path, 1);
    assert(run(trial, &usual) == status);
    unlink(path);
    /* The discarded block has three runs, the first one that was finished. */
    struct session session = load();
    assert(!session.complete && session.nruns == 0);
    assert(strcmp(session.stop_reason, "interrupted") == 0);
    char *journal = read_file("samples.ndjson");
    assert(count(journal, "\n") == 1 &&
           count(journal, "\"partial\":true") == 1);
    free(journal);
    session_fini(&session);
}

static void test_precision(void)
{
    struct options options = usual;

    options.blocks = 0;
    assert(run("well", &options) == EXIT_WELL);
    struct session session = load();
    assert(strcmp(session.stop_reason, "precision") == 0);
    assert(session.experiments[0]->nblocks == 10);
    session_fini(&session);
}

/* 60 blocks would take longer than this, whatever the machine. */
static void test_budget(void)
{
    struct options options = usual;

    options.blocks = 0;
    options.budget_s = 1;
    options.target = 0.0001;
    run("noise", &options);
    struct session session = load();
    assert(strcmp(session.stop_reason, "budget") == 0);
    assert(session.complete && session.experiments[0]->nblocks < 60);
    session_fini(&session);
    options.strict = true;
    assert(run("noise", &options) >= EXIT_NOT_MEASURED);
}

static void test_folder_in_use(void)
{
    assert(run("well", &usual) == EXIT_WELL);
    setenv("TRIAL", "well", 1);
    char *before = read_file("result.json");
    assert(command_run(&usual) == EXIT_USAGE);
    char *after = read_file("result.json");
    assert(strcmp(before, after) == 0);
    free(after);
    free(before);
}

static void test_dry_run(void)
{
    struct options options = usual;

    options.dry_run = true;
    assert(run("well", &options) == EXIT_WELL);
    assert(access(out, F_OK) != 0);
}

/* As if the disk were full after so many bytes. */
static void test_full_disk(rlim_t bytes)
{
    struct rlimit limit, before;

    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = bytes;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    assert(run("well", &usual) == EXIT_NOT_MEASURED);
    setrlimit(RLIMIT_FSIZE, &before);
    assert(access(out, F_OK) == 0);
    assert(waitpid(-1, NULL, 0) < 0 && errno == ECHILD);
}

static void test_wrong_usage(void)
{
    struct options options = usual;

    options.workers = "1,2";
    options.inflight = "1,2";
    assert(run("well", &options) == EXIT_USAGE);
    options.inflight = NULL;
    options.workers = "2,2";
    assert(run("well", &options) == EXIT_USAGE);
    options.workers = NULL;
    options.model = "threads,threads";
    assert(run("well", &options) == EXIT_USAGE);
    options.model = "threads,nobody";
    assert(run("well", &options) == EXIT_USAGE);
    options.model = NULL;
    assert(run("well", &options) == EXIT_USAGE);
}

/* The sequential model stands there once, as the baseline of all. */
static void test_sweep(void)
{
    struct options options = usual;

    options.workers = "1,2,4";
    assert(run("well", &options) == EXIT_WELL);
    struct session session = load();
    assert(session.npoints == 5 && session.nruns == 15);
    assert(session.experiments[0]->chart == CHART_SCALING);
    assert(session.points[0].x == 0 && session.points[0].baseline);
    assert(session.points[4].x == 4);
    assert(session.points[4].configuration.workers == 4);
    session_fini(&session);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "once") == 0)
        return pretend(argc, argv);
    assert(mkdtemp(folder) != NULL);
    snprintf(out, sizeof out, "%s/out", folder);
    prctl(PR_SET_CHILD_SUBREAPER, 1);

    test_well();
    test_round_trip();
    test_cut_off();
    test_order();
    test_wrong_work();
    check_hole("fail", "forking: EAGAIN", 1);
    check_hole("crash", "killed by SIGSEGV: about to crash", 1);
    check_hole("garbage", "no result, exit status 0", 1);
    check_hole("half", "no result, exit status 0", 1);
    check_hole("list", "no result, exit status 0", 1);
    check_hole("lacking", "its result has no valid digest", 1);
    check_hole("huge", "its result has no valid run_ns", 1);
    check_hole("bytes", "no result, exit status 0: Zur?ck?[2J??", 1);
    check_hole("flood", "no result after 1 s", 0);
    test_hang();
    test_self_check();
    check_signal("sigint", EXIT_SIGINT);
    check_signal("sigterm", EXIT_SIGTERM);
    test_precision();
    test_budget();
    test_folder_in_use();
    test_dry_run();
    test_full_disk(200);
    test_full_disk(6000);
    test_wrong_usage();
    test_sweep();

    remove_out();
    assert(rmdir(folder) == 0);
    return 0;
}
