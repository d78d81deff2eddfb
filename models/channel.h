/* SPDX-License-Identifier: MIT */
#ifndef MODELS_CHANNEL_H
#define MODELS_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include "models/scheduler.h"

/*
 * A channel without a buffer: a sender and a receiver meet in it, and whoever
 * comes first waits (Hoare, Communicating Sequential Processes, 1978). All of
 * them belong to one scheduler, so there is nothing to lock: nobody else runs
 * between two of its lines.
 */
struct channel {
    struct meeting *first; /* all senders, or all receivers; first come, first
                              served */
    struct meeting *last;
    bool senders;
};

/* Somebody who waits, on the stack of whoever it is. */
struct meeting {
    struct coroutine *coroutine;
    struct meeting *next;
    uint64_t value;
};

static inline void channel_init(struct channel *channel)
{
    *channel = (struct channel){.first = NULL};
}

/* Waits for the other side, at the end of the queue. */
static inline void channel_wait(struct channel *channel, struct meeting *own,
                                bool sender)
{
    if (channel->first == NULL)
        channel->first = own;
    else
        channel->last->next = own;
    channel->last = own;
    channel->senders = sender;
    scheduler_park(own->coroutine);
}

/* The first of those who wait on the other side, who may go on; NULL: nobody
 * does. What it left is valid until this coroutine parks or yields. */
static inline struct meeting *channel_meet(struct channel *channel,
                                           bool senders)
{
    struct meeting *other = channel->first;

    if (other == NULL || channel->senders != senders)
        return NULL;
    channel->first = other->next;
    scheduler_ready(other->coroutine);
    return other;
}

/* Returns when somebody has received the value. What waits in the queue lies on
 * the stacks of those who wait, and is out of it before they go on. */
static inline void channel_send(struct channel *channel, struct coroutine *self,
                                uint64_t value)
{
    struct meeting *receiver = channel_meet(channel, false);
    struct meeting own = {.coroutine = self, .value = value};

    if (receiver != NULL)
        receiver->value = value;
    else /* NOLINTNEXTLINE(clang-analyzer-core.StackAddressEscape): see above */
        channel_wait(channel, &own, true);
}

/* Returns what somebody has sent. */
static inline uint64_t channel_receive(struct channel *channel,
                                       struct coroutine *self)
{
    struct meeting *sender = channel_meet(channel, true);
    struct meeting own = {.coroutine = self};

    if (sender != NULL)
        return sender->value;
    channel_wait(channel, &own, false);
    /* NOLINTNEXTLINE(clang-analyzer-core.StackAddressEscape): see above */
    return own.value;
}

#endif
