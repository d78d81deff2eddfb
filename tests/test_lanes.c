/* SPDX-License-Identifier: MIT */
/* From events to characters: the state that filled most of a cell, and nothing
 * where the ring knows nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/live/lanes.h"

/* A ring of four, and what a worker wrote into it. */
static struct trace *trace_of(const struct trace_event *events, size_t n)
{
    struct trace *trace;

    assert_int_equal(trace_new(2, 4, &trace), 0);
    struct trace_ring *ring = &trace->rings[0];
    for (size_t i = 0; i < n; i++)
        ring->events[i & (ring->capacity - 1)] = events[i];
    atomic_store(&ring->nevents, n);
    return trace;
}

static const struct trace_event story[] = {
    {100, TRACE_NO_TASK, TRACE_IDLE},
    {200, 0, TRACE_WAITING},
    {340, 0, TRACE_HOLDING},
    {700, TRACE_NO_TASK, TRACE_IDLE},
};

static void check_row(const struct trace *trace, uint64_t from_ns,
                      uint64_t to_ns, unsigned ncells, const char *wanted)
{
    unsigned char cells[LANES_CELLS_MAX];
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    lanes_cells(&trace->rings[0], from_ns, to_ns, ncells, cells);
    lanes_print(out, (struct lanes_style){false, false}, cells, ncells);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, wanted);
    free(text);
}

static void test_cells(void **state)
{
    (void)state;
    struct trace *trace = trace_of(story, 4);

    check_row(trace, 100, 800, 7, " wHHHH ");
    /* Until 340 is less than half of 300 to 400; of 300 to 360 it is more. */
    check_row(trace, 300, 360, 1, "w");
    /* Before the first event and after the last: unknown, and its state. */
    check_row(trace, 0, 100, 2, "  ");
    check_row(trace, 900, 1000, 2, "  ");
    check_row(trace, 340, 700, 3, "HHH");
    trace_free(trace);
}

/* The ring has room for four: of five events, the first is gone, and what the
 * writer may be replacing is not looked at. */
static void test_overwritten(void **state)
{
    (void)state;
    const struct trace_event more[] = {
        story[0], story[1], story[2], story[3], {800, 1, TRACE_HOLDING}};
    struct trace *trace = trace_of(more, 5);
    unsigned char cells[7];

    lanes_cells(&trace->rings[0], 200, 900, 7, cells);
    assert_int_equal(cells[0], LANES_UNKNOWN);
    assert_int_equal(cells[6], TRACE_HOLDING);
    trace_free(trace);
}

/* Asking for the lock is no state: who asks goes on waiting. */
static void test_mark(void **state)
{
    (void)state;
    const struct trace_event asks[] = {
        story[1], {250, 0, TRACE_ASKED}, story[2]};
    struct trace *trace = trace_of(asks, 3);

    check_row(trace, 200, 400, 4, "wwwH");
    trace_free(trace);
}

static void test_empty(void **state)
{
    (void)state;
    struct trace *trace = trace_of(story, 0);

    check_row(trace, 0, 1000, 4, "    ");
    assert_int_equal(lanes_all_there_ns(trace), 0);
    trace_free(trace);
}

/* A worker that never had anything to do does not count. */
static void test_all_there(void **state)
{
    (void)state;
    struct trace *trace = trace_of(story, 4);

    trace->rings[1].events[0] = story[0];
    atomic_store(&trace->rings[1].nevents, 1);
    assert_int_equal(lanes_all_there_ns(trace), 700);
    trace_free(trace);
}

static void test_colours(void **state)
{
    (void)state;
    const unsigned char cells[] = {TRACE_HOLDING, TRACE_HOLDING, TRACE_ASLEEP};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    lanes_print(out, (struct lanes_style){true, true}, cells, 3);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "\033[32m██\033[35m·\033[0m");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),     cmocka_unit_test(test_overwritten),
        cmocka_unit_test(test_mark),      cmocka_unit_test(test_empty),
        cmocka_unit_test(test_all_there), cmocka_unit_test(test_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
