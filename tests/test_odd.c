/* SPDX-License-Identifier: MIT */
/*
 * What the workloads do not ask of a model (the argument), and somebody's will:
 * time-outs of everything, the same connection from both ends, bytes and an end
 * of the stream that come while their task does something else.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/job.h"
#include "core/listener.h"
#include "core/model.h"
#include "core/workload.h"
#include "harness/registry.h"

enum stage {
    BORN,
    NOBODY_COMES,
    CONNECTING,
    ACCEPTING,
    WRITING,
    READING_HALF,
    SLEEPING,
    READING_REST,
    NOTHING_COMES,
    NOBODY_READS,
    CLOSING_FIRST,
    MEANWHILE,
    DRAINING,
    CLOSING_SECOND,
    CLOSING_LISTENER
};

struct odd {
    enum stage stage;
    int listener, first, second;
    uint64_t written, read; /* bytes */
    struct sockaddr_in endpoint;
    char text[4096];
};

/* More than the buffers of a connection hold; of zeros, and never touched. */
static char much[64 << 20];

static const char message[] = "from one end";

/* Says what the task expected and where; it then ends. */
static bool wrong(const struct task *task, const char *what)
{
    const struct odd *odd = (const void *)task->state;

    printf("FAILED task %llu, stage %d: %s; error %d, %zu of %zu bytes\n",
           (unsigned long long)task->index, odd->stage, what, task->op.error,
           task->op.done, task->op.length);
    return false;
}

static bool within_ms(struct op *op, uint64_t ms)
{
    op->deadline_ns = clock_ns() + ms * NS_PER_MS;
    return true;
}

static bool listen_in_vain(struct odd *odd, struct op *op)
{
    uint16_t port;

    odd->listener = listener_open(8, &port);
    if (odd->listener < 0)
        abort();
    odd->endpoint =
        (struct sockaddr_in){.sin_family = AF_INET,
                             .sin_port = htons(port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    op_accept(op, odd->listener);
    return within_ms(op, 3);
}

/* Up to where both ends are connected and the first has written. */
static bool meet(struct task *task, struct odd *odd)
{
    struct op *op = &task->op;

    switch (odd->stage++) {
    case BORN:
        return listen_in_vain(odd, op);
    case NOBODY_COMES:
        if (op->error != ETIMEDOUT)
            return wrong(task, "somebody came");
        return op_connect(op, &odd->endpoint);
    case CONNECTING:
        if (op->error != 0)
            return wrong(task, "not connected");
        odd->first = op->fd;
        return op_accept(op, odd->listener);
    default:
        if (op->error != 0)
            return wrong(task, "not accepted");
        odd->second = op->fd;
        return op_write(op, odd->first, message, sizeof message, OP_STREAM);
    }
}

/* The message is read in two, with a nap between; then there is nothing. */
static bool read_message(struct task *task, struct odd *odd)
{
    struct op *op = &task->op;
    size_t half = sizeof message / 2;

    if (op->error != 0 || op->done != op->length)
        return wrong(task, "not all of it");
    switch (odd->stage++) {
    case WRITING:
        return op_read(op, odd->second, odd->text, half, OP_STREAM);
    case READING_HALF:
        return op_sleep(op, NS_PER_MS);
    case SLEEPING:
        return op_read(op, odd->second, odd->text + half, sizeof message - half,
                       OP_STREAM);
    default:
        if (memcmp(odd->text, message, sizeof message) != 0)
            return wrong(task, "another text");
        op_read(op, odd->second, odd->text, 1, OP_STREAM);
        return within_ms(op, 3);
    }
}

/* What a write says that it has written is what the other end gets. */
static bool drain(struct task *task, struct odd *odd)
{
    struct op *op = &task->op;

    if (op->kind == OP_READ_SOME) {
        if (op->error != 0)
            return wrong(task, "not read");
        odd->read += op->done;
        if (op->done == 0) {
            odd->stage++;
            if (odd->read != odd->written)
                return wrong(task, "lost or invented");
            return op_close(op, odd->second);
        }
    }
    return op_read_some(op, odd->second, odd->text, sizeof odd->text);
}

static bool overfill(struct task *task, struct odd *odd)
{
    struct op *op = &task->op;

    switch (odd->stage++) {
    case NOTHING_COMES:
        if (op->error != ETIMEDOUT || op->done != 0)
            return wrong(task, "something came");
        op_write(op, odd->first, much, sizeof much, OP_STREAM);
        return within_ms(op, 10);
    case NOBODY_READS:
        if (op->error != ETIMEDOUT || op->done == 0 || op->done == op->length)
            return wrong(task, "somebody reads");
        odd->written = op->done;
        return op_close(op, odd->first);
    default:
        return op_sleep(op, NS_PER_MS);
    }
}

static bool odd_next(struct task *task)
{
    struct odd *odd = (void *)task->state;

    if (odd->stage < WRITING)
        return meet(task, odd);
    if (odd->stage < NOTHING_COMES)
        return read_message(task, odd);
    if (odd->stage < MEANWHILE)
        return overfill(task, odd);
    if (odd->stage == MEANWHILE)
        odd->stage++;
    if (odd->stage == DRAINING)
        return drain(task, odd);
    if (odd->stage++ == CLOSING_SECOND)
        return op_close(&task->op, odd->listener);
    task->digest = odd->read == odd->written;
    return false;
}

static const struct workload workload_odd = {.name = "odd",
                                             .kind = WORKLOAD_IO,
                                             .next = odd_next,
                                             .state_bytes = sizeof(struct odd)};

/* The default of every parameter. */
static union value *presets(const struct model *model)
{
    union value *values = calloc(model->nparameters + 1, sizeof *values);

    for (size_t i = 0; values != NULL && i < model->nparameters; i++) {
        if (model->parameters[i].text != NULL)
            values[i].text = model->parameters[i].text;
        else
            values[i].number = model->parameters[i].preset;
    }
    return values;
}

/* A task of an even index writes more than fits into the connection, and the
 * next one reads it. */
struct bulk {
    int fd;
    uint64_t left; /* bytes */
    char text[65536];
};

enum { BULK_BYTES = 24 << 20 };

static bool bulk_next(struct task *task)
{
    struct bulk *bulk = (void *)task->state;
    struct op *op = &task->op;

    if (op->kind == OP_START)
        bulk->left = BULK_BYTES;
    if (op->error != 0)
        return false;
    bulk->left -= op->done;
    task->digest = bulk->left == 0;
    if (bulk->left == 0 || (op->kind != OP_START && op->done == 0))
        return false;
    return task->index % 2 == 0
               ? op_write(op, bulk->fd, much, BULK_BYTES, OP_STREAM)
               : op_read_some(op, bulk->fd, bulk->text, sizeof bulk->text);
}

static void connect_pair(struct job *job, uint64_t index)
{
    struct bulk *writer = (void *)job_task(job, index)->state;
    struct bulk *reader = (void *)job_task(job, index + 1)->state;
    struct sockaddr_in endpoint = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct op op;
    uint16_t port;
    int listener = listener_open(1, &port);

    endpoint.sin_port = htons(port);
    op_init(&op);
    op_connect(&op, &endpoint);
    op_finish(&op);
    writer->fd = op.fd;
    op_accept(&op, listener);
    op_finish(&op);
    reader->fd = op.fd;
    close(listener);
    if (listener < 0 || writer->fd < 0 || op.error != 0)
        abort();
}

static int bulk_setup(struct job *job)
{
    for (uint64_t i = 0; i < job->plan.ntasks; i += 2)
        connect_pair(job, i);
    return 0;
}

static void bulk_teardown(struct job *job)
{
    for (uint64_t i = 0; i < job->plan.ntasks; i++)
        if (close(((struct bulk *)(void *)job_task(job, i)->state)->fd) < 0)
            printf("FAILED task %llu: its descriptor is gone\n",
                   (unsigned long long)i);
}

static const struct workload workload_bulk = {.name = "bulk",
                                              .kind = WORKLOAD_IO,
                                              .next = bulk_next,
                                              .setup = bulk_setup,
                                              .teardown = bulk_teardown,
                                              .state_bytes =
                                                  sizeof(struct bulk)};

/* How many of the tasks went wrong. */
static unsigned run(const struct job_plan *plan)
{
    const struct workload *workload = plan->workload;
    const struct model *model = plan->model;
    unsigned nwell = 0;
    struct job *job;

    if (job_new(plan, &job) != 0)
        abort();
    if (workload->setup != NULL)
        workload->setup(job);
    if (model->open == NULL || model->open(job) == 0) {
        model->run(job);
        if (model->close != NULL)
            model->close(job);
    }
    for (uint64_t i = 0; i < plan->ntasks; i++)
        nwell += job_task(job, i)->finished && job_task(job, i)->digest == 1;
    if (workload->teardown != NULL)
        workload->teardown(job);
    printf("%s x %s: %u of %u tasks went well %s\n", model->name,
           workload->name, nwell, (unsigned)plan->ntasks, job->reason);
    job_free(job);
    return (unsigned)plan->ntasks - nwell;
}

int main(int argc, char **argv)
{
    const struct model *model = argc > 1 ? model_find(argv[1]) : NULL;

    if (model == NULL) {
        fprintf(stderr, "usage: %s MODEL\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    bool alone = model->knobs == MODEL_ALONE;
    union value *values = presets(model);
    struct job_plan plan = {.workload = &workload_odd,
                            .model = model,
                            .model_values = values,
                            .ntasks = 5,
                            .seed = 1,
                            .workers = alone ? 1 : 4,
                            .inflight = alone ? 1 : 4};
    if (model->knobs == MODEL_SCHEDULER)
        plan.workers = 2;
    if (values == NULL)
        abort();
    unsigned nwrong = run(&plan);
    /* Nobody reads while the only task writes. */
    plan.workload = &workload_bulk;
    plan.ntasks = 4;
    if (!alone)
        nwrong += run(&plan);
    free(values);
    return nwrong > 0;
}
