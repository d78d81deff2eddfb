/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_CPULIST_H
#define HARNESS_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CPULIST_MAX = 8192 }; /* NR_CPUS of the largest usual kernels */

/* A set of CPUs, as the kernel writes it: "0-3,8". All zero: none. */
struct cpulist {
    uint64_t words[CPULIST_MAX / 64];
};

/* Returns 0; or -EINVAL if the text is no such list, or names a CPU from
 * CPULIST_MAX on. An empty text is an empty list. */
int cpulist_parse(const char *text, struct cpulist *ret);

/* The list in a file below the root (see small_file.h); 0 or -errno. */
int cpulist_read(const char *root, const char *path, struct cpulist *ret);

bool cpulist_has(const struct cpulist *list, unsigned cpu);
void cpulist_add(struct cpulist *list, unsigned cpu);
unsigned cpulist_count(const struct cpulist *list);

/* The lowest CPU of the list from `cpu` on; CPULIST_MAX if there is none. */
unsigned cpulist_next(const struct cpulist *list, unsigned cpu);

/* Writes the list as text; cut to the room. */
void cpulist_format(const struct cpulist *list, char *ret, size_t room);

#endif
