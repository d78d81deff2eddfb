/* SPDX-License-Identifier: MIT */
/*
 * From events to characters. A ring knows exactly when a state began and ended,
 * so nothing is sampled: whoever draws goes backwards through the events of the
 * window, and gives each cell the state that filled most of it.
 */
#include "harness/live/lanes.h"

#include <assert.h>

/* Told apart in grey as well: the fuller, the more is computed. Under a GIL one
 * lane is full at a time. */
static const struct look {
    const char *block;
    char letter;
    char colour; /* of ECMA-48: 1 red ... 7 white */
} looks[] = {
    [TRACE_IDLE] = {" ", ' ', '7'},    [TRACE_RUNNING] = {"▓", 'R', '4'},
    [TRACE_HOLDING] = {"█", 'H', '2'}, [TRACE_WAITING] = {"░", 'w', '3'},
    [TRACE_ASLEEP] = {"·", 'z', '5'},  [TRACE_SYSTEM] = {"▒", 's', '6'},
    [LANES_UNKNOWN] = {" ", ' ', '7'},
};

struct window {
    uint64_t from_ns, to_ns;
    unsigned ncells;
    uint64_t ns[LANES_CELLS_MAX][TRACE_STATES]; /* spent there, in that state */
};

/* Where cell `i` begins. */
static uint64_t edge_ns(const struct window *window, unsigned i)
{
    return window->from_ns +
           (window->to_ns - window->from_ns) * i / window->ncells;
}

/* Adds a state that lasted from begin_ns to end_ns. */
static void add(struct window *window, uint32_t state, uint64_t begin_ns,
                uint64_t end_ns)
{
    for (unsigned i = window->ncells; i-- > 0;) {
        uint64_t low = edge_ns(window, i), high = edge_ns(window, i + 1);
        uint64_t from = begin_ns > low ? begin_ns : low;
        uint64_t to = end_ns < high ? end_ns : high;
        if (high <= begin_ns)
            return;
        if (from < to)
            window->ns[i][state] += to - from;
    }
}

static unsigned char most(const uint64_t ns[TRACE_STATES])
{
    unsigned char state = LANES_UNKNOWN;
    uint64_t most_ns = 0;

    for (unsigned i = 0; i < TRACE_STATES; i++)
        if (ns[i] > most_ns) {
            most_ns = ns[i];
            state = (unsigned char)i;
        }
    return state;
}

void lanes_cells(const struct trace_ring *ring, uint64_t from_ns,
                 uint64_t to_ns, unsigned ncells, unsigned char *ret)
{
    struct window window = {from_ns, to_ns, ncells, {{0}}};
    uint64_t n = atomic_load_explicit(&ring->nevents, memory_order_acquire);
    uint64_t end_ns = to_ns;
    struct trace_event event;

    assert(ncells > 0 && ncells <= LANES_CELLS_MAX && from_ns <= to_ns);
    while (end_ns > from_ns && n > 0 && trace_get(ring, --n, &event)) {
        /* What is no state is a mark within one. */
        if (event.state < TRACE_STATES && event.ns < end_ns) {
            add(&window, event.state, event.ns, end_ns);
            end_ns = event.ns;
        }
    }
    for (unsigned i = 0; i < ncells; i++)
        ret[i] = most(window.ns[i]);
}

uint64_t lanes_all_there_ns(const struct trace *trace)
{
    uint64_t first_ns = 0;
    struct trace_event event;

    for (unsigned i = 0; i < trace->nrings; i++) {
        const struct trace_ring *ring = &trace->rings[i];
        uint64_t n = atomic_load_explicit(&ring->nevents, memory_order_acquire);
        /* The first event is that it has nothing to do. */
        if (n > 1 && trace_get(ring, n - 1, &event) &&
            (first_ns == 0 || event.ns < first_ns))
            first_ns = event.ns;
    }
    return first_ns;
}

static void print_cell(FILE *out, struct lanes_style style, unsigned char state)
{
    if (style.blocks)
        fputs(looks[state].block, out);
    else
        fputc(looks[state].letter, out);
}

static void begin_colour(FILE *out, struct lanes_style style,
                         unsigned char state)
{
    if (style.colour)
        fprintf(out, "\033[3%cm", looks[state].colour);
}

static void end_colour(FILE *out, struct lanes_style style)
{
    if (style.colour)
        fputs("\033[0m", out);
}

void lanes_print(FILE *out, struct lanes_style style,
                 const unsigned char *cells, unsigned ncells)
{
    for (unsigned i = 0; i < ncells; i++) {
        if (i == 0 || cells[i] != cells[i - 1])
            begin_colour(out, style, cells[i]);
        print_cell(out, style, cells[i]);
    }
    end_colour(out, style);
}

void lanes_print_legend(FILE *out, struct lanes_style style)
{
    static const unsigned char shown[] = {TRACE_HOLDING, TRACE_WAITING,
                                          TRACE_ASLEEP, TRACE_SYSTEM,
                                          TRACE_RUNNING};

    for (size_t i = 0; i < sizeof shown; i++) {
        begin_colour(out, style, shown[i]);
        print_cell(out, style, shown[i]);
        end_colour(out, style);
        fprintf(out, " %s  ", trace_state_names[shown[i]]);
    }
    fputs("blank: idle", out);
}
