/* SPDX-License-Identifier: MIT */
/*
 * What a stop says in the end: the medians, and a conclusion only where every
 * run of one side is below every run of the other. On a machine that cannot
 * show it, or on a bad day, it says that instead.
 */
#include <math.h>
#include <stdio.h>

#include "harness/demo_gil.h"
#include "harness/machine/cores.h"
#include "harness/report/words.h"

/* Every run of `a` is below every run of `b`. */
static bool below(struct tour_spread a, struct tour_spread b)
{
    return a.high < b.low;
}

void tour_tell_cores(const struct tour *tour, char *headline, size_t room,
                     const char **moral)
{
    struct tour_spread one = tour_spread(tour, GIL_ONE, GIL_WALL_MS);
    struct tour_spread unlocked = tour_spread(tour, GIL_FREE, GIL_WALL_MS);
    struct tour_spread locked = tour_spread(tour, GIL_NEW, GIL_WALL_MS);
    char without[WORDS_NUMBER], with[WORDS_NUMBER];

    snprintf(headline, room,
             "Two threads take %s times as long as one after the other "
             "without a lock, and %s times under the GIL",
             words_number(unlocked.median / one.median, without),
             words_number(locked.median / one.median, with));
    if (cores_usable("") < 2)
        *moral = "This machine gives the program one core, so it cannot show "
                 "what the lock costs on two.";
    else if (!below(unlocked, one))
        *moral = "But not even without a lock did the second core help in "
                 "every run: others are using it, so measure again.";
    else if (locked.median < 0.9 * one.median)
        *moral = "One at a time cannot be faster than that: the machine "
                 "changed its speed, so measure again.";
    else
        *moral = "Under the GIL one thread computes at a time: the second "
                 "core is of no use to them.";
}

void tour_tell_turns(const struct tour *tour, char *headline, size_t room,
                     const char **moral)
{
    struct tour_spread wall = tour_spread(tour, GIL_NEW, GIL_WALL_MS);
    struct tour_spread switches = tour_spread(tour, GIL_NEW, GIL_SWITCHES);
    double turn_ms = wall.median / switches.median;
    char number[WORDS_NUMBER];

    if (!(switches.low >= 2)) {
        snprintf(headline, room,
                 "The lock hardly ever changed hands in the runs of stop 1");
        *moral = "Then the threads took turns by ending: measure again.";
        return;
    }
    snprintf(headline, room,
             "In the runs of stop 1 the lock changed hands every %s ms "
             "(median of %u)",
             words_number(turn_ms, number), tour->nvalues[GIL_NEW]);
    *moral =
        turn_ms < 5
            ? "That is less than the 5 ms for which a waiter is patient: "
              "a thread also lets go when it ends."
        : turn_ms < 6
            ? "A waiter is patient for 5 ms; the rest is what it takes "
              "to wake up, ask, and be answered."
            : "A waiter is patient for 5 ms, and waking up takes a tenth of "
              "one: others use these cores, so measure again.";
}

void tour_tell_convoy(const struct tour *tour, char *headline, size_t room,
                      const char **moral)
{
    struct tour_spread alone = tour_spread(tour, GIL_ECHO, GIL_REQUESTS_PER_S);
    struct tour_spread beside =
        tour_spread(tour, GIL_ECHO_NEW, GIL_REQUESTS_PER_S);
    struct tour_spread one = tour_spread(tour, GIL_ECHO_NEW, GIL_ONE_WAIT);
    struct tour_spread two = tour_spread(tour, GIL_ECHO_NEW, GIL_TWO_WAITS);
    char before[WORDS_NUMBER], after[WORDS_NUMBER];

    snprintf(headline, room,
             "Under the GIL a server answers %s requests/s by itself, and %s "
             "beside one thread that computes",
             words_count((uint64_t)alone.median, before),
             words_count((uint64_t)beside.median, after));
    if (!below(beside, alone))
        *moral = "Not every run was slower: the machine was busy, so measure "
                 "again.";
    else if (one.median + two.median < 0.5)
        *moral = "Most of its requests did not wait for whole intervals: it "
                 "escaped the convoy today, so measure again.";
    else
        *moral = "Most of its requests wait one or two whole intervals: to "
                 "read and to write it lets go of the lock, and each time it "
                 "may find it taken.";
}

void tour_tell_trade(const struct tour *tour, char *headline, size_t room,
                     const char **moral)
{
    struct tour_spread old_ms = tour_spread(tour, GIL_OLD, GIL_WALL_MS);
    struct tour_spread new_ms = tour_spread(tour, GIL_NEW, GIL_WALL_MS);
    struct tour_spread old_rate =
        tour_spread(tour, GIL_ECHO_OLD, GIL_REQUESTS_PER_S);
    struct tour_spread new_rate =
        tour_spread(tour, GIL_ECHO_NEW, GIL_REQUESTS_PER_S);
    char times[WORDS_NUMBER], before[WORDS_NUMBER], after[WORDS_NUMBER];

    snprintf(headline, room,
             "The lock since 3.2: computing takes %s times as long as under "
             "the one before; the server answers %s requests/s, not %s",
             words_number(new_ms.median / old_ms.median, times),
             words_count((uint64_t)new_rate.median, after),
             words_count((uint64_t)old_rate.median, before));
    if (below(new_ms, old_ms) && below(new_rate, old_rate))
        *moral = "It bought computing with waiting.";
    else if (below(new_rate, old_rate))
        *moral = "What it gains in computing does not show in every run here; "
                 "what it costs those who wait does.";
    else
        *moral = "The runs overlap: this machine cannot tell today what was "
                 "bought with what.";
}
