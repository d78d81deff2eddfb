/* SPDX-License-Identifier: MIT */
#ifndef MODELS_OVERFLOW_H
#define MODELS_OVERFLOW_H

struct scheduler;

/*
 * What happens at a guard page: the kernel says SIGSEGV. While this is open, a
 * fault in the guard of the coroutine that runs ends that coroutine, and the
 * scheduler is told. Any other fault is left to whoever was in charge before.
 */

/* For the whole process, by one model at a time. */
void overflow_open(void);
void overflow_close(void);

/* For the calling thread, which runs the scheduler's coroutines: gives it a
 * stack to handle the signal on, as the one that overflowed has no room.
 * Returns 0 or -errno. */
int overflow_watch(struct scheduler *scheduler);
void overflow_unwatch(const struct scheduler *scheduler);

#endif
