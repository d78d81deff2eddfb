/* SPDX-License-Identifier: MIT */
/*
 * A chain of births and deaths: its state is the number of threads that have or
 * want the lock. In the long run it goes up from n as often as down from n + 1,
 * so each state's weight follows from the one before. Look at
 * queueing_speedup_on: k + 1 states, one loop.
 */
#include "harness/stats/queueing.h"

#include <assert.h>
#include <math.h>

double queueing_amdahl(double outside, unsigned k)
{
    return 1 / (1 - outside + outside / k);
}

double queueing_bound(double outside, unsigned k)
{
    return fmin(k, 1 / (1 - outside));
}

double queueing_speedup(double outside, unsigned k)
{
    return queueing_speedup_on(outside, k, k);
}

/* How fast each goes with n of k at the lock: one of these computes, and all
 * that are outside. */
static double pace(unsigned n, unsigned k, unsigned cores)
{
    unsigned running = k - n + (n > 0);

    return running <= cores ? 1 : (double)cores / running;
}

double queueing_speedup_on(double outside, unsigned k, unsigned cores)
{
    double inside = 1 - outside;
    double weight = 1, sum = 1, busy = 0;

    assert(outside >= 0 && outside <= 1 && k >= 1 && cores >= 1);
    if (outside == 0)
        return 1;
    if (inside == 0)
        return fmin(k, cores);
    for (unsigned n = 0; n < k; n++) {
        double up = (k - n) * pace(n, k, cores) / outside;
        double down = pace(n + 1, k, cores) / inside;
        weight *= up / down;
        sum += weight;
        busy += weight * pace(n + 1, k, cores);
        /* Only ratios count, and they must not run out of numbers. */
        if (weight > 1e100) {
            sum /= weight;
            busy /= weight;
            weight = 1;
        }
    }
    return busy / sum / inside;
}
