/* SPDX-License-Identifier: MIT */
#include "harness/trace/trace_table.h"

#include <inttypes.h>

#include "core/model.h"
#include "core/trace.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/report/words.h"
#include "harness/stats/stats.h"
#include "harness/trace/cost.h"
#include "harness/trace/history.h"
#include "harness/trace/slices.h"

enum { LINES_MAX = 16 };

static const char *ms(double ns, char text[WORDS_NUMBER])
{
    return words_number(ns * 1e-6, text);
}

static void print_shares(FILE *out, const char *name, const double *times_ns,
                         double whole_ns)
{
    fprintf(out, "%-12s", name);
    for (enum trace_state i = TRACE_RUNNING; i < TRACE_STATES; i++)
        fprintf(out, "%9.1f", 100 * times_ns[i] / whole_ns);
    fprintf(out, "%9.1f\n", 100 * times_ns[TRACE_IDLE] / whole_ns);
}

/* A line for each worker; of many, the last line is the mean of the rest. */
static void print_workers(FILE *out, const struct history *history)
{
    unsigned nlines =
        history->nlanes <= LINES_MAX ? history->nlanes : LINES_MAX - 1;
    double whole_ns = (double)(history->end_ns - history->known_ns);
    double rest_ns[TRACE_STATES] = {0};
    char name[32];

    fprintf(out, "%-12s", "% of time");
    for (enum trace_state i = TRACE_RUNNING; i < TRACE_STATES; i++)
        fprintf(out, "%9s", trace_state_names[i]);
    fprintf(out, "%9s\n", trace_state_names[TRACE_IDLE]);
    for (unsigned i = 0; i < history->nlanes; i++) {
        uint64_t times[TRACE_STATES];
        double times_ns[TRACE_STATES];
        history_times(&history->lanes[i], history->known_ns, history->end_ns,
                      times);
        for (enum trace_state k = TRACE_IDLE; k < TRACE_STATES; k++) {
            times_ns[k] = (double)times[k];
            if (i >= nlines)
                rest_ns[k] += times_ns[k] / (history->nlanes - nlines);
        }
        snprintf(name, sizeof name, "worker %u", i);
        if (i < nlines)
            print_shares(out, name, times_ns, whole_ns);
    }
    snprintf(name, sizeof name, "%u more", history->nlanes - nlines);
    if (nlines < history->nlanes)
        print_shares(out, name, rest_ns, whole_ns);
}

static void print_slices(FILE *out, const struct slices *slices)
{
    char number[WORDS_NUMBER];

    if (!slices->one_lock)
        return;
    if (slices->n == 0) {
        fputs("GIL         never changed hands twice\n", out);
        return;
    }
    fprintf(out, "GIL         %s hand-overs per s;",
            words_number(slices->handovers_per_s, number));
    fprintf(out, " slices in ms (n = %zu):\n           ", slices->n);
    for (size_t i = 0; i < SLICE_QUANTILES; i++)
        fprintf(
            out, " p%.0f %s", 100 * slice_shares[i],
            ms(stats_quantile(slices->sorted_ns, slices->n, slice_shares[i]),
               number));
    fputc('\n', out);
}

static void print_events(FILE *out, const struct history *history)
{
    char number[WORDS_NUMBER];

    fprintf(out, "events      %s", words_count(history->nevents, number));
    if (history->nlost == 0) {
        fputs(", none lost\n", out);
    } else {
        fprintf(out, ", of which the oldest %s",
                words_count(history->nlost, number));
        fprintf(out,
                " were overwritten: all of this is about the\n"
                "            time from %s ms on; --events %" PRIu64
                " would keep all\n",
                ms((double)history->known_ns, number), history->longest);
    }
    if (history->nunseen > 0)
        fprintf(out,
                "            %s workers more than %u at a time were not "
                "traced; give a smaller\n            --inflight to see all\n",
                words_count(history->nunseen, number), history->nlanes);
}

static void print_times(FILE *out, const double *sorted_ns, size_t n)
{
    char number[WORDS_NUMBER];

    fputs(ms(stats_quantile(sorted_ns, n, .5), number), out);
    fprintf(out, " ms [%s, ", ms(sorted_ns[0], number));
    fprintf(out, "%s]", ms(sorted_ns[n - 1], number));
}

static void print_cost(FILE *out, const struct history *history,
                       const struct trace_cost *cost)
{
    char number[WORDS_NUMBER];

    fputs("cost        run ", out);
    print_times(out, cost->off_ns, cost->npairs);
    fputs(" with the trace off, ", out);
    print_times(out, cost->on_ns, cost->npairs);
    fprintf(out,
            " on\n            (median and range of %zu each); an event takes "
            "%.0f ns,\n",
            cost->npairs, cost->event_ns);
    fprintf(out, "            all of them %s ms of the workers' time\n",
            ms((double)history->nevents * cost->event_ns, number));
}

void trace_table_print(FILE *out, const struct configuration *c,
                       const struct history *history,
                       const struct slices *slices,
                       const struct trace_cost *cost)
{
    char number[WORDS_NUMBER];

    fprintf(out, "%s: %s, %s tasks", c->model->name, c->workload->name,
            words_count(c->ntasks, number));
    fprintf(out, ", run %s ms\n\n", ms((double)history->end_ns, number));
    print_workers(out, history);
    fputc('\n', out);
    print_slices(out, slices);
    print_events(out, history);
    print_cost(out, history, cost);
}
