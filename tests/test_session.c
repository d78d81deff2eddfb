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
#include "harness/session/against.h"
#include "harness/session/estimate.h"
#include "harness/session/experiment.h"
#include "harness/session/result.h"
#include "harness/session/session.h"

#define CPU  "/sys/devices/system/cpu"
#define HEAT CPU "/cpu0/thermal_throttle/core_throttle_count"

/* ---- The pretended run ---- */

static bool has(int argc, char **argv, const char *word)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], word) == 0)
            return true;
    return false;
}

static bool counting; /* with perf, as the discarded block does */

static int tell(const char *status, const char *error, uint64_t run_ns)
{
    printf("{\"status\": \"%s\", \"error\": %s, \"digest\": "
           "\"0xfedcba9876543210\", \"steps\": 3, \"bytes\": 4, "
           "\"startup_ns\": 10, \"run_ns\": %" PRIu64 ", \"shutdown_ns\": 20, "
           "\"user_ns\": 5, \"system_ns\": 6, \"voluntary_switches\": 0, "
           "\"involuntary_switches\": 0, \"peak_rss_bytes\": 8, "
           "\"peer_cpu_ns\": 0, \"metrics\": {\"apples\": %d}, "
           "\"sum_wait_ns\": 0, \"longest_wait_ns\": 0, "
           "\"longest_steps\": 2, \"shortest_steps\": 1, "
           "\"minor_faults\": 8, \"major_faults\": 9, "
           "\"counters\": {\"cpu_migrations\": 11, \"cycles\": null}}\n",
           status, error, run_ns, counting ? 8 : 7);
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

/* Makes the pretended processor too hot: in the fifth run, the second of the
 * first block that counts, or in every run. */
static int heat(bool always)
{
    FILE *count = fopen(getenv("TRIAL_COUNT"), "a");
    char path[256];
    long n;

    assert(count != NULL);
    fputc('.', count);
    n = ftell(count);
    fclose(count);
    if (always || n == 5) {
        snprintf(path, sizeof path, "%s" HEAT, getenv("HEDDLE_ROOT"));
        FILE *counter = fopen(path, "w");
        assert(counter != NULL && fprintf(counter, "%ld\n", n) > 0);
        fclose(counter);
    }
    return tell("ok", "null", 1000);
}

/* Builds of this program differ by what their files are called. */
static bool is_build(const char *name)
{
    char path[256] = "";

    assert(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
    return strcmp(strrchr(path, '/') + 1, name) == 0;
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

    counting = has(argc, argv, "--counters");
    assert(trial != NULL);
    if (is_build("older")) {
        fputs("heddle: there is no model threads; see `heddle list`\n", stderr);
        return EXIT_USAGE;
    }
    if (is_build("astray"))
        return printf("{\"status\": \"ok\", \"digest\": \"0x1\", \"steps\": 3, "
                      "\"bytes\": 4}\n") < 0;
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
    if (strcmp(trial, "heat") == 0 || strcmp(trial, "always hot") == 0)
        return heat(strcmp(trial, "heat") != 0);
    if (strcmp(trial, "noise") == 0)
        usleep(20000);
    if (strcmp(trial, "noise") == 0)
        return tell("ok", "null", 1000 + (uint64_t)getpid() * 7919 % 1000);
    if (is_build("faster"))
        return tell("ok", "null", 1000);
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

/* A machine of which nothing is known but how often it was too hot: what
 * happens to the real one is not to disturb these sessions. */
static void make_machine(void)
{
    char command[1024];

    snprintf(command, sizeof command,
             "mkdir -p %s/root$(dirname " HEAT ") && echo 0 >%s/root" CPU
             "/online && echo 0 >%s/root" HEAT,
             folder, folder, folder);
    assert(system(command) == 0);
    snprintf(command, sizeof command, "%s/root", folder);
    setenv("HEDDLE_ROOT", command, 1);
}

static void remove_machine(void)
{
    char command[sizeof folder + 32];

    snprintf(command, sizeof command, "rm -rf %s/root", folder);
    assert(system(command) == 0);
}

static int run_hot(const char *trial, const struct options *options)
{
    char path[sizeof folder + 16];

    snprintf(path, sizeof path, "%s/count", folder);
    setenv("TRIAL_COUNT", path, 1);
    make_machine();
    int status = run(trial, options);
    unlink(path);
    return status;
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
        assert(json_integer_value(json_object_get(r->metrics, "apples")) == 7);
        assert(r->minor_faults == 8 && r->major_faults == 9);
        assert(r->noise.figures[NOISE_CALIBRATION_NS] > 0);
        assert(r->noise.figures[NOISE_STEAL_TICKS] == FIGURE_UNKNOWN);
    }
    for (size_t i = 0; i < session.npoints; i++) {
        const int64_t *counted = session.points[i].counters.figures;
        assert(counted[COUNTER_CPU_MIGRATIONS] == 11);
        assert(counted[COUNTER_CYCLES] == FIGURE_UNKNOWN);
        assert(counted[COUNTER_PAGE_FAULTS] == FIGURE_UNKNOWN);
    }
    assert(session.calibration.median_ns > 0 &&
           session.calibration.cv_ratio > 0);
    assert(json_is_object(session.environment_after));
    char *journal = read_file("samples.ndjson");
    assert(count(journal, "\n") == 9 && count(journal, "partial") == 0);
    free(journal);
    session_fini(&session);
}

/* What was read is written again to the last byte. */
static void check_round_trip(void)
{
    struct session session = load();
    char *saved = read_file("result.json");
    json_t *result = result_json(&session);
    char *text = json_dumps(result, RESULT_NUMBERS | JSON_INDENT(1));
    saved[strlen(saved) - 1] = '\0'; /* the final newline */
    assert(strcmp(saved, text) == 0);
    free(text);
    json_decref(result);
    free(saved);
    session_fini(&session);
}

static void test_round_trip(void)
{
    assert(run("well", &usual) == EXIT_WELL);
    check_round_trip();
}

/* A file of version 1.0, which knew nothing of noise, is read as it is. */
static void test_older_file(void)
{
    char path[sizeof out + 32];
    json_t *run;
    size_t i;

    assert(run_hot("heat", &usual) == EXIT_WELL);
    snprintf(path, sizeof path, "%s/result.json", out);
    json_t *result = json_load_file(path, 0, NULL);
    json_t *head = json_object_get(result, "session");
    json_object_set_new(result, "schema_version", json_string("1.0"));
    json_object_del(result, "environment_after");
    json_object_del(head, "calibration");
    json_object_del(head, "reruns");
    json_array_foreach(json_object_get(result, "configurations"), i, run)
    {
        json_object_del(run, "counters");
    }
    json_array_foreach(json_object_get(result, "runs"), i, run)
    {
        json_object_del(run, "noise");
        json_object_del(run, "minor_faults");
        json_object_del(run, "major_faults");
    }
    assert(result_save(path, result) == 0);
    json_decref(result);

    struct session session = load();
    assert(session.nruns == 9 && session.environment_after == NULL);
    assert(!(session.calibration.median_ns > 0));
    assert(session.reruns[NOISE_HOT] == 0);
    for (i = 0; i < COUNTER_MAX; i++)
        assert(session.points[2].counters.figures[i] == FIGURE_UNKNOWN);
    for (i = 0; i < NOISE_FIGURES; i++)
        assert(session.runs[3].noise.figures[i] == FIGURE_UNKNOWN);
    assert(session.runs[3].minor_faults == FIGURE_UNKNOWN);
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

/* The block is measured again, and its first attempt stands in the journal. */
static void test_measured_again(void)
{
    assert(run_hot("heat", &usual) == EXIT_WELL);
    struct session session = load();
    check_blocks(&session);
    assert(session.complete);
    for (unsigned i = 0; i < NOISE_CAUSES; i++)
        assert(session.reruns[i] == (i == NOISE_HOT));
    assert(session.grade.letter == 'D');
    assert(strstr(session.grade.reason, "33 % of the blocks") != NULL);
    for (size_t i = 0; i < session.nruns; i++)
        assert(session.runs[i].noise.figures[NOISE_HEAT_THROTTLES] == 0);
    char *journal = read_file("samples.ndjson");
    assert(count(journal, "\n") == 12);
    assert(count(journal, "\"discarded\":\"heat\"") == 3);
    assert(count(journal, "\"heat_throttles\":5") == 1);
    free(journal);
    session_fini(&session);
}

/* A block is measured again once; and where all would have to be, no more. */
static void test_always_hot(void)
{
    struct options options = usual;

    options.blocks = 10;
    assert(run_hot("always hot", &options) == EXIT_WELL);
    struct session session = load();
    assert(session.complete && session.nruns == 30);
    assert(session.reruns[NOISE_HOT] == 5);
    for (size_t i = 0; i < session.nruns; i++)
        assert(session.runs[i].noise.figures[NOISE_HEAT_THROTTLES] > 0);
    char *journal = read_file("samples.ndjson");
    assert(count(journal, "\"discarded\":") == 15);
    free(journal);
    session_fini(&session);
}

/* Adds a CPU quota to the machine that is used up all the time. Returns the
 * process that does that. */
static pid_t make_quota(void)
{
    char path[256];

    make_machine();
    snprintf(path, sizeof path,
             "mkdir -p %s/root/proc/self && cd %s/root/proc/self &&"
             "echo 0::/ >cgroup && echo 1 1 0:1 / / rw - cgroup2 x rw "
             ">mountinfo",
             folder, folder);
    assert(system(path) == 0);
    snprintf(path, sizeof path, "%s/root/cpu.stat", folder);
    pid_t pid = fork();
    assert(pid >= 0);
    if (pid > 0)
        return pid;
    for (long n = 0;; n++) {
        FILE *file = fopen(path, "w");
        if (file != NULL && fprintf(file, "nr_throttled %ld\n", n) > 0)
            fclose(file);
    }
}

/* An unfit machine is told of before anything is measured. */
static void test_strict_before(void)
{
    struct options options = usual;
    pid_t pid = make_quota();
    int status;

    options.strict = true;
    options.blocks = 10;
    do
        status = run("well", &options);
    while (access(out, F_OK) == 0);
    kill(pid, SIGKILL);
    assert(waitpid(pid, NULL, 0) == pid);
    assert(status == EXIT_UNFIT_MACHINE);
    remove_machine();
}

/* And one that turns out to be unfit, afterwards. */
static void test_strict_after(void)
{
    struct options options = usual;

    options.strict = true;
    assert(run_hot("always hot", &options) == EXIT_UNFIT_MACHINE);
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

static rlim_t plan_bytes(void)
{
    assert(run("well", &usual) == EXIT_WELL);
    char *plan = read_file("plan.json");
    rlim_t bytes = strlen(plan);
    free(plan);
    return bytes;
}

/* As if the disk were full after so many bytes. */
static void test_full_disk(rlim_t bytes)
{
    struct rlimit limit, before;
    char path[sizeof out + 16];

    snprintf(path, sizeof path, "%s/plan.json", out);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = bytes;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    assert(run("well", &usual) == EXIT_NOT_MEASURED);
    setrlimit(RLIMIT_FSIZE, &before);
    assert(access(out, F_OK) == 0);
    assert(access(path, F_OK) == (bytes > 1000 ? 0 : -1));
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

/* ---- Against another build ---- */

static char file[2][sizeof folder + 16], other[sizeof folder + 16];

static void write_experiment(unsigned i, const char *models)
{
    snprintf(file[i], sizeof file[i], "%s/e%u.json", folder, i);
    FILE *to = fopen(file[i], "w");
    assert(to != NULL);
    fprintf(to,
            "{\"name\": \"e%u\", \"question\": \"?\", \"chart\": "
            "\"models\", \"panels\": [{\"workload\": \"empty\", \"tasks\": 4, "
            "\"models\": [%s], \"baseline\": \"threads\"}]}",
            i, models);
    fclose(to);
}

static void copy_program(const char *name)
{
    char command[sizeof other + 48];

    snprintf(other, sizeof other, "%s/%s", folder, name);
    snprintf(command, sizeof command, "cp /proc/%d/exe %s", getpid(), other);
    assert(system(command) == 0);
}

static int bench(const char *trial, const char *build, double fail_above,
                 size_t nexperiments)
{
    char *arguments[] = {file[0], file[1], NULL};
    struct options options = usual;

    options.arguments = arguments;
    options.narguments = nexperiments;
    options.against = other;
    options.fail_above = fail_above;
    options.blocks = 6;
    copy_program(build);
    remove_out();
    setenv("TRIAL", trial, 1);
    int status = command_bench(&options);
    unlink(other);
    return status;
}

static void check_bench(const char *trial, const char *build, double fail_above,
                        size_t nexperiments, int wanted)
{
    int status = bench(trial, build, fail_above, nexperiments);

    assert(status == wanted);
}

static void check_id(const struct session *session, unsigned point,
                     const char *id)
{
    char text[64];

    session_point_id(session, point, text, sizeof text);
    assert(strcmp(text, id) == 0);
}

/* Every configuration twice, and the other's baseline as its own twin. */
static void test_against_itself(void)
{
    struct estimate *estimates;
    size_t n;

    write_experiment(0, "\"threads\", \"sequential\"");
    check_bench("well", "same", 0.05, 1, EXIT_WELL);
    check_round_trip();
    struct session session = load();
    assert(session.npoints == 5 && session.nruns == 30);
    check_id(&session, 0, "e0/threads");
    check_id(&session, 1, "e0/threads/other");
    check_id(&session, 2, "e0/threads/other/twin");
    check_id(&session, 3, "e0/sequential");
    check_id(&session, 4, "e0/sequential/other");
    assert(strcmp(session.against->path, other) == 0);
    assert(strcmp(session.against->build_id, session.build_id) == 0);
    assert(estimate_experiment(&session, 0, &estimates, &n) == 0 && n == 5);
    assert(estimates[0].baseline == 1 && estimates[3].baseline == 4);
    assert(estimates[2].baseline == 1 && !estimates[4].compared);
    assert(estimates[0].verdict == STATS_SAME);
    free(estimates);
    session_fini(&session);
}

/* Twice as slow as the other one, under one of two models. */
static void test_against_faster(void)
{
    write_experiment(0, "\"threads\"");
    check_bench("well", "faster", 0, 1, EXIT_WELL);
    check_bench("well", "faster", 0.05, 1, EXIT_REGRESSION);
    check_bench("well", "faster", 0.99, 1, EXIT_REGRESSION);
    check_bench("well", "faster", 1.01, 1, EXIT_WELL);
}

/* Six blocks are enough for one claim, and not for two, be they of one
 * experiment or of two. */
static void check_family(size_t nexperiments, bool alone)
{
    struct estimate *estimates;
    size_t n;

    bench("well", "faster", 0, nexperiments);
    struct session session = load();
    for (unsigned e = 0; e < nexperiments; e++) {
        assert(estimate_experiment(&session, e, &estimates, &n) == 0);
        assert(estimates[0].compared && estimates[0].alone == alone);
        assert(estimates[0].p_adjusted ==
               estimates[0].ratio.p * (double)nexperiments);
        free(estimates);
    }
    session_fini(&session);
}

static void test_against_family(void)
{
    write_experiment(0, "\"threads\"");
    write_experiment(1, "\"threads\"");
    check_family(1, false);
    check_family(2, true);
}

/* Refused before anything is measured. */
static void test_against_others(void)
{
    write_experiment(0, "\"threads\"");
    check_bench("well", "astray", 0, 1, EXIT_WRONG_WORK);
    assert(access(out, F_OK) != 0);
    check_bench("well", "older", 0, 1, EXIT_USAGE);
    assert(access(out, F_OK) != 0);
}

/* Continued with the same program, and not with another of that name. */
static void test_against_resumed(void)
{
    struct options options = {.resume = out, .no_charts = true};
    char count_path[sizeof folder + 16];

    snprintf(count_path, sizeof count_path, "%s/count", folder);
    setenv("TRIAL_COUNT", count_path, 1);
    write_experiment(0, "\"threads\", \"sequential\"");
    check_bench("sigint", "same", 0, 1, EXIT_SIGINT);
    unlink(count_path);
    setenv("TRIAL", "well", 1);
    assert(command_bench(&options) == EXIT_USAGE); /* it is gone */
    FILE *to = fopen(other, "w");
    assert(to != NULL && fchmod(fileno(to), 0755) == 0);
    fclose(to);
    assert(command_bench(&options) == EXIT_USAGE);
    copy_program("same");
    assert(command_bench(&options) == EXIT_WELL);
    struct session session = load();
    assert(session.complete && session.nruns == 30);
    session_fini(&session);
    unlink(other);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "once") == 0)
        return pretend(argc, argv);
    if (argc > 1 && strcmp(argv[1], "--version") == 0)
        return printf("heddle 1.2.3 (abc), made up\n") < 0;
    assert(mkdtemp(folder) != NULL);
    snprintf(out, sizeof out, "%s/out", folder);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    make_machine();

    test_well();
    test_round_trip();
    test_older_file();
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
    test_measured_again();
    test_always_hot();
    test_strict_after();
    test_strict_before();
    make_machine();
    test_precision();
    test_budget();
    test_folder_in_use();
    test_dry_run();
    test_full_disk(200);
    /* It takes the plan, and not the journal or the result. */
    test_full_disk(plan_bytes() + 200);
    test_wrong_usage();
    test_sweep();
    test_against_itself();
    test_against_faster();
    test_against_family();
    test_against_others();
    test_against_resumed();

    remove_out();
    remove_machine();
    unlink(file[0]);
    unlink(file[1]);
    assert(rmdir(folder) == 0);
    return 0;
}
