/* SPDX-License-Identifier: MIT */
/*
 * A piece of a run as columns: each shows the state that filled most of it.
 * Here as letters; timeline_draw.c makes a chart of the same.
 */
#include "harness/trace/timeline.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness/configuration.h"
#include "harness/report/words.h"
#include "harness/stats/stats.h"
#include "harness/trace/history.h"
#include "harness/trace/slices.h"

static const uint64_t LENGTH_NS = 60000000; /* by default */

static int refuse(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse(struct complaint *complaint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return -EINVAL;
}

static int read_ms(const char *name, const char *text, uint64_t least_ns,
                   uint64_t *ret_ns, struct complaint *complaint)
{
    char *end;

    if (text == NULL)
        return 0;
    double ns = strtod(text, &end) * 1e6;
    if (end == text || *end != '\0' || !(ns >= (double)least_ns && ns < 1e18))
        return refuse(complaint,
                      "--%s %s: must be milliseconds, such as 0.5 or 60", name,
                      text);
    *ret_ns = (uint64_t)llround(ns);
    return 0;
}

int timeline_window(const struct history *history, const char *from_ms,
                    const char *length_ms, struct window *ret,
                    struct complaint *complaint)
{
    uint64_t known_ns = history->end_ns - history->known_ns;
    uint64_t from_ns = 0, length_ns = LENGTH_NS;

    if (read_ms("length-ms", length_ms, 1, &length_ns, complaint) != 0 ||
        read_ms("from-ms", from_ms, 0, &from_ns, complaint) != 0)
        return -EINVAL;
    if (from_ms == NULL)
        from_ns = known_ns > length_ns
                      ? history->known_ns + (known_ns - length_ns) / 2
                      : history->known_ns;
    if (from_ns >= history->end_ns)
        return refuse(complaint, "--from-ms %s: the run was over after %.3f ms",
                      from_ms, (double)history->end_ns * 1e-6);
    if (from_ns < history->known_ns)
        return refuse(complaint,
                      "--from-ms %s: what was before %.3f ms has been "
                      "overwritten; --events %" PRIu64 " would keep all",
                      from_ms, (double)history->known_ns * 1e-6,
                      history->longest);
    ret->from_ns = from_ns;
    ret->to_ns = from_ns + length_ns < history->end_ns ? from_ns + length_ns
                                                       : history->end_ns;
    return 0;
}

/* One column each: "holding" is the loudest, "idle" nothing. */
static const char letters[TRACE_STATES + 1] = {
    [TRACE_IDLE] = ' ',    [TRACE_RUNNING] = '=', [TRACE_HOLDING] = '#',
    [TRACE_WAITING] = '.', [TRACE_ASLEEP] = 'z',  [TRACE_SYSTEM] = 's',
    [TRACE_STATES] = '?'};

enum { COLUMNS = 66, LINES_MAX = 32 };

static void print_lane(FILE *out, const struct lane *lane, unsigned number,
                       const struct window *window, bool *seen)
{
    uint64_t length_ns = window->to_ns - window->from_ns;

    fprintf(out, "%3u |", number);
    for (uint64_t i = 0; i < COLUMNS; i++) {
        enum trace_state state =
            history_state(lane, window->from_ns + length_ns * i / COLUMNS,
                          window->from_ns + length_ns * (i + 1) / COLUMNS);
        fputc(letters[state], out);
        seen[state] = true;
    }
    fputs("|\n", out);
}

void timeline_print(FILE *out, const struct history *history,
                    const struct window *window)
{
    bool seen[TRACE_STATES + 1] = {false};
    unsigned n = history->nlanes < LINES_MAX ? history->nlanes : LINES_MAX;
    char from[32], to[32];

    for (unsigned i = 0; i < n; i++)
        print_lane(out, &history->lanes[i], i, window, seen);
    snprintf(from, sizeof from, "%.3f ms", (double)window->from_ns * 1e-6);
    snprintf(to, sizeof to, "%.3f ms", (double)window->to_ns * 1e-6);
    fprintf(out, "     %s%*s\n     ", from, COLUMNS - (int)strlen(from), to);
    for (enum trace_state i = TRACE_RUNNING; i < TRACE_STATES; i++)
        if (seen[i])
            fprintf(out, "%c %s   ", letters[i], trace_state_names[i]);
    fputs("blank idle\n", out);
    if (n < history->nlanes)
        fprintf(out, "     (%u further workers are not shown)\n",
                history->nlanes - n);
}

/* How many workers computed at a time, in the mean. */
static double computing(const struct history *history,
                        const struct window *window)
{
    uint64_t sum_ns = 0;

    for (unsigned i = 0; i < history->nlanes; i++) {
        uint64_t times[TRACE_STATES];
        history_times(&history->lanes[i], window->from_ns, window->to_ns,
                      times);
        sum_ns += times[TRACE_RUNNING] + times[TRACE_HOLDING];
    }
    return (double)sum_ns / (double)(window->to_ns - window->from_ns);
}

static const char *count_word(unsigned n, char text[WORDS_NUMBER])
{
    static const char *const words[] = {"No",   "One", "Two",   "Three", "Four",
                                        "Five", "Six", "Seven", "Eight"};

    return n < sizeof words / sizeof *words ? words[n] : words_count(n, text);
}

/* Turns are of one length if the middle half differs by less than a tenth. */
static void tell_turns(const struct history *history,
                       const struct slices *slices, char *text, size_t room)
{
    char count[WORDS_NUMBER], low[WORDS_NUMBER], high[WORDS_NUMBER];
    double quarter = stats_quantile(slices->sorted_ns, slices->n, .25);
    double half = stats_quantile(slices->sorted_ns, slices->n, .5);
    double three = stats_quantile(slices->sorted_ns, slices->n, .75);

    if (three < 1.1 * quarter)
        snprintf(text, room, "%s threads compute in turns of %s ms",
                 count_word(history->nlanes, count),
                 words_number(half * 1e-6, high));
    else
        snprintf(text, room,
                 "%s threads compute in turns, half of them between %s and %s "
                 "ms",
                 count_word(history->nlanes, count),
                 words_number(quarter * 1e-6, low),
                 words_number(three * 1e-6, high));
}

void timeline_headline(const struct history *history,
                       const struct slices *slices, const struct window *window,
                       char *text, size_t room)
{
    char count[WORDS_NUMBER];

    if (slices->one_lock && slices->n > 0)
        tell_turns(history, slices, text, room);
    else
        snprintf(text, room, "%s worker%s: %.1f compute%s at a time",
                 count_word(history->nlanes, count),
                 history->nlanes == 1 ? "" : "s", computing(history, window),
                 history->nlanes == 1 ? "s" : "");
}
