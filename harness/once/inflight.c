/* SPDX-License-Identifier: MIT */
/*
 * Counting takes no lock and stops nobody: tasks arrive in the order of their
 * indices, so a look goes from the oldest that is still open to the newest that
 * has arrived. Look at count for why a slow look does not count too few.
 */
#include "harness/once/inflight.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/job.h"
#include "harness/once/latency.h"
#include "harness/once/sampler.h"
#include "harness/stats/rng.h"

enum {
    LOOKS = 500, /* wanted over the run, at steps between these two */
    STEP_MIN_NS = 500000,
    STEP_MAX_NS = 10000000,
    LOOKS_MAX = 100000 /* whose lateness is kept */
};

struct watcher {
    const struct job *job;
    int control;
    struct rng rng;
    uint64_t step_ns;
    uint64_t oldest;  /* all tasks before this one have ended */
    uint64_t arrived; /* all before this one have arrived */
    uint64_t last_ns; /* the last look */
    uint64_t last_count;
    double variance; /* of the area, so far */
    struct inflight seen;
    uint64_t *late_ns; /* LOOKS_MAX */
};

/* Both fields are others' to write. A request that ends while we count was
 * still open at now_ns. */
static bool is_open(const struct watcher *w, uint64_t index, uint64_t now_ns)
{
    const volatile struct task *task = job_task(w->job, index);
    uint64_t ended_ns = task->ended_ns;

    return ended_ns == 0 || ended_ns > now_ns;
}

static uint64_t count(struct watcher *w, uint64_t now_ns)
{
    uint64_t nopen = 0;

    while (w->arrived < w->job->plan.ntasks &&
           job_task(w->job, w->arrived)->intended_ns <= now_ns)
        w->arrived++;
    while (w->oldest < w->arrived && !is_open(w, w->oldest, now_ns))
        w->oldest++;
    for (uint64_t i = w->oldest; i < w->arrived; i++)
        nopen += is_open(w, i, now_ns);
    return nopen;
}

/* Between two looks the count is taken to change evenly. */
static void look(struct watcher *w)
{
    uint64_t now_ns = clock_ns();
    uint64_t counted = count(w, now_ns);
    double gap_ns = (double)(now_ns - w->last_ns);
    double change = (double)counted - (double)w->last_count;

    w->seen.area_ns += gap_ns * ((double)w->last_count + (double)counted) / 2;
    w->variance += gap_ns * gap_ns * change * change / 2;
    w->seen.nlooks++;
    w->last_ns = now_ns;
    w->last_count = counted;
}

/* True: the run is over. */
static bool sleep_until(const struct watcher *w, uint64_t wake_ns)
{
    struct pollfd control = {.fd = w->control, .events = POLLIN};

    for (;;) {
        uint64_t now_ns = clock_ns();
        if (now_ns >= wake_ns)
            return false;
        struct timespec left = clock_timespec(wake_ns - now_ns);
        if (ppoll(&control, 1, &left, NULL) > 0)
            return true;
    }
}

static void watch_run(struct watcher *w)
{
    size_t nlate = 0;

    w->last_ns = clock_ns();
    for (;;) {
        /* From half a step to one and a half. */
        uint64_t wake_ns =
            w->last_ns + w->step_ns / 2 + rng_below(&w->rng, w->step_ns + 1);
        bool over = sleep_until(w, wake_ns);
        look(w);
        if (over)
            break;
        if (nlate < LOOKS_MAX)
            w->late_ns[nlate++] = w->last_ns - wake_ns;
    }
    w->seen.error_ns = sqrt(w->variance);
    latency_sort(w->late_ns, nlate);
    w->seen.wake_p99_ns =
        nlate > 0 ? latency_rank(w->late_ns, nlate, 99000) : 0;
}

static uint64_t step_of(const struct job *job)
{
    uint64_t first_ns = job_task(job, 0)->intended_ns;
    uint64_t last_ns = job_task(job, job->plan.ntasks - 1)->intended_ns;
    uint64_t step_ns = (last_ns - first_ns) / LOOKS;

    if (step_ns < STEP_MIN_NS)
        return STEP_MIN_NS;
    return step_ns < STEP_MAX_NS ? step_ns : STEP_MAX_NS;
}

/* The sampler's life. */
static void watch(const struct job *job, int control)
{
    struct watcher w = {.job = job,
                        .control = control,
                        .rng = {.state = job->plan.seed},
                        .late_ns = malloc(LOOKS_MAX * sizeof *w.late_ns)};
    char byte;

    if (w.late_ns == NULL || recv(control, &byte, 1, 0) != 1)
        return;
    w.step_ns = step_of(job);
    watch_run(&w);
    (void)send(control, &w.seen, sizeof w.seen, MSG_NOSIGNAL);
}

int inflight_start(const struct job *job, struct inflight_sampler *ret)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    int result = sampler_fork(ends[1]);
    if (result == 1) {
        watch(job, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    if (result < 0)
        close(ends[0]);
    ret->control = ends[0];
    return result;
}

void inflight_go(struct inflight_sampler *sampler)
{
    (void)send(sampler->control, "", 1, MSG_NOSIGNAL);
}

/* The shutdown wakes it; copies of the socket that children of the model may
 * still have do not keep it open. */
int inflight_finish(struct inflight_sampler *sampler, struct inflight *ret)
{
    shutdown(sampler->control, SHUT_WR);
    ssize_t n = recv(sampler->control, ret, sizeof *ret, MSG_WAITALL);
    close(sampler->control);
    return n == sizeof *ret ? 0 : -ENODATA;
}
