/* SPDX-License-Identifier: MIT */
/*
 * A stop as bars of characters, and as the files that a chart is drawn from.
 * Both show every median between the smallest and the largest run.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/demo_gil.h"
#include "harness/machine/cores.h"
#include "harness/machine/machine.h"
#include "harness/report/chart_text.h"
#include "harness/report/words.h"

enum { LONGEST = 30 };

/* ---- Bars ---- */

static void print_bar(const char *label, size_t widest, const char *unit,
                      struct tour_spread value, double most)
{
    static const char marks[LONGEST + 1] = "##############################";
    char text[WORDS_INTERVAL];

    printf("  %-*s |%.*s %s %s\n", (int)widest, label,
           (int)lround(LONGEST * value.median / most), marks,
           words_interval(value.median, value.low, value.high, text), unit);
}

static void print_side(const struct tour *tour, const struct tour_stop *stop,
                       unsigned side)
{
    const struct tour_axis *axis = &stop->axes[side];
    struct tour_spread values[GIL_ROWS_MAX];
    size_t widest = 0;
    double most = 0;

    for (unsigned i = 0; i < stop->nrows; i++) {
        size_t width = strlen(stop->rows[i].label);
        values[i] =
            tour_spread(tour, stop->rows[i].points[side], axis->quantity);
        most = fmax(most, values[i].median);
        widest = width > widest ? width : widest;
    }
    printf("\n%s: median [smallest, largest] of %u\n", axis->title,
           tour->nrepeats);
    for (unsigned i = 0; i < stop->nrows; i++)
        print_bar(stop->rows[i].label, widest, axis->unit, values[i],
                  most > 0 ? most : 1);
}

void tour_print_bars(const struct tour *tour, const struct tour_stop *stop)
{
    print_side(tour, stop, 0);
    print_side(tour, stop, 1);
    putchar('\n');
}

/* ---- Files ---- */

struct filling {
    const struct tour *tour;
    const struct tour_stop *stop;
    const char *headline;
};

static void write_axis(FILE *out, const struct tour_axis *axis, unsigned number)
{
    char name[16];

    snprintf(name, sizeof name, "WHAT%u", number);
    chart_assign(out, name, axis->title);
    snprintf(name, sizeof name, "UNIT%u", number);
    chart_assign(out, name, axis->unit);
    snprintf(name, sizeof name, "SCALE%u", number);
    chart_assign(out, name, axis->logarithmic ? "log" : "linear");
}

static void write_texts(FILE *out, const struct filling *f)
{
    const struct session *session = &f->tour->session;
    const struct tour_stop *stop = f->stop;
    const char *headline = f->headline;
    char machine[128], text[400];
    unsigned ncores = cores_usable("");

    chart_assign(out, "KIND", "pairs");
    chart_assign(out, "TITLE", headline);
    snprintf(text, sizeof text,
             "%s · %u core%s · %u runs each, in shuffled blocks · dots = runs, "
             "bar = median, box = smallest to largest",
             stop->subtitle, ncores, ncores == 1 ? "" : "s", f->tour->nrepeats);
    chart_assign(out, "SUBTITLE", text);
    machine_name(session->environment, machine, sizeof machine);
    snprintf(text, sizeof text, "%s · %.10s · seed %" PRIu64, machine,
             session->started_utc, session->seed);
    chart_assign(out, "CAPTION", text);
    snprintf(text, sizeof text, "%s. Left: %s; right: %s.", headline,
             stop->axes[0].title, stop->axes[1].title);
    chart_assign(out, "DESC", text);
    write_axis(out, &stop->axes[0], 1);
    write_axis(out, &stop->axes[1], 2);
}

static void write_rows(FILE *out, const struct filling *f)
{
    const struct tour_stop *stop = f->stop;

    fputs("# row\tmodel\tlabel\tleft\tleft_low\tleft_high\tright\tright_low"
          "\tright_high\n",
          out);
    for (unsigned i = 0; i < stop->nrows; i++) {
        const struct tour_row *row = &stop->rows[i];
        fprintf(out, "%u\t%s\t%s", i + 1, row->model, row->label);
        for (unsigned side = 0; side < 2; side++) {
            struct tour_spread value = tour_spread(f->tour, row->points[side],
                                                   stop->axes[side].quantity);
            chart_write_number(out, value.median);
            chart_write_number(out, value.low);
            chart_write_number(out, value.high);
        }
        fputc('\n', out);
    }
}

static void write_runs(FILE *out, const struct filling *f)
{
    const struct tour_stop *stop = f->stop;

    fputs("# row\tmodel\tleft\tright\tblock\n", out);
    for (unsigned i = 0; i < stop->nrows; i++) {
        const struct tour_row *row = &stop->rows[i];
        for (unsigned block = 0; block < f->tour->nrepeats; block++) {
            fprintf(out, "%u\t%s", i + 1, row->model);
            for (unsigned side = 0; side < 2; side++)
                chart_write_number(
                    out, f->tour->values[row->points[side]]
                                        [stop->axes[side].quantity][block]);
            fprintf(out, "\t%u\n", block + 1);
        }
    }
}

/* `folder`/data/NAME`end`, filled. */
static int write_file(const char *folder, const char *end,
                      const struct filling *f,
                      void fill(FILE *out, const struct filling *f))
{
    char *path;

    if (asprintf(&path, "%s/data/%s%s", folder, f->stop->name, end) < 0)
        return -ENOMEM;
    FILE *out = fopen(path, "we");
    int err = out == NULL ? -errno : 0;
    free(path);
    if (out == NULL)
        return err;
    fill(out, f);
    bool bad = ferror(out) != 0;
    errno = 0;
    bad = fclose(out) != 0 || bad;
    return !bad ? 0 : errno != 0 ? -errno : -EIO;
}

/* Whether it worked shows at the last one. */
static int make_folders(const char *folder)
{
    char *path = strdup(folder);
    int result = 0;

    if (path == NULL)
        return -ENOMEM;
    for (char *slash = strchr(path, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
    mkdir(path, 0777);
    free(path);
    if (asprintf(&path, "%s/data", folder) < 0)
        return -ENOMEM;
    if (mkdir(path, 0777) < 0)
        result = -errno;
    free(path);
    return result;
}

int tour_write_files(const struct tour *tour, const struct tour_stop *stop,
                     const char *folder, const char *headline)
{
    struct filling filling = {tour, stop, headline};
    int err = make_folders(folder);

    if (err == 0)
        err = write_file(folder, ".runs.tsv", &filling, write_runs);
    if (err == 0)
        err = write_file(folder, ".rows.tsv", &filling, write_rows);
    /* Last, because it is what makes a chart: scripts/draw looks for it. */
    return err == 0 ? write_file(folder, ".gp", &filling, write_texts) : err;
}
