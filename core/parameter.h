/* SPDX-License-Identifier: MIT */
#ifndef CORE_PARAMETER_H
#define CORE_PARAMETER_H

#include <stdint.h>

/*
 * A parameter of a model or a workload: a number with unit and bounds, or a
 * text. Tables of these are all that the command line, the experiment files,
 * `heddle list` and the manual know about either.
 */
struct parameter {
    const char *name;
    const char *unit;    /* "B", "us", "tasks"; "" for a bare number */
    const char *meaning; /* one line */
    uint64_t preset;     /* the default of a number */
    uint64_t min, max;   /* its bounds, both included */
    const char *text;    /* the default of a text; NULL: it is a number */
    const char *choices; /* "asm|ucontext"; NULL: any text */
};

/* The value of one parameter, in the same place as its parameter. */
union value {
    uint64_t number;
    const char *text;
};

#endif
