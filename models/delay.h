/* SPDX-License-Identifier: MIT */
#ifndef MODELS_DELAY_H
#define MODELS_DELAY_H

/*
 * DELAY_POINT("where") names a moment at which another thread may do anything.
 * It is nothing, except where a test has compiled the file with a
 * delay_point(where) of its own: one that sleeps now and then, or one that goes
 * through all orders.
 */
#ifdef HEDDLE_DELAY_POINTS
void delay_point(const char *where);
#define DELAY_POINT(WHERE) delay_point(WHERE)
#else
#define DELAY_POINT(WHERE) ((void)0)
#endif

#endif
