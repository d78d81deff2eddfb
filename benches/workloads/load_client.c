/* SPDX-License-Identifier: MIT */
/*
 * The client's life: connect, wait for the word, then one event loop over all
 * connections (load_client_talk.c) until the last has hung up. It is written
 * with the same poller as the models' loops, and pays as much per request as
 * the best of them: look at client_cpu_share before you blame a server.
 */
#include "benches/workloads/load_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/footprint.h"
#include "core/latency_rank.h"
#include "core/poller.h"
#include "core/task.h"
#include "core/workload.h"

#define CONNECT_PATIENCE_NS (5 * NS_PER_S)
#define LOOK_NS             (50 * NS_PER_US) /* may we begin? */
#define SETTLED_NS          (20 * NS_PER_MS) /* so long nothing has come */

int load_client_new(const struct load_plan *plan, struct load_client **ret)
{
    size_t latencies_at = sizeof(struct load_client) +
                          plan->nconnections * sizeof(struct load_connection);
    size_t bytes = latencies_at + plan->latencies_max * sizeof(uint64_t);
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED)
        return -errno;
    struct load_client *client = at;
    client->plan = *plan;
    client->mapping_bytes = bytes;
    client->latencies_ns = (void *)((unsigned char *)at + latencies_at);
    *ret = client;
    return 0;
}

void load_client_free(struct load_client *client)
{
    if (client != NULL)
        munmap(client, client->mapping_bytes);
}

/* ---- Before the beginning ---- */

int load_leave_cores(unsigned spared)
{
    cpu_set_t cores;

    if (spared == 0)
        return 0;
    if (sched_getaffinity(0, sizeof cores, &cores) < 0)
        return -errno;
    for (size_t cpu = 0; cpu < CPU_SETSIZE && spared > 0; cpu++)
        if (CPU_ISSET(cpu, &cores)) {
            CPU_CLR(cpu, &cores);
            spared--;
        }
    return sched_setaffinity(0, sizeof cores, &cores) < 0 ? -errno : 0;
}

/* Returns the socket or -errno. */
static int connect_one(const struct load_plan *plan, unsigned index,
                       uint64_t deadline_ns)
{
    struct sockaddr_in server = {
        .sin_family = AF_INET,
        .sin_port = htons(plan->ports[index % plan->nports]),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct op op;

    op_init(&op);
    op_connect(&op, &server);
    op.deadline_ns = deadline_ns;
    op_finish(&op);
    return op.error != 0 ? -op.error : op.fd;
}

/* Makes a task of every connection. Returns 0 or -errno; what was made by then
 * is in `ret`. */
static int connect_all(struct load_client *client, struct task **ret)
{
    uint64_t deadline_ns = clock_ns() + CONNECT_PATIENCE_NS;

    for (unsigned i = 0; i < client->plan.nconnections; i++) {
        int fd = connect_one(&client->plan, i, deadline_ns);
        if (fd < 0)
            return fd;
        ret[i] = load_talk_new(client, i, fd);
        if (ret[i] == NULL) {
            close(fd);
            return -ENOMEM;
        }
    }
    return 0;
}

/* Who cannot take on all at once, for want of workers, takes some and stops. */
static int await_server(const struct load_client *client, int control)
{
    const struct load_plan *plan = &client->plan;
    struct pollfd starter = {.fd = control, .events = POLLIN};
    struct timespec pause = clock_timespec(LOOK_NS);
    uint64_t n = 0, since_ns = clock_ns();

    while (n < (plan->settle ? plan->nconnections : 1) &&
           (n == 0 || clock_ns() - since_ns < SETTLED_NS)) {
        if (ppoll(&starter, 1, &pause, NULL) > 0)
            return -ECANCELED;
        uint64_t now = atomic_load(&client->naccepted);
        if (now > n)
            since_ns = clock_ns();
        n = now;
    }
    return 0;
}

/* What the server holds for its connections, while they ask for nothing. */
static int hold(struct load_client *client, int control)
{
    const struct load_plan *plan = &client->plan;
    struct footprint before = {0}, after = {0};

    if (!plan->awaits)
        return 0;
    bool looked =
        plan->server != 0 && footprint_look(plan->server, &before) == 0;
    int result = await_server(client, control);
    client->looked =
        looked && result == 0 && footprint_look(plan->server, &after) == 0;
    client->nheld = atomic_load(&client->naccepted);
    client->held_bytes = footprint_growth(before.pss_bytes, after.pss_bytes);
    return result;
}

/* ---- The loop ---- */

struct loop {
    struct poller poller;
    unsigned nlive;
    bool gone; /* whoever started the client is */
};

/* The line to the starter, as a task: its end is ours. */
struct control {
    struct loop *loop;
    int fd;
    char byte;
};

static bool control_next(struct task *task)
{
    struct control *control = (struct control *)(void *)task->state;

    if (task->op.kind == OP_START)
        return op_read_some(&task->op, control->fd, &control->byte, 1);
    control->loop->gone = true;
    return false;
}

static const struct workload control_work = {.next = control_next};

static int resume(struct loop *loop, struct task *task)
{
    while (op_try(&task->op))
        if (!task_step(task)) {
            loop->nlive--;
            return 0;
        }
    return poller_watch(&loop->poller, task);
}

static int watch_control(struct loop *loop, int fd, struct task **ret)
{
    struct task *task = calloc(1, sizeof *task + sizeof(struct control));

    if (task == NULL)
        return -ENOMEM;
    op_init(&task->op);
    task->workload = &control_work;
    *(struct control *)(void *)task->state = (struct control){loop, fd, 0};
    *ret = task;
    return resume(loop, task);
}

static uint64_t own_cpu_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * NS_PER_S + (uint64_t)time.tv_nsec;
}

/* Returns 0 or -errno; of a connection's trouble client->error tells. */
static int talk(struct load_client *client, struct loop *loop,
                struct task **tasks, int control)
{
    struct task *line = NULL;
    int result = control >= 0 ? watch_control(loop, control, &line) : 0;

    client->cpu_ns = own_cpu_ns();
    client->began_ns = clock_ns();
    loop->nlive = client->plan.nconnections;
    for (unsigned i = 0; i < client->plan.nconnections && result == 0; i++)
        result = resume(loop, tasks[i]);
    while (result == 0 && loop->nlive > 0 && !loop->gone)
        result = resume(loop, poller_wait(&loop->poller));
    client->ended_ns = clock_ns();
    client->cpu_ns = own_cpu_ns() - client->cpu_ns;
    free(line);
    return result == 0 && loop->gone ? -ECANCELED : result;
}

int load_client_run(struct load_client *client, int control)
{
    unsigned n = client->plan.nconnections;
    struct task **tasks = calloc(n, sizeof(struct task *));
    struct loop loop = {.gone = false};
    int result =
        tasks == NULL ? -ENOMEM : load_leave_cores(client->plan.spared_cores);

    if (result == 0)
        result = connect_all(client, tasks);
    if (control >= 0 && send(control, &result, sizeof result, MSG_NOSIGNAL) < 0)
        result = -ECANCELED;
    if (result == 0)
        result = hold(client, control);
    if (result == 0)
        result = poller_init(&loop.poller);
    if (result == 0) {
        result = talk(client, &loop, tasks, control);
        poller_fini(&loop.poller);
    }
    /* Their sockets go with the process, or have been closed. */
    for (unsigned i = 0; tasks != NULL && i < n; i++)
        free(tasks[i]);
    free(tasks);
    if (result != 0 && client->error == 0)
        client->error = -result;
    return -client->error;
}

/* ---- As a process ---- */

/* Having told that it is done, it stays to be asked for its CPU time. */
static int live(const void *what, int control)
{
    struct load_client *client = *(struct load_client *const *)what;
    int result = load_client_run(client, control);
    char byte;

    if (send(control, &result, sizeof result, MSG_NOSIGNAL) < 0)
        return -errno;
    while (recv(control, &byte, 1, 0) < 0 && errno == EINTR)
        continue;
    return result;
}

int load_client_finish(const struct peer *peer)
{
    int said;
    ssize_t n;

    do
        n = recv(peer->control, &said, sizeof said, 0);
    while (n < 0 && errno == EINTR);
    return n == sizeof said ? said : -ECHILD;
}

int load_client_start(struct load_client *client, struct peer *ret)
{
    struct peer peer = {.control = -1};
    int result = peer_spawn(live, &client, &peer);

    if (result != 0)
        return result;
    result = load_client_finish(&peer); /* it is connected */
    if (result != 0)
        peer_stop(&peer);
    else
        *ret = peer;
    return result;
}

/* ---- What became of it ---- */

const char *load_client_trouble(int error)
{
    switch (error) {
    case ECHILD:
        return "the client has died";
    case ECONNREFUSED:
        return "nobody listens there";
    case ECONNRESET:
    case EPIPE:
        return "the server has hung up";
    case ETIMEDOUT:
        return "a connection could not be made in 5 s: the queue of those to "
               "be accepted is full (see net.core.somaxconn)";
    case EPROTO:
        return "the server's answer is not one of HTTP/1.1 with a "
               "Content-Length";
    case EREMOTEIO:
        return "the server's answer has another status than 200";
    case EMSGSIZE:
        return "the server's answer is longer than 2048 bytes";
    default:
        return strerror(error);
    }
}

static unsigned put(struct job_metric *ret, unsigned at, const char *name,
                    double value)
{
    ret[at] = (struct job_metric){name, value};
    return at + 1;
}

unsigned load_client_metrics(struct load_client *client, struct job_metric *ret)
{
    static const struct {
        const char *name;
        unsigned share;
    } rows[] = {
        {"latency_p50_ns", 50000},
        {"latency_p90_ns", 90000},
        {"latency_p99_ns", 99000},
        {"latency_max_ns", LATENCY_WHOLE},
    };
    const struct load_plan *plan = &client->plan;
    uint64_t n = client->nanswered;
    uint64_t nkept = n < plan->latencies_max ? n : plan->latencies_max;
    double duration_ns = (double)(client->ended_ns - client->began_ns);
    unsigned at = put(ret, 0, "requests", (double)n);

    at = put(ret, at, "connections", plan->nconnections);
    if (duration_ns > 0) {
        at = put(ret, at, "requests_per_s",
                 (double)n * (double)NS_PER_S / duration_ns);
        at = put(ret, at, "client_cpu_share",
                 (double)client->cpu_ns / duration_ns);
    }
    if (plan->awaits)
        at = put(ret, at, "connections_held", (double)client->nheld);
    if (client->looked)
        at = put(ret, at, "held_bytes", (double)client->held_bytes);
    if (n > nkept)
        at = put(ret, at, "unrecorded", (double)(n - nkept));
    if (plan->patience_ns > 0)
        at = put(ret, at, "late", (double)client->nlate);
    if (nkept == 0)
        return at;
    latency_sort(client->latencies_ns, nkept);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        at = put(
            ret, at, rows[i].name,
            (double)latency_rank(client->latencies_ns, nkept, rows[i].share));
    return at;
}
