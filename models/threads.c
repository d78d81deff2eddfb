/* SPDX-License-Identifier: MIT */
/*
 * A thread per task. The kernel waits, each thread for itself; the waiting
 * state is the thread's stack and its kernel stack. The price is creating and
 * joining a thread per task, some 10 to 30 us; memory is shared, mistakes too.
 *
 * Who has finished a task starts the thread of the next one, on the core that
 * is becoming free, and leaves. Look at thread_main: a dispatcher that had to
 * be woken for this would cost a tenth of the time with tasks of 20 ms.
 */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"

enum { STACK_BYTES };

static const struct parameter parameters[] = {
    [STACK_BYTES] = {.name = "stack_bytes",
                     .unit = "B",
                     .meaning = "stack of a thread",
                     .preset = 65536,
                     .min = 16384,
                     .max = 1 << 23},
};

/* Threads one after the other, each joined by the next, the last by the
 * caller. There are as many lanes as tasks may be under way. */
struct lane {
    struct job *job;
    struct task *task;  /* of the thread that is starting */
    pthread_t previous; /* to be joined */
    bool has_previous;
    struct lane *next_idle;
};

struct threads {
    pthread_mutex_t lock;
    pthread_cond_t retired;
    bool filling; /* the caller still starts threads: give it the lanes back */
    uint64_t nlanes; /* in use so far */
    uint64_t nidle;
    struct lane *idle;
    struct lane lanes[]; /* plan.inflight */
};

/* Sees the lane's last thread out; its stack can then be used again. */
static void join_previous(struct lane *lane)
{
    if (!lane->has_previous)
        return;
    int error = pthread_join(lane->previous, NULL);
    assert(error == 0);
    lane->has_previous = false;
}

static void *thread_main(void *argument);

/* The arrival is waited for here: a thread exists only while its task does. */
static int start_thread(struct lane *lane, struct task *task)
{
    size_t stack_bytes = job_model_number(lane->job, STACK_BYTES);
    pthread_t thread;

    op_finish(&task->op);
    lane->task = task;
    int result = thread_create(&thread, stack_bytes, thread_main, lane);
    if (result != 0 && task->op.fd >= 0)
        close(task->op.fd);
    if (result != 0)
        job_fail(lane->job, -result, "creating a thread for task %llu",
                 (unsigned long long)task->index);
    return result;
}

static void retire(struct threads *model, struct lane *lane)
{
    lane->next_idle = model->idle;
    model->idle = lane;
    model->nidle++;
    pthread_cond_signal(&model->retired);
}

/* Gives the lane back if it is wanted, or if `always`. */
static bool give_back(struct lane *lane, bool always)
{
    struct threads *model = lane->job->model_state;

    pthread_mutex_lock(&model->lock);
    bool wanted = always || model->filling;
    if (wanted)
        retire(model, lane);
    pthread_mutex_unlock(&model->lock);
    return wanted;
}

static void *thread_main(void *argument)
{
    struct lane *lane = argument;
    struct task *task = lane->task;

    trace_join_any(lane->job->trace);
    join_previous(lane);
    while (task_step(task))
        op_finish(&task->op);
    trace_leave();

    lane->previous = pthread_self();
    lane->has_previous = true;
    if (give_back(lane, false))
        return NULL;
    task = job_next(lane->job);
    if (task == NULL || start_thread(lane, task) != 0)
        give_back(lane, true);
    return NULL;
}

/* A lane to start a thread in. NULL: all are under way, and from now on they
 * carry on by themselves. */
static struct lane *take_lane(struct threads *model, uint64_t nlanes_max)
{
    struct lane *lane;

    pthread_mutex_lock(&model->lock);
    lane = model->idle;
    if (lane != NULL) {
        model->idle = lane->next_idle;
        model->nidle--;
    } else if (model->nlanes < nlanes_max) {
        lane = &model->lanes[model->nlanes++];
    } else {
        model->filling = false;
    }
    pthread_mutex_unlock(&model->lock);
    return lane;
}

static int threads_open(struct job *job)
{
    uint64_t nlanes = job->plan.inflight;
    struct threads *model =
        calloc(1, sizeof *model + nlanes * sizeof *model->lanes);

    if (model == NULL)
        return job_fail(job, ENOMEM, "making room for %llu threads",
                        (unsigned long long)nlanes);
    pthread_mutex_init(&model->lock, NULL);
    pthread_cond_init(&model->retired, NULL);
    model->filling = true;
    job->model_state = model;
    return 0;
}

static void join_all(struct threads *model)
{
    pthread_mutex_lock(&model->lock);
    while (model->nidle < model->nlanes)
        pthread_cond_wait(&model->retired, &model->lock);
    pthread_mutex_unlock(&model->lock);
    for (uint64_t i = 0; i < model->nlanes; i++)
        join_previous(&model->lanes[i]);
}

static void threads_run(struct job *job)
{
    struct threads *model = job->model_state;
    struct lane *lane;

    while ((lane = take_lane(model, job->plan.inflight)) != NULL) {
        struct task *task = job_next(job);
        join_previous(lane);
        lane->job = job;
        if (task == NULL || start_thread(lane, task) != 0) {
            give_back(lane, true);
            break;
        }
    }
    join_all(model);
    job_worker_done(job, 0);
}

static void threads_close(struct job *job)
{
    struct threads *model = job->model_state;

    pthread_cond_destroy(&model->retired);
    pthread_mutex_destroy(&model->lock);
    free(model);
}

const struct model model_threads = {
    .name = "threads",
    .summary = "a thread per task",
    .knobs = MODEL_PER_TASK,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .open = threads_open,
    .run = threads_run,
    .close = threads_close,
};
