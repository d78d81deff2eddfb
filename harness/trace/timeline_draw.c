/* SPDX-License-Identifier: MIT */
/* The chart of a piece of a run (scripts/charts/timeline.gp). */
#include <stdio.h>

#include "harness/report/chart_text.h"
#include "harness/trace/history.h"
#include "harness/trace/lane_chart.h"
#include "harness/trace/slices.h"
#include "harness/trace/timeline.h"

enum { LANES_MAX = 16 };

/* So long a window is shown in milliseconds of the run, a shorter one in
 * microseconds of its own. */
static const uint64_t MICROSECONDS_BELOW_NS = 2000000;

int timeline_draw(const struct configuration *c, const struct history *history,
                  const struct slices *slices, const struct window *w,
                  const char *path)
{
    unsigned nlanes = history->nlanes < LANES_MAX ? history->nlanes : LANES_MAX;
    bool fine = w->to_ns - w->from_ns < MICROSECONDS_BELOW_NS;
    char title[160], note[160], axis[80];
    struct lane_chart chart;
    int result =
        lane_chart_open(fine ? w->from_ns : 0, fine ? 1e3 : 1e6, &chart);

    if (result != 0)
        return lane_chart_close(&chart, w, result, path);
    timeline_headline(history, slices, w, title, sizeof title);
    snprintf(note, sizeof note, "%.6g ms of a run of %.4g ms%s",
             (double)(w->to_ns - w->from_ns) * 1e-6,
             (double)history->end_ns * 1e-6,
             nlanes < history->nlanes ? " · the first 16 workers" : "");
    result = lane_chart_head(&chart, c, "timeline", title, note);
    snprintf(axis, sizeof axis,
             fine ? "µs after %.6f ms of the run"
                  : "time since the run began (ms)",
             (double)w->from_ns * 1e-6);
    chart_assign(chart.gp, "XLABEL", axis);
    fprintf(chart.gp, "NLANES = %u\n", nlanes);
    for (unsigned i = 0; i < nlanes; i++)
        lane_chart_lane(&chart, &history->lanes[i], i + 1, w);
    return lane_chart_close(&chart, w, result, path);
}
