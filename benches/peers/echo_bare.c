/* SPDX-License-Identifier: MIT */
/*
 * The barest round trips: one blocking socket, write, read, again. What the
 * workload `echo` under `sequential` has to be held against; the difference is
 * what tasks and operations cost.
 *
 *   peer_echo_bare ROUNDS MESSAGE_BYTES
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "benches/peers/tell.h"
#include "core/digest.h"
#include "core/peer.h"

static uint64_t exchange(int fd, uint64_t rounds, char *message, size_t length)
{
    uint64_t digest = 0;

    for (uint64_t round = 0; round < rounds; round++) {
        size_t done = 0;
        memcpy(message, &round, sizeof round);
        if (send(fd, message, length, MSG_NOSIGNAL) != (ssize_t)length)
            exit(1);
        while (done < length) {
            ssize_t n = recv(fd, message + done, length - done, 0);
            if (n <= 0)
                exit(1);
            done += (size_t)n;
        }
        digest = digest_bytes(digest, message, length);
    }
    return digest;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s ROUNDS MESSAGE_BYTES\n", argv[0]);
        return 2;
    }
    uint64_t rounds = strtoull(argv[1], NULL, 10);
    size_t length = strtoull(argv[2], NULL, 10);
    struct peer_plan plan = {.protocol = PEER_ECHO, .message_bytes = length};
    struct peer peer;
    static char message[4096];

    if (length < sizeof rounds || length > sizeof message ||
        peer_start(&plan, 1, &peer) != 0)
        return 1;
    struct sockaddr_in endpoint = peer_endpoint(&peer, 0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&endpoint, sizeof endpoint) < 0)
        return 1;
    struct stopwatch watch;
    stopwatch_start(&watch);
    uint64_t digest = exchange(fd, rounds, message, length);
    int status = stopwatch_tell(&watch, rounds, digest);
    close(fd);
    peer_stop(&peer);
    return status;
}
