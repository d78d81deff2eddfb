/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_LIMITS_H
#define HARNESS_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;

/*
 * Which limit it was. The kernel says EAGAIN for half a dozen of them, so one
 * has to look, at the moment of the refusal, how much of each is in use: a
 * moment later all is given back.
 */

/* How much there is of something, and how much of it is used. UINT64_MAX: there
 * is no limit, or it is not known. */
struct limits_stock {
    uint64_t used, allowed;
};

struct limits_seen {
    struct limits_stock mappings;  /* of this process: vm.max_map_count */
    struct limits_stock group;     /* threads of a control group: pids.max */
    char group_file[256];          /* the one that is nearest to its limit */
    struct limits_stock user;      /* threads of this user: RLIMIT_NPROC */
    struct limits_stock threads;   /* of the system: kernel.threads-max */
    struct limits_stock pids;      /* the same: kernel.pid_max */
    struct limits_stock address;   /* bytes of address space: RLIMIT_AS */
    struct limits_stock committed; /* bytes, if vm.overcommit_memory is 2 */
    uint64_t available_bytes;      /* of memory: MemAvailable */
    uint64_t descriptors_allowed;  /* RLIMIT_NOFILE */
};

/* Has the job's first trouble looked into: job->limit then tells. To be called
 * before the run, on a large stack, by one thread. */
void limits_watch(struct job *job);

/* Looks now. Needs little stack and no memory, since there may be none. */
void limits_look(struct limits_seen *ret);

/* Writes which limit explains this errno value, how it stands, and how to raise
 * it: "kernel.pid_max is 32768, 32470 in use; raise it: sysctl -w ...". False,
 * and "": none does. */
bool limits_tell(const struct limits_seen *seen, int error, char *text,
                 size_t room);

#endif
