/* SPDX-License-Identifier: MIT */
/*
 * The table of primitives: what each is called, how it is timed, and how often.
 * A method says what the figure holds, because a number of nanoseconds without
 * it could be anything.
 */
#include "benches/workloads/costs.h"

#include <string.h>

const char *const cost_group_names[COST_GROUPS] = {
    [COST_CPU] = "processor",      [COST_KERNEL] = "kernel",
    [COST_HANDOVER] = "hand-over", [COST_CREATION] = "creation",
    [COST_MEMORY] = "memory",
};

/* Two that differ only in where the partner is. */
#define HANDOVER(id, title, how, repetitions, open_, run_, close_)             \
    {.name = (id),                                                             \
     .label = title " round trip",                                             \
     .method = (how),                                                          \
     .group = COST_HANDOVER,                                                   \
     .preset = (repetitions),                                                  \
     .parts = 1,                                                               \
     .open = (open_),                                                          \
     .run = (run_),                                                            \
     .close = (close_)},                                                       \
    {                                                                          \
        .name = id "_across", .label = title " round trip", .method = (how),   \
        .group = COST_HANDOVER, .preset = (repetitions) / 4, .parts = 1,       \
        .across = true, .open = (open_), .run = (run_), .close = (close_)      \
    }

#define CREATION(id, title, how, repetitions, mebibytes, open_, run_)          \
    {                                                                          \
        .name = (id), .label = (title), .method = (how),                       \
        .group = COST_CREATION, .preset = (repetitions), .parts = 1,           \
        .size = (mebibytes), .open = (open_), .run = (run_),                   \
        .close = cost_parent_close                                             \
    }

const struct cost_primitive cost_primitives[] = {
    {.name = "call",
     .label = "function call",
     .method = "call and return, not inlined",
     .group = COST_CPU,
     .preset = 20000000,
     .parts = 1,
     .run = cost_call},
    {.name = "switch",
     .label = "coroutine switch",
     .method = "half of there and back",
     .group = COST_CPU,
     .preset = 4000000,
     .parts = 2,
     .open = cost_switch_open,
     .run = cost_switch,
     .close = cost_switch_close},
    {.name = "switch_ucontext",
     .label = "swapcontext(3)",
     .method = "half of there and back",
     .group = COST_CPU,
     .preset = 80000,
     .parts = 2,
     .open = cost_switch_ucontext_open,
     .run = cost_switch,
     .close = cost_switch_close},
    {.name = "atomic",
     .label = "atomic add",
     .method = "alone on its cache line",
     .group = COST_CPU,
     .preset = 6000000,
     .parts = 1,
     .run = cost_atomic},
    {.name = "mutex",
     .label = "mutex, uncontended",
     .method = "lock, unlock; 2 threads exist",
     .group = COST_CPU,
     .preset = 3000000,
     .parts = 1,
     .open = cost_mutex_open,
     .run = cost_mutex,
     .close = cost_mutex_close},
    {.name = "clock",
     .label = "clock_gettime(2)",
     .method = "by the vDSO, no system call",
     .group = COST_KERNEL,
     .preset = 1000000,
     .parts = 1,
     .run = cost_clock},
    {.name = "syscall",
     .label = "system call",
     .method = "getppid(2)",
     .group = COST_KERNEL,
     .preset = 300000,
     .parts = 1,
     .run = cost_syscall},
    {.name = "spin_across",
     .label = "cache line round trip",
     .method = "both threads spin",
     .group = COST_HANDOVER,
     .preset = 100000,
     .parts = 1,
     .across = true,
     .open = cost_words_open,
     .run = cost_spin,
     .close = cost_words_close},
    HANDOVER("futex", "futex", "wake the other, sleep", 12000, cost_words_open,
             cost_futex, cost_words_close),
    HANDOVER("pipe", "pipe", "two pipes, 8 bytes", 12000, cost_pipe_open,
             cost_descriptors, cost_descriptors_close),
    HANDOVER("eventfd", "eventfd", "two eventfds", 12000, cost_eventfd_open,
             cost_descriptors, cost_descriptors_close),
    HANDOVER("socketpair", "Unix socket", "socketpair(2), 8 bytes", 6000,
             cost_socketpair_open, cost_descriptors, cost_descriptors_close),
    HANDOVER("tcp", "TCP", "loopback, 8 bytes", 4000, cost_tcp_open,
             cost_descriptors, cost_descriptors_close),
    {.name = "process_switch",
     .label = "process switch",
     .method = "half a pipe round trip",
     .group = COST_HANDOVER,
     .preset = 10000,
     .parts = 2,
     .open = cost_process_open,
     .run = cost_descriptors,
     .close = cost_descriptors_close},
    {.name = "thread",
     .label = "thread",
     .method = "create and join",
     .group = COST_CREATION,
     .preset = 1500,
     .parts = 1,
     .run = cost_thread},
    CREATION("fork", "fork", "fork, exit, wait", 300, 0, NULL, cost_fork),
    CREATION("fork_64", "fork, 64 MiB", "the parent has touched them", 45, 64,
             cost_parent_open, cost_fork),
    CREATION("fork_1024", "fork, 1 GiB", "the parent has touched it", 5, 1024,
             cost_parent_open, cost_fork),
    CREATION("fork_1024_huge", "fork, 1 GiB in huge pages",
             "the parent has touched it", 30, 1024, cost_parent_huge_open,
             cost_fork),
    CREATION("spawn", "posix_spawn", "of /bin/true, and wait", 75, 0, NULL,
             cost_spawn),
    CREATION("spawn_1024", "posix_spawn, 1 GiB", "the parent has touched it",
             75, 1024, cost_parent_open, cost_spawn),
    {.name = "page",
     .label = "page, first touch",
     .method = "4 KiB, private",
     .group = COST_MEMORY,
     .preset = 30000,
     .parts = 1,
     .size = 4096,
     .open = cost_page_open,
     .ready = cost_page_ready,
     .run = cost_page,
     .close = cost_page_close},
    {.name = "page_huge",
     .label = "huge page, first touch",
     .method = "2 MiB, private",
     .group = COST_MEMORY,
     .preset = 150,
     .parts = 1,
     .size = COST_HUGE_BYTES,
     .open = cost_page_open,
     .ready = cost_page_ready,
     .run = cost_page,
     .close = cost_page_close},
    {.name = "page_read",
     .label = "page of a cached file",
     .method = "pread(2) of 4 KiB, tmpfs",
     .group = COST_MEMORY,
     .preset = 100000,
     .parts = 1,
     .size = 4096,
     .open = cost_read_open,
     .run = cost_read,
     .close = cost_read_close},
    {.name = NULL},
};

const struct cost_primitive *cost_find(const char *name)
{
    for (const struct cost_primitive *p = cost_primitives; p->name != NULL; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

const struct cost_primitive *cost_on_one_core(const struct cost_primitive *p)
{
    static const char end[] = "_across";
    char name[32];
    size_t length = strlen(p->name);

    if (!p->across || length >= sizeof name)
        return NULL;
    length -= sizeof end - 1;
    memcpy(name, p->name, length);
    name[length] = '\0';
    return cost_find(name);
}
