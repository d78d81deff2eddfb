/* SPDX-License-Identifier: MIT */
/* How much of the noise is understood. A run that met several things is counted
 * once, at the first of them in the order of outliers.h. */
#include "harness/report/disturbances.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/report/table.h"
#include "harness/report/words.h"
#include "harness/session/outliers.h"
#include "harness/session/session.h"
#include "harness/session/steadiness.h"

static const char *const why_words[OUTLIER_WHYS] = {
    [OUTLIER_STEAL] = "lost CPU time to the host",
    [OUTLIER_QUOTA] = "stopped by a CPU quota",
    [OUTLIER_HEAT] = "on a processor too hot",
    [OUTLIER_MEMORY] = "waited for memory",
    [OUTLIER_IO] = "while somebody waited for a disk",
    [OUTLIER_PREEMPTED] = "while others ran instead",
    [OUTLIER_SLOW_CPU] = "on a slow core",
    [OUTLIER_FAULTS] = "with many page faults",
    [OUTLIER_UNEXPLAINED] = "unexplained",
};

static size_t count_outliers(const struct session *session,
                             const struct outlier *outliers,
                             size_t counts[OUTLIER_WHYS])
{
    size_t noutliers = 0;

    for (size_t i = 0; i < session->nruns; i++) {
        noutliers += outliers[i].is;
        for (unsigned why = 0; outliers[i].is && why < OUTLIER_WHYS; why++)
            if (outliers[i].because[why]) {
                counts[why]++;
                break;
            }
    }
    return noutliers;
}

static void write_outliers(FILE *out, const struct session *session,
                           size_t noutliers, const size_t counts[OUTLIER_WHYS])
{
    const char *separator = ": ";

    fprintf(out, "%zu of %zu runs lie%s far from the median of their like",
            noutliers, session->nruns, noutliers == 1 ? "s" : "");
    for (unsigned why = 0; why < OUTLIER_WHYS; why++)
        if (counts[why] > 0) {
            fprintf(out, "%s%zu %s", separator, counts[why], why_words[why]);
            separator = ", ";
        }
    fputs("; all are kept.", out);
}

static void write_reruns(FILE *out, const struct session *session)
{
    unsigned nreruns = steadiness_reruns(session);
    const char *separator = ": ";

    fprintf(out, "%u of %u blocks %s measured again", nreruns,
            steadiness_blocks(session), nreruns == 1 ? "was" : "were");
    for (unsigned i = 0; i < NOISE_CAUSES; i++)
        if (session->reruns[i] > 0) {
            fprintf(out, "%s%u since %s", separator, session->reruns[i],
                    noise_cause_words[i]);
            separator = ", ";
        }
    fputs(".", out);
}

static int print_paragraph(FILE *out, FILE *words, char **text)
{
    int result = fclose(words) == 0 ? 0 : -ENOMEM;

    if (result == 0)
        words_paragraph(out, *text, TABLE_COLUMNS, 0);
    free(*text);
    return result;
}

static int print_outliers(FILE *out, const struct session *session)
{
    struct outlier *outliers = outliers_find(session);
    size_t counts[OUTLIER_WHYS] = {0}, length;
    char *text;

    if (outliers == NULL)
        return -ENOMEM;
    size_t noutliers = count_outliers(session, outliers, counts);
    free(outliers);
    if (noutliers == 0)
        return 0;
    FILE *words = open_memstream(&text, &length);
    if (words == NULL)
        return -ENOMEM;
    write_outliers(words, session, noutliers, counts);
    return print_paragraph(out, words, &text);
}

static int print_reruns(FILE *out, const struct session *session)
{
    size_t length;
    char *text;

    if (steadiness_reruns(session) == 0)
        return 0;
    FILE *words = open_memstream(&text, &length);
    if (words == NULL)
        return -ENOMEM;
    write_reruns(words, session);
    return print_paragraph(out, words, &text);
}

int disturbances_print(FILE *out, const struct session *session)
{
    int err = print_outliers(out, session);

    if (err == 0)
        err = print_reruns(out, session);
    if (session->grade.letter != '\0')
        fprintf(out, "Noise grade %c: %s\n", session->grade.letter,
                session->grade.reason);
    if (session->grade.letter == 'D')
        fputs("Trust the ratios; the times hold for this hour at best.\n", out);
    return err;
}
