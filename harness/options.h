/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_OPTIONS_H
#define HARNESS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The command line. One table of commands and one of options (options.c) are
 * what is parsed, what --help prints, what the manual and the completions are
 * made of.
 */
struct options {
    const char *model;    /* --model A,B */
    const char *workload; /* --workload W */
    const char *workers;  /* --workers 1,2,4 */
    const char *inflight; /* --inflight 10,100 */
    uint64_t tasks;       /* --tasks N; 0: not given */
    uint64_t seed;        /* --seed N */
    bool seed_given;
    const char **sets; /* --set X.name=value, in order */
    size_t nsets;
    bool pin;              /* --pin */
    uint64_t blocks;       /* --blocks N; 0: not given */
    uint64_t budget_s;     /* --budget SECONDS; 0: not given */
    double target;         /* --target 1.5%: 0.015; 0: not given */
    double fail_above;     /* --fail-above 5%: 0.05; 0: not given */
    bool relative;         /* --relative of compare */
    bool tsv, csv, md;     /* of export */
    uint64_t timeout_s;    /* --timeout SECONDS for one run; 0: not given */
    bool json;             /* --json of list, once, compare, doctor, peer */
    const char *json_file; /* --json FILE of run; "-": standard output */
    const char *names;     /* --names KIND of list */
    const char *expect;    /* --expect DIGEST:STEPS:BYTES, or DIGEST alone */
    bool reference;        /* --reference: one by one, waits left out */
    bool memory;           /* --memory: sample while all tasks wait */
    bool counters;         /* --counters: count with perf; costs time */
    const char *picture;   /* --picture FILE: what the tasks made */
    bool live;             /* --live: draw lanes while it runs */
    bool quick, rigorous, dry_run, strict;
    const char *out;     /* --out: where results go; export: the file */
    const char *against; /* --against BINARY: another build */
    const char *resume;  /* --resume DIR: the session to be continued */
    bool no_charts;      /* --no-charts */

    /* of `heddle trace`, the first of `once` */
    bool trace;            /* --trace: slices and hand-overs */
    uint64_t events;       /* --events N; 0: not given */
    const char *timeline;  /* --timeline FILE */
    const char *from_ms;   /* --from-ms X */
    const char *length_ms; /* --length-ms X */
    const char *zoom;      /* --zoom handover */

    /* of `heddle peer` */
    const char *protocol;
    uint64_t delay_us, jitter_us, stall_every_ms, stall_ms;
    struct { /* 0: not given */
        uint64_t port, connections, seconds, duration_ms, message_bytes,
            unit_us;
    } client;
    struct {
        uint64_t port, requests, offered_per_s;
        const char *target;
    } load;

    char **arguments; /* what is no option, after the command */
    size_t narguments;
};

enum exit_status {
    EXIT_WELL = 0,
    EXIT_WRONG_WORK = 1,
    EXIT_USAGE = 2,
    EXIT_REGRESSION = 3,
    EXIT_NOT_MEASURED = 4,
    EXIT_UNFIT_MACHINE = 5,
    EXIT_SIGINT = 130,
    EXIT_SIGTERM = 143,
};

struct command {
    const char *name;
    const char *arguments; /* "[EXPERIMENT...]"; "" */
    const char *summary;
    const char *description; /* further lines for --help and the manual */
    unsigned arguments_min, arguments_max;
    int (*run)(const struct options *options); /* returns an exit status */
};

/* The command that argv[1] names. Prints a complaint and returns NULL if there
 * is none. */
const struct command *options_command(int argc, char **argv);

/* Reads argv[2] and what follows for this command. Returns 0; or EXIT_USAGE
 * after one line of complaint; or -1 if --help was asked for and printed. The
 * caller frees with options_free. `ret` borrows from argv. */
int options_parse(const struct command *command, int argc, char **argv,
                  struct options *ret);
void options_free(struct options *options);

/* The tables in words, for what is made of them. The i-th command, from 0;
 * NULL: there are no more. The i-th option of a command; false: no more. */
struct option_words {
    const char *name;     /* without its dashes */
    const char *argument; /* "A,B", "FILE"; NULL: it takes none */
    const char *meaning;
};
const struct command *options_each(size_t i);
bool options_words(const struct command *command, size_t i,
                   struct option_words *ret);

void options_print_help(FILE *out);
void options_print_manual(FILE *out); /* as roff, for man(1) */

/* One line on standard error: "heddle: ..." */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads "1,2,4" (each at least 1). Returns how many numbers it put into the new
 * array *ret (the caller frees it), or 0 after a complaint about option `name`.
 */
size_t options_numbers(const char *name, const char *text, uint64_t **ret);

/* Set in the environment of every `heddle once` that belongs to a session. */
#define ONCE_IN_SESSION "HEDDLE_IN_SESSION"

/* The commands, each in a file of its own. */
int command_list(const struct options *options);
int command_run(const struct options *options);
int command_once(const struct options *options);
int command_trace(const struct options *options);
int command_bench(const struct options *options);
int command_show(const struct options *options);
int command_export(const struct options *options);
int command_compare(const struct options *options);
int command_peer(const struct options *options);
int command_peer_client(const struct options *options); /* its --client */
int command_peer_load(const struct options *options);   /* its --load */
int command_doctor(const struct options *options);
int command_demo(const struct options *options);
int command_man(const struct options *options);
int command_completions(const struct options *options);

#endif
