/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_QUEUEING_H
#define HARNESS_QUEUEING_H

/*
 * How much faster k threads are than one, if each spends the share `outside` of
 * its work outside of a lock that all of them need for the rest. Pure
 * functions, no errors: 0 <= outside <= 1, k >= 1.
 *
 * One thread's whole cycle takes the time 1: 1 - outside under the lock, then
 * `outside` beside it.
 */

/* Amdahl's law (AFIPS Spring Joint Computer Conference, 1967): the part under
 * the lock comes once, and then all work outside at the same time. Too low for
 * a lock: one thread is under it while others are outside. */
double queueing_amdahl(double outside, unsigned k);

/* What nothing can exceed: the threads, and a lock that is never free. */
double queueing_bound(double outside, unsigned k);

/*
 * The lock as the one server of a closed queue: the machine repairman (Palm,
 * 1947; mean value analysis by Reiser and Lavenberg, Journal of the ACM 27,
 * 1980, gives the same numbers). Exact if the times under the lock vary
 * exponentially; a lower estimate if they vary less. Times outside may vary in
 * any way.
 */
double queueing_speedup(double outside, unsigned k);

/*
 * The same on `cores` >= 1 processors which those who compute, under the lock
 * or outside of it, share evenly. From k cores on it is queueing_speedup.
 * Exact only if the times outside vary exponentially, too.
 */
double queueing_speedup_on(double outside, unsigned k, unsigned cores);

#endif
