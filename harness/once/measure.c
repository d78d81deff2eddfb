/* SPDX-License-Identifier: MIT */
/*
 * One run in this process: what is untimed is done before the first look at the
 * clock, and everything that could be wrong is looked at after the last.
 */
#include "harness/once/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/arrivals.h"
#include "core/clock.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/live/live.h"
#include "harness/once/check.h"
#include "harness/once/descriptors.h"
#include "harness/once/inflight.h"
#include "harness/once/limits.h"
#include "harness/once/room.h"
#include "harness/once/trouble.h"
#include "harness/trace/history.h"
#include "harness/trace/slices.h"

/* The resources of this process and of all children it has waited for. */
struct usage {
    uint64_t user_ns;
    uint64_t system_ns;
    uint64_t voluntary;
    uint64_t involuntary;
    uint64_t minor_faults;
    uint64_t major_faults;
};

static uint64_t timeval_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * NS_PER_S +
           (uint64_t)time.tv_usec * NS_PER_US;
}

static struct usage usage_now(void)
{
    struct rusage self, children;

    getrusage(RUSAGE_SELF, &self);
    getrusage(RUSAGE_CHILDREN, &children);
    return (struct usage){
        timeval_ns(self.ru_utime) + timeval_ns(children.ru_utime),
        timeval_ns(self.ru_stime) + timeval_ns(children.ru_stime),
        (uint64_t)(self.ru_nvcsw + children.ru_nvcsw),
        (uint64_t)(self.ru_nivcsw + children.ru_nivcsw),
        (uint64_t)(self.ru_minflt + children.ru_minflt),
        (uint64_t)(self.ru_majflt + children.ru_majflt)};
}

/* ru_maxrss of this process would be that of whoever started it, if that was
 * larger: it survives exec. The high-water mark of the address space does
 * not. */
static uint64_t peak_rss_bytes(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    struct rusage children;
    unsigned long long kib = 0;
    char line[128];

    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %llu kB", &kib) == 1)
            break;
    if (status != NULL)
        fclose(status);
    getrusage(RUSAGE_CHILDREN, &children);
    if ((unsigned long long)children.ru_maxrss > kib)
        kib = (unsigned long long)children.ru_maxrss;
    return kib * 1024;
}

/* The kernel doubles a full descriptor table, and with several threads waits
 * for all processors to have noticed, some 16 ms each time. That is a lesson of
 * its own (docs/lessons/descriptor-table.md); here the table is as large as it
 * will get. */
static void grow_descriptor_table(uint64_t ndescriptors)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    uint64_t highest = limit.rlim_cur - 1;
    if (ndescriptors < highest)
        highest = ndescriptors;
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, (int)highest);
    if (fd >= 0)
        close(fd);
}

/* From here to the first arrival; enough for the workers to get going. */
enum { LEAD_NS = 2000000 };

/* `sampler` (NULL: there is none) is told when the tasks' times are known. */
static void run_timed(struct job *job, struct inflight_sampler *sampler,
                      struct measurement *m)
{
    const struct model *model = job->plan.model;
    uint64_t peer_before_ns = peer_cpu_ns(&job->peer);
    struct usage before = usage_now();
    uint64_t began_ns = clock_ns();

    if (model->open != NULL && model->open(job) != 0)
        return;
    uint64_t opened_ns = clock_ns();
    arrivals_begin(job, opened_ns + LEAD_NS);
    if (sampler != NULL)
        inflight_go(sampler);
    model->run(job);
    uint64_t ended_ns = job_end_ns(job);
    if (model->close != NULL)
        model->close(job);
    uint64_t closed_ns = clock_ns();

    struct usage after = usage_now();
    m->opened_ns = opened_ns;
    m->startup_ns = opened_ns - began_ns;
    m->run_ns = ended_ns > opened_ns ? ended_ns - opened_ns : 0;
    m->shutdown_ns = closed_ns - (m->run_ns > 0 ? ended_ns : opened_ns);
    m->user_ns = after.user_ns - before.user_ns;
    m->system_ns = after.system_ns - before.system_ns;
    job->cpu_ns = m->user_ns + m->system_ns;
    m->voluntary_switches = after.voluntary - before.voluntary;
    m->involuntary_switches = after.involuntary - before.involuntary;
    m->minor_faults = after.minor_faults - before.minor_faults;
    m->major_faults = after.major_faults - before.major_faults;
    uint64_t peer_after_ns = peer_cpu_ns(&job->peer);
    m->peer_cpu_ns =
        peer_after_ns > peer_before_ns ? peer_after_ns - peer_before_ns : 0;
}

/* Counters start when the peer is there already: it is not part of the run. */
static void run_counted(struct job *job, struct inflight_sampler *sampler,
                        bool counted, struct measurement *m)
{
    struct counting counting;

    if (counted)
        counters_start(&counting);
    run_timed(job, sampler, m);
    if (counted)
        counters_stop(&counting, &m->counters);
}

/* With a sampler beside it that counts the requests in flight. */
static int run_open_loop(struct job *job, bool counted, struct measurement *m,
                         struct complaint *complaint)
{
    struct inflight_sampler sampler;
    struct inflight inflight;
    struct job_result sum;
    int result = inflight_start(job, &sampler);

    if (result != 0)
        return trouble_of_system(-result, "starting the sampler", complaint);
    run_counted(job, &sampler, counted, m);
    result = inflight_finish(&sampler, &inflight);
    job_sum(job, &sum);
    if (sum.ntasks < job->plan.ntasks || sum.error != 0)
        return 0; /* The job's own trouble, told by the caller. */
    if (result == 0)
        result = latency_sum_up(job, &inflight, &m->latency);
    m->open_loop = result == 0;
    return result == 0 ? 0
                       : trouble_of_system(-result,
                                           "counting requests in "
                                           "flight",
                                           complaint);
}

/* With a sampler beside it, if latency or memory is what is asked for. */
static int run_sampled(struct job *job, const struct extras *extras,
                       struct measurement *m, struct complaint *complaint)
{
    struct memory_sampler sampler;

    if (job->open_loop)
        return run_open_loop(job, extras->counters, m, complaint);
    if (!extras->memory) {
        run_counted(job, NULL, extras->counters, m);
        return 0;
    }
    int result = memory_sampler_start(job, &sampler);
    if (result != 0)
        return trouble_of_system(-result, "starting the memory sampler",
                                 complaint);
    run_counted(job, NULL, extras->counters, m);
    result = memory_sampler_finish(&sampler, &m->memory);
    m->sampled = result == 0;
    if (result != 0)
        snprintf(complaint->text, sizeof complaint->text,
                 "memory: there was no moment at which all tasks slept long "
                 "enough; give them a longer sleep, and enough in flight");
    return result;
}

/* With its lanes drawn meanwhile, if they are asked for. */
static int run_drawn(struct job *job, const struct extras *extras,
                     struct measurement *m, struct complaint *complaint)
{
    struct live *live;

    if (extras->live == NULL)
        return run_sampled(job, extras, m, complaint);
    int result = live_start(job, extras->live, &live);
    if (result != 0)
        return trouble_of_system(-result, "drawing the lanes", complaint);
    result = run_sampled(job, extras, m, complaint);
    live_finish(live);
    return result;
}

/* What the trace tells, as metrics and, if it is wanted, itself. */
static int read_trace(struct job *job, const struct extras *extras,
                      const struct measurement *m, struct complaint *complaint)
{
    struct history history;
    int result =
        history_read(job, m->opened_ns, m->opened_ns + m->run_ns, &history);

    if (result == 0) {
        result = slices_report(job, &history);
        if (result != 0 || extras->history == NULL)
            history_fini(&history);
        else
            *extras->history = history;
    }
    return result == 0
               ? 0
               : trouble_of_system(-result, "reading the trace", complaint);
}

static int measure_job(struct job *job, const struct extras *extras,
                       struct measurement *m, struct complaint *complaint)
{
    const struct workload *workload = job->plan.workload;

    if (workload->setup != NULL && workload->setup(job) != 0)
        return trouble_of_job(job, NULL, complaint);
    arrivals_plan(job);
    m->unverified = workload->unverified != NULL && workload->unverified(job);
    if (!job->table_grows)
        grow_descriptor_table(2 * job->plan.ntasks + 64);
    int sampling = run_drawn(job, extras, m, complaint);
    m->peak_rss_bytes = peak_rss_bytes();
    struct complaint jobs;
    int trouble = check_job(job, &m->result, &jobs);
    if (trouble == 0 && extras->picture != NULL) {
        trouble = workload->write(job, extras->picture);
        if (trouble != 0)
            trouble_of_system(-trouble, extras->picture, &jobs);
    }
    if (workload->teardown != NULL)
        workload->teardown(job);
    if (trouble == 0 && job->trace != NULL)
        trouble = read_trace(job, extras, m, &jobs);
    m->nmetrics = job->nmetrics;
    memcpy(m->metrics, job->metrics, sizeof m->metrics);
    if (trouble != 0)
        *complaint = jobs;
    return trouble != 0 ? trouble : sampling;
}

int measure(const struct job_plan *plan, const struct extras *extras,
            struct measurement *ret, struct complaint *complaint)
{
    struct job *job;

    *ret = (struct measurement){0};
    counters_forget(&ret->counters);
    descriptors_allow_all();
    int result = room_for_tasks(plan, complaint);
    if (result != 0)
        return result;
    result = job_new(plan, &job);
    if (result != 0)
        return trouble_of_system(-result, "making the tasks", complaint);
    limits_watch(job);
    result = measure_job(job, extras, ret, complaint);
    job_free(job);
    return result;
}
