/* SPDX-License-Identifier: MIT */
#include "core/crew.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/job.h"
#include "core/sanitizers.h"

enum { CREW_STACK_BYTES = 256 * 1024 };

int thread_create(pthread_t *ret, size_t stack_bytes, void *(*entry)(void *),
                  void *argument)
{
    size_t least = (size_t)sysconf(_SC_THREAD_STACK_MIN);
    pthread_attr_t attributes;

    if (stack_bytes < least)
        stack_bytes = least;
    int error = pthread_attr_init(&attributes);
    if (error != 0)
        return -error;
    error = pthread_attr_setstacksize(&attributes,
                                      stack_bytes + SANITIZER_STACK_BYTES);
    if (error == 0)
        error = pthread_create(ret, &attributes, entry, argument);
    pthread_attr_destroy(&attributes);
    return -error;
}

static void *member_main(void *argument)
{
    struct crew_member *member = argument;
    struct crew *crew = member->crew;

    job_worker_begin(crew->job, member->worker);
    int error = gate_enter(&crew->gate);
    assert(error == 0);
    if (!crew->dismissed)
        crew->work(crew->job, member->worker);
    return NULL;
}

static void send_home(struct crew *crew)
{
    for (unsigned i = 0; i < crew->nthreads; i++) {
        int error = pthread_join(crew->members[i].thread, NULL);
        assert(error == 0);
    }
    crew->nthreads = 0;
}

int crew_open(struct crew *crew, struct job *job,
              void (*work)(struct job *job, unsigned worker))
{
    unsigned wanted = job->plan.workers - 1;

    *crew = (struct crew){.job = job, .work = work};
    int result = gate_init(&crew->gate);
    if (result != 0)
        return job_fail(job, -result, "making the gate");
    crew->members = calloc(wanted + 1, sizeof *crew->members);
    if (crew->members == NULL) {
        gate_fini(&crew->gate);
        return job_fail(job, ENOMEM, "making room for %u threads", wanted);
    }
    while (result == 0 && crew->nthreads < wanted) {
        struct crew_member *member = &crew->members[crew->nthreads];
        *member = (struct crew_member){crew, crew->nthreads + 1, 0};
        result = thread_create(&member->thread, CREW_STACK_BYTES, member_main,
                               member);
        if (result == 0)
            crew->nthreads++;
    }
    int waited = gate_await(&crew->gate, crew->nthreads);
    assert(waited == 0);
    if (result != 0) {
        job_fail(job, -result, "creating thread %u of %u", crew->nthreads + 1,
                 wanted);
        crew_close(crew);
    }
    return result;
}

void crew_run(struct crew *crew)
{
    job_worker_begin(crew->job, 0);
    gate_open(&crew->gate, crew->nthreads);
    crew->work(crew->job, 0);
    send_home(crew);
}

void crew_close(struct crew *crew)
{
    crew->dismissed = true;
    gate_open(&crew->gate, crew->nthreads);
    send_home(crew);
    free(crew->members);
    gate_fini(&crew->gate);
}
