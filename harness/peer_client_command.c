/* SPDX-License-Identifier: MIT */
/* `heddle peer --client`: loads any echo server of this machine, a program in
 * another language included, in the way that `convoy` loads its tasks. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "core/clock.h"
#include "core/peer_client.h"
#include "harness/options.h"

#define WARMUP_NS (100 * NS_PER_MS)

enum {
    CONNECTIONS_MAX = 1000,
    SECONDS_MAX = 3600,
    UNIT_US_MAX = 60000000,
    LATENCIES_PER_MS = 500, /* more than one client can have */
    LATENCIES_MAX = 1 << 25
};

static int check_most(const char *name, uint64_t given, uint64_t most)
{
    if (given <= most)
        return 0;
    complain("--%s %" PRIu64 ": must be at most %" PRIu64, name, given, most);
    return EXIT_USAGE;
}

static int check(const struct options *o)
{
    const struct {
        const char *name;
        uint64_t given, most;
    } numbers[] = {
        {"client", o->client.port, UINT16_MAX},
        {"connections", o->client.connections, CONNECTIONS_MAX},
        {"seconds", o->client.seconds, SECONDS_MAX},
        {"duration-ms", o->client.duration_ms, 1000ULL * SECONDS_MAX},
        {"message-bytes", o->client.message_bytes, PEER_MESSAGE_MAX},
        {"unit-us", o->client.unit_us, UNIT_US_MAX},
    };
    int status = 0;

    if (o->protocol != NULL || o->delay_us != 0 || o->jitter_us != 0 ||
        o->stall_every_ms != 0 || o->stall_ms != 0) {
        complain("--client: protocol, delays and stalls are a server's; leave "
                 "them out");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == 0; i++)
        status = check_most(numbers[i].name, numbers[i].given, numbers[i].most);
    return status;
}

static uint64_t given_or(uint64_t given, uint64_t preset)
{
    return given != 0 ? given : preset;
}

static struct peer_client_plan plan_of(const struct options *o)
{
    uint64_t duration_ms =
        given_or(o->client.duration_ms, 1000 * given_or(o->client.seconds, 1));
    uint64_t latencies = duration_ms * LATENCIES_PER_MS;

    return (struct peer_client_plan){
        .seed = o->seed_given ? o->seed : 1,
        .port = (uint16_t)o->client.port,
        .nconnections = (unsigned)given_or(o->client.connections, 1),
        .message_bytes = given_or(o->client.message_bytes, 16),
        .warmup_ns = WARMUP_NS,
        .duration_ns = duration_ms * NS_PER_MS,
        .latencies_max = latencies < LATENCIES_MAX ? latencies : LATENCIES_MAX,
    };
}

/* What went wrong, in words. */
static int tell_error(const struct peer_client_plan *plan, int error)
{
    const char *what = error == ECONNREFUSED ? "nobody listens there"
                       : error == ECONNRESET ? "the server has hung up"
                       : error == EBADMSG
                           ? "the server sent back something else"
                           : strerror(error);

    complain("peer: 127.0.0.1:%u: %s", plan->port, what);
    return error == EBADMSG ? EXIT_WRONG_WORK : EXIT_NOT_MEASURED;
}

static void print_json(const struct job_metric *metrics, unsigned n)
{
    json_t *line = json_object();

    for (unsigned i = 0; i < n; i++)
        json_object_set_new(line, metrics[i].name, json_real(metrics[i].value));
    json_dumpf(line, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(line);
}

static void print_table(const struct peer_client_plan *plan, uint64_t unit_us,
                        const struct job_metric *metrics, unsigned n)
{
    printf("127.0.0.1:%u, connections: %u, messages of %" PRIu64
           " B, for %g s, after %llu ms that are not counted\n",
           plan->port, plan->nconnections, plan->message_bytes,
           (double)plan->duration_ns / (double)NS_PER_S, WARMUP_NS / NS_PER_MS);
    if (unit_us > 0)
        printf("waits are counted in units of %" PRIu64 " us\n", unit_us);
    for (unsigned i = 0; i < n; i++)
        printf("  %-22s %.*f\n", metrics[i].name,
               strstr(metrics[i].name, "_share") != NULL ? 4 : 0,
               metrics[i].value);
}

int command_peer_client(const struct options *options)
{
    struct peer_client_plan plan = plan_of(options);
    struct job_metric metrics[PEER_CLIENT_METRICS_MAX];
    struct peer_client *client = NULL;
    int status = check(options);

    if (status != 0)
        return status;
    int result = peer_client_new(&plan, &client);
    if (result == 0)
        result = peer_client_run(client, -1);
    if (result != 0) {
        status = tell_error(&plan, -result);
    } else {
        uint64_t unit_us = options->client.unit_us;
        unsigned n = peer_client_metrics(client, unit_us * NS_PER_US, metrics);
        if (options->json)
            print_json(metrics, n);
        else
            print_table(&plan, unit_us, metrics, n);
    }
    peer_client_free(client);
    return status;
}
