/* SPDX-License-Identifier: MIT */
#ifndef TESTS_HELD_H
#define TESTS_HELD_H

#include <stddef.h>

/*
 * What this process holds, as /proc tells it. Between two jobs all of it is
 * what it was before the first one, but for memory: there the allocator may
 * keep some for the next time.
 */
enum held_kind {
    HELD_DESCRIPTORS,
    HELD_THREADS,
    HELD_SHARED_MAPPINGS,
    HELD_SHM_FILES, /* in /dev/shm, whoever made them */
    HELD_MAX
};
extern const char *const held_names[HELD_MAX];

struct held {
    long counts[HELD_MAX];
};

void held_look(struct held *ret);

/* Resident memory that belongs to this process alone, in KiB. */
long held_anonymous_kib(void);

#endif
