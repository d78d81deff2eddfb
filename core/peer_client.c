/* SPDX-License-Identifier: MIT */
/*
 * The client's life: connecting, a thread per connection (peer_client_talk.c),
 * and one that keeps the time. Look at keep_time for the order of things. Who
 * sleeps here is woken by a connection's end, or by that of the starter.
 */
#include "core/peer_client.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/crew.h"

#define CONNECT_PATIENCE_NS (5 * NS_PER_S)
#define CONNECT_RETRY_NS    (20 * NS_PER_MS)
#define LOOK_NS             (500 * NS_PER_US) /* have all begun? */
#define GRACE_NS            (5 * NS_PER_S)    /* for the last replies */

enum { STACK_BYTES = 64 * 1024 };

int peer_client_new(const struct peer_client_plan *plan,
                    struct peer_client **ret)
{
    size_t latencies_at = sizeof(struct peer_client) +
                          plan->nconnections * sizeof(struct peer_connection);
    size_t bytes = latencies_at + plan->latencies_max * sizeof(uint64_t);
    void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED)
        return -errno;
    struct peer_client *client = at;
    client->plan = *plan;
    client->mapping_bytes = bytes;
    client->latencies_ns = (void *)((unsigned char *)at + latencies_at);
    for (unsigned i = 0; i < plan->nconnections; i++)
        client->connections[i] =
            (struct peer_connection){.client = client, .index = i, .fd = -1};
    *ret = client;
    return 0;
}

void peer_client_free(struct peer_client *client)
{
    if (client != NULL)
        munmap(client, client->mapping_bytes);
}

/* The first trouble counts. */
static void note_error(struct peer_client *client, int error)
{
    int none = 0;

    atomic_compare_exchange_strong(&client->error, &none, error);
}

/* ---- Connections ---- */

static void *connection_main(void *argument)
{
    struct peer_connection *c = argument;
    int error = peer_client_converse(c);

    if (error != 0)
        note_error(c->client, error);
    int result = eventfd_write(c->client->left, 1);
    assert(result == 0);
    return NULL;
}

/* ---- The client's time ---- */

/* Sleeps until `until_ns`. Returns 0; or -ECANCELED if whoever started the
 * client is gone; or -EPIPE if a connection has ended. */
static int sleep_until(const struct peer_client *client, int control,
                       uint64_t until_ns)
{
    struct pollfd ends[] = {{.fd = control, .events = POLLIN},
                            {.fd = client->left, .events = POLLIN}};

    for (;;) {
        uint64_t now_ns = clock_ns();
        if (now_ns >= until_ns)
            return 0;
        struct timespec left = clock_timespec(until_ns - now_ns);
        if (ppoll(ends, 2, &left, NULL) > 0)
            return ends[0].revents != 0 ? -ECANCELED : -EPIPE;
    }
}

static int connect_one(struct peer_client *client, struct peer_connection *c,
                       int control, uint64_t limit_ns)
{
    struct sockaddr_in server = {
        .sin_family = AF_INET,
        .sin_port = htons(client->plan.port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    struct op op;

    for (;;) {
        op_init(&op);
        op_connect(&op, &server);
        op_finish(&op);
        if (op.error != ECONNREFUSED || clock_ns() >= limit_ns)
            break;
        int result =
            sleep_until(client, control, clock_ns() + CONNECT_RETRY_NS);
        if (result != 0)
            return result;
    }
    c->fd = op.fd;
    return -op.error;
}

static int connect_all(struct peer_client *client, int control)
{
    uint64_t limit_ns = clock_ns() + CONNECT_PATIENCE_NS;
    int result = 0;

    for (unsigned i = 0; i < client->plan.nconnections && result == 0; i++)
        result =
            connect_one(client, &client->connections[i], control, limit_ns);
    return result;
}

static int await_tasks(struct peer_client *client, int control)
{
    uint64_t limit_ns = clock_ns() + client->plan.patience_ns;
    int result = 0;

    while (result == 0 && clock_ns() < limit_ns &&
           atomic_load(&client->nbegun) < client->plan.nawaited)
        result = sleep_until(client, control, clock_ns() + LOOK_NS);
    return result;
}

static void look_at_progress(const struct peer_client_plan *plan, uint64_t *ret,
                             uint64_t *ret_ns)
{
    *ret_ns = clock_ns();
    *ret = plan->progress != NULL ? plan->progress(plan->of) : 0;
}

static int keep_time(struct peer_client *client, int control)
{
    const struct peer_client_plan *plan = &client->plan;
    int result = sleep_until(client, control, clock_ns() + plan->warmup_ns);

    if (result != 0)
        return result;
    look_at_progress(plan, &client->progress_began, &client->progress_began_ns);
    uint64_t began_ns = clock_ns();
    atomic_store(&client->ended_ns, began_ns + plan->duration_ns);
    atomic_store(&client->began_ns, began_ns);
    result = sleep_until(client, control, began_ns + plan->duration_ns);
    look_at_progress(plan, &client->progress_ended, &client->progress_ended_ns);
    return result;
}

static unsigned start_threads(struct peer_client *client, int *result)
{
    unsigned n = 0;

    while (n < client->plan.nconnections && *result == 0) {
        struct peer_connection *c = &client->connections[n];
        *result = thread_create(&c->thread, STACK_BYTES, connection_main, c);
        n += *result == 0;
    }
    return n;
}

/* Waits for the last replies. Who still waits after GRACE_NS is torn away. */
static void end_threads(struct peer_client *client, unsigned nthreads)
{
    struct pollfd left = {.fd = client->left, .events = POLLIN};
    uint64_t limit_ns = clock_ns() + GRACE_NS;
    uint64_t nleft = 0;

    while (nleft < nthreads && clock_ns() < limit_ns) {
        struct timespec rest = clock_timespec(NS_PER_S / 10);
        eventfd_t more;
        if (ppoll(&left, 1, &rest, NULL) == 1 &&
            eventfd_read(client->left, &more) == 0)
            nleft += more;
    }
    for (unsigned i = 0; i < nthreads; i++) {
        shutdown(client->connections[i].fd, SHUT_RDWR);
        int error = pthread_join(client->connections[i].thread, NULL);
        assert(error == 0);
    }
}

/* The client with its connections made. */
static int talk(struct peer_client *client, int control)
{
    int result = await_tasks(client, control);

    unsigned nthreads = start_threads(client, &result);
    if (result == 0)
        result = keep_time(client, control);
    atomic_store(&client->stop, true);
    end_threads(client, nthreads);
    return result;
}

int peer_client_run(struct peer_client *client, int control)
{
    client->left = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int result = client->left < 0 ? -errno : connect_all(client, control);

    if (control >= 0 && send(control, &result, sizeof result, MSG_NOSIGNAL) < 0)
        result = -ECANCELED;
    if (result == 0)
        result = talk(client, control);
    if (result != 0)
        note_error(client, -result);
    atomic_store(&client->stop, true);
    for (unsigned i = 0; i < client->plan.nconnections; i++)
        if (client->connections[i].fd >= 0)
            close(client->connections[i].fd);
    close(client->left);
    return -atomic_load(&client->error);
}

/* Having told that it is done, it stays to be asked for its CPU time. */
static int live_as_client(const void *what, int control)
{
    struct peer_client *client = *(struct peer_client *const *)what;
    int result = peer_client_run(client, control);
    char byte;

    if (send(control, &result, sizeof result, MSG_NOSIGNAL) < 0)
        return -errno;
    while (recv(control, &byte, 1, 0) < 0 && errno == EINTR)
        continue;
    return result;
}

/* What the client says next: 0 or -errno. */
static int hear(const struct peer *peer)
{
    int said;
    ssize_t n;

    do
        n = recv(peer->control, &said, sizeof said, 0);
    while (n < 0 && errno == EINTR);
    return n == sizeof said ? said : -ECHILD;
}

int peer_client_start(struct peer_client *client, struct peer *ret)
{
    struct peer peer = {.control = -1};
    int result = peer_spawn(live_as_client, &client, &peer);

    if (result != 0)
        return result;
    result = hear(&peer);
    if (result != 0) {
        peer_stop(&peer);
        return result;
    }
    *ret = peer;
    return 0;
}

int peer_client_finish(const struct peer *peer)
{
    return hear(peer);
}
