/* SPDX-License-Identifier: MIT */
#ifndef TESTS_ROOT_H
#define TESTS_ROOT_H

/* A folder that stands for "/" while a test of cmocka runs, so that it can make
 * up a machine. */

extern char root[64];

/* Setup and teardown: makes the folder, removes it with all that is in it. */
int make_root(void **state);
int remove_root(void **state);

/* Puts a line into a file below the root, and makes its folders. */
void put(const char *path, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
