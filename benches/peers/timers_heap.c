/* SPDX-License-Identifier: MIT */
/* The poller's own timers (core/timers.h). What expires is taken out one by
 * one, in order. See benches/peers/timers.h. */
#include "benches/peers/timers.h"

#include "core/clock.h"
#include "core/timers.h"

static struct timers timers;
static struct entry {
    uint64_t which;
    size_t place;
} * entries;

static void timers_open(uint64_t n)
{
    timers_init(&timers);
    entries = calloc(n, sizeof *entries);
    if (entries == NULL)
        exit(1);
}

static void timer_set(uint64_t i, uint64_t at_ms)
{
    entries[i].which = i;
    if (timers_add(&timers, at_ms * NS_PER_MS, &entries[i],
                   &entries[i].place) != 0)
        exit(1);
}

static void timer_cancel(uint64_t i)
{
    timers_remove(&timers, entries[i].place);
}

static void timers_run_out(void)
{
    const struct entry *entry;

    while ((entry = timers_expire(&timers, UINT64_MAX)) != NULL)
        timer_rings(entry->which);
}

static void timers_close(void)
{
    timers_fini(&timers);
    free(entries);
}

int main(int argc, char **argv)
{
    return timers_main(argc, argv);
}
