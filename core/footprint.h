/* SPDX-License-Identifier: MIT */
#ifndef CORE_FOOTPRINT_H
#define CORE_FOOTPRINT_H

#include <stdint.h>
#include <sys/types.h>

/* What memory a process has at the moment. */
struct footprint {
    uint64_t pss_bytes;    /* proportional set size, children included */
    uint64_t kernel_bytes; /* kernel stacks, page tables and slab: of the whole
                              system */
};

/* Returns 0 or -errno. */
int footprint_look(pid_t process, struct footprint *ret);

/* By how much it has grown; 0 if it has shrunk. */
uint64_t footprint_growth(uint64_t before, uint64_t after);

#endif
