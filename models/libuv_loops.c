/* SPDX-License-Identifier: MIT */
/*
 * A worker runs a loop of libuv for as long as it has tasks. All that happens,
 * happens in callbacks; look at libuv_resume, which each of them ends in.
 */
#include "models/libuv_loops.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/crew.h"
#include "core/job.h"
#include "core/trace.h"

struct libuv_loops {
    struct crew crew;
    struct libuv_loop loops[]; /* plan.workers */
};

static struct libuv_runner *runner_take(struct libuv_loop *loop)
{
    struct libuv_runner *runner = TAILQ_FIRST(&loop->idle);

    if (runner != NULL) {
        TAILQ_REMOVE(&loop->idle, runner, queued);
        return runner;
    }
    runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return NULL;
    runner->loop = loop;
    uv_timer_init(&loop->uv, &runner->timer);
    runner->timer.data = runner;
    return runner;
}

static void runner_end(struct libuv_runner *runner)
{
    struct libuv_loop *loop = runner->loop;

    loop->way->leave(runner);
    runner->handles = NULL;
    TAILQ_INSERT_HEAD(&loop->idle, runner, queued);
    loop->nlive--;
}

/* From one operation that has been carried out to the next wait. */
static void advance(struct libuv_runner *runner)
{
    do {
        if (runner->task->op.kind == OP_START)
            runner->loop->starting = false;
        if (!task_step(runner->task)) {
            runner_end(runner);
            return;
        }
    } while (runner->loop->way->begin(runner));
    runner->waiting = true;
}

/* Takes in new tasks as long as there is room, but only one ahead of its
 * arrival: what comes later is somebody else's if they are free by then. */
static void admit(struct libuv_loop *loop)
{
    struct task *task;

    while (loop->nlive < loop->nlive_max && !loop->starting &&
           (task = job_next(loop->job)) != NULL) {
        struct libuv_runner *runner = runner_take(loop);
        if (runner == NULL) {
            job_fail(loop->job, ENOMEM, "making room for task %llu",
                     (unsigned long long)task->index);
            break;
        }
        runner->task = task;
        task->runner = runner;
        loop->nlive++;
        loop->starting = true;
        if (loop->way->begin(runner))
            advance(runner);
        else
            runner->waiting = true;
    }
    if (loop->nlive == 0)
        uv_stop(&loop->uv);
}

void libuv_resume(struct libuv_runner *runner)
{
    struct libuv_loop *loop = runner->loop;

    runner->waiting = false;
    uv_timer_stop(&runner->timer);
    advance(runner);
    admit(loop);
}

void libuv_set_timer(struct libuv_runner *runner, uint64_t deadline_ns,
                     uv_timer_cb expired)
{
    uint64_t due_ms = (deadline_ns + NS_PER_MS - 1) / NS_PER_MS;
    uint64_t now_ms = uv_now(&runner->loop->uv);

    uv_timer_start(&runner->timer, expired,
                   due_ms > now_ms ? due_ms - now_ms : 0, 0);
}

void libuv_free_data(uv_handle_t *handle)
{
    free(handle->data);
}

static void free_runner(uv_handle_t *handle)
{
    struct libuv_runner *runner = handle->data;

    free(runner->file);
    free(runner);
}

/* A trace calls this idle: all tasks wait, none can go on. */
static void note_idle(uv_prepare_t *prepare)
{
    (void)prepare;
    trace_state(TRACE_IDLE);
}

static void loop_run(struct job *job, unsigned worker)
{
    struct libuv_loops *model = job->model_state;
    struct libuv_loop *loop = &model->loops[worker];

    admit(loop);
    if (loop->nlive > 0)
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    job_worker_done(job, worker);
}

static void close_handle(uv_handle_t *handle, void *argument)
{
    struct libuv_loop *loop = argument;

    if (uv_is_closing(handle))
        return;
    if (handle->type == UV_TIMER)
        uv_close(handle, free_runner);
    else if (handle == (uv_handle_t *)&loop->prepare)
        uv_close(handle, NULL);
    else
        loop->way->close(loop, handle);
}

static void loop_fini(struct libuv_loop *loop)
{
    uv_walk(&loop->uv, close_handle, loop);
    while (uv_run(&loop->uv, UV_RUN_DEFAULT) != 0)
        continue;
    int result = uv_loop_close(&loop->uv);
    assert(result == 0);
    close(loop->spare);
}

static int loop_init(struct libuv_loop *loop, struct job *job,
                     const struct libuv_way *way)
{
    uint64_t nloops = job->plan.workers;
    int result = uv_loop_init(&loop->uv);

    if (result != 0)
        return result;
    loop->job = job;
    loop->way = way;
    loop->nlive_max = (job->plan.inflight + nloops - 1) / nloops;
    TAILQ_INIT(&loop->idle);
    loop->spare = fcntl(uv_backend_fd(&loop->uv), F_DUPFD_CLOEXEC, 0);
    if (loop->spare < 0) {
        result = -errno;
        uv_loop_close(&loop->uv);
        return result;
    }
    uv_prepare_init(&loop->uv, &loop->prepare);
    uv_unref((uv_handle_t *)&loop->prepare);
    if (job->trace != NULL)
        uv_prepare_start(&loop->prepare, note_idle);
    return 0;
}

static void loops_free(struct libuv_loops *model, unsigned nloops)
{
    while (nloops > 0)
        loop_fini(&model->loops[--nloops]);
    free(model);
}

int libuv_loops_open(struct job *job, const struct libuv_way *way)
{
    unsigned wanted = job->plan.workers, nloops = 0;
    struct libuv_loops *model =
        calloc(1, sizeof *model + wanted * sizeof *model->loops);
    int result = 0;

    if (model == NULL)
        return job_fail(job, ENOMEM, "making room for %u loops", wanted);
    job->model_state = model;
    while (result == 0 && nloops < wanted) {
        result = loop_init(&model->loops[nloops], job, way);
        nloops += result == 0;
    }
    if (result != 0)
        job_fail(job, -result, "making loop %u of %u", nloops + 1, wanted);
    else
        result = crew_open(&model->crew, job, loop_run);
    if (result != 0)
        loops_free(model, nloops);
    return result;
}

void libuv_loops_run(struct job *job)
{
    struct libuv_loops *model = job->model_state;

    crew_run(&model->crew);
}

void libuv_loops_close(struct job *job)
{
    struct libuv_loops *model = job->model_state;

    crew_close(&model->crew);
    loops_free(model, job->plan.workers);
}
