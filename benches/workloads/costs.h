/* SPDX-License-Identifier: MIT */
#ifndef BENCHES_COSTS_H
#define BENCHES_COSTS_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;

/*
 * The primitives that concurrency is made of, each with what it takes to time
 * it. A task of the workload `cost` repeats one of them, in batches that are
 * timed one by one.
 */
enum cost_group {
    COST_CPU,      /* the processor alone */
    COST_KERNEL,   /* in and out of the kernel */
    COST_HANDOVER, /* to another thread or process, and back */
    COST_CREATION, /* of a thread or a process, and its end */
    COST_MEMORY,   /* pages */
    COST_GROUPS
};
extern const char *const cost_group_names[COST_GROUPS];

/* What one run has; `own` is the primitive's. */
struct cost {
    struct job *job;
    const struct cost_primitive *primitive;
    uint64_t nrepetitions; /* of all batches together */
    uint64_t batch_most;   /* of the largest batch */
    bool elided;           /* nothing is done, only counted */
    bool pinned;
    cpu_set_t usable; /* before it was */
    void *own;
};

struct cost_primitive {
    const char *name;   /* the value of cost.of */
    const char *label;  /* for a chart */
    const char *method; /* for a chart: how it is timed, in few words */
    enum cost_group group;
    uint64_t preset; /* repetitions that take some 50 ms here */
    unsigned parts;  /* a repetition is so many of what is told */
    bool across;     /* needs two cores, and is the pair of NAME, its own name
                        without "_across" */
    uint64_t size;   /* what the functions make of it */

    /* Makes what it needs, untimed. Returns 0, or job_fail's and then has left
     * nothing behind. NULL: nothing. */
    int (*open)(struct cost *cost);
    /* Before each batch, untimed. NULL: nothing. */
    void (*ready)(struct cost *cost);
    /* A batch: repeats it n times and adds to *done what it has proof of. Timed
     * from outside. Returns 0, or job_fail's. */
    int (*run)(struct cost *cost, uint64_t n, uint64_t *done);
    /* Undoes open. NULL: nothing. */
    void (*close)(struct cost *cost);
};

/* All primitives, from cost.of's first choice on; the last has no name. */
extern const struct cost_primitive cost_primitives[];

/* NULL: there is none of this name. */
const struct cost_primitive *cost_find(const char *name);

/* The pair on one core of a primitive across two; NULL: it is none, or alone.
 */
const struct cost_primitive *cost_on_one_core(const struct cost_primitive *p);

/* All names, joined by "|", as the choices of a parameter. */
#define COST_CHOICES                                                           \
    "call|switch|switch_ucontext|atomic|mutex|clock|syscall|spin_across|"      \
    "futex|futex_across|pipe|pipe_across|eventfd|eventfd_across|socketpair|"   \
    "socketpair_across|tcp|tcp_across|process_switch|thread|fork|fork_64|"     \
    "fork_1024|fork_1024_huge|spawn|spawn_1024|page|page_huge|page_read"

/* Leaves this thread on the first usable core, until cost_unpin; cost_pin_other
 * puts the calling thread on a second core, if `across`, or else on the same.
 * Threads of one core are one core. cost_pin refuses with job_fail what needs
 * two and has one. */
int cost_pin(struct cost *cost);
void cost_pin_other(const struct cost *cost);
void cost_unpin(struct cost *cost);

/* costs_cpu.c */
int cost_call(struct cost *cost, uint64_t n, uint64_t *done);
int cost_switch_open(struct cost *cost);
int cost_switch_ucontext_open(struct cost *cost);
int cost_switch(struct cost *cost, uint64_t n, uint64_t *done);
void cost_switch_close(struct cost *cost);
int cost_mutex_open(struct cost *cost);
int cost_mutex(struct cost *cost, uint64_t n, uint64_t *done);
void cost_mutex_close(struct cost *cost);
int cost_atomic(struct cost *cost, uint64_t n, uint64_t *done);
int cost_clock(struct cost *cost, uint64_t n, uint64_t *done);
int cost_syscall(struct cost *cost, uint64_t n, uint64_t *done);

/* costs_words.c: hand-overs through a word of memory */
int cost_words_open(struct cost *cost);
void cost_words_close(struct cost *cost);
int cost_spin(struct cost *cost, uint64_t n, uint64_t *done);
int cost_futex(struct cost *cost, uint64_t n, uint64_t *done);

/* costs_descriptors.c: through descriptors */
int cost_pipe_open(struct cost *cost);
int cost_eventfd_open(struct cost *cost);
int cost_socketpair_open(struct cost *cost);
int cost_tcp_open(struct cost *cost);
int cost_process_open(struct cost *cost);
int cost_descriptors(struct cost *cost, uint64_t n, uint64_t *done);
void cost_descriptors_close(struct cost *cost);

/* costs_creation.c: size is what the parent has touched, in MiB */
int cost_thread(struct cost *cost, uint64_t n, uint64_t *done);
int cost_parent_open(struct cost *cost);
int cost_parent_huge_open(struct cost *cost);
void cost_parent_close(struct cost *cost);
int cost_fork(struct cost *cost, uint64_t n, uint64_t *done);
int cost_spawn(struct cost *cost, uint64_t n, uint64_t *done);

/* costs_memory.c: size is that of a page */
int cost_page_open(struct cost *cost);
void cost_page_ready(struct cost *cost);
int cost_page(struct cost *cost, uint64_t n, uint64_t *done);
void cost_page_close(struct cost *cost);
int cost_read_open(struct cost *cost);
int cost_read(struct cost *cost, uint64_t n, uint64_t *done);
void cost_read_close(struct cost *cost);

/* Maps `bytes` of private memory, in small pages or, as far as the kernel gives
 * them, in huge ones; NULL after job_fail. munmap(2) it. */
void *cost_map(struct cost *cost, size_t bytes, bool huge);
enum { COST_HUGE_BYTES = 2 << 20 };

#endif
