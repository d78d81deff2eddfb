/* SPDX-License-Identifier: MIT */
/* A set of hashes: open addressing, doubled when half full; 0 is an empty
 * place. */
#include "tests/interleave/visited.h"

#include <stdio.h>
#include <stdlib.h>

static struct {
    uint64_t *places;
    size_t nplaces; /* a power of two */
    size_t n;
} visited;

void visited_clear(void)
{
    free(visited.places);
    visited.places = NULL;
    visited.nplaces = visited.n = 0;
}

size_t visited_count(void)
{
    return visited.n;
}

static bool put(uint64_t *places, size_t nplaces, uint64_t hash)
{
    size_t at = hash & (nplaces - 1);

    while (places[at] != 0 && places[at] != hash)
        at = (at + 1) & (nplaces - 1);
    if (places[at] == hash)
        return false;
    places[at] = hash;
    return true;
}

static void grow(void)
{
    size_t nplaces = visited.nplaces > 0 ? 2 * visited.nplaces : 1024;
    uint64_t *places = calloc(nplaces, sizeof *places);

    if (places == NULL) {
        fprintf(stderr, "no memory for %zu states\n", nplaces);
        abort();
    }
    for (size_t i = 0; i < visited.nplaces; i++)
        if (visited.places[i] != 0)
            put(places, nplaces, visited.places[i]);
    free(visited.places);
    visited.places = places;
    visited.nplaces = nplaces;
}

bool visited_add(uint64_t hash)
{
    if (visited.n >= visited.nplaces / 2)
        grow();
    bool is_new = put(visited.places, visited.nplaces, hash == 0 ? 1 : hash);
    visited.n += is_new;
    return is_new;
}
