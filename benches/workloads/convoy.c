/* SPDX-License-Identifier: MIT */
/*
 * The convoy: tasks that compute beside tasks that echo what a client sends,
 * all for a stated time. Who echoes needs next to no computing, but under a
 * global lock it queues behind those that need nothing else, at every call. The
 * client, a process of its own, keeps the time and the latencies; look at
 * core/peer_client.h. What each task did is replayed in convoy_check.c.
 */
#include "benches/workloads/convoy.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "benches/workloads/steps.h"
#include "core/clock.h"
#include "core/digest.h"
#include "core/listener.h"
#include "core/workload.h"

enum { ECHO_TASKS, DURATION_MS, WARMUP_MS, MESSAGE_BYTES, UNIT_US, GRAIN };

enum {
    ECHO_TASKS_MAX = 1000,   /* they all wait in one accept queue */
    LATENCIES_PER_MS = 500,  /* more than one client can have */
    LATENCIES_MAX = 1 << 25, /* 256 MiB, if they come */
    LOOK_STEPS = 10000000    /* between two looks at the client: some 20 ms */
};

static const struct parameter parameters[] = {
    [ECHO_TASKS] = {.name = "echo_tasks",
                    .unit = "tasks",
                    .meaning = "so many of the tasks echo, a connection each; "
                               "the others compute",
                    .preset = 1,
                    .min = 0,
                    .max = ECHO_TASKS_MAX},
    [DURATION_MS] = {.name = "duration_ms",
                     .unit = "ms",
                     .meaning = "how long the client measures",
                     .preset = 1000,
                     .min = 1,
                     .max = 3600000},
    [WARMUP_MS] = {.name = "warmup_ms",
                   .unit = "ms",
                   .meaning = "how long it talks before that, uncounted",
                   .preset = 100,
                   .min = 0,
                   .max = 60000},
    [MESSAGE_BYTES] = {.name = "message_bytes",
                       .unit = "B",
                       .meaning = "size of a message",
                       .preset = 16,
                       .min = 1,
                       .max = PEER_MESSAGE_MAX},
    [UNIT_US] = {.name = "unit_us",
                 .unit = "us",
                 .meaning = "what a wait lasts, for waits_N_share: "
                            "gil.interval_us",
                 .preset = 5000,
                 .min = 1,
                 .max = 60000000},
    /* With what a yield costs, some 30 ns: the time between two ticks of
     * CPython 2.7 where a thread lasts 350 ns on 12 of them. */
    [GRAIN] = {.name = "grain",
               .unit = "steps",
               .meaning = "computed between two points where others may run",
               .preset = 12,
               .min = 1,
               .max = 1000000000},
};

uint64_t convoy_first_value(const struct task *task)
{
    return draw_u64(task->seed, task->index, 0) | 1;
}

uint64_t convoy_progress(const void *job)
{
    const struct job *of = job;
    const struct convoy_shared *shared = of->shared;
    uint64_t steps = 0;

    for (uint64_t i = shared->nechoes; i < of->plan.ntasks; i++)
        steps += atomic_load_explicit(&convoy_task(job_task(of, i))->steps,
                                      memory_order_relaxed);
    return steps;
}

static bool is_over(const struct convoy_shared *shared)
{
    return shared->client == NULL ||
           atomic_load_explicit(&shared->client->stop, memory_order_relaxed);
}

/* ---- Tasks that compute ---- */

/* Who waits for the client's messages notices that it has died; who computes
 * has to look. */
static bool has_died(const struct convoy_shared *shared)
{
    struct pollfd client = {.fd = shared->client_process, .events = POLLIN};

    return poll(&client, 1, 0) == 1;
}

static bool compute(struct task *task)
{
    const struct convoy_shared *shared = task->shared;
    struct convoy_task *state = convoy_task(task);
    uint64_t steps = atomic_load_explicit(&state->steps, memory_order_relaxed);

    if (is_over(shared))
        return false;
    if (steps >= state->next_look) {
        state->next_look = steps + LOOK_STEPS;
        if (has_died(shared))
            return task_fail(task, ECONNRESET);
    }
    state->value = steps_compute(state->value, shared->grain);
    /* The client reads it while we compute. */
    atomic_store_explicit(&state->steps, steps + shared->grain,
                          memory_order_relaxed);
    return op_yield(&task->op);
}

/* ---- Tasks that echo ---- */

/* The end before the time is over is the client's, and must not keep those who
 * compute from ending. */
static bool hang_up(struct task *task, int error)
{
    const struct convoy_shared *shared = task->shared;

    if (!is_over(shared)) {
        task->error = error != 0 ? error : ECONNRESET;
        atomic_store(&shared->client->stop, true);
    }
    return op_close(&task->op, convoy_task(task)->fd);
}

static bool read_message(struct task *task)
{
    const struct convoy_shared *shared = task->shared;
    struct convoy_task *state = convoy_task(task);

    return op_read(&task->op, state->fd, state->message,
                   shared->client->plan.message_bytes, OP_STREAM);
}

static bool send_back(struct task *task)
{
    struct convoy_task *state = convoy_task(task);
    size_t length = task->op.length;

    if (task->op.done < length)
        return hang_up(task, 0);
    state->nmessages++;
    task->digest = digest_bytes(task->digest, state->message, length);
    return op_write(&task->op, state->fd, state->message, length, OP_STREAM);
}

static bool serve(struct task *task)
{
    const struct convoy_shared *shared = task->shared;
    struct convoy_task *state = convoy_task(task);

    switch (task->op.kind) {
    case OP_START:
        /* With the waits left out there is nobody to talk to. */
        return shared->client != NULL && op_accept(&task->op, shared->listener);
    case OP_CLOSE:
        return false;
    default:
        break;
    }
    if (task->op.kind == OP_ACCEPT) {
        if (task->op.error != 0) {
            atomic_store(&shared->client->stop, true);
            return task_fail(task, task->op.error);
        }
        state->fd = task->op.fd;
    }
    if (task->op.error != 0)
        return hang_up(task, task->op.error);
    return task->op.kind == OP_READ ? send_back(task) : read_message(task);
}

static bool convoy_next(struct task *task)
{
    const struct convoy_shared *shared = task->shared;

    if (task->op.kind == OP_START && shared->client != NULL) {
        convoy_task(task)->value = convoy_first_value(task);
        atomic_fetch_add(&shared->client->nbegun, 1);
    }
    return task->index < shared->nechoes ? serve(task) : compute(task);
}

/* ---- Before and after ---- */

static void convoy_teardown(struct job *job)
{
    struct convoy_shared *shared = job->shared;

    peer_stop(&job->peer);
    if (shared->listener >= 0)
        close(shared->listener);
    peer_client_free(shared->client);
}

static struct peer_client_plan client_plan(const struct job *job)
{
    uint64_t duration_ms = job_workload_number(job, DURATION_MS);
    uint64_t latencies = duration_ms * LATENCIES_PER_MS;

    return (struct peer_client_plan){
        .seed = job->plan.seed,
        .nconnections = (unsigned)job_workload_number(job, ECHO_TASKS),
        .message_bytes = job_workload_number(job, MESSAGE_BYTES),
        .nawaited = job->plan.ntasks,
        .patience_ns = duration_ms * NS_PER_MS,
        .warmup_ns = job_workload_number(job, WARMUP_MS) * NS_PER_MS,
        .duration_ns = duration_ms * NS_PER_MS,
        .latencies_max = latencies < LATENCIES_MAX ? latencies : LATENCIES_MAX,
        .progress = convoy_progress,
        .of = job,
    };
}

/* The client's connections wait in the listener's queue when the tasks begin,
 * so no ACCEPT has to wait. */
static int start_client(struct job *job)
{
    struct convoy_shared *shared = job->shared;
    struct peer_client_plan plan = client_plan(job);

    shared->listener = listener_open(ECHO_TASKS_MAX, &plan.port);
    if (shared->listener < 0)
        return job_fail(job, -shared->listener, "listening");
    int result = peer_client_new(&plan, &shared->client);
    if (result != 0)
        return job_fail(job, -result, "making room for latencies");
    result = peer_client_start(shared->client, &job->peer);
    if (result != 0)
        return convoy_client_failed(job, result);
    shared->client_process = job->peer.process;
    return 0;
}

static int convoy_setup(struct job *job)
{
    struct convoy_shared *shared = job->shared;

    *shared = (struct convoy_shared){
        .nechoes = job_workload_number(job, ECHO_TASKS),
        .grain = job_workload_number(job, GRAIN),
        .unit_ns = job_workload_number(job, UNIT_US) * NS_PER_US,
        .listener = -1,
    };
    if (shared->nechoes > job->plan.ntasks)
        return job_fail(job, EINVAL,
                        "convoy.echo_tasks=%llu of %llu tasks: give --tasks "
                        "%llu, or fewer of these",
                        (unsigned long long)shared->nechoes,
                        (unsigned long long)job->plan.ntasks,
                        (unsigned long long)shared->nechoes);
    int result = job->plan.elided ? 0 : start_client(job);
    if (result != 0)
        convoy_teardown(job);
    return result;
}

/* Every task lasts as long as the client asks. */
static uint64_t convoy_wait_ns(const struct job *job, uint64_t index)
{
    (void)index;
    return (job_workload_number(job, WARMUP_MS) +
            job_workload_number(job, DURATION_MS)) *
           NS_PER_MS;
}

const struct workload workload_convoy = {
    .name = "convoy",
    .summary = "echo beside tasks that only compute",
    .kind = WORKLOAD_MIXED,
    .version = 1,
    .parameters = parameters,
    .nparameters = sizeof parameters / sizeof *parameters,
    .ntasks = 2,
    .state_bytes = sizeof(struct convoy_task),
    .shared_bytes = sizeof(struct convoy_shared),
    .all_at_once = true,
    .timed = true,
    .setup = convoy_setup,
    .next = convoy_next,
    .check = convoy_check,
    .wait_ns = convoy_wait_ns,
    .teardown = convoy_teardown,
};
