/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_LANES_H
#define HARNESS_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/trace.h"

/*
 * The last moments of a trace as rows of characters, a row a worker: what each
 * of them was doing, cell by cell.
 */

/* A cell of which the ring holds no event, any more or yet. */
enum { LANES_UNKNOWN = TRACE_STATES };
enum { LANES_CELLS_MAX = 200 };

struct lanes_style {
    bool blocks; /* characters of Unicode; otherwise a letter per state */
    bool colour; /* with the sequences of ECMA-48 */
};

/* Cuts [from_ns, to_ns) into `ncells` equal parts (at most LANES_CELLS_MAX) and
 * writes for each the state in which the ring's worker spent most of it, or
 * LANES_UNKNOWN. While the worker writes, too. */
void lanes_cells(const struct trace_ring *ring, uint64_t from_ns,
                 uint64_t to_ns, unsigned ncells, unsigned char *ret);

/* When the first of the workers that did anything did its last thing: as long
 * as all of them were there. 0: none did anything. For a job that is over. */
uint64_t lanes_all_there_ns(const struct trace *trace);

/* Writes a row, without a line break. */
void lanes_print(FILE *out, struct lanes_style style,
                 const unsigned char *cells, unsigned ncells);

/* Writes what the characters mean: "H holding  w waiting ...". */
void lanes_print_legend(FILE *out, struct lanes_style style);

#endif
