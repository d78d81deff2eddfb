/* SPDX-License-Identifier: MIT */
/*
 * What a connection of the client does, in the plainest loop there is: a
 * request costs it two system calls, and nobody else's turn. Look at
 * peer_client_converse for what a latency is.
 */
#include <errno.h>
#include <string.h>

#include "core/clock.h"
#include "core/digest.h"
#include "core/peer_client.h"

void peer_client_message(const struct peer_client_plan *plan,
                         uint64_t connection, uint64_t number,
                         unsigned char *ret)
{
    uint64_t draw = draw_u64(plan->seed, connection, number);

    for (uint64_t at = 0; at < plan->message_bytes; at += sizeof draw) {
        uint64_t left = plan->message_bytes - at;
        uint64_t word = mix64(draw + at);
        memcpy(ret + at, &word, left < sizeof word ? left : sizeof word);
    }
}

/* A message there and back. Returns 0 or an errno value. */
static int exchange(int fd, const unsigned char *message, unsigned char *reply,
                    size_t length)
{
    struct op op;

    op_init(&op);
    op_write(&op, fd, message, length, OP_STREAM);
    op_finish(&op);
    if (op.error == 0) {
        op_read(&op, fd, reply, length, OP_STREAM);
        op_finish(&op);
    }
    if (op.error == 0 && op.done < length)
        return ECONNRESET;
    return op.error;
}

static void keep_latency(struct peer_client *client, uint64_t latency_ns)
{
    uint64_t place =
        atomic_fetch_add_explicit(&client->nrequests, 1, memory_order_relaxed);

    if (place < client->plan.latencies_max)
        client->latencies_ns[place] = latency_ns;
}

/* A request counts if all of it lies within the time. What is under way at its
 * end was not answered in it, however soon its reply comes now that nobody
 * computes any more. */
static void count_request(struct peer_connection *c, uint64_t sent_ns,
                          uint64_t answered_ns)
{
    uint64_t began_ns = atomic_load(&c->client->began_ns);
    uint64_t ended_ns = atomic_load(&c->client->ended_ns);

    if (began_ns == 0 || sent_ns >= ended_ns)
        return;
    if (answered_ns > ended_ns)
        c->unanswered_ns = ended_ns - sent_ns;
    else if (sent_ns >= began_ns)
        keep_latency(c->client, answered_ns - sent_ns);
}

int peer_client_converse(struct peer_connection *c)
{
    struct peer_client *client = c->client;
    size_t length = client->plan.message_bytes;
    unsigned char message[PEER_MESSAGE_MAX], reply[PEER_MESSAGE_MAX];

    do {
        peer_client_message(&client->plan, c->index, c->nmessages, message);
        uint64_t sent_ns = clock_ns();
        int error = exchange(c->fd, message, reply, length);
        count_request(c, sent_ns, clock_ns());
        if (error != 0)
            return error;
        if (memcmp(message, reply, length) != 0)
            return EBADMSG;
        c->nmessages++;
    } while (!atomic_load(&client->stop));
    return 0;
}
