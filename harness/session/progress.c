/* SPDX-License-Identifier: MIT */
/*
 * The line with the time left. It is drawn while a run is being timed, so it
 * costs a write a second and no more.
 */
#include "harness/session/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"

void progress_init(struct progress *ret)
{
    const char *terminal = getenv("TERM");

    *ret =
        (struct progress){.live = isatty(STDERR_FILENO) && terminal != NULL &&
                                  strcmp(terminal, "dumb") != 0,
                          .worst_ratio = NAN};
}

const char *progress_time(uint64_t ns, char text[PROGRESS_TIME])
{
    uint64_t s = (ns + NS_PER_S / 2) / NS_PER_S;

    if (ns < NS_PER_S)
        snprintf(text, PROGRESS_TIME, "%.0f ms",
                 (double)ns / (double)NS_PER_MS);
    else if (ns < 10 * NS_PER_S)
        snprintf(text, PROGRESS_TIME, "%.1f s", (double)ns / (double)NS_PER_S);
    else if (s < 60)
        snprintf(text, PROGRESS_TIME, "%" PRIu64 " s", s);
    else if (s < 3600)
        snprintf(text, PROGRESS_TIME, "%" PRIu64 " min %02" PRIu64 " s", s / 60,
                 s % 60);
    else
        snprintf(text, PROGRESS_TIME, "%" PRIu64 " h %02" PRIu64 " min",
                 s / 3600, s / 60 % 60);
    return text;
}

/* "self-check 3 of 8", "models-cpu: block 4 of 60, ratios to +-2.1 %, at most
 * 45 s left". How wide the intervals are, and never where they lie. */
static void draw(const struct progress *progress, uint64_t now_ns)
{
    char time[PROGRESS_TIME], ratios[48] = "";
    uint64_t left_ns =
        progress->ends_ns > now_ns ? progress->ends_ns - now_ns : 0;

    if (progress->experiment == NULL) {
        fprintf(stderr, "self-check %u of %u", progress->nchecked,
                progress->ncheck);
        return;
    }
    /* 0: there is nothing to compare. */
    if (isfinite(progress->worst_ratio) && progress->worst_ratio > 0)
        snprintf(ratios, sizeof ratios, ", ratios to +-%.3g %%",
                 100 * progress->worst_ratio);
    fprintf(stderr, "%.30s: ", progress->experiment);
    if (progress->block > 0)
        fprintf(stderr, "block %u of %u%s", progress->block,
                progress->blocks_max, ratios);
    else
        fputs("warm-up", stderr);
    fprintf(stderr, ", at most %s left", progress_time(left_ns, time));
}

void progress_tick(void *context)
{
    struct progress *progress = context;
    uint64_t now_ns = clock_ns();

    if (!progress->live ||
        (progress->experiment == NULL && progress->ncheck == 0) ||
        (progress->drawn_ns != 0 && now_ns - progress->drawn_ns < NS_PER_S))
        return;
    progress->drawn_ns = now_ns;
    /* Carriage return, and erase what follows. */
    fputs("\r\033[K", stderr);
    draw(progress, now_ns);
    fflush(stderr);
}

void progress_clear(struct progress *progress)
{
    if (progress->live && progress->drawn_ns != 0)
        fputs("\r\033[K", stderr);
    progress->drawn_ns = 0;
}

void progress_say(struct progress *progress, const char *format, ...)
{
    va_list arguments;

    progress_clear(progress);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}
