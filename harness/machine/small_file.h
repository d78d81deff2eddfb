/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SMALL_FILE_H
#define HARNESS_SMALL_FILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The small text files of /proc and /sys: one value, or lines that begin with
 * a name. Every path starts with "/" and is looked for below `root`, where ""
 * is the real machine. All functions return 0 or -errno; -EINVAL: the file does
 * not hold such a thing.
 */

/* The first line, without white space around it; cut to the room. */
int small_file_text(const char *root, const char *path, char *ret, size_t room);

/* A decimal number at the start of the first line. */
int small_file_number(const char *root, const char *path, long long *ret);

/* What follows `name`, white space and a colon in the first line that starts
 * with that: "MemTotal:  16309692 kB", "some avg10=0.25". Cut to the room. */
int small_file_field(const char *root, const char *path, const char *name,
                     char *ret, size_t room);

/* Calls `visit` with each line, without its end, until it returns other than 0.
 * Returns that value, or 0 at the end of the file. */
int small_file_lines(const char *root, const char *path,
                     int (*visit)(char *line, void *context), void *context);

/* Is there such a file or folder? */
bool small_file_exists(const char *root, const char *path);

#endif
