/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_TIMELINE_H
#define HARNESS_TIMELINE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct complaint;
struct configuration;
struct history;
struct slices;

/* A piece of a run, in nanoseconds since it began. */
struct window {
    uint64_t from_ns, to_ns;
};

/* The piece that --from-ms and --length-ms ask for; either may be NULL. By
 * default 60 ms around the middle, or all of a shorter run. Returns 0, or
 * -EINVAL with a complaint: it is no time, the run was shorter, or what
 * happened then was overwritten. */
int timeline_window(const struct history *history, const char *from_ms,
                    const char *length_ms, struct window *ret,
                    struct complaint *complaint);

/* The picture in letters, for a terminal: a line for each worker. */
void timeline_print(FILE *out, const struct history *history,
                    const struct window *window);

/* What the picture shows, in a sentence: "Two threads compute in turns of
 * 5.1 ms". */
void timeline_headline(const struct history *history,
                       const struct slices *slices, const struct window *window,
                       char *text, size_t room);

/* Draws the picture into `path`, by gnuplot: SVG, or PNG if it ends so. Returns
 * 0 or -errno, -EIO after a complaint of the script. */
int timeline_draw(const struct configuration *configuration,
                  const struct history *history, const struct slices *slices,
                  const struct window *window, const char *path);

/* The same of a forced hand-over of the GIL within the window: one of the
 * quicker ones. -ENODATA: there is none. */
int timeline_draw_handover(const struct configuration *configuration,
                           const struct history *history,
                           const struct window *window, const char *path);

#endif
