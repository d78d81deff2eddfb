/* SPDX-License-Identifier: MIT */
/* A hierarchical timing wheel (Varghese and Lauck, 1987): two wheels of 256
 * slots, the slots of the first a millisecond wide. Setting and cancelling take
 * the same few steps however many there are; within a slot there is no order,
 * and every slot must be looked at. See benches/peers/timers.h. */
#include "benches/peers/timers.h"

enum { SLOTS = 256 };

/* A slot is a ring with a head, so that an entry needs not know its slot. */
struct entry {
    struct entry *next, *previous;
    uint64_t at_ms;
};

static struct entry wheels[2][SLOTS];
static struct entry *entries;
static uint64_t nset, now_ms;

static void timers_open(uint64_t n)
{
    for (unsigned i = 0; i < 2 * SLOTS; i++) {
        struct entry *head = &wheels[i / SLOTS][i % SLOTS];
        head->next = head->previous = head;
    }
    entries = calloc(n, sizeof *entries);
    if (entries == NULL)
        exit(1);
}

static void insert(struct entry *entry)
{
    uint64_t at_ms = entry->at_ms;
    struct entry *head = at_ms - now_ms < SLOTS
                             ? &wheels[0][at_ms % SLOTS]
                             : &wheels[1][at_ms / SLOTS % SLOTS];

    entry->next = head;
    entry->previous = head->previous;
    head->previous->next = entry;
    head->previous = entry;
}

static void take_out(struct entry *entry)
{
    entry->next->previous = entry->previous;
    entry->previous->next = entry->next;
}

static void timer_set(uint64_t i, uint64_t at_ms)
{
    entries[i].at_ms = at_ms;
    insert(&entries[i]);
    nset++;
}

static void timer_cancel(uint64_t i)
{
    take_out(&entries[i]);
    nset--;
}

/* Once in a turn of the first wheel, a slot of the second comes down into it.
 */
static void come_down(void)
{
    struct entry *head = &wheels[1][now_ms / SLOTS % SLOTS];

    while (head->next != head) {
        struct entry *entry = head->next;
        take_out(entry);
        insert(entry);
    }
}

static void timers_run_out(void)
{
    for (; nset > 0; now_ms++) {
        struct entry *head = &wheels[0][now_ms % SLOTS];
        if (now_ms % SLOTS == 0)
            come_down();
        while (head->next != head) {
            struct entry *entry = head->next;
            take_out(entry);
            nset--;
            timer_rings((uint64_t)(entry - entries));
        }
    }
}

static void timers_close(void)
{
    free(entries);
}

int main(int argc, char **argv)
{
    return timers_main(argc, argv);
}
