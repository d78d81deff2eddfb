/* SPDX-License-Identifier: MIT */
/*
 * A run with the trace and one without, which comes first by turns; a process
 * each, so that none inherits what another has warmed up.
 */
#include "harness/trace/cost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/child.h"
#include "core/clock.h"
#include "core/job.h"
#include "core/trace.h"
#include "harness/configuration.h"
#include "harness/once/measure.h"
#include "harness/once/once.h"
#include "harness/once/reference.h"
#include "harness/once/trouble.h"
#include "harness/stats/stats.h"

struct answer {
    int result;
    uint64_t run_ns;
    struct complaint complaint;
};

static void run_here(const struct job_plan *plan,
                     const struct reference *expected, struct answer *ret)
{
    struct measurement m;

    ret->result = measure(plan, &(struct extras){0}, &m, &ret->complaint);
    if (ret->result == 0 &&
        once_verify(plan, expected, 3, &m, &ret->complaint) != OK)
        ret->result = -EPROTO;
    ret->run_ns = m.run_ns;
}

static int run_apart(const struct job_plan *plan,
                     const struct reference *expected, double *ret_ns,
                     struct complaint *complaint)
{
    struct answer answer = {0};
    int ends[2], status;

    if (pipe(ends) < 0)
        return trouble_of_system(errno, "making a pipe", complaint);
    pid_t pid = child_fork();
    if (pid == 0) {
        close(ends[0]);
        run_here(plan, expected, &answer);
        _exit(write(ends[1], &answer, sizeof answer) != sizeof answer);
    }
    close(ends[1]);
    ssize_t n = pid > 0 ? read(ends[0], &answer, sizeof answer) : 0;
    close(ends[0]);
    if (pid < 0)
        return trouble_of_system(-pid, "forking for a run", complaint);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (n != sizeof answer) {
        snprintf(complaint->text, sizeof complaint->text,
                 "a run to compare with died");
        return -ECHILD;
    }
    if (answer.result != 0)
        *complaint = answer.complaint;
    *ret_ns = (double)answer.run_ns;
    return answer.result;
}

/* Two states by turns, so that each is written. */
static double time_events(void)
{
    enum { EVENTS = 20000 };
    struct trace *trace;

    if (trace_new(1, EVENTS, &trace) != 0)
        return 0;
    trace_join(trace, 0);
    uint64_t began_ns = clock_ns();
    for (unsigned i = 0; i < EVENTS; i++)
        trace_state(i % 2 == 0 ? TRACE_RUNNING : TRACE_SYSTEM);
    uint64_t took_ns = clock_ns() - began_ns;
    trace_leave();
    trace_free(trace);
    return (double)took_ns / EVENTS;
}

int cost_measure(const struct job_plan *plan, uint64_t trace_events,
                 const struct reference *expected, size_t npairs,
                 struct trace_cost *ret, struct complaint *complaint)
{
    struct trace_cost cost = {.npairs = npairs,
                              .off_ns = calloc(npairs, sizeof(double)),
                              .on_ns = calloc(npairs, sizeof(double)),
                              .event_ns = time_events()};
    struct job_plan plans[2] = {*plan, *plan};
    int result = 0;

    if (cost.off_ns == NULL || cost.on_ns == NULL)
        result = trouble_of_system(ENOMEM, "keeping run times", complaint);
    plans[1].trace_events = trace_events;
    for (size_t i = 0; result == 0 && i < 2 * npairs; i++) {
        unsigned on = (i + i / 2) % 2;
        double *times = on ? cost.on_ns : cost.off_ns;
        result = run_apart(&plans[on], expected, &times[i / 2], complaint);
    }
    if (result != 0) {
        cost_fini(&cost);
        return result;
    }
    stats_sort(cost.off_ns, npairs);
    stats_sort(cost.on_ns, npairs);
    *ret = cost;
    return 0;
}

void cost_fini(struct trace_cost *cost)
{
    free(cost->off_ns);
    free(cost->on_ns);
}
