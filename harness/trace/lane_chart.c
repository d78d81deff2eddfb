/* SPDX-License-Identifier: MIT */
/*
 * Lanes as data for gnuplot: a row for each stretch of columns that show the
 * same state. There are more columns than pixels, and never more rows than
 * columns, however many events there were.
 */
#include "harness/trace/lane_chart.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/configuration.h"
#include "harness/machine/machine.h"
#include "harness/report/chart_text.h"
#include "harness/report/draw.h"
#include "harness/trace/history.h"
#include "harness/trace/timeline.h"

enum { COLUMNS = 4400 }; /* four to a pixel: none is seen */

static FILE *chart_file(const struct lane_chart *chart, const char *end)
{
    char path[LANE_CHART_PATH + 16];

    snprintf(path, sizeof path, "%s%s", chart->data, end);
    return fopen(path, "we");
}

static void chart_remove(const struct lane_chart *chart)
{
    static const char *const ends[] = {".gp", ".tsv"};
    char path[LANE_CHART_PATH + 16];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", chart->data, ends[i]);
        remove(path);
    }
    rmdir(chart->folder);
}

int lane_chart_open(uint64_t zero_ns, double unit_ns, struct lane_chart *ret)
{
    struct lane_chart chart = {.zero_ns = zero_ns, .unit_ns = unit_ns};
    const char *temporary = getenv("TMPDIR");
    int result = 0;

    if (temporary == NULL || *temporary == '\0')
        temporary = "/tmp";
    if ((size_t)snprintf(chart.folder, sizeof chart.folder,
                         "%s/heddle-trace-XXXXXX",
                         temporary) >= sizeof chart.folder)
        result = -ENAMETOOLONG;
    else if (mkdtemp(chart.folder) == NULL)
        result = -errno;
    if (result == 0) {
        snprintf(chart.data, sizeof chart.data, "%s/chart", chart.folder);
        chart.gp = chart_file(&chart, ".gp");
        chart.tsv = chart_file(&chart, ".tsv");
        if (chart.gp == NULL || chart.tsv == NULL)
            result = -errno;
        else
            fputs("#lane\tstate\tfrom\tto\n", chart.tsv);
    }
    *ret = chart;
    return result;
}

/* "AMD EPYC, 2 cores, Linux 6.18 · 2026-11-21 · seed 1" */
static int write_caption(FILE *gp, const struct configuration *c)
{
    char machine[200], date[16], text[256];
    json_t *environment;
    time_t now = time(NULL);
    struct tm utc;
    int result = machine_environment(machine_root(), &environment);

    if (result != 0)
        return result;
    machine_name(environment, machine, sizeof machine);
    json_decref(environment);
    gmtime_r(&now, &utc);
    strftime(date, sizeof date, "%Y-%m-%d", &utc);
    snprintf(text, sizeof text, "%s · %s · seed %" PRIu64, machine, date,
             c->seed);
    chart_assign(gp, "CAPTION", text);
    return 0;
}

int lane_chart_head(struct lane_chart *chart, const struct configuration *c,
                    const char *kind, const char *title, const char *note)
{
    char settings[256], text[640];

    configuration_settings_text(c, settings, sizeof settings);
    snprintf(text, sizeof text, "%s, %s%s%s · %s", c->model->name,
             c->workload->name, *settings != '\0' ? " with " : "", settings,
             note);
    chart_assign(chart->gp, "KIND", kind);
    chart_assign(chart->gp, "TITLE", title);
    chart_assign(chart->gp, "SUBTITLE", text);
    snprintf(text, sizeof text, "%s. %s", title, note);
    chart_assign(chart->gp, "DESC", text);
    return write_caption(chart->gp, c);
}

static double scaled(const struct lane_chart *chart, uint64_t ns)
{
    return ((double)ns - (double)chart->zero_ns) / chart->unit_ns;
}

/* Columns of one state after the other are one row: lane, state, from, to. */
void lane_chart_lane(struct lane_chart *chart, const struct lane *lane,
                     unsigned row, const struct window *w)
{
    uint64_t length_ns = w->to_ns - w->from_ns, began_ns = w->from_ns;
    enum trace_state now = TRACE_STATES;

    for (uint64_t i = 0; i <= COLUMNS; i++) {
        uint64_t at_ns = w->from_ns + length_ns * i / COLUMNS;
        uint64_t next_ns = w->from_ns + length_ns * (i + 1) / COLUMNS;
        enum trace_state state =
            i < COLUMNS ? history_state(lane, at_ns, next_ns) : TRACE_STATES;
        if (state == now && i < COLUMNS)
            continue;
        if (now != TRACE_STATES) {
            fprintf(chart->tsv, "%u\t%s\t%.9g\t%.9g\n", row,
                    trace_state_names[now], scaled(chart, began_ns),
                    scaled(chart, at_ns));
            chart->seen[now] = true;
        }
        now = state;
        began_ns = at_ns;
    }
}

/* From where to where, and which states there are. */
static void write_scale(struct lane_chart *chart, const struct window *w)
{
    fprintf(chart->gp, "FROM = %.9g\nTO = %.9g\nSEEN = '",
            scaled(chart, w->from_ns), scaled(chart, w->to_ns));
    for (enum trace_state i = TRACE_IDLE; i < TRACE_STATES; i++)
        if (chart->seen[i])
            fprintf(chart->gp, " %s", trace_state_names[i]);
    fputs("'\n", chart->gp);
}

int lane_chart_close(struct lane_chart *chart, const struct window *w,
                     int result, const char *path)
{
    if (result == 0)
        write_scale(chart, w);
    if (chart->gp != NULL && fclose(chart->gp) != 0 && result == 0)
        result = -errno;
    if (chart->tsv != NULL && fclose(chart->tsv) != 0 && result == 0)
        result = -errno;
    if (result == 0)
        result = draw_picture(chart->data, path);
    if (chart->data[0] != '\0')
        chart_remove(chart);
    return result;
}
