/* SPDX-License-Identifier: MIT */
/*
 * One run in this process: read, check, measure, verify, tell. Every run of a
 * session is a fresh process that does this.
 */
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "core/job.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/cpython/cpython.h"
#include "harness/live/live.h"
#include "harness/once/measure.h"
#include "harness/once/once.h"
#include "harness/once/reference.h"
#include "harness/options.h"
#include "harness/refusals.h"
#include "harness/registry.h"
#include "harness/trace/history.h"

static const char *const verdict_names[] = {"ok", "wrong", "failed"};
static const int verdict_statuses[] = {EXIT_WELL, EXIT_WRONG_WORK,
                                       EXIT_NOT_MEASURED};

static int one_number(const char *name, const char *text, uint64_t *ret)
{
    uint64_t *numbers;

    if (text == NULL)
        return 0;
    size_t n = options_numbers(name, text, &numbers);
    if (n == 0)
        return EXIT_USAGE;
    *ret = numbers[0];
    free(numbers);
    if (n == 1)
        return 0;
    complain("--%s %s: one run has one value; `heddle run` takes a list", name,
             text);
    return EXIT_USAGE;
}

/* By its name, or in words such as "cpython3:threads". */
static int find_model(const char *name, const struct model **ret)
{
    struct complaint complaint;
    struct cpython_choice choice;

    *ret = model_find(name);
    if (*ret != NULL)
        return 0;
    if (!cpython_is_request(name)) {
        complain("there is no model %s; see `heddle list`", name);
    } else if (cpython_choose(name, &choice, &complaint) != 0) {
        complain("--model: %s", complaint.text);
    } else if (choice.nmodels != 1) {
        complain("--model %s: %s%s", name,
                 choice.nmodels == 0
                     ? "not on this machine: "
                     : "there are several; choose one: see `heddle list`",
                 choice.missing);
    } else {
        *ret = choice.models[0];
        return 0;
    }
    return EXIT_USAGE;
}

static int find_both(const struct options *options, const struct model **model,
                     const struct workload **workload)
{
    if (options->model == NULL || options->workload == NULL) {
        complain("give --model and --workload; `heddle list` names them");
        return EXIT_USAGE;
    }
    if (find_model(options->model, model) != 0)
        return EXIT_USAGE;
    *workload = workload_find(options->workload);
    if (*workload != NULL)
        return 0;
    complain("there is no workload %s; see `heddle list`", options->workload);
    return EXIT_USAGE;
}

static int fill(const struct options *options, struct configuration *c)
{
    uint64_t workers = 0;

    if (one_number("workers", options->workers, &workers) != 0 ||
        one_number("inflight", options->inflight, &c->inflight) != 0)
        return EXIT_USAGE;
    c->workers = workers < UINT32_MAX ? (unsigned)workers : UINT32_MAX;
    if (configuration_apply(c, options) != 0)
        return EXIT_USAGE;
    if (options->picture != NULL && c->workload->write == NULL) {
        complain("--picture: %s makes no picture", c->workload->name);
        return EXIT_USAGE;
    }
    if (c->model->cpython != NULL && (options->memory || options->counters)) {
        complain("--%s: not for %s, which is another program",
                 options->memory ? "memory" : "counters", c->model->name);
        return EXIT_USAGE;
    }
    if (options->memory && configuration_arrivals(c)) {
        complain("--memory looks at tasks that all sleep at the same time: "
                 "leave out %s.arrivals",
                 c->workload->name);
        return EXIT_USAGE;
    }
    return 0;
}

int once_configuration(const struct options *options, struct configuration *ret)
{
    const struct model *model = NULL;
    const struct workload *workload = NULL;

    if (find_both(options, &model, &workload) != 0)
        return EXIT_USAGE;
    if (configuration_init(ret, model, workload) != 0) {
        complain("no memory");
        return EXIT_NOT_MEASURED;
    }
    int status = fill(options, ret);
    if (status != 0)
        configuration_fini(ret);
    return status;
}

/* From "0xDIGEST:STEPS:BYTES", or "0xDIGEST" alone. Returns how many there
 * were. */
static int read_expected(const char *text, struct reference *ret)
{
    int digest_end = 0, end = 0;
    int n = sscanf(text, "%" SCNx64 "%n:%" SCNu64 ":%" SCNu64 "%n",
                   &ret->digest, &digest_end, &ret->steps, &ret->bytes, &end);

    if (n >= 1 && text[n == 1 ? digest_end : end] != '\0')
        n = 0;
    if (n != 1 && n != 3)
        complain("--expect %s: write it as DIGEST or DIGEST:STEPS:BYTES, as "
                 "`heddle once --reference` prints them",
                 text);
    return n;
}

enum verdict once_verify(const struct job_plan *plan,
                         const struct reference *expected, int nexpected,
                         const struct measurement *m,
                         struct complaint *complaint)
{
    const struct job_result *got = &m->result;
    bool digest_alone = nexpected < 3 || plan->workload->timed;

    if (m->unverified ||
        (got->ntasks == plan->ntasks && got->digest == expected->digest &&
         (digest_alone ||
          (got->steps == expected->steps && got->bytes == expected->bytes))))
        return OK;
    snprintf(complaint->text, sizeof complaint->text,
             "wrong work: %" PRIu64 " of %" PRIu64
             " tasks, digest 0x%016" PRIx64 " instead of 0x%016" PRIx64
             ", %" PRIu64 " steps, %" PRIu64 " bytes",
             got->ntasks, plan->ntasks, got->digest, expected->digest,
             got->steps, got->bytes);
    return WRONG;
}

static json_t *integer(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *digest_text(uint64_t digest)
{
    char text[24];

    snprintf(text, sizeof text, "0x%016" PRIx64, digest);
    return json_string(text);
}

static void put_setting(void *object, const char *name, const char *value)
{
    json_object_set_new(object, name, json_string(value));
}

/* What differs from its default, as an object. */
static json_t *settings(const struct configuration *c)
{
    json_t *set = json_object();

    configuration_each_setting(c, put_setting, set);
    return set;
}

static json_t *metrics(const struct configuration *c,
                       const struct measurement *m)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < m->nmetrics; i++)
        json_object_set_new(object, m->metrics[i].name,
                            json_real(m->metrics[i].value));
    if (m->sampled) {
        uint64_t tasks_bytes = c->ntasks * job_task_bytes(c->workload);
        json_object_set_new(object, "waiting_pss_bytes",
                            integer(m->memory.pss_bytes + tasks_bytes));
        json_object_set_new(object, "waiting_kernel_bytes",
                            integer(m->memory.kernel_bytes));
    }
    if (m->open_loop)
        json_object_set_new(object, "latency", latency_json(&m->latency));
    if (m->unverified)
        json_object_set_new(object, "unverified", json_true());
    return object;
}

static void print_line(json_t *line)
{
    json_dumpf(line, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    fflush(stdout);
    json_decref(line);
}

static void print_measurement(const struct configuration *c,
                              const struct measurement *m, bool counted,
                              enum verdict verdict, const char *error)
{
    json_t *line = json_pack(
        "{s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s?, s:o,"
        " s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "model", c->model->name, "workload", c->workload->name, "workers",
        (int)c->workers, "inflight", integer(c->inflight), "tasks",
        integer(c->ntasks), "seed", integer(c->seed), "set", settings(c),
        "digest", digest_text(m->result.digest), "steps",
        integer(m->result.steps), "bytes", integer(m->result.bytes), "status",
        verdict_names[verdict], "error", error, "startup_ns",
        integer(m->startup_ns), "run_ns", integer(m->run_ns), "shutdown_ns",
        integer(m->shutdown_ns), "user_ns", integer(m->user_ns), "system_ns",
        integer(m->system_ns), "voluntary_switches",
        integer(m->voluntary_switches), "involuntary_switches",
        integer(m->involuntary_switches), "minor_faults",
        integer(m->minor_faults), "major_faults", integer(m->major_faults),
        "peak_rss_bytes", integer(m->peak_rss_bytes), "peer_cpu_ns",
        integer(m->peer_cpu_ns), "metrics", metrics(c, m));

    if (counted)
        json_object_set_new(line, "counters",
                            counters_json(&m->counters, c->ntasks));
    print_line(line);
}

static int print_reference(const struct configuration *c,
                           const struct options *options)
{
    struct job_plan plan = configuration_plan(c);
    struct complaint complaint = {""};
    struct reference r = {0};
    int result = reference_compute(&plan, &r, &complaint);

    if (!options->json) {
        if (result == 0)
            printf("0x%016" PRIx64 ":%" PRIu64 ":%" PRIu64 "\n", r.digest,
                   r.steps, r.bytes);
        else
            complain("%s", complaint.text);
        return result == 0 ? EXIT_WELL : EXIT_NOT_MEASURED;
    }
    print_line(json_pack(
        "{s:s, s:s?, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "status",
        result == 0 ? "ok" : "failed", "error",
        result == 0 ? NULL : complaint.text, "unverified", (int)r.unverified,
        "digest", digest_text(r.digest), "steps", integer(r.steps),
        "longest_steps", integer(r.longest_steps), "shortest_steps",
        integer(r.shortest_steps), "bytes", integer(r.bytes), "sum_wait_ns",
        integer(r.sum_wait_ns), "longest_wait_ns", integer(r.longest_wait_ns)));
    return result == 0 ? EXIT_WELL : EXIT_NOT_MEASURED;
}

/* "0xDIGEST:STEPS:BYTES". */
static void print_expected(const struct reference *r, char *text, size_t room)
{
    snprintf(text, room, "0x%016" PRIx64 ":%" PRIu64 ":%" PRIu64, r->digest,
             r->steps, r->bytes);
}

/* Returns only to tell why the other program could not be started. */
static int measure_elsewhere(const struct configuration *c,
                             const struct options *options)
{
    struct job_plan plan = configuration_plan(c);
    struct cpython_wish wish = {options->expect, options->json, options->trace};
    struct complaint complaint = {""};
    struct measurement none = {0};
    struct reference expected = {0};
    char text[80];
    int result = 0;

    if (options->expect == NULL)
        result = reference_compute_apart(&plan, &expected, &complaint);
    else if (read_expected(options->expect, &expected) == 0)
        return EXIT_USAGE;
    if (options->expect == NULL && !expected.unverified) {
        print_expected(&expected, text, sizeof text);
        wish.expect = text;
    }
    if (result == 0)
        cpython_become(c, &wish, &complaint);
    if (options->json)
        print_measurement(c, &none, false, FAILED, complaint.text);
    else
        complain("%s", complaint.text);
    return EXIT_NOT_MEASURED;
}

/* JSON has the standard output for itself. */
static FILE *live_output(const struct options *options)
{
    if (!options->live)
        return NULL;
    return options->json ? stderr : stdout;
}

static int measure_and_tell(const struct configuration *c,
                            const struct options *options)
{
    struct job_plan plan = configuration_plan(c);
    struct complaint complaint = {""};
    struct reference expected = {0};
    struct measurement m = {0};
    enum verdict verdict = FAILED;
    int nexpected = 3;
    int result = 0;

    if (options->expect != NULL)
        nexpected = read_expected(options->expect, &expected);
    else
        result = reference_compute_apart(&plan, &expected, &complaint);
    if (nexpected != 1 && nexpected != 3)
        return EXIT_USAGE;
    if (options->trace)
        plan.trace_events = history_capacity(job_rings(&plan));
    else if (options->live)
        plan.trace_events = LIVE_EVENTS;
    if (result == 0)
        result = measure(&plan,
                         &(struct extras){.memory = options->memory,
                                          .counters = options->counters,
                                          .picture = options->picture,
                                          .live = live_output(options)},
                         &m, &complaint);
    if (result == 0)
        verdict = once_verify(&plan, &expected, nexpected, &m, &complaint);
    if (options->json)
        print_measurement(c, &m, options->counters, verdict,
                          verdict == OK ? NULL : complaint.text);
    else if (verdict != OK)
        complain("%s", complaint.text);
    else
        refusals_complain(c, &m);
    return verdict_statuses[verdict];
}

/* A run must not outlive its session, even if that is killed. */
static void die_with_session(void)
{
    if (getenv(ONCE_IN_SESSION) != NULL)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int command_once(const struct options *options)
{
    struct configuration configuration;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    die_with_session();
    int status = once_configuration(options, &configuration);
    if (status != 0)
        return status;
    if (options->reference)
        status = print_reference(&configuration, options);
    else if (configuration.model->cpython != NULL)
        status = measure_elsewhere(&configuration, options);
    else
        status = measure_and_tell(&configuration, options);
    configuration_fini(&configuration);
    return status;
}
