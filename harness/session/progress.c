/* SPDX-License-Identifier: MIT */
/*
 * The line with the time left. It is drawn while a run is being timed, so it
 * costs a write a second and no more.
 */
#include "harness/session/progress.h"

#include <inttypes.h>
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
                                  strcmp(terminal, "dumb") != 0};
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

void progress_tick(void *context)
{
    struct progress *progress = context;
    uint64_t now_ns = clock_ns();
    char time[PROGRESS_TIME], block[32] = "warm-up";

    if (!progress->live || progress->experiment == NULL ||
        (progress->drawn_ns != 0 && now_ns - progress->drawn_ns < NS_PER_S))
        return;
    progress->drawn_ns = now_ns;
    if (progress->block > 0)
        snprintf(block, sizeof block, "block %u", progress->block);
    /* Carriage return, and erase what follows. */
    fprintf(
        stderr, "\r\033[K%.30s: %s, at most %s left", progress->experiment,
        block,
        progress_time(
            progress->ends_ns > now_ns ? progress->ends_ns - now_ns : 0, time));
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
