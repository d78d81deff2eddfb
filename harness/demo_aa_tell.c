/* SPDX-License-Identifier: MIT */
/*
 * What the class sees: a line a try while it is measured, the sentence at the
 * end, and the files of the chart. All of it says what was found today, also if
 * that is nothing.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/demo_aa.h"
#include "harness/machine/cores.h"
#include "harness/machine/machine.h"
#include "harness/report/chart_text.h"
#include "harness/report/words.h"
#include "harness/session/estimate.h"

enum { COLUMNS = 80 };

/* ---- Claims ---- */

bool aa_usual_claims(const struct aa_try *one)
{
    return one->usual.p < 1 - ESTIMATE_LEVEL;
}

bool aa_blocks_claim(const struct aa_try *one)
{
    enum stats_verdict verdict = stats_judge(&one->blocks);
    return verdict == STATS_FASTER || verdict == STATS_SLOWER;
}

static unsigned count(const struct aa *aa, bool claims(const struct aa_try *))
{
    unsigned n = 0;
    for (unsigned i = 0; i < aa->ntries; i++)
        n += claims(&aa->tries[i]);
    return n;
}

/* Rounded to what is shown, so that nothing is "-0.0 %". */
static double percent(double ratio)
{
    return round(1000 * (ratio - 1)) / 10 + 0.0;
}

/* ---- The terminal ---- */

void aa_print_head(FILE *out, const struct aa *aa)
{
    char cell[64];

    fprintf(out, "How much longer B takes than A, in %u tries:\n\n",
            aa->ntries);
    fprintf(out, "%4s  %-35s%s\n", "",
            aa->hyperfine ? "one after the other (hyperfine):"
                          : "one after the other:",
            "in shuffled blocks:");
    snprintf(cell, sizeof cell, "%u times A, then %u times B", aa->nruns,
             aa->nruns);
    fprintf(out, "%4s  %-35s%u times A and B, order drawn\n", "try", cell,
            aa->nruns);
    fflush(out);
}

static const char *words_for(enum stats_verdict verdict)
{
    static const char *const words[] = {
        [STATS_FASTER] = "B IS FASTER",
        [STATS_SLOWER] = "B IS SLOWER",
        [STATS_SAME] = "same within 2 %",
        [STATS_CANNOT_TELL] = "cannot tell",
    };
    return words[verdict];
}

/* "+0.1 % [-0.7, +0.9]  same within 2 %" */
static void print_blocks(FILE *out, const struct stats_ratio *ratio)
{
    fprintf(out, "%+5.1f %% [%+.1f, %+.1f]  %s\n", percent(ratio->ratio),
            percent(ratio->low), percent(ratio->high),
            words_for(stats_judge(ratio)));
}

void aa_print_try(FILE *out, const struct aa *aa, unsigned number)
{
    const struct aa_try *one = &aa->tries[number];
    const struct stats_welch *usual = &one->usual;
    const char *words = "-";

    if (aa_usual_claims(one))
        words = words_for(usual->ratio < 1 ? STATS_FASTER : STATS_SLOWER);
    fprintf(out, "%4u  %+5.1f %%  p %s %.3f  %-15s", number + 1,
            percent(usual->ratio), usual->p < 0.001 ? "<" : "=",
            fmax(usual->p, 0.001), words);
    print_blocks(out, &one->blocks);
    fflush(out);
}

/* "A program against itself: ..."; NULL: no memory. */
static char *finding(const struct aa *aa)
{
    char *text;

    if (asprintf(&text,
                 "A program against itself: one after the other, %u of %u "
                 "comparisons claim a difference; in shuffled blocks, %u of %u",
                 count(aa, aa_usual_claims), aa->ntries,
                 count(aa, aa_blocks_claim), aa->ntries) < 0)
        return NULL;
    return text;
}

/* What to make of it. */
static const char *moral(const struct aa *aa)
{
    unsigned usual = count(aa, aa_usual_claims);
    unsigned blocks = count(aa, aa_blocks_claim);

    if (usual == 0 && blocks == 0)
        return "today neither was misled; another minute may tell another "
               "story, so try again";
    if (usual <= blocks)
        return "so few may be chance, as 95 % confidence is wrong once in 20 "
               "times; another minute may tell another story, so try again";
    return "a machine that changes meanwhile treats A and B of one block "
           "alike, and 95 % confidence is wrong once in 20 times";
}

static void print_together(FILE *out, const struct aa *aa)
{
    size_t n = (size_t)aa->ntries * aa->nruns;
    struct stats_ratio ratio;

    if (stats_compare(aa->blocks_ns[1], aa->blocks_ns[0], n, ESTIMATE_LEVEL,
                      &ratio) != 0)
        return;
    fprintf(out, "%4s  %-35s", "all", "");
    print_blocks(out, &ratio);
}

void aa_print_end(FILE *out, const struct aa *aa)
{
    char *found = finding(aa), *line = NULL;

    print_together(out, aa);
    fputc('\n', out);
    if (found != NULL && asprintf(&line, "=> %s: %s.", found, moral(aa)) >= 0) {
        words_paragraph(out, line, COLUMNS, 0);
        free(line);
    }
    free(found);
    fprintf(out, "\nNoise grade %c: %s\n", aa->session.grade.letter,
            aa->session.grade.reason);
}

/* ---- Files ---- */

static void write_chart_texts(FILE *out, const struct aa *aa, const char *title)
{
    char machine[128], text[400];
    unsigned ncores = cores_usable("");

    chart_assign(out, "KIND", "aa");
    chart_assign(out, "TITLE", title);
    snprintf(text, sizeof text,
             "countdown · %u core%s · %u runs of A and of B in each try · "
             "line = 95 %% interval · noise grade %c",
             ncores, ncores == 1 ? "" : "s", aa->nruns,
             aa->session.grade.letter);
    chart_assign(out, "SUBTITLE", text);
    machine_name(aa->session.environment, machine, sizeof machine);
    snprintf(text, sizeof text, "%s · %.10s · seed %" PRIu64, machine,
             aa->session.started_utc, aa->session.seed);
    chart_assign(out, "CAPTION", text);
    snprintf(text, sizeof text,
             "%s. A point is a try: the time of B over that of A, which is the "
             "same program.",
             title);
    chart_assign(out, "DESC", text);
    snprintf(text, sizeof text, "%u times A, then %u times B", aa->nruns,
             aa->nruns);
    chart_assign(out, "PANEL1_TITLE", text);
    snprintf(text, sizeof text, "%u times A and B, order drawn", aa->nruns);
    chart_assign(out, "PANEL2_TITLE", text);
}

static int fill_texts(FILE *out, const struct aa *aa)
{
    char *title = finding(aa);

    if (title == NULL)
        return -ENOMEM;
    write_chart_texts(out, aa, title);
    free(title);
    return 0;
}

static int fill_tries(FILE *out, const struct aa *aa)
{
    fputs("# try\tusual_ratio\tusual_low\tusual_high\tusual_claims"
          "\tblocks_ratio\tblocks_low\tblocks_high\tblocks_claim\n",
          out);
    for (unsigned i = 0; i < aa->ntries; i++) {
        const struct stats_welch *usual = &aa->tries[i].usual;
        const struct stats_ratio *blocks = &aa->tries[i].blocks;
        fprintf(out, "%u\t%.9g\t%.9g\t%.9g\t%d\t%.9g\t%.9g\t%.9g\t%d\n", i + 1,
                usual->ratio, usual->low, usual->high,
                aa_usual_claims(&aa->tries[i]), blocks->ratio, blocks->low,
                blocks->high, aa_blocks_claim(&aa->tries[i]));
    }
    return 0;
}

static int fill_runs(FILE *out, const struct aa *aa)
{
    fputs("# try\tway\tnumber\ta_ns\tb_ns\n", out);
    for (unsigned t = 0; t < aa->ntries; t++) {
        for (unsigned i = 0; i < aa->nruns; i++)
            fprintf(out, "%u\tusual\t%u\t%.0f\t%.0f\n", t + 1, i + 1,
                    aa->usual_ns[t][i], aa->usual_ns[t][aa->nruns + i]);
        for (unsigned i = 0; i < aa->nruns; i++)
            fprintf(out, "%u\tblocks\t%u\t%.0f\t%.0f\n", t + 1, i + 1,
                    aa->blocks_ns[0][t * aa->nruns + i],
                    aa->blocks_ns[1][t * aa->nruns + i]);
    }
    return 0;
}

static int write_file(const struct aa *aa, const char *name,
                      int fill(FILE *out, const struct aa *aa))
{
    char *path;

    if (asprintf(&path, "%s/data/%s", aa->session.folder, name) < 0)
        return -ENOMEM;
    FILE *out = fopen(path, "we");
    int err = out == NULL ? -errno : fill(out, aa);
    free(path);
    if (out == NULL)
        return err;
    bool bad = ferror(out) != 0;
    errno = 0;
    bad = fclose(out) != 0 || bad;
    return err == 0 && bad ? (errno != 0 ? -errno : -EIO) : err;
}

/* results/ID/data: whether it worked shows at the last one. */
static int make_folders(const struct aa *aa)
{
    char *path;

    mkdir("results", 0777);
    mkdir(aa->session.folder, 0777);
    if (asprintf(&path, "%s/data", aa->session.folder) < 0)
        return -ENOMEM;
    int err = mkdir(path, 0777) < 0 ? -errno : 0;
    free(path);
    return err;
}

int aa_write_files(const struct aa *aa)
{
    int err = make_folders(aa);

    if (err == 0)
        err = write_file(aa, "aa.runs.tsv", fill_runs);
    if (err == 0)
        err = write_file(aa, "aa.tsv", fill_tries);
    /* Last, because it is what makes a chart: scripts/draw looks for it. */
    return err == 0 ? write_file(aa, "aa.gp", fill_texts) : err;
}
