/* SPDX-License-Identifier: MIT */
/* `heddle peer --load`: asks any HTTP server of this machine in the way that
 * `serve` is asked, with as many connections and at the same instants. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "benches/workloads/load_client.h"
#include "core/clock.h"
#include "core/digest.h"
#include "harness/options.h"

enum {
    CONNECTIONS_MAX = 60000,
    SECONDS_MAX = 3600,
    RATE_MAX = 10000000,
    LATENCIES_MAX = 1 << 25 /* 256 MiB, if they come */
};

static int check_most(const char *name, uint64_t given, uint64_t most)
{
    if (given <= most)
        return 0;
    complain("--%s %" PRIu64 ": must be at most %" PRIu64, name, given, most);
    return EXIT_USAGE;
}

static int check_target(const char *target)
{
    size_t length = target != NULL ? strlen(target) : 1;
    bool plain = target == NULL || *target == '/';

    for (size_t i = 0; target != NULL && i < length; i++)
        plain = plain && target[i] > ' ' && target[i] <= '~';
    if (plain && length < LOAD_TARGET_BYTES)
        return 0;
    complain("--target %s: must be a path such as /index.html, of at most %d "
             "bytes",
             target, LOAD_TARGET_BYTES - 1);
    return EXIT_USAGE;
}

static int check(const struct options *o)
{
    const struct {
        const char *name;
        uint64_t given, most;
    } numbers[] = {
        {"load", o->load.port, UINT16_MAX},
        {"connections", o->client.connections, CONNECTIONS_MAX},
        {"seconds", o->client.seconds, SECONDS_MAX},
        {"duration-ms", o->client.duration_ms, 1000ULL * SECONDS_MAX},
        {"offered-per-s", o->load.offered_per_s, RATE_MAX},
    };
    int status = 0;

    if (o->client.port != 0 || o->client.message_bytes != 0 ||
        o->client.unit_us != 0 || o->protocol != NULL || o->delay_us != 0 ||
        o->jitter_us != 0 || o->stall_every_ms != 0 || o->stall_ms != 0) {
        complain("--load: client, message-bytes, unit-us, protocol, delays and "
                 "stalls mean nothing with it; leave them out");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status == 0; i++)
        status = check_most(numbers[i].name, numbers[i].given, numbers[i].most);
    return status == 0 ? check_target(o->load.target) : status;
}

/* Without --requests it is time that ends it: a second, if nothing is said. */
static struct load_plan plan_of(const struct options *o)
{
    uint64_t duration_ns = o->client.duration_ms * NS_PER_MS;
    uint64_t connections = o->client.connections;
    struct load_plan plan = {
        .nports = 1,
        .ports = {(uint16_t)o->load.port},
        .nconnections = connections != 0 ? (unsigned)connections : 1,
        .requests = o->load.requests,
        .offered_per_s = o->load.offered_per_s,
        .latencies_max = LATENCIES_MAX,
    };

    if (duration_ns == 0)
        duration_ns = o->client.seconds * NS_PER_S;
    if (duration_ns == 0 && plan.requests == 0)
        duration_ns = NS_PER_S;
    plan.duration_ns = duration_ns;
    snprintf(plan.target, sizeof plan.target, "%s",
             o->load.target != NULL ? o->load.target : "/");
    return plan;
}

/* Of all answers; whoever answered the same has the same. */
static uint64_t digest_of(const struct load_client *client)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < client->plan.nconnections; i++)
        sum += digest_u64(mix64(i + 1), client->connections[i].digest);
    return sum;
}

static void print_json(const struct load_client *client,
                       const struct job_metric *metrics, unsigned n)
{
    json_t *line = json_object();
    char digest[24];

    for (unsigned i = 0; i < n; i++)
        json_object_set_new(line, metrics[i].name, json_real(metrics[i].value));
    snprintf(digest, sizeof digest, "%016" PRIx64, digest_of(client));
    json_object_set_new(
        line, "wall_ns",
        json_integer((json_int_t)(client->ended_ns - client->began_ns)));
    json_object_set_new(line, "digest", json_string(digest));
    json_dumpf(line, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER);
    putchar('\n');
    json_decref(line);
}

static void print_table(const struct load_client *client,
                        const struct job_metric *metrics, unsigned n)
{
    const struct load_plan *plan = &client->plan;

    printf("127.0.0.1:%u%s, %s\n", plan->ports[0], plan->target,
           plan->offered_per_s > 0
               ? "at instants planned beforehand"
               : "each request after the answer to the one before");
    for (unsigned i = 0; i < n; i++)
        printf("  %-22s %.*f\n", metrics[i].name,
               strstr(metrics[i].name, "_share") != NULL ? 4 : 0,
               metrics[i].value);
}

static int tell_error(const struct load_plan *plan, int error)
{
    complain("peer: 127.0.0.1:%u: %s", plan->ports[0],
             load_client_trouble(error));
    return EXIT_NOT_MEASURED;
}

int command_peer_load(const struct options *options)
{
    struct load_plan plan = plan_of(options);
    struct job_metric metrics[LOAD_METRICS_MAX];
    struct load_client *client = NULL;
    int status = check(options);

    if (status != 0)
        return status;
    int result = load_client_new(&plan, &client);
    if (result == 0)
        result = load_client_run(client, -1);
    if (result != 0) {
        status = tell_error(&plan, -result);
    } else {
        unsigned n = load_client_metrics(client, metrics);
        if (options->json)
            print_json(client, metrics, n);
        else
            print_table(client, metrics, n);
    }
    load_client_free(client);
    return status;
}
