/* SPDX-License-Identifier: MIT */
/* `heddle peer`, for a terminal of its own and for other people's clients; and
 * `heddle man`. */
#include <stdio.h>
#include <string.h>

#include "core/peer.h"
#include "harness/options.h"

int command_peer(const struct options *options)
{
    const char *protocol =
        options->protocol != NULL ? options->protocol : "http";
    struct peer_plan plan = {
        .protocol = strcmp(protocol, "echo") == 0 ? PEER_ECHO : PEER_HTTP,
        .seed = options->seed_given ? options->seed : 1,
        .delay_us = options->delay_us,
        .jitter_us = options->jitter_us,
        .message_bytes = 64,
        .page_min_bytes = 2048,
        .page_max_bytes = 16384,
        .stall_every_ms = options->stall_every_ms,
        .stall_ms = options->stall_ms,
    };

    if (options->load.port != 0)
        return command_peer_load(options);
    if (options->load.requests != 0 || options->load.offered_per_s != 0 ||
        options->load.target != NULL) {
        complain("peer: requests, offered-per-s and target belong to --load "
                 "PORT; give that, or leave them out");
        return EXIT_USAGE;
    }
    if (options->client.port != 0)
        return command_peer_client(options);
    if (options->json || options->client.connections != 0 ||
        options->client.seconds != 0 || options->client.duration_ms != 0 ||
        options->client.message_bytes != 0 || options->client.unit_us != 0) {
        complain("peer: json, connections, seconds, duration-ms, message-bytes "
                 "and unit-us "
                 "unit-us belong to --client PORT; give that, or leave them "
                 "out");
        return EXIT_USAGE;
    }
    if (strcmp(protocol, "echo") != 0 && strcmp(protocol, "http") != 0) {
        complain("--protocol %s: must be echo or http", protocol);
        return EXIT_USAGE;
    }
    if (plan.stall_ms > plan.stall_every_ms) {
        complain("--stall-ms must be at most --stall-every-ms");
        return EXIT_USAGE;
    }
    int result = peer_serve(&plan, 1, -1);
    complain("peer: %s", strerror(-result));
    return EXIT_NOT_MEASURED;
}

int command_man(const struct options *options)
{
    (void)options;
    options_print_manual(stdout);
    return EXIT_WELL;
}
