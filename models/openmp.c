/* SPDX-License-Identifier: MIT */
/*
 * A pool that the compiler brings: one thread makes an OpenMP task of each of
 * ours, the others of its team run them, or the iterations of a loop are shared
 * out instead. Blocking waits, as in any pool. Look at what the library does
 * behind it: gcc's runs a task at once, in the thread that makes it, when 64
 * for each thread are waiting, so most cost no hand-over at all.
 */
#include <errno.h>
#include <omp.h>
#include <string.h>

#include "core/crew.h"
#include "core/job.h"
#include "core/model.h"
#include "core/trace.h"

enum { SCHEDULE };

static const struct parameter parameters[] = {
    [SCHEDULE] = {.name = "schedule",
                  .meaning = "an OpenMP task per task, or a parallel for over "
                             "them, shared out before or while it runs",
                  .text = "task",
                  .choices = "task|static|dynamic"},
};

static void run_tasks(struct job *job)
{
    struct task *task;

#pragma omp single
    while ((task = job_next(job)) != NULL) {
#pragma omp task firstprivate(task)
        {
            task_run(task);
            trace_state(TRACE_IDLE);
        }
    }
}

static void run_loop(struct job *job)
{
#pragma omp for schedule(runtime)
    for (uint64_t i = 0; i < job->plan.ntasks; i++) {
        if (atomic_load_explicit(&job->stop, memory_order_relaxed))
            continue; /* a parallel for cannot be left */
        task_run(job_task(job, i));
        trace_state(TRACE_IDLE);
    }
}

static void openmp_run(struct job *job)
{
    bool tasks = strcmp(job_model_text(job, SCHEDULE), "task") == 0;

#pragma omp parallel num_threads(job->plan.workers)
    {
        unsigned worker = (unsigned)omp_get_thread_num();
        job_worker_begin(job, worker);
        if (tasks)
            run_tasks(job);
        else
            run_loop(job);
        job_worker_done(job, worker);
    }
}

static void go_home(struct job *job, unsigned worker)
{
    (void)job, (void)worker;
}

/* The usual libraries end the whole program when they cannot have a thread, so
 * as many are made and given back before; start-up is longer by that. */
static int try_threads(struct job *job)
{
    struct crew crew;
    int result = crew_open(&crew, job, go_home);

    if (result == 0)
        crew_close(&crew);
    return result;
}

/* The team's threads stay for the next region. */
static int openmp_open(struct job *job)
{
    bool dynamic = strcmp(job_model_text(job, SCHEDULE), "dynamic") == 0;
    unsigned nthreads = 0;
    int result = try_threads(job);

    if (result != 0)
        return result;
    omp_set_dynamic(0);
    omp_set_schedule(dynamic ? omp_sched_dynamic : omp_sched_static, 0);
#pragma omp parallel num_threads(job->plan.workers) reduction(+ : nthreads)
    nthreads++;
    if (nthreads == job->plan.workers)
        return 0;
    return job_fail(job, EAGAIN,
                    "OpenMP gives %u of %u threads (see OMP_THREAD_LIMIT)",
                    nthreads, job->plan.workers);
}

static void openmp_close(struct job *job)
{
    (void)job;
    (void)omp_pause_resource_all(omp_pause_hard);
}

const struct model model_openmp = {
    .name = "openmp",
    .summary = "the compiler's pool: tasks, or a parallel for",
    .knobs = MODEL_WORKERS,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .open = openmp_open,
    .run = openmp_run,
    .close = openmp_close,
};
